package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Position;
import dev.skiff.dockerfile.Stage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Forms that are out of use or out of place, whatever the variables are. */
final class FormChecks {
    private static final List<Class<? extends Instruction>> ONCE =
            List.of(Instruction.Cmd.class, Instruction.Entrypoint.class, Instruction.Healthcheck.class);

    private final Findings findings;

    FormChecks(Findings findings) {
        this.findings = findings;
    }

    void check(Dockerfile file) {
        for (Position blank : file.emptyContinuations()) {
            findings.add(BuildCheck.NO_EMPTY_CONTINUATION, blank, "blank line inside a continued instruction");
        }
        file.instructions().forEach(this::checkForm);
        file.stages().forEach(this::checkOnce);
    }

    private void checkForm(Instruction instruction) {
        boolean legacy = (instruction instanceof Instruction.Env env && env.legacy())
                || (instruction instanceof Instruction.Label label && label.legacy());
        if (legacy) {
            findings.add(
                    BuildCheck.LEGACY_KEY_VALUE_FORMAT,
                    instruction.span().start(),
                    "\"" + instruction.keyword() + " name value\" should be written \"" + instruction.keyword()
                            + " name=value\"");
        } else if (instruction instanceof Instruction.Maintainer) {
            findings.add(
                    BuildCheck.MAINTAINER_DEPRECATED,
                    instruction.span().start(),
                    "MAINTAINER is deprecated in favour of a label");
        }
    }

    // The one that is reported is the one that does nothing.
    private void checkOnce(Stage stage) {
        Map<Class<?>, Instruction> last = new HashMap<>();
        for (Instruction instruction : stage.instructions()) {
            if (ONCE.contains(instruction.getClass())) {
                Instruction overruled = last.put(instruction.getClass(), instruction);
                if (overruled != null) {
                    findings.add(
                            BuildCheck.MULTIPLE_INSTRUCTIONS_DISALLOWED,
                            overruled.span().start(),
                            "this " + instruction.keyword() + " does nothing: the one in line "
                                    + instruction.span().startLine() + " takes its place");
                }
            }
        }
    }
}
