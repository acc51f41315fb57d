package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Instructions in the case that most of the file has, AS in that of its FROM, names of stages in lower case. */
final class CasingChecks {
    private final Findings findings;

    CasingChecks(Findings findings) {
        this.findings = findings;
    }

    void check(Dockerfile file) {
        List<Instruction> instructions = file.instructions();
        boolean lower = mostAreLower(instructions);
        for (Instruction instruction : instructions) {
            name(instruction).ifPresent(name -> checkName(instruction, name, lower));
            if (instruction instanceof Instruction.From from) {
                checkFrom(from);
            }
        }
    }

    private static boolean mostAreLower(List<Instruction> instructions) {
        int lead = 0;
        for (Instruction instruction : instructions) {
            String name = name(instruction).orElse("");
            lead += isLower(name) ? 1 : 0;
            lead -= isUpper(name) ? 1 : 0;
        }
        return lead > 0;
    }

    private void checkName(Instruction instruction, String name, boolean lower) {
        if (lower ? !isLower(name) : !isUpper(name)) {
            findings.add(
                    BuildCheck.CONSISTENT_INSTRUCTION_CASING,
                    instruction.span().start(),
                    "instruction \"" + name + "\" should be in " + (lower ? "lower" : "upper")
                            + " case, as most of the file is");
        }
    }

    private void checkFrom(Instruction.From from) {
        String keyword = name(from).orElse("");
        Optional<Word> as = from.as();
        if (as.isPresent() && (isLower(keyword) || isUpper(keyword))) {
            Word word = as.get();
            if (isLower(keyword) ? !isLower(word.raw()) : !isUpper(word.raw())) {
                findings.add(
                        BuildCheck.FROM_AS_CASING,
                        word.position(),
                        "\"" + word.raw() + "\" should be in the case of \"" + keyword + "\"");
            }
        }
        from.name().filter(name -> !isLower(name.raw())).ifPresent(name -> {
            findings.add(
                    BuildCheck.STAGE_NAME_CASING,
                    name.position(),
                    "stage name \"" + name.raw() + "\" should be in lower case");
        });
    }

    // The name as written, unless it is parted by a continuation.
    private static Optional<String> name(Instruction instruction) {
        String keyword = instruction.keyword();
        String text = instruction.text();
        return text.regionMatches(true, 0, keyword, 0, keyword.length())
                ? Optional.of(text.substring(0, keyword.length()))
                : Optional.empty();
    }

    private static boolean isLower(String name) {
        return name.equals(name.toLowerCase(Locale.ROOT)) && !name.isEmpty();
    }

    private static boolean isUpper(String name) {
        return name.equals(name.toUpperCase(Locale.ROOT)) && !name.isEmpty();
    }
}
