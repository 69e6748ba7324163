package org.m2mx.sipcontainer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSR 289 appendix C: the file of the default application router. */
class RouterFileTest {
  @Test
  void readsTheExampleOfTheSpecification() throws Exception {
    Map<String, List<RouterEntry>> methods =
        RouterFile.parse(
            "dar.properties",
            """
            # The example of appendix C.
            INVITE: ("OriginatingCallWaiting", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"), \\
                    ("CallForwarding", "DAR:To", "TERMINATING", "", "NO_ROUTE", "1")
            ! Another way to write a list.
            ALL = ("Rest", "sip:rest@example.org", "NEUTRAL", "sip:edge.example.org", "ROUTE", ""),
                  ("Last", "DAR:From", "NEUTRAL", "", "NO_ROUTE", "")
            """);

    assertThat(methods).containsOnlyKeys("INVITE", "ALL");
    assertThat(methods.get("INVITE"))
        .containsExactly(
            new RouterEntry(
                "OriginatingCallWaiting",
                "DAR:From",
                SipApplicationRoutingRegion.ORIGINATING_REGION,
                "",
                SipRouteModifier.NO_ROUTE),
            new RouterEntry(
                "CallForwarding",
                "DAR:To",
                SipApplicationRoutingRegion.TERMINATING_REGION,
                "",
                SipRouteModifier.NO_ROUTE));
    assertThat(methods.get("ALL"))
        .extracting(RouterEntry::application)
        .containsExactly("Rest", "Last");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          INVITE ("a", "DAR:To", "NEUTRAL", "", "NO_ROUTE", "0") | 8 | expected ':' after the method INVITE
          INVITE: "a", "DAR:To", "NEUTRAL", "", "NO_ROUTE", "0") | 9 | expected '(' before an application
          INVITE: ("a", "DAR:To", "NEUTRAL", "", "NO_ROUTE") | 50 | expected ',' and the state in quotes
          INVITE: ("a", DAR:To, "NEUTRAL", "", "NO_ROUTE", "0") | 15 | expected the subscriber in quotes
          INVITE: ("a | 10 | the quotes of the application name do not end on their line
          INVITE: ("a", "DAR:To", "MIDDLE", "", "NO_ROUTE", "0") | 25 | the region is 'MIDDLE', choose ORIGINATING, TERMINATING or NEUTRAL
          INVITE: ("a", "DAR:To", "NEUTRAL", "", "AWAY", "0") | 40 | the route modifier is 'AWAY', choose ROUTE or NO_ROUTE
          INVITE: ("", "DAR:To", "NEUTRAL", "", "NO_ROUTE", "0") | 10 | the application name is empty
          INVITE: ("a", "DAR:To", "NEUTRAL", "", "NO_ROUTE", "0" | 55 | expected ')' after the six values of an application
          INVITE: ("a", "nobody", "NEUTRAL", "", "NO_ROUTE", "0") | 15 | 'nobody' is no URI
          INVITE: ("a", "DAR:To", "NEUTRAL", "<>", "ROUTE", "0") | 36 | '<>' is no URI
          ("a", "DAR:To", "NEUTRAL", "", "NO_ROUTE", "0") | 1 | expected a SIP method or ALL
          OPTIONS: ("a", "DAR:To", "NEUTRAL", "", "NO_ROUTE", "0") | 1 | a second list for the method OPTIONS
          """)
  void saysWhereAndWhatIsWrong(String line, int column, String problem) {
    String before = "# One\nOPTIONS: (\"a\", \"DAR:To\", \"NEUTRAL\", \"\", \"NO_ROUTE\", \"0\")\n";

    assertThatThrownBy(() -> RouterFile.parse("routes", before + line))
        .isInstanceOf(RouterFileException.class)
        .hasMessage("routes line 3, column %d: %s".formatted(column, problem));
  }
}
