package dev.skiff.linux.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A root of one static busybox and links to it: the smallest world in which shell commands can look around. */
public final class BusyboxRoot {
    /** Debian's busybox-static. */
    public static final String BUSYBOX = "/bin/busybox";

    private static final List<String> NAMES = List.of(
            "sh",
            "cat",
            "ls",
            "id",
            "mount",
            "umount",
            "true",
            "false",
            "echo",
            "ps",
            "ip",
            "hostname",
            "sleep",
            "nc",
            "httpd",
            "kill",
            "mkdir",
            "touch",
            "rm",
            "chown",
            "chmod",
            "stat",
            "readlink",
            "env",
            "seq",
            "head",
            "tail",
            "dd",
            "wc",
            "sort",
            "grep",
            "printf",
            "unshare",
            "reboot",
            "mknod",
            "chroot",
            "test",
            "pwd",
            "ulimit",
            "yes",
            "tr",
            "find",
            "ln",
            "mv",
            "cp",
            "date",
            "sha256sum",
            "setpriv",
            "trap",
            "wget",
            "cut",
            "sed");

    private BusyboxRoot() {}

    /** Fills that directory. */
    public static Path in(Path directory) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.copy(Path.of(BUSYBOX), bin.resolve("busybox"));
        for (String name : NAMES) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
        for (String folder : List.of("etc", "tmp", "proc", "sys", "dev", "root")) {
            Files.createDirectories(directory.resolve(folder));
        }
        Files.writeString(
                directory.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001::/home/web:/bin/sh\n");
        Files.writeString(directory.resolve("etc/group"), "root:x:0:\nweb:x:1001:\nextra:x:2000:web\n");
        return directory;
    }
}
