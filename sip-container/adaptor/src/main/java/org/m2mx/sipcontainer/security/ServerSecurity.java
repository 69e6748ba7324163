package org.m2mx.sipcontainer.security;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.servlet.sip.SipServletRequest;

/**
 * The server's own idea of whom a thread acts for, which enterprise beans see: {@code
 * getCallerPrincipal}, {@code isCallerInRole}, {@code @RolesAllowed}. Jakarta EE has no interface
 * to tell it; what the server at hand has is behind this one. Each executor runs what it is given
 * at once, on the calling thread.
 */
public interface ServerSecurity {
  /** Leaves it to the server who acts. */
  Executor UNCHANGED = Runnable::run;

  /** A server that cannot be told. */
  ServerSecurity NONE =
      new ServerSecurity() {
        @Override
        public boolean canBeTold() {
          return false;
        }

        @Override
        public Executor as(String name, Set<String> roles) {
          return UNCHANGED;
        }

        @Override
        public Executor asNobodyWith(String role) {
          return UNCHANGED;
        }

        @Override
        public Executor asNow() {
          return UNCHANGED;
        }

        @Override
        public Executor asCallerOf(SipServletRequest request) {
          return UNCHANGED;
        }
      };

  /** That of the application the calling thread is in. */
  static ServerSecurity here() {
    try {
      return ElytronSecurity.here();
    } catch (NoClassDefFoundError e) {
      System.getLogger(ServerSecurity.class.getName())
          .log(Level.DEBUG, "This server is not told who calls: no {0}", e.getMessage());
      return NONE;
    }
  }

  /** Whether who acts makes a difference to anybody. */
  boolean canBeTold();

  /** Acts for a user with these roles and no others. */
  Executor as(String name, Set<String> roles);

  /** Acts for nobody in particular who has one role ({@code run-as}). */
  Executor asNobodyWith(String role);

  /** Acts later for whom the calling thread acts for now. */
  Executor asNow();

  /** Acts for whoever has proven himself by a request; unchanged when nobody has. */
  default Executor asCallerOf(SipServletRequest request) {
    return request.getUserPrincipal() instanceof ProvenUser user
        ? as(user.getName(), user.roles())
        : UNCHANGED;
  }
}
