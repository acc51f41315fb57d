package dev.skiff.linux.launcher;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.proc.ProcessStat;
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
        return isForsaken(process)
                || (Owner.of(text(process, "cmdline"), RootAgent.NAME)
                                .filter(Owner::isGone)
                                .isPresent()
                        && isLauncher(process));
    }

    /** One that has not executed the launcher yet holds all that its JVM had open, the locks among it. */
    private static boolean isForsaken(Path process) {
        String name = text(process, "comm").trim();
        return name.startsWith(RootAgent.NAME)
                && Owner.isForsaken(name, ProcessStat.of(number(process)).parent())
                && isNumberedHere(process);
    }

    private static boolean isNumberedHere(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/pid")).toString().equals(Owner.numberingHere());
        } catch (IOException | UncheckedIOException e) {
            return false; // gone, or another user's
        }
    }

    private static long number(Path process) {
        return Long.parseLong(process.getFileName().toString());
    }

    private static String text(Path process, String file) {
        try (InputStream words = new FileInputStream(process.resolve(file).toString())) {
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
        Optional<Descriptor> opened = Pidfd.open(number(process));
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
