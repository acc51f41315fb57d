package dev.skiff.registry;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.skiff.Credentials;
import dev.skiff.SkiffException;
import java.net.URLConnection;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;

/** What the registry client knows of the rest of the world. */
class ArchitectureTest {
    private static final JavaClasses REGISTRY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.skiff.registry");

    @Test
    void itKnowsTheDocumentsTheExceptionsAndTheCredentialsAndNoOtherPartOfSkiff() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..", "javax.net.ssl", "org.jspecify.annotations", "com.google.common.base")
                        .or(resideInAPackage("dev.skiff.oci.."))
                        .or(resideInAPackage("dev.skiff.registry"))
                        .or(belongToAnyOf(Credentials.class, Credentials.Login.class))
                        .or(assignableTo(SkiffException.class)))
                .check(REGISTRY);
    }

    @Test
    void itLeavesFilesToTheStore() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("java.nio.file.."))
                .check(REGISTRY);
    }

    @Test
    void onlyTheTransportSendsRequests() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Transport")
                .should()
                .dependOnClassesThat(belongToAnyOf(HttpClient.class, URLConnection.class))
                .check(REGISTRY);
    }
}
