package org.m2mx.sipcontainer.descriptor;

/** A sip.xml that cannot be used; the message names file, line and what is expected. */
public class SipXmlException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Describes the place and the problem. */
  public SipXmlException(String file, int line, String problem) {
    super("%s line %d: %s".formatted(file, line, problem));
  }

  /** Describes the place, the problem and what was thrown. */
  public SipXmlException(String file, int line, String problem, Throwable cause) {
    super("%s line %d: %s".formatted(file, line, problem), cause);
  }
}
