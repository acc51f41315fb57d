package dev.skiff.build;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.GoText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.MountFlag;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a RUN is kept apart from the host.
 *
 * @param network {@link #NONE}, {@link #HOST}, or {@link #DEFAULT}: one of its own with a way out, where there is one for an ordinary user,
 *     else the host's
 * @param insecure whether it may do what the JVM's user may
 */
record RunModes(String network, boolean insecure) {
    static final String NONE = "none";
    static final String DEFAULT = "default";
    static final String HOST = "host";

    private static final List<String> NETWORKS = List.of(DEFAULT, NONE, HOST);
    private static final List<String> SECURITIES = List.of("sandbox", "insecure");

    /** @throws DockerfileException for what the caller of the build has not allowed */
    static RunModes of(Instruction.Run run, RunOptions options) {
        String network = lowerCase(run.network(), DEFAULT);
        boolean insecure = lowerCase(run.security(), "sandbox").equals("insecure");
        if (insecure && !options.allowInsecure()) {
            throw run.security()
                    .orElseThrow()
                    .error("security.insecure is not allowed; the build can allow it, with allowInsecure()");
        }
        return new RunModes(network, insecure);
    }

    /**
     * Finds what is wrong with the flags of RUNs before anything has run.
     *
     * @throws DockerfileException for a mode that there is not, a device, or a mount that makes no sense
     */
    static void check(List<Instruction> instructions) {
        for (Instruction instruction : instructions) {
            if (instruction instanceof Instruction.Run run) {
                check(run);
            }
        }
    }

    private static void check(Instruction.Run run) {
        run.network().ifPresent(word -> {
            if (!NETWORKS.contains(lowerCase(word))) {
                throw word.error("invalid network mode " + GoText.quote(word.raw()) + choices(word, NETWORKS));
            }
        });
        run.security().ifPresent(word -> {
            if (!SECURITIES.contains(lowerCase(word))) {
                throw word.error("security " + GoText.quote(word.raw()) + " is not valid" + choices(word, SECURITIES));
            }
        });
        if (!run.devices().isEmpty()) {
            throw run.devices()
                    .get(0)
                    .error(
                            "RUN --device needs a device of the Container Device Interface, and Skiff gives builds none");
        }
        for (MountFlag mount : run.mounts()) {
            if (mount.value().raw().indexOf('$') < 0) {
                mount.resolve(text -> text);
            }
        }
    }

    private static String choices(Word word, List<String> choices) {
        String near = Suggestion.didYouMean(lowerCase(word), choices);
        return near.isEmpty() ? "; it is one of " + String.join(", ", choices) : near;
    }

    private static String lowerCase(Optional<Word> word, String otherwise) {
        return word.map(RunModes::lowerCase).orElse(otherwise);
    }

    private static String lowerCase(Word word) {
        return word.raw().toLowerCase(Locale.ROOT);
    }
}
