package org.m2mx.console.signin;

import jakarta.faces.application.ViewHandler;
import jakarta.faces.application.ViewHandlerWrapper;
import jakarta.faces.component.UIViewRoot;
import jakarta.faces.context.FacesContext;
import java.util.Set;

/**
 * Makes no session for pages that strangers get and that have no form of Faces: whoever only looks
 * would push those who have signed in out of theirs, of which there are not endlessly many.
 */
public class StatelessPages extends ViewHandlerWrapper {
  private static final String ERRORS = "/errors/";
  private static final Set<String> PAGES =
      Set.of(
          "/sign-in.xhtml",
          "/sign-in-failed.xhtml",
          "/sign-in-refused.xhtml",
          "/signed-out.xhtml",
          "/account-link.xhtml");

  /**
   * @param wrapped the server's
   */
  public StatelessPages(ViewHandler wrapped) {
    super(wrapped);
  }

  // Before it is built: by then PrimeFaces has already kept something for it.
  @Override
  public UIViewRoot createView(FacesContext context, String page) {
    var view = super.createView(context, page);
    if (view != null && (PAGES.contains(page) || page.startsWith(ERRORS))) {
      view.setTransient(true);
    }
    return view;
  }
}
