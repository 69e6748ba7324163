package org.m2mx.sipcontainer.descriptor;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import javax.servlet.sip.SipServletRequest;
import org.mobicents.servlet.sip.core.descriptor.MatchingRule;

/** Reads the matching rules of a {@code <pattern>} (JSR 289 section 16.2). */
final class Rules {
  private Rules() {}

  private interface Test {
    boolean test(SipServletRequest request);
  }

  private record Rule(String expression, Test test) implements MatchingRule {
    @Override
    public boolean matches(SipServletRequest request) {
      return test.test(request);
    }

    @Override
    public String getExpression() {
      return expression;
    }
  }

  static MatchingRule read(Element element) throws SipXmlException {
    return switch (element.name()) {
      case "equal" -> comparison(element, "==", String::equals);
      case "contains" -> comparison(element, "contains", String::contains);
      case "exists" -> exists(element);
      case "subdomain-of" -> subdomain(element);
      case "and" -> {
        List<MatchingRule> rules = inner(element);
        yield new Rule(
            joined(rules, " and "), request -> rules.stream().allMatch(r -> r.matches(request)));
      }
      case "or" -> {
        List<MatchingRule> rules = inner(element);
        yield new Rule(
            joined(rules, " or "), request -> rules.stream().anyMatch(r -> r.matches(request)));
      }
      case "not" -> {
        MatchingRule rule = read(element.only());
        yield new Rule("not " + rule.getExpression(), request -> !rule.matches(request));
      }
      default ->
          throw element.error(
              "<%s> is no matching rule; there are and, or, not, equal, exists, contains, subdomain-of"
                  .formatted(element.name()));
    };
  }

  private static List<MatchingRule> inner(Element element) throws SipXmlException {
    if (element.children().isEmpty()) {
      throw element.error("<%s> needs rules inside".formatted(element.name()));
    }
    List<MatchingRule> rules = new java.util.ArrayList<>();
    for (Element child : element.children()) {
      rules.add(read(child));
    }
    return List.copyOf(rules);
  }

  private static String joined(List<MatchingRule> rules, String operator) {
    return rules.stream()
        .map(MatchingRule::getExpression)
        .collect(Collectors.joining(operator, "(", ")"));
  }

  private static MatchingRule comparison(
      Element element, String operator, BiPredicate<String, String> comparison)
      throws SipXmlException {
    RequestVariable variable = RequestVariable.read(element.required("var"));
    String expected = element.required("value").text();
    boolean ignoreCase = element.flag("ignore-case");
    return new Rule(
        "(%s %s %s)".formatted(variable.name(), operator, expected),
        request -> {
          String actual = variable.of(request);
          if (actual == null) {
            return false;
          }
          return ignoreCase
              ? comparison.test(lower(actual), lower(expected))
              : comparison.test(actual, expected);
        });
  }

  private static MatchingRule exists(Element element) throws SipXmlException {
    RequestVariable variable = RequestVariable.read(element.required("var"));
    return new Rule(
        "(%s exists)".formatted(variable.name()), request -> variable.of(request) != null);
  }

  private static MatchingRule subdomain(Element element) throws SipXmlException {
    RequestVariable variable = RequestVariable.read(element.required("var"));
    String domain = lower(element.required("value").text());
    return new Rule(
        "(%s subdomain-of %s)".formatted(variable.name(), domain),
        request -> {
          String actual = variable.of(request);
          return actual != null
              && (lower(actual).equals(domain) || lower(actual).endsWith("." + domain));
        });
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
