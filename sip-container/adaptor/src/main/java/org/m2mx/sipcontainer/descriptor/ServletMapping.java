package org.m2mx.sipcontainer.descriptor;

import org.mobicents.servlet.sip.core.descriptor.MatchingRule;
import org.mobicents.servlet.sip.core.descriptor.MobicentsSipServletMapping;

/**
 * Which initial requests go to which servlet (JSR 289 section 16).
 *
 * @param servletName the servlet
 * @param rule what the request must match
 */
public record ServletMapping(String servletName, MatchingRule rule)
    implements MobicentsSipServletMapping {
  @Override
  public String getServletName() {
    return servletName;
  }

  @Override
  public MatchingRule getMatchingRule() {
    return rule;
  }

  @Override
  public void setServletName(String name) {
    throw new UnsupportedOperationException("mappings do not change");
  }

  @Override
  public void setMatchingRule(MatchingRule newRule) {
    throw new UnsupportedOperationException("mappings do not change");
  }
}
