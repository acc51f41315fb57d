package dev.skiff.run;

import dev.skiff.linux.RawPath;
import dev.skiff.oci.image.ContainerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small image made of this host's static busybox, as one directory. */
final class BusyboxRoot {
    static final String BUSYBOX = "/bin/busybox";

    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "ls",
            "id",
            "true",
            "false",
            "echo",
            "printf",
            "sleep",
            "nc",
            "httpd",
            "env",
            "pwd",
            "touch",
            "hostname",
            "dd",
            "seq",
            "ps",
            "kill",
            "rm",
            "mkdir",
            "head",
            "tr",
            "yes",
            "wc",
            "stat");

    private BusyboxRoot() {}

    static RootImage in(Path directory, ContainerConfig config) {
        try {
            Path bin = Files.createDirectories(directory.resolve("bin"));
            if (!Files.exists(bin.resolve("busybox"))) {
                Files.copy(Path.of(BUSYBOX), bin.resolve("busybox"));
                for (String applet : APPLETS) {
                    Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
                }
                Path etc = Files.createDirectories(directory.resolve("etc"));
                Files.writeString(
                        etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n");
                Files.writeString(etc.resolve("group"), "root:x:0:\nnode:x:1000:\naudio:x:29:node\n");
                Files.createDirectories(directory.resolve("tmp"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RootImage("busybox", config, List.of(directory), (path, most) -> read(directory, path));
    }

    private static Optional<byte[]> read(Path directory, RawPath path) throws IOException {
        Path file = directory.resolve(new String(path.bytes(), StandardCharsets.UTF_8));
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }
}
