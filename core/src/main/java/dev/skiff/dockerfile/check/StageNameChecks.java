package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names of stages: each once, and none that means something else. */
final class StageNameChecks {
    private static final Set<String> RESERVED = Set.of("context", "scratch");

    private final Findings findings;

    StageNameChecks(Findings findings) {
        this.findings = findings;
    }

    void check(List<Stage> stages) {
        Map<String, Stage> first = new HashMap<>();
        for (Stage stage : stages) {
            stage.name().ifPresent(name -> {
                Word word = stage.from().name().orElseThrow();
                if (RESERVED.contains(name)) {
                    findings.add(
                            BuildCheck.RESERVED_STAGE_NAME,
                            word.position(),
                            "\"" + name + "\" is reserved and should not name a stage");
                }
                Stage same = first.putIfAbsent(name, stage);
                if (same != null) {
                    findings.add(
                            BuildCheck.DUPLICATE_STAGE_NAME,
                            word.position(),
                            "stage name \"" + name + "\" is given again; it was given in line "
                                    + same.from().span().startLine());
                }
            });
        }
    }
}
