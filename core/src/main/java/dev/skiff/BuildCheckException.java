package dev.skiff;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A Dockerfile asks that findings of its checks be errors ({@code # check=error=true}), and there are some. Nothing has been
 * built.
 */
public final class BuildCheckException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private static final int SHOWN = 10;

    private final CheckFinding[] findings;

    /**
     * The error of a file with findings.
     *
     * @param findings at least one
     */
    public BuildCheckException(List<CheckFinding> findings) {
        super(inWords(findings));
        this.findings = findings.toArray(new CheckFinding[0]);
    }

    /** What was found, in the order of the file. */
    public List<CheckFinding> findings() {
        return List.of(findings);
    }

    private static String inWords(List<CheckFinding> findings) {
        String shown =
                findings.stream().limit(SHOWN).map(CheckFinding::toString).collect(Collectors.joining("\n"));
        int more = findings.size() - SHOWN;
        return shown + (more > 0 ? "\nand " + more + " more" : "")
                + "\nThe file makes this an error (check=error=true); check=skip=<name> leaves a check out";
    }
}
