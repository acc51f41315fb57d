package dev.skiff;

import java.util.List;

/** A report as a table for people: what was looked at, how it stands, what was found, and below that what would help. */
final class ReportText {
    private static final String GAP = "  ";

    /** A line; without a remedy if there is nothing to be done. */
    record Row(String mark, String name, String found, String remedy) {}

    private ReportText() {}

    static String of(List<Row> rows) {
        int marks = rows.stream().mapToInt(row -> row.mark().length()).max().orElse(0);
        int names = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            line(text, pad(row.mark(), marks) + GAP + pad(row.name(), names) + GAP + row.found());
            if (!row.remedy().isEmpty()) {
                line(text, " ".repeat(marks + names + 2 * GAP.length()) + "-> " + row.remedy());
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(text.length() == 0 ? "" : "\n").append(line);
    }

    private static String pad(String word, int width) {
        return word + " ".repeat(width - word.length());
    }
}
