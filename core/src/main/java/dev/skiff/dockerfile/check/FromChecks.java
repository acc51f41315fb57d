package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.ArgDeclaration;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.GoText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.ReferenceSyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** FROM: arguments in the image and the platform. */
final class FromChecks {
    private static final String TARGET_PLATFORM = "TARGETPLATFORM";
    private static final int MOST_SUGGESTED_FROM = 1_000;

    private final Findings findings;
    private final Expander expander;
    private final Dockerfile file;
    private final Map<String, String> global;
    private final Map<String, String> defaults;
    private final Set<String> declared;
    private final List<String> suggested;

    /**
     * @param global the global arguments with what the build is given
     * @param defaults the same as if it were given nothing
     */
    FromChecks(
            Findings findings,
            Expander expander,
            Dockerfile file,
            Map<String, String> global,
            Map<String, String> defaults) {
        this.findings = findings;
        this.expander = expander;
        this.file = file;
        this.global = global;
        this.defaults = defaults;
        this.declared = declared(file, global);
        this.suggested = declared.stream().limit(MOST_SUGGESTED_FROM).toList();
    }

    private static Set<String> declared(Dockerfile file, Map<String, String> global) {
        Set<String> declared = new LinkedHashSet<>(global.keySet());
        for (Instruction.Arg arg : file.globalArgs()) {
            for (ArgDeclaration declaration : arg.declarations()) {
                declared.add(declaration.name().raw());
            }
        }
        return declared;
    }

    void check() {
        for (Stage stage : file.stages()) {
            Instruction.From from = stage.from();
            use(from.image()).ifPresent(image -> {
                checkDeclared(from.image(), image);
                checkDefault(from.image(), image);
            });
            from.platform()
                    .ifPresent(platform -> use(platform).ifPresent(use -> {
                        checkDeclared(platform, use);
                        checkPlatform(stage, platform, use);
                    }));
        }
    }

    private Optional<WordUse> use(Word word) {
        return WordUse.of(word, Environment.of(global), expander);
    }

    private void checkDeclared(Word word, WordUse use) {
        for (String name : use.unset()) {
            if (!declared.contains(name) && findings.wants(BuildCheck.UNDEFINED_ARG_IN_FROM)) {
                findings.add(
                        BuildCheck.UNDEFINED_ARG_IN_FROM,
                        word.position(),
                        "FROM uses the argument " + GoText.quote(name) + ", which no ARG before it declares"
                                + Suggestion.didYouMean(name, suggested));
            }
        }
    }

    private void checkDefault(Word word, WordUse use) {
        if (use.hasVariables()) {
            WordUse.of(word, Environment.of(defaults), expander)
                    .filter(byDefault -> !isReference(byDefault.text()))
                    .ifPresent(byDefault -> findings.add(
                            BuildCheck.INVALID_DEFAULT_ARG_IN_FROM,
                            word.position(),
                            "without build arguments " + GoText.quote(word.raw()) + " is "
                                    + GoText.quote(byDefault.text()) + ", which is no image name"));
        }
    }

    private static boolean isReference(String text) {
        try {
            Reference.parse(text);
            return true;
        } catch (ReferenceSyntaxException notOne) {
            return false;
        }
    }

    private void checkPlatform(Stage stage, Word word, WordUse use) {
        boolean target = use.unset().isEmpty() && use.set().equals(Set.of(TARGET_PLATFORM));
        if (target && use.text().equals(global.get(TARGET_PLATFORM))) {
            findings.add(
                    BuildCheck.REDUNDANT_TARGET_PLATFORM,
                    word.position(),
                    "--platform=" + word.raw() + " is what FROM does anyway");
        } else if (!use.hasVariables() && isConstant(use.text(), stage.name().orElse(""))) {
            findings.add(
                    BuildCheck.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
                    word.position(),
                    "--platform should not be the constant " + GoText.quote(use.text()));
        }
    }

    // A stage whose name says what it is for may be bound to a platform.
    private static boolean isConstant(String text, String stage) {
        try {
            Platform platform = Platform.parse(text);
            return !stage.contains(platform.os()) && !stage.contains(platform.architecture());
        } catch (IllegalArgumentException forTheBuildToSay) {
            return false;
        }
    }
}
