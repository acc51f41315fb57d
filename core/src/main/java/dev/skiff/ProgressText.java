package dev.skiff;

import java.time.Duration;
import java.util.Locale;

/** Texts that the ready listeners have in common. */
final class ProgressText {
    private ProgressText() {}

    /** Such as {@code [build 2/4] RUN npm install}; a stage that has only a number is told by it unless it is the first. */
    static String title(BuildEvent.StepStarted step) {
        String stage = step.stage();
        boolean numbered = stage.chars().allMatch(Character::isDigit);
        String name = !numbered ? stage + " " : stage.equals("0") ? "" : "stage-" + stage + " ";
        return "[" + name + step.step() + "/" + step.total() + "] " + printable(step.instruction());
    }

    /** What a command writes is a stranger's: it may not move the cursor, nor set the title. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().filter(c -> c == '\t' || !Character.isISOControl(c)).forEach(shown::appendCodePoint);
        return shown.toString();
    }

    /** Such as {@code 1.4s}. */
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }
}
