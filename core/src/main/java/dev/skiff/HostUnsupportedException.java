package dev.skiff;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** This host cannot do what was asked for; the report says what is missing, and what to do about it. */
public final class HostUnsupportedException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final HostCheck[] checks;

    /**
     * @param work what was being done, such as {@code run docker.io/library/node:18}
     * @param cause what failed, if something was tried
     */
    public HostUnsupportedException(String work, HostReport report, @Nullable Throwable cause) {
        super(
                work + ": this host lacks what it takes: "
                        + report.missing().stream()
                                .map(HostUnsupportedException::inWords)
                                .collect(Collectors.joining(". ")),
                cause);
        this.checks = report.checks().toArray(new HostCheck[0]);
    }

    private static String inWords(HostCheck check) {
        return check.feature() + ": " + check.found() + (check.remedy().isEmpty() ? "" : "; " + check.remedy());
    }

    /** All that is known of this host, the good included. */
    public HostReport report() {
        return new HostReport(List.of(checks));
    }
}
