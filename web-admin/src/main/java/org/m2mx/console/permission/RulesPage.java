package org.m2mx.console.permission;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.permission.CallerGroup;
import org.m2mx.registry.permission.CallerGroupMember;
import org.m2mx.registry.permission.CallerGroups;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.IspRule;
import org.m2mx.registry.permission.IspRules;

/**
 * What an ISP says for all its subscribers, and the groups it keeps. A row is what it was when it
 * was shown, whatever others have changed since: nobody takes away another one than was seen.
 */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class RulesPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String CALLERS = "rule:callers";
  private static final String ENDS = "rule:ends";
  private static final String GROUP = "group:name";

  private final Isps isps;
  private final IspRules rules;
  private final CallerGroups groups;
  private final Texts texts;

  private String domain;
  private transient Callers callers;
  private IspRule.Effect effect = IspRule.Effect.DENY;
  private LocalDate ends;
  private String group;
  private Aor member;
  private String memberOf;
  private transient List<IspRule> shownRules;
  private transient List<CallerGroup> shownGroups;
  private transient Map<String, List<CallerGroupMember>> shownMembers;

  /** For the client proxy only. */
  protected RulesPage() {
    this(null, null, null, null);
  }

  /**
   * @param isps whose rules they are
   * @param rules the rules
   * @param groups the groups
   * @param texts what to say
   */
  @Inject
  public RulesPage(Isps isps, IspRules rules, CallerGroups groups, Texts texts) {
    this.isps = isps;
    this.rules = rules;
    this.groups = groups;
    this.texts = texts;
  }

  /**
   * Makes sure that there is such an ISP.
   *
   * @throws NotFoundException when there is none
   */
  public void load() {
    getIsp();
  }

  /** The ISP. */
  public Isp getIsp() {
    return isps.find(domain)
        .orElseThrow(() -> new NotFoundException("No ISP has the domain " + domain));
  }

  /** Its rules. */
  public List<IspRule> getRules() {
    if (shownRules == null) {
      shownRules = rules.list(domain);
    }
    return shownRules;
  }

  /** Its groups. */
  public List<CallerGroup> getGroups() {
    if (shownGroups == null) {
      shownGroups = groups.list(domain);
    }
    return shownGroups;
  }

  /** Who belongs to a group. */
  public List<CallerGroupMember> members(String name) {
    if (shownMembers == null) {
      shownMembers = new HashMap<>();
    }
    return shownMembers.computeIfAbsent(
        name, each -> groups.members(domain, new Callers.Group(each)));
  }

  /** What a rule can do. */
  public IspRule.Effect[] getEffects() {
    return IspRule.Effect.values();
  }

  /** Makes the rule of the form. */
  public void put() {
    try {
      rules.put(domain, callers, effect, LastDay.end(ends));
    } catch (NotFoundException e) {
      texts.wrong(CALLERS, "callers.no-group");
      return;
    } catch (IllegalArgumentException e) {
      texts.wrong(ENDS, "permission.ends.past");
      return;
    }
    texts.done("rule.made", callers);
    lookAgain();
    callers = null;
    ends = null;
  }

  /** Takes a rule back. */
  public void remove(Callers formerCallers) {
    rules.remove(domain, formerCallers);
    texts.done("rule.removed", formerCallers);
    lookAgain();
  }

  /** Makes the group of the form. */
  public void makeGroup() {
    try {
      groups.create(domain, new Callers.Group(group));
    } catch (TakenException e) {
      texts.wrong(GROUP, "group.taken");
      return;
    } catch (IllegalArgumentException e) {
      texts.wrong(GROUP, "group.name.invalid", Callers.Group.MAX_NAME_LENGTH);
      return;
    }
    texts.done("group.made", group);
    lookAgain();
    group = null;
  }

  /** Takes a group away. */
  public void removeGroup(String name) {
    groups.remove(domain, new Callers.Group(name));
    texts.done("group.removed", name);
    lookAgain();
  }

  /** Adds the member of the form. */
  public void addMember() {
    groups.add(domain, new Callers.Group(memberOf), member);
    texts.done("group.member.added", member, memberOf);
    lookAgain();
    member = null;
  }

  /** Takes a member out. */
  public void removeMember(String name, Aor formerMember) {
    groups.remove(domain, new Callers.Group(name), formerMember);
    texts.done("group.member.removed", formerMember, name);
    lookAgain();
  }

  private void lookAgain() {
    shownRules = null;
    shownGroups = null;
    shownMembers = null;
  }

  public String getDomain() {
    return domain;
  }

  public void setDomain(String domain) {
    this.domain = domain;
  }

  public Callers getCallers() {
    return callers;
  }

  public void setCallers(Callers callers) {
    this.callers = callers;
  }

  public IspRule.Effect getEffect() {
    return effect;
  }

  public void setEffect(IspRule.Effect effect) {
    this.effect = effect;
  }

  public LocalDate getEnds() {
    return ends;
  }

  public void setEnds(LocalDate ends) {
    this.ends = ends;
  }

  public String getGroup() {
    return group;
  }

  public void setGroup(String group) {
    this.group = group;
  }

  public Aor getMember() {
    return member;
  }

  public void setMember(Aor member) {
    this.member = member;
  }

  public String getMemberOf() {
    return memberOf;
  }

  public void setMemberOf(String memberOf) {
    this.memberOf = memberOf;
  }
}
