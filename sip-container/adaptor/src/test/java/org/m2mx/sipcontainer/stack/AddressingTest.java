package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.servlet.sip.Address;
import javax.servlet.sip.Parameterable;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.TelURL;
import javax.servlet.sip.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSR 289 section 4: what an application makes of addresses, and finds in them. */
class AddressingTest {
  @TempDir private static Path folder;
  private static TestServer server;
  private static SipFactory factory;

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(folder, RelayServlet.class).start();
    factory = server.application().getSipFactoryFacade();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<String> all(Iterator<String> names) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(names, 0), false).toList();
  }

  @Test
  void readsASipUri() throws Exception {
    SipURI uri =
        (SipURI)
            factory.createURI(
                "sips:alice@[2001:db8::1]:5071;transport=tcp;lr;user=phone?Subject=x");
    assertThat(uri.isSecure()).isTrue();
    assertThat(uri.getUser()).isEqualTo("alice");
    assertThat(uri.getHost()).isEqualTo("[2001:db8::1]");
    assertThat(uri.getPort()).isEqualTo(5071);
    assertThat(uri.getTransportParam()).isEqualTo("tcp");
    assertThat(uri.getLrParam()).isTrue();
    assertThat(uri.getUserParam()).isEqualTo("phone");
    assertThat(uri.getHeader("Subject")).isEqualTo("x");
    assertThat(all(uri.getParameterNames())).containsExactlyInAnyOrder("transport", "lr", "user");
  }

  @Test
  void makesASipUri() {
    SipURI uri = factory.createSipURI("alice", "example.org");
    uri.setPort(5070);
    uri.setTransportParam("udp");
    uri.setParameter("room", "red");
    uri.setHeader("Priority", "urgent");
    assertThat(uri)
        .hasToString("sip:alice@example.org:5070;transport=udp;room=red?Priority=urgent");
    uri.removeParameter("room");
    uri.setSecure(true);
    assertThat(uri.toString()).startsWith("sips:alice@example.org:5070;transport=udp?");
  }

  /** RFC 3261 section 19.1.4. */
  @Test
  void knowsWhichUrisAreTheSame() throws Exception {
    URI one = factory.createURI("sip:alice@EXAMPLE.org;transport=tcp;x=1");
    assertThat(one).isEqualTo(factory.createURI("sip:alice@example.ORG;X=1;Transport=TCP"));
    assertThat(one).isNotEqualTo(factory.createURI("sip:Alice@example.org;transport=tcp;x=1"));
    assertThat(one).isNotEqualTo(factory.createURI("sip:alice@example.org;transport=tcp;x=2"));
  }

  @Test
  void readsATelephoneNumber() throws Exception {
    TelURL number = (TelURL) factory.createURI("tel:+1-201-555-0123;phone-context=example.org");
    assertThat(number.isSipURI()).isFalse();
    assertThat(number.isGlobal()).isTrue();
    assertThat(number.getPhoneNumber()).isEqualTo("1-201-555-0123");
    assertThat(number.getParameter("phone-context")).isEqualTo("example.org");
  }

  @Test
  void readsAndMakesAnAddress() throws Exception {
    Address address =
        factory.createAddress("\"Alice A.\" <sip:alice@example.org>;q=0.5;expires=60;tag=7");
    assertThat(address.getDisplayName()).isEqualTo("Alice A.");
    assertThat(address.getQ()).isEqualTo(0.5f);
    assertThat(address.getExpires()).isEqualTo(60);
    assertThat(address.getParameter("tag")).isEqualTo("7");
    assertThat(address.isWildcard()).isFalse();
    assertThat(factory.createAddress("*").isWildcard()).isTrue();

    Address made = factory.createAddress(factory.createSipURI("bob", "example.org"), "Bob");
    made.setQ(1);
    made.setParameter("reg-id", "1");
    assertThat(made.toString()).matches("\"Bob\" <sip:bob@example.org>;q=1(\\.0)?;reg-id=1");
  }

  @Test
  void readsAParameterable() throws Exception {
    Parameterable event = factory.createParameterable("presence;id=7");
    assertThat(event.getValue()).isEqualTo("presence");
    assertThat(event.getParameter("id")).isEqualTo("7");
    event.setParameter("x", "y");
    assertThat(event.toString().split(";")).containsExactlyInAnyOrder("presence", "id=7", "x=y");
  }

  @Test
  void refusesWhatIsNoAddress() {
    List<String> taken =
        Stream.of("sip:", "<sip:alice@example.org", "nonsense")
            .filter(AddressingTest::isAddress)
            .toList();
    assertThat(taken).isEmpty();
  }

  private static boolean isAddress(String text) {
    try {
      factory.createAddress(text);
      return true;
    } catch (ServletParseException e) {
      return false;
    }
  }
}
