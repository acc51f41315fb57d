package dev.skiff.linux.launcher;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What launchers leave whose JVM died while somebody had stopped them, SIGSTOP of signal(7): nobody else sends them a SIGCONT.
 * They end by themselves when they go on, with all that they look after.
 */
public final class Orphans {
    private static final System.Logger LOG = System.getLogger(Orphans.class.getName());
    private static final Path PROCESSES = Path.of("/proc");
    private static final String EXECUTABLE = "/memfd:" + RootAgent.NAME;

    private Orphans() {}

    /** Has them go on, and waits until they are gone; who is stopped anew is killed. */
    public static void end() {
        List<HeldProcess> all = find();
        all.forEach(HeldProcess::resume);
        for (HeldProcess each : all) {
            each.awaitEnd();
            if (each.stopped()) {
                each.killWithChildren();
                each.awaitEnd();
            }
            each.close();
        }
    }

    private static List<HeldProcess> find() {
        List<HeldProcess> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (isOrphan(process)) {
                    hold(process).ifPresent(found::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look for stopped launchers", e);
        }
        return found;
    }

    private static boolean isOrphan(Path process) {
        return Owner.of(commandLine(process), RootAgent.NAME)
                        .filter(Owner::isGone)
                        .isPresent()
                && isLauncher(process);
    }

    private static String commandLine(Path process) {
        try (InputStream words = new FileInputStream(process.resolve("cmdline").toString())) {
            return new String(words.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone
        }
    }

    /** Whoever may not read that may signal none but this user's own processes. */
    private static boolean isLauncher(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("exe")).toString().startsWith(EXECUTABLE);
        } catch (IOException | UncheckedIOException e) {
            return true;
        }
    }

    /** A number may have become another's while we looked: what is held is looked at once more. */
    private static Optional<HeldProcess> hold(Path process) {
        Optional<Descriptor> opened =
                Pidfd.open(Long.parseLong(process.getFileName().toString()));
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        HeldProcess held = HeldProcess.unknown();
        held.is(opened.get());
        if (isOrphan(process) && held.stopped()) {
            return Optional.of(held);
        }
        held.close();
        return Optional.empty();
    }
}
