package dev.skiff.host;

import static dev.skiff.host.FakeHost.paths;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.HostProgramException;
import dev.skiff.host.FakeHost.Elf;
import dev.skiff.oci.Digest;
import dev.skiff.oci.image.ImageConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    @TempDir(deletionStrategy = DeleteLinksQuietly.class)
    private Path directory;

    private FakeHost host;

    @BeforeEach
    void aHostWithAShell() {
        host = new FakeHost(directory)
                .glibc()
                .elf("/usr/bin/dash", Elf.program("libc.so.6"))
                .link("/usr/bin/sh", "dash");
    }

    private HostEntry entry(HostImage image, String path) {
        return image.entries().stream()
                .filter(entry -> entry.path().toString().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + " is not in " + paths(image)));
    }

    @Test
    void namesAllThatIsMissingAndThePathSearched() {
        assertThatThrownBy(() -> host.image("nod", "sh", "nmp"))
                .isInstanceOfSatisfying(HostProgramException.class, e -> {
                    assertThat(e.missing()).containsExactly("nod", "nmp");
                    assertThat(e.searchPath()).isEqualTo("/usr/local/bin:/usr/bin:/bin");
                })
                .hasMessage("image of nod, sh, nmp from this host: nod: not found, or not to be executed; "
                        + "nmp: not found, or not to be executed (PATH searched: /usr/local/bin:/usr/bin:/bin)");
    }

    @Test
    void linksOnTheWayAreKeptAndTheMergedDirectoriesToo() throws IOException {
        host.directory("/usr/sbin")
                .link("/bin", "usr/bin")
                .link("/sbin", "usr/sbin")
                .link("/usr/local/bin/shell", "/bin/sh");

        assertThat(paths(host.image("shell")))
                .contains(
                        "/usr/local/bin/shell -> /bin/sh",
                        "/bin -> usr/bin",
                        "/usr/bin/sh -> dash",
                        "/usr/bin/dash",
                        "/sbin -> usr/sbin");
    }

    @Test
    void aLinkThatLeadsInACircleIsAProgramNotFound() {
        host.link("/usr/bin/loop", "loop2").link("/usr/bin/loop2", "loop");

        assertThatThrownBy(() -> host.image("loop")).isInstanceOf(HostProgramException.class);
    }

    @Test
    void anAbsoluteLinkNeverLeavesTheRootOfTheHost() throws IOException {
        host.link("/usr/bin/escape", "/../../../../../../../../usr/bin/dash");

        assertThat(paths(host.image("escape"))).contains("/usr/bin/dash");
    }

    @Test
    void aScriptBringsItsInterpreterAlsoThroughEnv() throws IOException {
        host.script("/usr/bin/tool", "#!/usr/bin/env -S sh -e\necho\n")
                .elf("/usr/bin/env", Elf.program("libc.so.6"))
                .script("/usr/bin/other", "#! /bin/sh\n")
                .link("/bin/sh", "/usr/bin/dash");

        assertThat(paths(host.image("tool"))).contains("/usr/bin/env", "/usr/bin/sh -> dash", "/usr/bin/dash");
        assertThat(paths(host.image("other"))).contains("/bin/sh -> /usr/bin/dash", "/usr/bin/dash");
    }

    @Test
    void aScriptWithoutItsInterpreterSaysWhoNeedsWhat() {
        host.script("/usr/bin/tool", "#!/usr/bin/env ruby\n").elf("/usr/bin/env", Elf.program("libc.so.6"));

        assertThatThrownBy(() -> host.image("tool"))
                .hasMessageContaining("ruby: not found, and it is to run the script /usr/bin/tool");
    }

    @Test
    void shimsOfVersionManagersArePassedOver() throws IOException {
        host.script("/home/me/.pyenv/shims/sh", "#!/bin/bash\nexec pyenv exec sh\n");

        HostImage image = Host.at(host.root(), "/home/me/.pyenv/shims:/usr/bin").image(List.of("sh"));

        assertThat(paths(image)).contains("/usr/bin/dash").noneMatch(path -> path.contains("shims"));
    }

    @Test
    void theShellIsWhereScriptsExpectIt() throws IOException {
        assertThat(paths(host.image("sh"))).contains("/bin/sh -> /usr/bin/sh");
    }

    @Test
    void theImageHasAccountsAndDirectoriesToWorkIn() throws IOException {
        HostImage image = host.image("sh");

        assertThat(entry(image, "tmp").metadata().permissions()).isEqualTo(01777);
        assertThat(entry(image, "root").metadata().permissions()).isEqualTo(0700);
        assertThat(entry(image, "etc/passwd"))
                .isInstanceOfSatisfying(
                        HostEntry.Generated.class,
                        passwd -> assertThat(new String(passwd.content(), StandardCharsets.UTF_8))
                                .startsWith("root:x:0:0:root:/root:/bin/sh\n"));
        assertThat(paths(image)).contains("/etc/group", "/etc/nsswitch.conf", "/proc", "/dev", "/sys");
    }

    @Test
    void theBundleOfCertificatesIsWhereProgramsLook() throws IOException {
        host.file("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "certificates")
                .link("/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem")
                .link("/etc/ssl/certs", "../pki/tls/certs");

        assertThat(paths(host.image("sh")))
                .contains(
                        "/etc/ssl/certs -> ../pki/tls/certs",
                        "/etc/pki/tls/certs/ca-bundle.crt -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                        "/etc/pki/tls/certs/ca-certificates.crt -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem");
    }

    @Test
    void aHostWithoutCertificatesIsSaidToHaveNone() throws IOException {
        assertThat(host.image("sh").omitted()).anyMatch(what -> what.contains("certificates"));
    }

    @Test
    void filesBelongToRootAndLoseTheSetuidBit() throws IOException {
        Files.setPosixFilePermissions(host.on("/usr/bin/dash"), PosixFilePermissions.fromString("rwx------"));
        host.elf("/usr/bin/su", Elf.program("libc.so.6"));
        setuid(host.on("/usr/bin/su"));

        HostImage image = host.image("sh", "su");

        assertThat(entry(image, "usr/bin/dash").metadata().permissions()).isEqualTo(0755);
        assertThat(entry(image, "usr/bin/su").metadata().permissions()).isEqualTo(0755);
        assertThat(image.entries())
                .allMatch(
                        entry -> entry.metadata().uid() == 0 && entry.metadata().gid() == 0);
    }

    private static void setuid(Path file) throws IOException {
        Files.setAttribute(file, "unix:mode", 04755);
    }

    @Test
    void directoriesComeBeforeWhatTheyHoldAndNothingTwice() throws IOException {
        List<String> paths = host.image("sh").entries().stream()
                .map(entry -> entry.path().toString())
                .toList();

        assertThat(paths).doesNotHaveDuplicates();
        for (String path : paths) {
            if (path.contains("/")) {
                assertThat(paths.subList(0, paths.indexOf(path))).contains(path.substring(0, path.lastIndexOf('/')));
            }
        }
    }

    @Test
    void theImageSearchesWhereTheProgramsWereFound() throws IOException {
        host.elf("/opt/tool/bin/tool", Elf.library());

        HostImage image = Host.at(host.root(), "/opt/tool/bin:/usr/bin").image(List.of("tool", "sh"));

        assertThat(image.path())
                .isEqualTo("/opt/tool/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Test
    void anUnchangedHostGivesTheSameImage() throws IOException {
        HostImage before = host.image("sh");
        host.elf("/usr/bin/unrelated", Elf.program("libc.so.6"));

        assertThat(host.image("sh")).isEqualTo(before);
        assertThat(host.image("sh").identity()).isEqualTo(before.identity());
    }

    @Test
    void aFileWrittenAgainGivesAnotherImageThoughItsSizeAndTimeAreAsBefore() throws IOException {
        FileTime modified = Files.getLastModifiedTime(host.on("/usr/bin/dash"));
        Digest before = host.image("sh").identity();
        Path replacement = host.on("/usr/bin/dash.new");
        Files.write(replacement, Files.readAllBytes(host.on("/usr/bin/dash")));
        Files.setPosixFilePermissions(replacement, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(replacement, modified);
        Files.move(replacement, host.on("/usr/bin/dash"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(host.image("sh").identity()).isNotEqualTo(before);
    }

    @Test
    void theImageIsAsOldAsItsNewestFile() throws IOException {
        FileTime old = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
        Files.setLastModifiedTime(host.on("/usr/bin/dash"), old);
        Files.setLastModifiedTime(host.on(FakeHost.GLIBC), old);
        Instant newest = Instant.parse("2011-02-03T04:05:06.000000789Z");
        Files.setLastModifiedTime(host.on("/lib/x86_64-linux-gnu/libc.so.6"), FileTime.from(newest));

        assertThat(host.image("sh").created()).isEqualTo(newest);
    }

    @Test
    void theConfigurationSaysWhatTheImageIsFor() throws IOException {
        ImageConfig config = host.image("sh", "dash").config();

        assertThat(config.platform()).hasToString("linux/amd64");
        assertThat(config.containerConfig().env()).containsExactly("PATH=" + SearchPath.DEFAULT);
        assertThat(config.containerConfig().labels()).containsValue("sh dash");
        assertThat(config).isEqualTo(host.image("sh", "dash").config());
    }

    @Test
    void aRelativePathIsNoProgram() {
        assertThatThrownBy(() -> host.image("bin/sh"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bin/sh");
        assertThatThrownBy(host::image).isInstanceOf(IllegalArgumentException.class);
    }
}
