package org.m2mx.tests.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/**
 * A telco's OpenID provider: Spring Authorization Server, where the console of the test server
 * looks for it.
 */
final class IdentityProvider implements AutoCloseable {
  /** Everybody's there. */
  static final String PASSWORD = "known to the provider alone";

  private static final int PORT = Integer.getInteger("m2mx.openid.port");
  private static final String STORE_PASSWORD = "changeit";

  private final Tomcat tomcat;
  private final AnnotationConfigWebApplicationContext spring;

  private IdentityProvider(Tomcat tomcat, AnnotationConfigWebApplicationContext spring) {
    this.tomcat = tomcat;
    this.spring = spring;
  }

  static String url() {
    return "https://localhost:" + PORT;
  }

  /**
   * Starts it, and has the console trust it.
   *
   * @param folder an empty one
   */
  static IdentityProvider start(Path folder)
      throws IOException, GeneralSecurityException, LifecycleException, InterruptedException {
    var store = certificate(folder);
    var spring = new AnnotationConfigWebApplicationContext();
    spring.register(Provider.class);
    var tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    tomcat.setConnector(connector(store));
    var context = tomcat.addContext("", folder.toString());
    // Cookies know no ports: the console's has the same host.
    context.setSessionCookieName("PROVIDER");
    context.addServletContainerInitializer(
        (classes, servlets) -> {
          spring.setServletContext(servlets);
          spring.refresh();
          servlets
              .addFilter("security", spring.getBean("springSecurityFilterChain", Filter.class))
              .addMappingForUrlPatterns(null, false, "/*");
        },
        Set.of());
    Tomcat.addServlet(context, "nothing", new Nothing());
    context.addServletMappingDecoded("/", "nothing");
    tomcat.start();
    return new IdentityProvider(tomcat, spring);
  }

  /** Somebody has an account there from now on. */
  void know(String name) {
    spring
        .getBean(InMemoryUserDetailsManager.class)
        .createUser(User.withUsername(name).password("{noop}" + PASSWORD).roles("USER").build());
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
    spring.close();
  }

  private static Path certificate(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var file = folder.resolve("provider.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "provider",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).as("keytool").isZero();
    var store = KeyStore.getInstance(file.toFile(), STORE_PASSWORD.toCharArray());
    Files.writeString(
        Path.of(System.getProperty("m2mx.server.base"), "openid.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(store.getCertificate("provider").getEncoded())
            + "\n-----END CERTIFICATE-----\n",
        US_ASCII);
    return file;
  }

  private static Connector connector(Path store) {
    var connector = new Connector();
    connector.setThrowOnFailure(true);
    connector.setPort(PORT);
    connector.setScheme("https");
    connector.setSecure(true);
    connector.setProperty("address", "localhost");
    connector.setProperty("SSLEnabled", "true");
    var tls = new SSLHostConfig();
    var certificate = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
    certificate.setCertificateKeystoreFile(store.toString());
    certificate.setCertificateKeystorePassword(STORE_PASSWORD);
    tls.addCertificate(certificate);
    connector.addSslHostConfig(tls);
    return connector;
  }

  /** What is no endpoint of the provider is nothing. */
  private static final class Nothing extends HttpServlet {
    private static final long serialVersionUID = 1L;
  }

  /** What a provider of a telco would be told. */
  @Configuration
  @EnableWebSecurity
  static class Provider {
    @Bean
    @Order(1)
    SecurityFilterChain protocol(HttpSecurity http) throws Exception {
      var server = OAuth2AuthorizationServerConfigurer.authorizationServer();
      return http.securityMatcher(server.getEndpointsMatcher())
          .with(server, endpoints -> endpoints.oidc(Customizer.withDefaults()))
          .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .exceptionHandling(
              handling ->
                  handling.authenticationEntryPoint(new LoginUrlAuthenticationEntryPoint("/login")))
          .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain login(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .formLogin(Customizer.withDefaults())
          .build();
    }

    @Bean
    UserDetailsService people() {
      return new InMemoryUserDetailsManager();
    }

    @Bean
    RegisteredClientRepository clients() {
      return new InMemoryRegisteredClientRepository(
          RegisteredClient.withId("console")
              .clientId("m2mx-console")
              .clientSecret("{noop}a-secret-of-the-tests")
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .redirectUri(Operator.console() + "openid/callback")
              .postLogoutRedirectUri(Operator.console())
              .scopes(scopes -> scopes.addAll(List.of("openid", "profile")))
              .clientSettings(ClientSettings.builder().requireProofKey(true).build())
              .build());
    }

    @Bean
    AuthorizationServerSettings settings() {
      return AuthorizationServerSettings.builder().issuer(url()).build();
    }

    @Bean
    JWKSource<SecurityContext> keys() throws JOSEException {
      return new ImmutableJWKSet<>(new JWKSet(new RSAKeyGenerator(2048).keyID("one").generate()));
    }

    @Bean
    JwtDecoder decoder(JWKSource<SecurityContext> keys) {
      return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> claims() {
      return context -> {
        if (OidcParameterNames.ID_TOKEN.equals(context.getTokenType().getValue())) {
          context.getClaims().claim("preferred_username", context.getPrincipal().getName());
        }
      };
    }
  }
}
