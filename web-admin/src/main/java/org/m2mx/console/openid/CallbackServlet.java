package org.m2mx.console.openid;

import static java.util.stream.Collectors.toMap;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.m2mx.registry.Printable;
import org.m2mx.registry.limit.RateLimit;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.operator.SignIn;

/** Where the provider sends a browser back to. */
@WebServlet(urlPatterns = CallbackServlet.PATH)
public class CallbackServlet extends HttpServlet {
  static final String PATH = "/openid/callback";

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(CallbackServlet.class.getName());

  /**
   * Of one that the provider knows and the registry does not, in the audit trail, which only grows.
   */
  private static final int LINES_AN_HOUR = 10;

  private final transient OpenIdSettings settings;
  private final transient Provider provider;
  private final transient ReturnAddress address;
  private final transient SignIn signIn;
  private final transient Clock clock;
  private final transient RateLimit lines;

  /**
   * @param settings say which provider, and for how long its word holds
   * @param provider says who somebody is
   * @param address where the browser is, as the provider was told
   * @param signIn knows the operators
   * @param clock tells until when the provider's word holds
   */
  @Inject
  public CallbackServlet(
      OpenIdSettings settings,
      Provider provider,
      ReturnAddress address,
      SignIn signIn,
      Clock clock) {
    this.settings = settings;
    this.provider = provider;
    this.address = address;
    this.signIn = signIn;
    this.clock = clock;
    this.lines = new RateLimit(LINES_AN_HOUR, Duration.ofHours(1), clock);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    try {
      serve(request, response);
    } catch (ParseException e) {
      refuse(Refusal.NOT_EXPECTED, request, response, e.getMessage());
    } catch (ProviderException e) {
      refuse(Refusal.UNAVAILABLE, request, response, e.getMessage());
    }
  }

  private void serve(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException, ParseException, ProviderException {
    var attempt = AttemptCookie.take(request, response);
    var callback = address.callback();
    var answer = AuthenticationResponseParser.parse(callback, parameters(request));
    if (attempt.filter(own -> own.expects(answer.getState(), clock.instant())).isEmpty()) {
      refuse(Refusal.NOT_EXPECTED, request, response, "not set out from here, or too long ago");
    } else if (isOfAnother(answer)) {
      refuse(Refusal.NOT_EXPECTED, request, response, "of the provider " + answer.getIssuer());
    } else if (!answer.indicatesSuccess()) {
      var error = answer.toErrorResponse().getErrorObject();
      var denied = OAuth2Error.ACCESS_DENIED.getCode().equals(error.getCode());
      refuse(
          denied ? Refusal.DENIED : Refusal.UNAVAILABLE,
          request,
          response,
          "the provider says " + error.toJSONObject());
    } else if (answer.toSuccessResponse().getAuthorizationCode() == null) {
      refuse(Refusal.NOT_EXPECTED, request, response, "without a code");
    } else {
      var code = answer.toSuccessResponse().getAuthorizationCode();
      admit(provider.redeem(code, attempt.get(), callback), request, response);
    }
  }

  // A provider that names itself has to be the one that was asked (RFC 9207).
  private boolean isOfAnother(AuthenticationResponse answer) {
    return answer.getIssuer() != null && !answer.getIssuer().equals(settings.issuer());
  }

  private void admit(Vouched vouched, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    var source = request.getRemoteAddr();
    if (isByPasswordOnly(vouched.name()) || signIn.operator(vouched.name()).isEmpty()) {
      if (lines.ask(vouched.subject()).isZero()) {
        signIn.refused(vouched.name(), vouched.subject(), source);
      }
      LOG.log(
          Level.WARNING,
          "The OpenID provider vouches for {0} ({1}), from {2}: no operator whom it may"
              + " vouch for",
          Printable.excerpt(vouched.name()),
          Printable.excerpt(vouched.subject()),
          source);
      var refusal = isByPasswordOnly(vouched.name()) ? Refusal.BY_PASSWORD_ONLY : Refusal.UNKNOWN;
      refusal.show(request, response, vouched.name());
      return;
    }
    ProviderSession.begin(request, vouched, clock.instant().plus(settings.longestSession()));
    LOG.log(
        Level.INFO,
        "Operator {0} signed in by the OpenID provider ({1}), from {2}",
        vouched.name(),
        Printable.excerpt(vouched.subject()),
        source);
    response.sendRedirect(request.getContextPath() + '/');
  }

  // That name is the same everywhere: somebody at the provider may well be free to choose it.
  private static boolean isByPasswordOnly(String name) {
    return Operators.FIRST_ADMINISTRATOR.equals(name);
  }

  private static void refuse(
      Refusal refusal, HttpServletRequest request, HttpServletResponse response, String why)
      throws ServletException, IOException {
    LOG.log(
        Level.WARNING,
        "No sign-in by the OpenID provider, from {0}: {1}",
        request.getRemoteAddr(),
        Printable.excerpt(why));
    refusal.show(request, response, null);
  }

  private static Map<String, List<String>> parameters(HttpServletRequest request) {
    return request.getParameterMap().entrySet().stream()
        .collect(toMap(Map.Entry::getKey, parameter -> List.of(parameter.getValue())));
  }
}
