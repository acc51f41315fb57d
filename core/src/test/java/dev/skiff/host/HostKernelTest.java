package dev.skiff.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether this machine's own programs run from a root that has nothing but their image. */
@KernelTest(root = true, programs = "/usr/bin/unshare")
class HostKernelTest {
    /** Runs a command in a directory that has {@code /dev} and {@code /proc} as every container has; leaves no mount. */
    private static final String IN_ROOT =
            "mount --rbind /dev $0/dev && mount -t proc proc $0/proc && exec chroot $0 \"$@\"";

    @TempDir(deletionStrategy = DeleteLinksQuietly.class)
    private Path root;

    @Test
    void nodeAndNpmRunFromTheImageAlone() throws Exception {
        boolean node = onPath("node") && onPath("npm");
        assertThat(node || !"true".equals(System.getenv("CI")))
                .as("CI has node and npm, or does not test what the quick start stands on")
                .isTrue();
        assumeTrue(node, "no node and npm on this host");
        HostImage image = Host.current().image(List.of("node", "npm", "sh", "env"));
        unpack(image);

        assertThat(run(image, "node", "-e", "console.log(1)")).isEqualTo("1\n");
        assertThat(run(image, "npm", "--version")).matches("\\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(run(image, "env", "sh", "-c", "echo ok")).isEqualTo("ok\n");
        assertThat(run(image, "node", "-p", "require('os').userInfo().username"))
                .isEqualTo("root\n");
    }

    @Test
    void librariesThatOnlyTheLoadersConfigurationFindsAreFoundInTheImage() throws Exception {
        assumeTrue(Files.exists(Path.of("/etc/ld.so.cache")), "not a host with glibc");
        HostImage image = Host.current().image(List.of("sh"));
        unpack(image);
        String libc = "lib/x86_64-linux-gnu/libc.so.6";
        assumeTrue(Files.exists(root.resolve(libc)), "libc is not where Debian has it for x86_64");
        Path moved = root.resolve("opt/elsewhere/libc.so.6");
        Files.createDirectories(moved.getParent());
        Files.move(root.resolve(libc), moved);
        Files.write(
                root.resolve("etc/ld.so.cache"),
                LoaderCache.write(
                        Map.of("libc.so.6", Path.of("/opt/elsewhere/libc.so.6"), "libm.so.6", Path.of("/no/such")),
                        ElfFile.Machine.X86_64));

        assertThat(run(image, "sh", "-c", "echo found")).isEqualTo("found\n");
    }

    @Test
    void pythonAndPerlFindTheirLibraries() throws Exception {
        assumeTrue(onPath("python3") && onPath("perl"), "no python3 and perl on this host");
        HostImage image = Host.current().image(List.of("python3", "perl"));
        unpack(image);

        assertThat(run(image, "python3", "-c", "import ssl, json; print(json.dumps([1]))"))
                .isEqualTo("[1]\n");
        assertThat(run(image, "perl", "-Mstrict", "-MFile::Temp", "-e", "print qq(ok\\n)"))
                .isEqualTo("ok\n");
    }

    @Test
    void javaRunsFromTheImageAlone() throws Exception {
        assumeTrue(onPath("java"), "no java on this host");
        HostImage image = Host.current().image(List.of("java"));
        unpack(image);

        assertThat(run(image, "java", "-version")).contains("Runtime Environment");
    }

    private static boolean onPath(String program) throws IOException {
        return new SearchPath(System.getenv("PATH"))
                .find(program, new HostRoot(HostRoot.TOP))
                .isPresent();
    }

    private void unpack(HostImage image) throws IOException {
        for (HostEntry entry : image.entries()) {
            Path at = root.resolve(entry.path().toString());
            if (entry instanceof HostEntry.Directory) {
                Files.createDirectory(at);
            } else if (entry instanceof HostEntry.Link link) {
                Files.createSymbolicLink(at, link.target());
            } else if (entry instanceof HostEntry.HostFile file) {
                Files.copy(file.source(), at);
                Instant modified = Instant.ofEpochSecond(
                        file.metadata().mtimeSeconds(), file.metadata().mtimeNanos());
                Files.setLastModifiedTime(at, FileTime.from(modified));
                Files.setPosixFilePermissions(at, permissions(entry.metadata().permissions()));
            } else if (entry instanceof HostEntry.Generated file) {
                Files.write(at, file.content());
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from owner's read to others' execute
        for (int i = 0; i < all.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }

    private String run(HostImage image, String... command) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", IN_ROOT, root.toString()));
        argv.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        Path output = root.resolve("tmp/output");
        builder.redirectOutput(output.toFile()).environment().clear();
        builder.environment().put("PATH", image.path());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
