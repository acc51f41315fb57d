package dev.skiff.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a RUN starts, its heredocs taken into account.
 *
 * <p>A command that is nothing but a heredoc is that script: the body goes to the shell as its text, or, if it begins
 * with {@code #!}, becomes a file that is executed. In any other command the shell itself gets line, bodies and
 * delimiters, and does with them what shells do.
 *
 * @param argv what to execute
 * @param file the script to put in place first, if there is one; its path is the whole of {@code argv}
 */
public record RunScript(List<String> argv, Optional<File> file) {
    private static final String DIRECTORY = "/dev/pipes/";

    public RunScript {
        argv = List.copyOf(argv);
    }

    /** A script that must be there, executable, while the command runs. */
    public record File(String path, String content) {}

    /** What the instruction starts, given the shell in force. */
    public static RunScript of(Instruction.Run run, List<String> shell) {
        if (run.heredocs().isEmpty() || !(run.command() instanceof Command.Shell command)) {
            return new RunScript(run.command().argv(shell), Optional.empty());
        }
        if (!isHeredocAlone(command.text())) {
            return new RunScript(withShell(shell, withBodies(command.text(), run.heredocs())), Optional.empty());
        }
        Heredoc heredoc = run.heredocs().get(0);
        String script = heredoc.content().raw();
        if (!script.startsWith("#!")) {
            return new RunScript(withShell(shell, script), Optional.empty());
        }
        String path = DIRECTORY + heredoc.name();
        return new RunScript(withShell(shell, path), Optional.of(new File(path, script)));
    }

    private static boolean isHeredocAlone(String text) {
        String start = text.stripLeading();
        int digits = 0;
        while (digits < start.length() && Character.isDigit(start.charAt(digits))) {
            digits++;
        }
        return start.startsWith("<<", digits)
                && hasNoOtherWord(start.substring(digits + 2).stripLeading());
    }

    // The delimiter may be quoted, with blanks inside the quotes.
    private static boolean hasNoOtherWord(String delimiter) {
        char quote = 0;
        for (int i = 0; i < delimiter.length(); i++) {
            char c = delimiter.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (Character.isWhitespace(c) || c == '<') {
                return false;
            }
        }
        return true;
    }

    private static String withBodies(String text, List<Heredoc> heredocs) {
        StringBuilder whole = new StringBuilder(text);
        for (Heredoc heredoc : heredocs) {
            whole.append('\n').append(heredoc.body().raw()).append(heredoc.name());
        }
        return whole.toString();
    }

    private static List<String> withShell(List<String> shell, String text) {
        List<String> argv = new ArrayList<>(shell);
        argv.add(text);
        return argv;
    }
}
