package org.m2mx.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.m2mx.registry.DataFolder;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.itself.SubscriberSignIn;
import org.m2mx.registry.operator.SignIn;
import org.m2mx.registry.schema.Schema;
import org.m2mx.registry.secondfactor.SecondStep;

/** Holds the arrows of docs/contributors/architecture.md: who may import whom. */
@AnalyzeClasses(packages = "org.m2mx", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String CONTAINER = "org.m2mx.sipcontainer..";
  private static final String REGISTRY = "org.m2mx.registry..";
  private static final String SIP_APP = "org.m2mx.sip..";
  private static final String CONSOLE = "org.m2mx.console..";
  private static final String USER_AGENT = "org.m2mx.ua..";

  private static final Set<String> NO_DATA =
      Set.of(
          Acting.class.getName(),
          DataFolder.class.getName(),
          Domains.class.getName(),
          Schema.class.getName(),
          SignIn.class.getName(),
          SecondStep.class.getName(),
          SubscriberSignIn.class.getName());

  @ArchTest
  static final ArchRule theSipContainerKnowsNothingOfTheService =
      classes()
          .that()
          .resideInAPackage(CONTAINER)
          .should()
          .onlyDependOnClassesThat(outsideM2mxOr(CONTAINER));

  @ArchTest
  static final ArchRule theRegistryKnowsNoOneAboveIt =
      classes()
          .that()
          .resideInAPackage(REGISTRY)
          .should()
          .onlyDependOnClassesThat(outsideM2mxOr(REGISTRY));

  @ArchTest
  static final ArchRule theRegistryKnowsNoSip =
      noClasses()
          .that()
          .resideInAPackage(REGISTRY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "javax.sip..", "javax.servlet.sip..", "gov.nist..", "org.mobicents..");

  @ArchTest
  static final ArchRule theSipServiceStandsOnRegistryAndContainer =
      classes()
          .that()
          .resideInAPackage(SIP_APP)
          .should()
          .onlyDependOnClassesThat(outsideM2mxOr(SIP_APP, REGISTRY, CONTAINER));

  @ArchTest
  static final ArchRule theSipServiceUsesTheServletApiOnly =
      noClasses()
          .that()
          .resideInAPackage(SIP_APP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.sip..", "gov.nist..", "org.mobicents..");

  @ArchTest
  static final ArchRule theConsoleStandsOnTheRegistry =
      classes()
          .that()
          .resideInAPackage(CONSOLE)
          .should()
          .onlyDependOnClassesThat(outsideM2mxOr(CONSOLE, REGISTRY));

  @ArchTest
  static final ArchRule theConsoleEntersTheRegistryThroughItsDoors =
      noClasses()
          .that()
          .resideInAPackage(CONSOLE)
          .should()
          .callMethodWhere(entersARegistryServiceBesidesItsDoors());

  @ArchTest
  static final ArchRule onlyWhoLetsSomebodyInSaysWhoActs =
      noClasses()
          .that()
          .resideInAPackage(CONSOLE)
          .and()
          .resideOutsideOfPackages("org.m2mx.console.signin..", "org.m2mx.console.demo..")
          .should()
          .callMethodWhere(
              JavaCall.Predicates.target(HasOwner.Predicates.With.owner(assignableTo(Acting.class)))
                  .and(JavaCall.Predicates.target(nameMatching("as|begin"))));

  @ArchTest
  static final ArchRule noPageSeesTheRegistryByName =
      noClasses()
          .that()
          .resideInAPackage(REGISTRY)
          .should()
          .beAnnotatedWith("jakarta.inject.Named");

  @ArchTest
  static final ArchRule theUserAgentHasNoCodeOfTheServer =
      classes()
          .that()
          .resideInAPackage(USER_AGENT)
          .should()
          .onlyDependOnClassesThat(outsideM2mxOr(USER_AGENT));

  @ArchTest
  static final ArchRule theUserAgentNeedsNoServer =
      noClasses()
          .that()
          .resideInAPackage(USER_AGENT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "javax.servlet..", "org.mobicents..", "org.wildfly..");

  @ArchTest
  static final ArchRule roomsOfTheSipServiceHaveNoCycles =
      slices().matching("org.m2mx.sip.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule roomsOfTheUserAgentHaveNoCycles =
      slices().matching("org.m2mx.ua.(*)..").should().beFreeOfCycles();

  /** A service may be entered by a method marked as a door; the few others look after no data. */
  private static DescribedPredicate<JavaMethodCall> entersARegistryServiceBesidesItsDoors() {
    return DescribedPredicate.describe(
        "enters a service of the registry by what is not marked @Requires",
        call ->
            call.getTargetOwner().isAnnotatedWith(ApplicationScoped.class)
                && call.getTargetOwner().getPackageName().startsWith("org.m2mx.registry")
                && !NO_DATA.contains(call.getTargetOwner().getFullName())
                && call.getTarget()
                    .resolveMember()
                    .map(method -> !method.isAnnotatedWith(Requires.class))
                    .orElse(true)
                && !isOpenedByAToken(call));
  }

  private static boolean isOpenedByAToken(JavaMethodCall call) {
    return call.getTarget().getRawParameterTypes().stream()
        .anyMatch(parameter -> parameter.isEquivalentTo(Token.class));
  }

  private static DescribedPredicate<JavaClass> outsideM2mxOr(String... packages) {
    return DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("org.m2mx.."))
        .or(JavaClass.Predicates.resideInAnyPackage(packages))
        .as("outside m2mx or in %s", String.join(", ", packages));
  }
}
