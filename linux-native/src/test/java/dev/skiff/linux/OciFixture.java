package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A runtime with a directory of its own, a bundle with a root of busybox, and one container to be made of it. */
@Timeout(120)
abstract class OciFixture {
    static final String ID = "test-" + ProcessHandle.current().pid() + "-oci";
    static final Signal KILL = Signal.of("KILL");

    Path base;
    Path bundle;
    OciRuntime runtime;
    Spec defaults;

    @BeforeEach
    void open() throws Exception {
        base = Files.createTempDirectory("skiff-oci");
        bundle = Files.createDirectory(base.resolve("bundle"));
        BusyboxRoot.in(bundle.resolve("rootfs"));
        runtime = OciRuntime.open(base.resolve("state"));
        try (LinuxHost host = LinuxHost.open()) {
            defaults = host.defaults()
                    .spec(List.of("/bin/sh", "-c", "true"), false)
                    .withRoot(Root.of("rootfs"));
        }
    }

    @AfterEach
    void close() throws Exception {
        runtime.delete(ID, true);
        runtime.close();
        new ProcessBuilder("rm", "-rf", base.toString()).start().waitFor();
    }

    void create(String script) throws IOException {
        create(script, spec -> spec);
    }

    void create(String script, UnaryOperator<Spec> change) throws IOException {
        Process process = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", script));
        write(change.apply(defaults.withProcess(process)));
        runtime.create(ID, bundle, OciStreams.inherited());
    }

    void write(Spec spec) throws IOException {
        Files.write(bundle.resolve("config.json"), Json.write(spec));
    }

    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("what the test waits for did not come in its time");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    void awaitStopped() {
        await(() -> status().equals("stopped"));
    }

    String status() {
        return runtime.state(ID).status();
    }

    String inRoot(String file) throws IOException {
        return Files.readString(bundle.resolve("rootfs").resolve(file));
    }

    static boolean has(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
