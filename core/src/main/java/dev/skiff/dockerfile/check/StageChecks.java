package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.oci.Platform;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Goes through the stages with what is known of their variables, each after the one it is based on. */
final class StageChecks {
    private final Findings findings;
    private final Expander expander;
    private final Map<String, String> global;
    private final CheckInput input;
    private final Map<String, Scope> ends = new HashMap<>();

    StageChecks(Findings findings, Expander expander, Map<String, String> global, CheckInput input) {
        this.findings = findings;
        this.expander = expander;
        this.global = global;
        this.input = input;
    }

    void check(List<Stage> stages) {
        for (Stage stage : stages) {
            if (input.stages().test(stage.index())) {
                Scope scope = begin(stage.from());
                InstructionChecks checks = new InstructionChecks(findings, expander, global, input, scope);
                stage.instructions().stream()
                        .takeWhile(any -> !expander.exhausted())
                        .forEach(checks::check);
                stage.name().ifPresent(name -> ends.put(name, scope));
            }
        }
    }

    private Scope begin(Instruction.From from) {
        String name = expand(from.image());
        Scope base = ends.get(name.toLowerCase(Locale.ROOT));
        if (base != null) {
            return Scope.onStage(base);
        }
        if (name.isBlank() || name.equals("scratch")) {
            return Scope.onImage(Map.of(), false);
        }
        Optional<CheckInput.Base> image = input.bases().find(from.image(), name, platform(from));
        image.ifPresent(found -> checkPlatform(from, found.platform()));
        return image.map(found -> Scope.onImage(found.environment(), found.setsShell()))
                .orElseGet(Scope::onUnknownImage);
    }

    private String expand(Word word) {
        return WordUse.of(word, Environment.of(global), expander)
                .map(WordUse::text)
                .orElse("");
    }

    private Platform platform(Instruction.From from) {
        try {
            return from.platform().map(this::expand).map(Platform::parse).orElse(input.platform());
        } catch (IllegalArgumentException forTheBuildToSay) {
            return input.platform();
        }
    }

    private void checkPlatform(Instruction.From from, Platform actual) {
        Platform expected = platform(from);
        boolean same =
                expected.os().equals(actual.os()) && expected.architecture().equals(actual.architecture());
        if (!same) {
            findings.add(
                    BuildCheck.INVALID_BASE_IMAGE_PLATFORM,
                    from.image().position(),
                    "the base image is for " + actual + ", not for " + expected);
        }
    }
}
