package dev.skiff.build;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Refuses what is not there yet, by name and line, before anything runs. Passing over an instruction would make an image that
 * is not what the file says.
 */
final class Unsupported {
    private Unsupported() {}

    /** @throws DockerfileException naming the instruction or the flag */
    static void refuse(List<Instruction> instructions) {
        instructions.forEach(Unsupported::refuse);
    }

    static void refuse(Instruction instruction) {
        if (instruction instanceof Instruction.Run run) {
            flag(run, "--mount", !run.mounts().isEmpty());
            flag(run, "--device", !run.devices().isEmpty());
            flag(run, "--security=insecure", is(run.security(), "insecure"));
            heredocs(run, run.heredocs());
        }
    }

    private static boolean is(Optional<Word> flag, String value) {
        return flag.map(word -> word.raw().toLowerCase(Locale.ROOT).equals(value))
                .orElse(false);
    }

    private static void flag(Instruction instruction, String flag, boolean given) {
        if (given) {
            throw instruction.error(instruction.keyword() + " " + flag + " is not supported yet");
        }
    }

    private static void heredocs(Instruction instruction, List<?> heredocs) {
        flag(instruction, "with a heredoc", !heredocs.isEmpty());
    }
}
