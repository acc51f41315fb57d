package dev.skiff.run;

import dev.skiff.linux.abi.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which signals a process has made arrangements for, as proc_pid_status(5) tells it. */
final class SignalDispositions {
    private SignalDispositions() {}

    /**
     * Whether the first process of a container can notice that signal. The kernel drops what the first process of a PID namespace
     * neither handles nor keeps blocked for later (pid_namespaces(7)), so to wait for an effect would be in vain. True
     * where that cannot be told.
     */
    static boolean canNotice(long pid, Signal signal) {
        try {
            return canNotice(
                    Files.readString(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.ISO_8859_1),
                    signal);
        } catch (IOException e) {
            return true;
        }
    }

    static boolean canNotice(String status, Signal signal) {
        long bit = 1L << (signal.number() - 1);
        return status.lines()
                .filter(line -> line.startsWith("SigCgt:") || line.startsWith("SigBlk:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring(line.indexOf(':') + 1).trim(), 16))
                .anyMatch(mask -> (mask & bit) != 0);
    }
}
