package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.Word;
import java.util.List;

/** Comments right above an ARG or a named FROM begin with a name that it defines. */
final class DescriptionCheck {
    private final Findings findings;

    DescriptionCheck(Findings findings) {
        this.findings = findings;
    }

    void check(Dockerfile file) {
        if (findings.wants(BuildCheck.INVALID_DEFINITION_DESCRIPTION)) {
            int directives = file.directives().size();
            file.instructions().forEach(instruction -> check(instruction, directives));
        }
    }

    private void check(Instruction instruction, int directives) {
        List<String> names = names(instruction);
        int above = instruction.span().startLine() - 1;
        if (names.isEmpty() || above <= directives) {
            return;
        }
        String line = Blanks.trim(source(instruction).line(above));
        if (line.startsWith("#") && !names.contains(firstWord(line.substring(1)))) {
            findings.add(
                    BuildCheck.INVALID_DEFINITION_DESCRIPTION,
                    instruction.span().start(),
                    "the comment above " + instruction.keyword() + " should be \"# "
                            + (names.size() == 1 ? names.get(0) : "<name>") + " <description>\"");
        }
    }

    private static List<String> names(Instruction instruction) {
        if (instruction instanceof Instruction.From from) {
            return from.name().map(Word::raw).stream().toList();
        } else if (instruction instanceof Instruction.Arg arg) {
            return arg.declarations().stream()
                    .map(declaration -> declaration.name().raw())
                    .toList();
        }
        return List.of();
    }

    private static Source source(Instruction instruction) {
        return instruction.span().source();
    }

    private static String firstWord(String comment) {
        String text = Blanks.trim(comment);
        int end = 0;
        while (end < text.length() && !Blanks.isSpace(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }
}
