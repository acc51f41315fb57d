package dev.skiff.oci;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = "dev.skiff.oci", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule sharedWordsKnowNoDocument = noClasses()
            .that()
            .resideInAPackage("dev.skiff.oci")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.skiff.oci.image", "dev.skiff.oci.runtime");

    @ArchTest
    static final ArchRule imagesKnowNoContainers = noClasses()
            .that()
            .resideInAPackage("dev.skiff.oci.image")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.skiff.oci.runtime");

    @ArchTest
    static final ArchRule containersKnowNoImages = noClasses()
            .that()
            .resideInAPackage("dev.skiff.oci.runtime")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.skiff.oci.image");

    @ArchTest
    static final ArchRule theInnermostKnowsTheJdkAlone = classes()
            .that()
            .resideInAPackage("dev.skiff.oci.internal")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.skiff.oci.internal", "org.jspecify..");

    @ArchTest
    static final ArchRule noFilesAndNoNetwork = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..", "java.nio.channels..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File|RandomAccessFile).*");

    @ArchTest
    static final ArchRule oneClassKnowsJackson = noClasses()
            .that()
            .haveNameNotMatching(".*\\.JsonText(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule valuesAreRecordsOrEnums = classes()
            .that()
            .resideInAnyPackage("dev.skiff.oci.image", "dev.skiff.oci.runtime")
            .and()
            .arePublic()
            .and()
            .doNotHaveSimpleName("Annotations")
            .should()
            .beRecords()
            .orShould()
            .beEnums();
}
