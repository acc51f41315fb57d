package dev.skiff;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module. */
@AnalyzeClasses(packages = "dev.skiff", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Of all modules: this one's class path has the others too. */
    @ArchTest
    static final ArchRule onePackageOfLinuxNativeKnowsJna = noClasses()
            .that()
            .resideOutsideOfPackage("dev.skiff.linux.libc")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");
}
