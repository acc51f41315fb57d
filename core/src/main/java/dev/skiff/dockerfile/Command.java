package dev.skiff.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** What RUN, CMD and ENTRYPOINT start: a text for the shell, or an argument vector that no shell sees. */
public sealed interface Command {
    /** The argument vector, given the shell in force ({@code /bin/sh -c} unless SHELL said otherwise). */
    List<String> argv(List<String> shell);

    /** Shell form: the text goes to the shell as one argument, variables and quotes untouched. */
    record Shell(String text) implements Command {
        @Override
        public List<String> argv(List<String> shell) {
            List<String> argv = new ArrayList<>(shell);
            argv.add(text);
            return List.copyOf(argv);
        }
    }

    /** Exec form, written as a JSON array. May be empty: {@code CMD []} takes an inherited command away. */
    record Exec(List<String> argv) implements Command {
        public Exec {
            argv = List.copyOf(argv);
        }

        @Override
        public List<String> argv(List<String> shell) {
            return argv;
        }
    }
}
