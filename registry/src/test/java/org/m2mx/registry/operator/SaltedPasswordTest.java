package org.m2mx.registry.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.credential.Password;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.interfaces.ScramDigestPassword;

class SaltedPasswordTest {
  @Test
  void theServersSignInAcceptsIt() throws Exception {
    for (var text :
        new String[] {
          "a plain password", "ｆｕｌｌ-ｗｉｄｔｈ pass", "パスワード・パスワード２", "péché mignon d'été"
        }) {
      var salted = SaltedPassword.of(Password.of(text), 1000, new SecureRandom());
      assertThat(serverAccepts(salted, text)).as(text).isTrue();
      assertThat(serverAccepts(salted, text + "x")).as(text).isFalse();
      assertThat(salted.matches(text)).as(text).isTrue();
      assertThat(salted.matches(text + "x")).as(text).isFalse();
    }
  }

  private static boolean serverAccepts(SaltedPassword salted, String guess) throws Exception {
    var factory =
        PasswordFactory.getInstance(
            ScramDigestPassword.ALGORITHM_SCRAM_SHA_512,
            WildFlyElytronPasswordProvider.getInstance());
    var decoder = Base64.getDecoder();
    var password =
        ScramDigestPassword.createRaw(
            ScramDigestPassword.ALGORITHM_SCRAM_SHA_512,
            decoder.decode(salted.saltedPassword()),
            decoder.decode(salted.salt()),
            salted.iterations());
    return factory.verify(factory.translate(password), guess.toCharArray());
  }
}
