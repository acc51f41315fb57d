package dev.skiff.samples.runtime;

import dev.skiff.linux.LinuxHost;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a configuration to begin with. */
@Command(name = "spec", description = "Writes a config.json to begin with.")
final class Spec implements Callable<Integer> {
    private static final List<String> ENVIRONMENT =
            List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm");

    @Option(
            names = {"-b", "--bundle"},
            description = "the directory for it (default: the current one)")
    private Path bundle = Path.of("");

    @Option(names = "--rootless", description = "not heeded: it is for whoever asks")
    void rootless(boolean asked) {
        if (!asked) {
            throw new IllegalArgumentException("--rootless is a switch");
        }
    }

    @Override
    public Integer call() throws IOException {
        Path file = bundle.resolve("config.json");
        try (LinuxHost host = LinuxHost.open()) {
            Files.writeString(file, Indented.text(Json.write(example(host))), StandardOpenOption.CREATE_NEW);
            return 0;
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(
                    "File " + file.toAbsolutePath() + " exists. Remove it first; it is not overwritten", e);
        }
    }

    private static dev.skiff.oci.runtime.Spec example(LinuxHost host) {
        dev.skiff.oci.runtime.Spec spec = host.defaults().spec(List.of("sh"), false);
        Process process = spec.process().orElseThrow();
        return spec.withRoot(Root.of("rootfs").withReadonly(true))
                .withHostname("skiff")
                .withProcess(
                        process.withTerminal(true).withNoNewPrivileges(true).withEnv(ENVIRONMENT));
    }

    /** JSON for people, who are to edit it. */
    static final class Indented {
        private static final String STEP = "  ";

        private final StringBuilder text = new StringBuilder();
        private int depth;

        private Indented() {}

        /** Of a document without white space between its parts. */
        static String text(byte[] json) {
            Indented indented = new Indented();
            String whole = new String(json, StandardCharsets.UTF_8);
            boolean quoted = false;
            for (int i = 0; i < whole.length(); i++) {
                char c = whole.charAt(i);
                quoted ^= c == '"' && !isEscaped(whole, i);
                if (quoted || c == '"') {
                    indented.text.append(c);
                } else {
                    indented.add(c);
                }
            }
            return indented.text.append('\n').toString();
        }

        private static boolean isEscaped(String whole, int at) {
            int before = at;
            while (before > 0 && whole.charAt(before - 1) == '\\') {
                before--;
            }
            return (at - before) % 2 == 1;
        }

        private void add(char c) {
            switch (c) {
                case '{', '[' -> {
                    text.append(c);
                    depth++;
                    line();
                }
                case '}', ']' -> {
                    depth--;
                    line();
                    text.append(c);
                }
                case ',' -> {
                    text.append(c);
                    line();
                }
                case ':' -> text.append(": ");
                default -> text.append(c);
            }
        }

        private void line() {
            text.append('\n').append(STEP.repeat(depth));
        }
    }
}
