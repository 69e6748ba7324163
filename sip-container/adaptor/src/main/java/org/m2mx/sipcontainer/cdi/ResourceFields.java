package org.m2mx.sipcontainer.cdi;

import jakarta.annotation.Resource;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.literal.InjectLiteral;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.enterprise.inject.spi.configurator.AnnotatedTypeConfigurator;
import java.util.Set;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipSessionsUtil;
import javax.servlet.sip.TimerService;

/**
 * Takes {@code @Resource} of what a SIP application has injected (JSR 289 section 18.4) for
 * {@code @Inject}: no server knows these types, and CDI does.
 */
public class ResourceFields implements Extension {
  private static final Set<Class<?>> RESOURCES =
      Set.of(SipFactory.class, SipSessionsUtil.class, TimerService.class);

  <T> void take(@Observes @WithAnnotations(Resource.class) ProcessAnnotatedType<T> bean) {
    if (has(bean.getAnnotatedType())) {
      take(bean.configureAnnotatedType());
    }
  }

  private static boolean has(AnnotatedType<?> type) {
    return type.getFields().stream()
        .anyMatch(field -> RESOURCES.contains(field.getJavaMember().getType()));
  }

  /** Does so in a class that is no bean. */
  public static <T> void take(AnnotatedTypeConfigurator<T> type) {
    type.filterFields(
            field ->
                field.isAnnotationPresent(Resource.class)
                    && RESOURCES.contains(field.getJavaMember().getType()))
        .forEach(
            field ->
                field
                    .remove(annotation -> annotation instanceof Resource)
                    .add(InjectLiteral.INSTANCE));
  }
}
