package org.m2mx.ua.signalling;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.ObjectInUseException;
import javax.sip.SipException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/**
 * A request and its final response, with whatever digest challenges come between: the caller asks
 * once and is answered once.
 */
final class Exchange {
  private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

  /** Enough for one challenge of each kind and a stale nonce of each. */
  private static final int MOST_CHALLENGES = 4;

  /** The final response, and the dialog it has made or was sent in, or null. */
  record Outcome(Response response, Request request, Dialog dialog) {}

  private final Signalling signalling;
  private final Dialog within;
  private final Consumer<Response> provisional;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Set<Integer> answered = new HashSet<>();
  private volatile ClientTransaction transaction;
  private volatile Flow sentBy;
  private int challenges;
  private boolean heard;
  private boolean cancelWanted;

  private Exchange(Signalling signalling, Dialog within, Consumer<Response> provisional) {
    this.signalling = signalling;
    this.within = within;
    this.provisional = provisional;
  }

  /**
   * Sends a request.
   *
   * @param within the dialog that the request belongs to, or null
   * @param provisional is told of each provisional response
   */
  static Exchange start(
      Signalling signalling, Request request, Dialog within, Consumer<Response> provisional) {
    Exchange exchange = new Exchange(signalling, within, provisional);
    signalling.begun(exchange);
    exchange.outcome.whenComplete((outcome, failure) -> signalling.finished(exchange));
    synchronized (signalling.sendOrder()) {
      signalling.authenticator().authorize(request);
      exchange.send(request);
    }
    return exchange;
  }

  /** Completes with the final response, or with a {@link UserAgentException}. */
  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  /**
   * Waits for the final response.
   *
   * @param seconds the limit, after which none counts any more
   * @throws UserAgentException what has failed; {@code NO_ANSWER} if the limit has passed
   * @throws InterruptedException if the waiting thread is interrupted
   */
  Outcome await(long seconds) throws UserAgentException, InterruptedException {
    try {
      return outcome.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      UserAgentException late =
          new UserAgentException(
              Reason.NO_ANSWER, "No answer within " + seconds + " s", "Try again later", e);
      fail(late);
      throw late;
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /** Unwraps what an exchange has completed with. */
  static UserAgentException failure(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return failure(failure.getCause());
    }
    if (failure instanceof UserAgentException known) {
      return known;
    }
    return new UserAgentException(
        Reason.SERVER_UNREACHABLE,
        "The request failed: " + failure,
        "Run again with --verbose and report it",
        failure);
  }

  /** No answer counts any more, and the dialog's next request need not wait for one. */
  void fail(UserAgentException failure) {
    ClientTransaction waiting = transaction;
    if (outcome.completeExceptionally(failure) && waiting != null) {
      try {
        waiting.terminate();
      } catch (ObjectInUseException e) {
        LOG.log(System.Logger.Level.DEBUG, "A transaction ends by itself", e);
      }
    }
  }

  /** Says whether it was sent by another flow: its answer would come by that. */
  boolean isCutOffFrom(Flow present) {
    Flow by = sentBy;
    return by != null && by != present;
  }

  boolean isInvite() {
    return transaction != null && transaction.getRequest().getMethod().equals(Request.INVITE);
  }

  private synchronized void send(Request request) {
    if (signalling.isClosed()) {
      fail(Signalling.stopped());
      return;
    }
    try {
      sentBy = signalling.flow();
      transaction = signalling.provider().getNewClientTransaction(request);
      transaction.setApplicationData(this);
      if (within == null) {
        transaction.sendRequest();
      } else {
        within.sendRequest(transaction);
      }
    } catch (SipException | IllegalStateException e) {
      // The latter where the stack's timers are stopped meanwhile.
      fail(
          new UserAgentException(
              Reason.SERVER_UNREACHABLE,
              "A request could not be sent: " + e.getMessage(),
              "Check the network and whether the server runs",
              e));
    }
  }

  /** No final response came in time (RFC 3261 section 17.1). */
  void timedOut() {
    fail(
        new UserAgentException(
            Reason.SERVER_UNREACHABLE,
            "The server does not answer a " + transaction.getRequest().getMethod(),
            "Check whether it is overloaded or hangs"));
  }

  void received(Response response, Dialog dialog) {
    int status = response.getStatusCode();
    if (status < 200) {
      heard();
      provisional.accept(response);
      return;
    }
    boolean challenged =
        status == Response.UNAUTHORIZED || status == Response.PROXY_AUTHENTICATION_REQUIRED;
    if (!challenged || isCancelled()) {
      outcome.complete(new Outcome(response, transaction.getRequest(), dialog));
      return;
    }
    try {
      answer(response);
    } catch (UserAgentException e) {
      fail(e);
    }
  }

  private void answer(Response response) throws UserAgentException {
    Request request = again();
    synchronized (signalling.sendOrder()) {
      boolean stale = signalling.authenticator().answer(response, request);
      boolean second = !answered.add(response.getStatusCode());
      challenges++;
      if ((second && !stale) || challenges > MOST_CHALLENGES) {
        throw UserAgentException.refusal(
            Reason.AUTHENTICATION,
            "The server does not accept the password of " + signalling.account().aor(),
            "Correct \"password\" in the account file, or have the ISP issue the file again",
            Messages.asReceived(response));
      }
      send(request);
    }
  }

  private Request again() throws UserAgentException {
    if (within == null) {
      return signalling.messages().again(transaction.getRequest());
    }
    try {
      return signalling.messages().again(transaction.getRequest(), within);
    } catch (SipException e) {
      throw new UserAgentException(
          Reason.REFUSED, "The dialog has ended: " + e.getMessage(), "Nothing is left to do", e);
    }
  }

  private synchronized boolean isCancelled() {
    return cancelWanted;
  }

  private synchronized void heard() {
    heard = true;
    if (cancelWanted) {
      sendCancel();
    }
  }

  /**
   * Takes an INVITE back (RFC 3261 section 9.1): at once if anything has been heard of it, or else
   * when it is.
   */
  synchronized void cancel() {
    if (!cancelWanted && !outcome.isDone()) {
      cancelWanted = true;
      if (heard) {
        sendCancel();
      }
    }
  }

  private void sendCancel() {
    try {
      Request cancel = transaction.createCancel();
      signalling.provider().getNewClientTransaction(cancel).sendRequest();
      heard = false;
    } catch (SipException e) {
      LOG.log(System.Logger.Level.INFO, "CANCEL was too late", e);
    }
  }
}
