package dev.skiff.host;

import static dev.skiff.host.FakeHost.paths;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.HostProgramException;
import dev.skiff.host.FakeHost.Elf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrariesTest {
    @TempDir(deletionStrategy = DeleteLinksQuietly.class)
    private Path directory;

    private FakeHost host;

    @BeforeEach
    void aHostWithGlibc() {
        host = new FakeHost(directory).glibc();
    }

    @Test
    void takesTheLoaderAndWhatLibrariesNeedInTurn() throws IOException {
        host.elf("/usr/bin/app", Elf.program("libouter.so.1", "libc.so.6"))
                .elf("/usr/lib/libouter.so.1", Elf.library("libinner.so.1"))
                .elf("/lib/x86_64-linux-gnu/libinner.so.1", Elf.library("libc.so.6"));

        assertThat(paths(host.image("app")))
                .contains(
                        "/usr/bin/app",
                        FakeHost.GLIBC,
                        "/usr/lib/libouter.so.1",
                        "/lib/x86_64-linux-gnu/libinner.so.1",
                        "/lib/x86_64-linux-gnu/libc.so.6");
    }

    @Test
    void librariesThatNeedEachOtherAreTakenOnce() throws IOException {
        host.elf("/usr/bin/app", Elf.program("liba.so"))
                .elf("/usr/lib/liba.so", Elf.library("libb.so"))
                .elf("/usr/lib/libb.so", Elf.library("liba.so"));

        assertThat(paths(host.image("app"))).contains("/usr/lib/liba.so", "/usr/lib/libb.so");
    }

    @Test
    void anOriginIsWhereTheProgramReallyIs() throws IOException {
        host.elf("/opt/app/bin/app", Elf.program("libapp.so").runpath("$ORIGIN/../lib:${ORIGIN}/other"))
                .elf("/opt/app/lib/libapp.so", Elf.library())
                .link("/usr/bin/app", "/opt/app/bin/app");

        assertThat(paths(host.image("app")))
                .contains("/usr/bin/app -> /opt/app/bin/app", "/opt/app/bin/app", "/opt/app/lib/libapp.so");
    }

    @Test
    void anRpathHoldsForTheLibrariesOfLibrariesAndARunpathDoesNot() throws IOException {
        host.elf("/usr/bin/handson", Elf.program("liba.so").rpath("/opt/lib"))
                .elf("/usr/bin/keeps", Elf.program("liba.so").runpath("/opt/lib"))
                .elf("/opt/lib/liba.so", Elf.library("libb.so"))
                .elf("/opt/lib/libb.so", Elf.library());

        assertThat(paths(host.image("handson"))).contains("/opt/lib/libb.so");
        assertThatThrownBy(() -> host.image("keeps"))
                .isInstanceOf(HostProgramException.class)
                .hasMessageContaining("libb.so: not found, and /opt/lib/liba.so needs it");
    }

    @Test
    void muslHandsOnARunpathToo() throws IOException {
        host.elf(FakeHost.MUSL, Elf.library())
                .elf("/usr/bin/app", Elf.muslProgram("liba.so").runpath("/opt/lib"))
                .elf("/opt/lib/liba.so", Elf.library("libb.so"))
                .elf("/opt/lib/libb.so", Elf.library());

        assertThat(paths(host.image("app"))).contains(FakeHost.MUSL, "/opt/lib/libb.so");
    }

    @Test
    void muslHasItsOwnDirectoriesAndNeedsNoFileForItsLibc() throws IOException {
        host.elf(FakeHost.MUSL, Elf.library())
                .file("/etc/ld-musl-x86_64.path", "/opt/a:/opt/b\n")
                .elf("/usr/bin/app", Elf.muslProgram("libx.so.1", "libc.musl-x86_64.so.1"))
                .elf("/usr/lib/libx.so.1", Elf.library())
                .elf("/opt/b/libx.so.1", Elf.library());

        assertThat(paths(host.image("app")))
                .contains("/opt/b/libx.so.1")
                .doesNotContain("/usr/lib/libx.so.1", "/etc/ld.so.cache");
    }

    @Test
    void theLoadersConfigurationComesBeforeItsDirectories() throws IOException {
        host.file("/etc/ld.so.conf", "# ours\ninclude ld.so.conf.d/*.conf\n")
                .file("/etc/ld.so.conf.d/x.conf", "/opt/x # first\n")
                .file("/etc/ld.so.conf.d/y.off", "/opt/y\n")
                .elf("/usr/bin/app", Elf.program("libx.so"))
                .elf("/opt/x/libx.so", Elf.library())
                .elf("/opt/y/libx.so", Elf.library())
                .elf("/usr/lib/libx.so", Elf.library());

        assertThat(paths(host.image("app")))
                .contains("/opt/x/libx.so")
                .doesNotContain("/opt/y/libx.so", "/usr/lib/libx.so");
    }

    @Test
    void aConfigurationThatIncludesItselfEnds() throws IOException {
        host.file("/etc/ld.so.conf", "include /etc/ld.so.conf\n").elf("/usr/bin/app", Elf.program("libc.so.6"));

        assertThat(paths(host.image("app"))).contains("/lib/x86_64-linux-gnu/libc.so.6");
    }

    @Test
    void aLibraryOfAnotherMachineIsPassedOver() throws IOException {
        host.file("/etc/ld.so.conf", "/opt/arm\n")
                .elf("/usr/bin/app", Elf.program("libx.so"))
                .elf("/opt/arm/libx.so", Elf.library().machine(183))
                .elf("/usr/lib/libx.so", Elf.library());

        assertThat(paths(host.image("app"))).contains("/usr/lib/libx.so").doesNotContain("/opt/arm/libx.so");
    }

    @Test
    void theVersionLinksOfLibrariesAreKept() throws IOException {
        host.elf("/usr/bin/app", Elf.program("libx.so.1"))
                .elf("/usr/lib/libx.so.1.2.3", Elf.library())
                .link("/usr/lib/libx.so.1", "libx.so.1.2.3");

        assertThat(paths(host.image("app"))).contains("/usr/lib/libx.so.1 -> libx.so.1.2.3", "/usr/lib/libx.so.1.2.3");
    }

    @Test
    void whatGlibcOpensByNameComesAlong() throws IOException {
        host.elf("/usr/bin/app", Elf.program("libc.so.6"))
                .elf("/lib/x86_64-linux-gnu/libnss_dns.so.2", Elf.library("libresolv.so.2"))
                .elf("/lib/x86_64-linux-gnu/libresolv.so.2", Elf.library())
                .elf("/lib/x86_64-linux-gnu/libgcc_s.so.1", Elf.library());

        assertThat(paths(host.image("app")))
                .contains("/lib/x86_64-linux-gnu/libresolv.so.2", "/lib/x86_64-linux-gnu/libgcc_s.so.1");
    }

    @Test
    void theCacheForTheLoaderNamesWhatOnlyTheHostsConfigurationFinds() throws IOException {
        host.file("/etc/ld.so.conf", "/opt/x\n")
                .elf("/usr/bin/app", Elf.program("libx.so", "liby.so").runpath("/opt/y"))
                .elf("/opt/x/libx.so", Elf.library())
                .elf("/opt/y/liby.so", Elf.library());

        String cache = host.image("app").entries().stream()
                .filter(entry -> entry.path().toString().equals("etc/ld.so.cache"))
                .map(entry -> new String(((HostEntry.Generated) entry).content(), StandardCharsets.ISO_8859_1))
                .findFirst()
                .orElseThrow();
        assertThat(cache)
                .startsWith("glibc-ld.so.cache1.1")
                .contains("\0/opt/x/libx.so\0")
                .doesNotContain("liby.so");
    }

    @Test
    void aStaticProgramNeedsNoLoader() throws IOException {
        host.elf("/usr/bin/app", Elf.library());

        assertThat(paths(host.image("app"))).contains("/usr/bin/app").doesNotContain(FakeHost.GLIBC);
        assertThat(host.image("app").architecture()).isEqualTo("amd64");
    }

    @Test
    void aMissingLoaderIsNamed() {
        host.elf("/usr/bin/app", Elf.muslProgram());

        assertThatThrownBy(() -> host.image("app"))
                .isInstanceOfSatisfying(
                        HostProgramException.class, e -> assertThat(e.missing()).containsExactly(FakeHost.MUSL))
                .hasMessageContaining("/usr/bin/app needs it");
    }
}
