package dev.skiff.linux;

import dev.skiff.linux.abi.CapabilityMask;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Rlimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Facts of the host that it tells in files. */
final class HostFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");
    private static final Path LAST_CAPABILITY = Path.of("/proc/sys/kernel/cap_last_cap");

    private static final String PERMITTED = "CapPrm:";

    private static final int MOST_BYTES = 16384;

    private HostFiles() {}

    /** The hard limit of that name for this JVM: proc_pid_limits(5). */
    static long hardLimit(String name) {
        for (String line : read(LIMITS).split("\n", -1)) {
            if (line.startsWith(name + " ")) {
                String hard = line.substring(name.length()).trim().split("\\s+", -1)[1];
                return hard.equals("unlimited") ? Rlimit.UNLIMITED : Long.parseLong(hard);
            }
        }
        return Rlimit.UNLIMITED;
    }

    /** How willingly the kernel kills this JVM when memory is short: proc_pid_oom_score_adj(5). */
    static int oomScoreAdj() {
        return Integer.parseInt(read(OOM_SCORE).trim());
    }

    /** The highest capability that the kernel knows. */
    static int lastCapability() {
        return Integer.parseInt(read(LAST_CAPABILITY).trim());
    }

    /** {@link #permittedCapabilities} by name: what this JVM starts can have no others. */
    static Set<Capability> ownCapabilities() {
        return CapabilityMask.toSet(permittedCapabilities());
    }

    /** The capabilities that this JVM has, as the kernel writes them in proc_pid_status(5): root inside of a container has not all. */
    static long permittedCapabilities() {
        return read(STATUS)
                .lines()
                .filter(line -> line.startsWith(PERMITTED))
                .map(line -> Long.parseUnsignedLong(
                        line.substring(PERMITTED.length()).trim(), 16))
                .findFirst()
                .orElseThrow(() -> new AssertionError(STATUS + " has no line " + PERMITTED));
    }

    private static String read(Path file) {
        // in one read(2): files below /proc/sys say nothing more at an offset, and Files.readString begins with one
        // byte
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = new byte[MOST_BYTES];
            int length = in.read(content);
            return new String(content, 0, Math.max(length, 0), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file + "; is /proc mounted?", e);
        }
    }
}
