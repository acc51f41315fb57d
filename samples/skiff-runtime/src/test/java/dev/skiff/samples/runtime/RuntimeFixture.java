package dev.skiff.samples.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.OciState;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The command line in processes of their own, over a directory of its own, with a bundle and one container to be made of it. */
@Timeout(120)
abstract class RuntimeFixture {
    static final String ID = "test-" + ProcessHandle.current().pid() + "-sample";

    Path base;
    Path bundle;

    record Ended(int status, String out, String err) {}

    @BeforeEach
    void make() throws IOException {
        base = Files.createTempDirectory("skiff-sample");
        bundle = Files.createDirectory(base.resolve("bundle"));
        BusyboxRoot.in(bundle.resolve("rootfs"));
    }

    @AfterEach
    void remove() throws Exception {
        skiff("delete", "--force", ID);
        new ProcessBuilder("rm", "-rf", base.toString()).start().waitFor();
    }

    void configure(String script) throws IOException {
        configure(script, spec -> spec);
    }

    void configure(String script, UnaryOperator<Spec> change) throws IOException {
        try (LinuxHost host = LinuxHost.open()) {
            Spec spec = host.defaults()
                    .spec(List.of("/bin/sh", "-c", script), false)
                    .withRoot(Root.of("rootfs"));
            Files.write(bundle.resolve("config.json"), Json.write(change.apply(spec)));
        }
    }

    Ended skiff(String... arguments) throws Exception {
        return skiff(List.of(), arguments);
    }

    /** Through files, for a container that was created has the streams of its creator, and keeps them. */
    Ended skiff(List<String> within, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(within);
        command.addAll(command(arguments));
        return ended(new ProcessBuilder(command));
    }

    /** What starts it. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SkiffRuntime.class.getName(),
                "--root",
                base.resolve("state").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    Ended ended(ProcessBuilder command) throws Exception {
        Path out = base.resolve("out");
        Path err = base.resolve("err");
        int status = command.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Ended(status, Files.readString(out), Files.readString(err));
    }

    void succeed(String... arguments) throws Exception {
        Ended ended = skiff(arguments);
        assertThat(ended.status()).as(ended.err()).isZero();
    }

    OciState state() throws Exception {
        return Json.read(skiff("state", ID).out().getBytes(StandardCharsets.UTF_8), OciState.class);
    }
}
