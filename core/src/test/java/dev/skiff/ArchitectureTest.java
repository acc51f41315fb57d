package dev.skiff;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who knows whom in this module. */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/benchmarks/"))
            .importPackages("dev.skiff");

    @Test
    void onlyLinuxNativeKnowsJna() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.skiff.linux..")
                .should()
                .dependOnClassesThat(resideInAPackage("com.sun.jna.."))
                .check(CORE);
    }

    @Test
    void coreUsesOfLinuxNativeOnlyWhatIsExported() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.skiff.linux..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff.linux..")
                        .and(resideInAnyPackage("dev.skiff.linux", "dev.skiff.linux.abi")
                                .negate()))
                .check(CORE);
    }

    @Test
    void whatIsInsideDoesNotGoThroughTheDoors() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.skiff.build..",
                        "dev.skiff.dockerfile..",
                        "dev.skiff.host..",
                        "dev.skiff.image..",
                        "dev.skiff.layer..",
                        "dev.skiff.login..",
                        "dev.skiff.registry..",
                        "dev.skiff.run..",
                        "dev.skiff.store..",
                        "dev.skiff.volume..",
                        "dev.skiff.work..")
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        Skiff.class,
                        Images.class,
                        Containers.class,
                        Volumes.class,
                        Run.class,
                        ImageBuild.class,
                        ImagePull.class,
                        ImagePush.class,
                        ImageLoad.class,
                        ImageSave.class,
                        Dockerfile.class))
                .check(CORE);
    }

    @Test
    void layersKnowNothingOfStoresAndStoresNothingOfBuildsAndRuns() {
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.layer..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.skiff.store..", "dev.skiff.build..", "dev.skiff.run..", "dev.skiff.registry.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.store..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.skiff.build..", "dev.skiff.run..", "dev.skiff.dockerfile.."))
                .check(CORE);
    }

    @Test
    void onlyBuildsReadDockerfilesAndTheyKnowNothingOfHowImagesTravel() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.skiff.host..",
                        "dev.skiff.image..",
                        "dev.skiff.layer..",
                        "dev.skiff.login..",
                        "dev.skiff.registry..",
                        "dev.skiff.run..",
                        "dev.skiff.volume..",
                        "dev.skiff.work..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff.dockerfile.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.build..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.skiff.image..", "dev.skiff.host..", "dev.skiff.volume.."))
                .check(CORE);
    }

    @Test
    void runsKnowNothingOfWhereImagesComeFrom() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.skiff.run..", "dev.skiff.volume..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.skiff.build..", "dev.skiff.image..", "dev.skiff.registry..", "dev.skiff.host.."))
                .check(CORE);
    }

    @Test
    void whatACopyTakesIsDecidedWithoutWhoeverTakesIt() {
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.build.copy..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.skiff.build", "dev.skiff.build.context..", "dev.skiff.build.remote.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.build.context..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.skiff.build", "dev.skiff.build.remote.."))
                .check(CORE);
        noClasses()
                .that()
                .resideInAnyPackage("dev.skiff.build.remote..", "dev.skiff.build.cache..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff.build"))
                .check(CORE);
    }

    @Test
    void waitingAndVolumesKnowNothingOfContainersAndImages() {
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.work..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff..")
                        .and(resideInAnyPackage("dev.skiff", "dev.skiff.work").negate()))
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.volume..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff..")
                        .and(resideInAnyPackage("dev.skiff", "dev.skiff.linux", "dev.skiff.volume")
                                .negate()))
                .check(CORE);
    }

    @Test
    void theDockerfileLanguageStandsAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.dockerfile..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff..")
                        .and(resideInAnyPackage("dev.skiff", "dev.skiff.dockerfile..", "dev.skiff.oci..")
                                .negate()))
                .check(CORE);
    }

    @Test
    void checksReadAFileThatIsParsedAndParsersCheckNothing() {
        noClasses()
                .that()
                .resideInAPackage("dev.skiff.dockerfile.check")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff.dockerfile.parser"))
                .check(CORE);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.skiff.dockerfile",
                        "dev.skiff.dockerfile.expand",
                        "dev.skiff.dockerfile.ignore",
                        "dev.skiff.dockerfile.parser",
                        "dev.skiff.dockerfile.plan")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.skiff.dockerfile.check"))
                .check(CORE);
    }

    @Test
    void publicSignaturesMentionOnlyTheJdkAndWhatWeExport() {
        Set<String> leaks = CORE.stream()
                .filter(type -> type.getPackageName().equals("dev.skiff")
                        && type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(method -> method.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .map(JavaClass::getPackageName)
                .filter(name -> !name.isEmpty() && !name.startsWith("java.") && !name.equals("dev.skiff"))
                .filter(name -> !name.equals("dev.skiff.oci") && !name.equals("dev.skiff.oci.image"))
                .collect(Collectors.toSet());
        assertThat(leaks).isEmpty();
    }

    @Test
    void nothingButTheApiIsExported() throws Exception {
        Path classes = Path.of(
                Images.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
            ModuleDescriptor module = ModuleDescriptor.read(in);
            assertThat(module.name()).isEqualTo("dev.skiff");
            assertThat(module.exports().stream().filter(exports -> !exports.isQualified()))
                    .extracting(ModuleDescriptor.Exports::source)
                    .containsExactly("dev.skiff");
        }
    }
}
