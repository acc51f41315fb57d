package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.FileOperands;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** COPY and ADD: flags, sources, destination. */
final class FileInstructions {
    private static final List<String> REPEATABLE = List.of("exclude");

    private FileInstructions() {}

    static Instruction.Copy copy(InstructionLine line, List<Heredoc> heredocs) {
        Flags flags = Flags.of(line, List.of("from", "chown", "chmod", "link", "parents"), REPEATABLE);
        Optional<Word> from = flags.valueUnlessEmpty("from");
        from.filter(stage -> stage.raw().contains("$")).ifPresent(stage -> {
            throw stage.error("variable expansion is not supported for --from, define a new stage with FROM using"
                    + " ARG from global scope as a workaround");
        });
        return new Instruction.Copy(
                line.span(),
                operands(line, heredocs),
                from,
                flags.valueUnlessEmpty("chown"),
                flags.valueUnlessEmpty("chmod"),
                flags.bool("link").orElse(false),
                flags.bool("parents").orElse(false),
                flags.values("exclude"));
    }

    static Instruction.Add add(InstructionLine line, List<Heredoc> heredocs) {
        Flags flags =
                Flags.of(line, List.of("chown", "chmod", "link", "keep-git-dir", "checksum", "unpack"), REPEATABLE);
        return new Instruction.Add(
                line.span(),
                operands(line, heredocs),
                flags.valueUnlessEmpty("chown"),
                flags.valueUnlessEmpty("chmod"),
                flags.bool("link").orElse(false),
                flags.valueUnlessEmpty("checksum"),
                flags.bool("keep-git-dir"),
                flags.bool("unpack"),
                flags.values("exclude"));
    }

    private static FileOperands operands(InstructionLine line, List<Heredoc> heredocs) {
        List<Word> words = Arguments.jsonOrWords(line);
        if (words.size() < 2) {
            throw line.error(line.keyword() + " requires at least two arguments, but "
                    + (words.isEmpty() ? "none" : "only one")
                    + " was provided. Destination could not be determined");
        }
        Word destination = words.get(words.size() - 1);
        if (!heredocs.isEmpty() && HeredocStart.of(destination.raw()).isPresent()) {
            throw destination.error(line.keyword() + " cannot accept a heredoc as a destination");
        }
        Map<String, Heredoc> byName = new HashMap<>();
        heredocs.forEach(heredoc -> byName.put(heredoc.name(), heredoc));
        List<Word> sources = new ArrayList<>();
        List<Heredoc> files = new ArrayList<>();
        for (Word source : words.subList(0, words.size() - 1)) {
            HeredocStart.of(source.raw())
                    .map(start -> byName.get(start.name()))
                    .ifPresentOrElse(files::add, () -> sources.add(source));
        }
        return new FileOperands(sources, files, destination);
    }
}
