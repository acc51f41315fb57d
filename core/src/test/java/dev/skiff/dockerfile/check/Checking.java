package dev.skiff.dockerfile.check;

import dev.skiff.CheckFinding;
import dev.skiff.dockerfile.Parsing;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What tests of checks say all the time. */
final class Checking {
    private Checking() {}

    /** Place and name of each finding: {@code 3:1 StageNameCasing}. */
    static List<String> found(String text) {
        return inShort(findings(text));
    }

    static List<CheckFinding> findings(String text) {
        return findings(text, Map.of());
    }

    static List<CheckFinding> findings(String text, Map<String, String> arguments) {
        return Checks.of(
                Parsing.parse(text), CheckInput.offline(arguments, Platform.of("linux", "amd64"), IgnoreRules.NONE));
    }

    static List<CheckFinding> withIgnored(String text, String ignoreFile) {
        IgnoreRules rules = IgnoreRules.parse(".dockerignore", ignoreFile.getBytes(StandardCharsets.UTF_8));
        return Checks.of(Parsing.parse(text), CheckInput.offline(Map.of(), Platform.of("linux", "amd64"), rules));
    }

    static List<String> inShort(List<CheckFinding> findings) {
        return findings.stream()
                .map(finding -> finding.line() + ":" + finding.column() + " " + finding.check())
                .toList();
    }

    static List<String> messages(String text) {
        return findings(text).stream().map(CheckFinding::message).toList();
    }
}
