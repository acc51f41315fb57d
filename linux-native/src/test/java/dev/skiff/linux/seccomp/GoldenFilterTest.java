package dev.skiff.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.oci.runtime.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A change of the default filter is one that somebody has looked at. */
class GoldenFilterTest {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/skiff/linux/seccomp/default-filters.txt");
    private static final String REGENERATE =
            "mvn -pl linux-native -am test -Dtest=GoldenFilterTest -Dsurefire.failIfNoSpecifiedTests=false -Dskiff.golden=write";

    @Test
    void theDefaultFilterIsTheSameEverywhere() throws IOException, NoSuchAlgorithmException {
        StringBuilder lines = new StringBuilder("# host, capabilities, instructions, sha256 of the program\n");
        for (Architecture host : List.of(Architecture.X86_64, Architecture.AARCH64)) {
            lines.append(line(host, "none", Set.of()));
            lines.append(line(host, "usual", DefaultFilterTest.USUAL));
            lines.append(line(host, "all", EnumSet.allOf(Capability.class)));
        }
        if ("write".equals(System.getProperty("skiff.golden"))) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, lines);
        }
        assertThat(lines.toString())
                .as("after looking at SeccompFilter.explain() before and after, regenerate with: " + REGENERATE)
                .isEqualTo(Files.readString(GOLDEN));
    }

    private static String line(Architecture host, String name, Set<Capability> capabilities)
            throws NoSuchAlgorithmException {
        SeccompFilter filter = SeccompFilter.compile(DefaultFilterTest.rules(host, capabilities), host);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(filter.program());
        return host + " " + name + " " + filter.length() + " " + HexFormat.of().formatHex(digest) + "\n";
    }
}
