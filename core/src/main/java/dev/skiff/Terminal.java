package dev.skiff;

import java.io.Console;

/** Whether a person is looking. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings(
            "SystemConsoleNull") // up to Java 21 it is null without a terminal; from 22 on the console is asked
    static boolean isHere() {
        Console console = System.console();
        return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
    }

    /** From Java 22 on there is a console even without a terminal, and it can be asked. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
