package dev.skiff.linux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = "dev.skiff.linux", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Set<String> EXPORTED = Set.of("dev.skiff.linux", "dev.skiff.linux.abi");

    /** What a signature that others see may mention. */
    private static final List<String> PUBLIC = List.of("java.", "dev.skiff.oci");

    @ArchTest
    static final ArchRule onePackageKnowsJna = noClasses()
            .that()
            .resideOutsideOfPackage("dev.skiff.linux.libc")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule namesAndNumbersOfTheKernelKnowNothingOfUs = classes()
            .that()
            .resideInAPackage("dev.skiff.linux.abi")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.skiff.linux.abi", "dev.skiff.oci.runtime", "org.jspecify..");

    @ArchTest
    static final ArchRule programsAreValuesAndRunNothing = noClasses()
            .that()
            .resideInAPackage("dev.skiff.linux.program")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.cgroup",
                    "dev.skiff.linux.container",
                    "dev.skiff.linux.launcher",
                    "dev.skiff.linux.libc",
                    "dev.skiff.linux.runtime",
                    "dev.skiff.linux.tree",
                    "dev.skiff.oci..");

    @ArchTest
    static final ArchRule filtersAreCompiledWithoutAKernel = noClasses()
            .that()
            .resideInAPackage("dev.skiff.linux.seccomp")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.cgroup",
                    "dev.skiff.linux.container",
                    "dev.skiff.linux.launcher",
                    "dev.skiff.linux.libc",
                    "dev.skiff.linux.program",
                    "dev.skiff.linux.runtime",
                    "dev.skiff.linux.tree");

    /** A container's program is written from values; of the launcher it knows the reports that the program itself writes. */
    @ArchTest
    static final ArchRule containersAreWrittenAndNotRun = noClasses()
            .that()
            .resideInAPackage("dev.skiff.linux.container")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.libc",
                    "dev.skiff.linux.runtime",
                    "dev.skiff.linux.systemd",
                    "dev.skiff.linux.tree",
                    "dev.skiff.linux.user")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("dev\\.skiff\\.linux\\.launcher\\.(?!Report).*");

    @ArchTest
    static final ArchRule theLauncherKnowsNoContainer = noClasses()
            .that()
            .resideInAnyPackage("dev.skiff.linux.launcher", "dev.skiff.linux.libc")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.cgroup",
                    "dev.skiff.linux.container",
                    "dev.skiff.linux.runtime",
                    "dev.skiff.linux.systemd",
                    "dev.skiff.linux.tree",
                    "dev.skiff.linux.user",
                    "dev.skiff.linux.seccomp",
                    "dev.skiff.oci..");

    /** Groups are planned and written through {@link HostFiles}; the program that joins them is the container's affair. */
    @ArchTest
    static final ArchRule groupsKnowNoProgramAndNoLauncher = noClasses()
            .that()
            .resideInAPackage("dev.skiff.linux.cgroup")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.container",
                    "dev.skiff.linux.launcher",
                    "dev.skiff.linux.libc",
                    "dev.skiff.linux.program",
                    "dev.skiff.linux.runtime",
                    "dev.skiff.linux.tree");

    @ArchTest
    static final ArchRule theBusKnowsNobody = classes()
            .that()
            .resideInAPackage("dev.skiff.linux.systemd")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.skiff.linux.systemd", "org.jspecify..");

    @ArchTest
    static final ArchRule newNetworksAreLinesOfPrograms = classes()
            .that()
            .resideInAPackage("dev.skiff.linux.network")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "dev.skiff.linux.abi",
                    "dev.skiff.linux.network",
                    "dev.skiff.linux.program",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule theNetworkKnowsNoContainer = noClasses()
            .that()
            .resideInAPackage("dev.skiff.linux.netlink")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.cgroup",
                    "dev.skiff.linux.container",
                    "dev.skiff.linux.runtime",
                    "dev.skiff.linux.tree",
                    "dev.skiff.oci..");

    @ArchTest
    static final ArchRule whatIsKeptOfContainersIsDocuments = noClasses()
            .that()
            .resideInAPackage("dev.skiff.linux.runtime")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.skiff.linux.container",
                    "dev.skiff.linux.launcher",
                    "dev.skiff.linux.libc",
                    "dev.skiff.linux.program",
                    "dev.skiff.linux.tree");

    @ArchTest
    static final ArchRule signaturesThatOthersSeeAreMadeOfWhatOthersCanUse = classes()
            .that()
            .resideInAnyPackage(EXPORTED.toArray(String[]::new))
            .and()
            .arePublic()
            .should(new ArchCondition<>("mention the JDK, the runtime specification and exported types only") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    mentioned(type)
                            .filter(each -> !isPublic(each.getBaseComponentType()))
                            .forEach(each -> events.add(SimpleConditionEvent.violated(
                                    type, type.getName() + " mentions " + each.getName())));
                }
            });

    private static Stream<JavaClass> mentioned(JavaClass type) {
        Stream<JavaClass> inCalls = type.getCodeUnits().stream()
                .filter(unit -> isSeen(unit.getModifiers()))
                .flatMap(ArchitectureTest::mentioned);
        Stream<JavaClass> inFields = type.getFields().stream()
                .filter(field -> isSeen(field.getModifiers()))
                .map(JavaField::getRawType);
        return Stream.concat(Stream.concat(inCalls, inFields), type.getAllRawSuperclasses().stream());
    }

    private static Stream<JavaClass> mentioned(JavaCodeUnit unit) {
        Stream<JavaClass> arguments =
                unit.getParameterTypes().stream().flatMap(each -> each.getAllInvolvedRawTypes().stream());
        Stream<JavaClass> results = unit.getReturnType().getAllInvolvedRawTypes().stream();
        return Stream.concat(arguments, results);
    }

    private static boolean isSeen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean isPublic(JavaClass type) {
        return type.isPrimitive()
                || EXPORTED.contains(type.getPackageName())
                || PUBLIC.stream().anyMatch(type.getName()::startsWith);
    }
}
