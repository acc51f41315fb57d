package dev.skiff.host;

import static dev.skiff.host.FakeHost.paths;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.host.FakeHost.Elf;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimesTest {
    private static final String NODE_SCRIPT = "#!/usr/bin/env node\n";

    @TempDir(deletionStrategy = DeleteLinksQuietly.class)
    private Path directory;

    private FakeHost host;

    @BeforeEach
    void aHostWithNode() {
        host = new FakeHost(directory)
                .glibc()
                .elf("/usr/bin/env", Elf.program("libc.so.6"))
                .elf("/usr/bin/node", Elf.program("libc.so.6"));
    }

    @Test
    void aGlobalPackageIsTakenWithoutItsNeighbours() throws IOException {
        host.link("/usr/bin/npm", "../lib/node_modules/npm/bin/npm-cli.js")
                .script("/usr/lib/node_modules/npm/bin/npm-cli.js", NODE_SCRIPT)
                .file("/usr/lib/node_modules/npm/node_modules/glob/index.js", "")
                .file("/usr/lib/node_modules/npm/package.json", "{}")
                .file("/usr/lib/node_modules/corepack/package.json", "{}");

        assertThat(paths(host.image("npm")))
                .contains(
                        "/usr/bin/npm -> ../lib/node_modules/npm/bin/npm-cli.js",
                        "/usr/bin/node",
                        "/usr/lib/node_modules/npm/package.json",
                        "/usr/lib/node_modules/npm/node_modules/glob/index.js")
                .noneMatch(path -> path.contains("corepack"));
    }

    @Test
    void aScopedGlobalPackageIsTakenWithoutTheRestOfItsScope() throws IOException {
        host.link("/usr/bin/tool", "../lib/node_modules/@team/tool/cli.js")
                .script("/usr/lib/node_modules/@team/tool/cli.js", NODE_SCRIPT)
                .file("/usr/lib/node_modules/@team/tool/lib.js", "")
                .file("/usr/lib/node_modules/@team/other/lib.js", "");

        assertThat(paths(host.image("tool")))
                .contains("/usr/lib/node_modules/@team/tool/lib.js")
                .noneMatch(path -> path.contains("other"));
    }

    @Test
    void aPackageOfAProjectBringsThoseThatAreHoistedBesideIt() throws IOException {
        host.link("/usr/bin/tool", "/srv/app/node_modules/.bin/tool")
                .link("/srv/app/node_modules/.bin/tool", "../tool/cli.js")
                .script("/srv/app/node_modules/tool/cli.js", NODE_SCRIPT)
                .file("/srv/app/node_modules/hoisted/index.js", "");

        assertThat(paths(host.image("tool")))
                .contains(
                        "/srv/app/node_modules/.bin/tool -> ../tool/cli.js", "/srv/app/node_modules/hoisted/index.js");
    }

    @Test
    void aPackageElsewhereIsTheNearestDirectoryWithItsDescription() throws IOException {
        host.link("/usr/bin/yarn", "/opt/yarn-v1/bin/yarn.js")
                .script("/opt/yarn-v1/bin/yarn.js", NODE_SCRIPT)
                .file("/opt/yarn-v1/package.json", "{}")
                .file("/opt/yarn-v1/lib/cli.js", "");

        assertThat(paths(host.image("yarn"))).contains("/opt/yarn-v1/lib/cli.js");
    }

    @Test
    void aHomeDirectoryIsNoPackage() throws IOException {
        host.link("/usr/bin/tool", "/home/me/bin/tool")
                .script("/home/me/bin/tool", NODE_SCRIPT)
                .file("/home/me/package.json", "{}")
                .file("/home/me/.ssh/id_ed25519", "secret");

        assertThat(paths(host.image("tool"))).contains("/home/me/bin/tool").noneMatch(path -> path.contains(".ssh"));
    }

    @Test
    void debiansPackagesComeWithAllThatTheyShare() throws IOException {
        host.link("/usr/bin/npm", "../share/nodejs/npm/bin/npm-cli.js")
                .script("/usr/share/nodejs/npm/bin/npm-cli.js", NODE_SCRIPT)
                .file("/usr/share/nodejs/npm/package.json", "{}")
                .file("/usr/share/nodejs/glob/index.js", "")
                .link("/usr/share/nodejs/typedarray", "../javascript/typedarray")
                .file("/usr/share/javascript/typedarray/index.js", "")
                .file("/usr/lib/x86_64-linux-gnu/nodejs/addon.js", "");

        assertThat(paths(host.image("npm")))
                .contains(
                        "/usr/share/nodejs/glob/index.js",
                        "/usr/share/nodejs/typedarray -> ../javascript/typedarray",
                        "/usr/share/javascript/typedarray/index.js",
                        "/usr/lib/x86_64-linux-gnu/nodejs/addon.js");
    }

    @Test
    void debiansNodeComesWithThePartsTakenOutOfIt() throws IOException {
        host.elf("/usr/bin/node", Elf.program("libnode.so.108"))
                .elf("/lib/x86_64-linux-gnu/libnode.so.108", Elf.library())
                .file("/usr/share/nodejs/undici/undici-fetch.js", "");

        assertThat(paths(host.image("node"))).contains("/usr/share/nodejs/undici/undici-fetch.js");
    }

    @Test
    void anAddonInAPackageBringsItsLibrariesAndMayLackSome() throws IOException {
        host.link("/usr/bin/tool", "../lib/node_modules/tool/cli.js")
                .script("/usr/lib/node_modules/tool/cli.js", NODE_SCRIPT)
                .elf("/usr/lib/node_modules/tool/build/addon.node", Elf.library("libimage.so", "libgone.so"))
                .elf(
                        "/usr/lib/node_modules/tool/build/arm.node",
                        Elf.library("libarm.so").machine(183))
                .elf("/usr/lib/libimage.so", Elf.library());

        HostImage image = host.image("tool");

        assertThat(paths(image)).contains("/usr/lib/libimage.so");
        assertThat(image.omitted())
                .contains("libgone.so: not found, and /usr/lib/node_modules/tool/build/addon.node would need it")
                .noneMatch(what -> what.contains("libarm"));
    }

    @Test
    void linksInAPackageThatLeadNowhereOrInACircleAreKeptAsTheyAre() throws IOException {
        host.link("/usr/bin/tool", "../lib/node_modules/tool/cli.js")
                .script("/usr/lib/node_modules/tool/cli.js", NODE_SCRIPT)
                .link("/usr/lib/node_modules/tool/gone", "nowhere")
                .link("/usr/lib/node_modules/tool/self", ".")
                .link("/usr/lib/node_modules/tool/everything", "/");

        assertThat(paths(host.image("tool")))
                .contains(
                        "/usr/lib/node_modules/tool/gone -> nowhere",
                        "/usr/lib/node_modules/tool/self -> .",
                        "/usr/lib/node_modules/tool/everything -> /");
        assertThat(host.image("tool").omitted()).anyMatch(what -> what.contains("tool/everything points to it"));
    }

    @Test
    void pythonHasItsLibraryButNotWhatWasInstalledForIt() throws IOException {
        host.link("/usr/bin/python3", "python3.11")
                .elf("/usr/bin/python3.11", Elf.program("libc.so.6"))
                .file("/usr/lib/python3.11/os.py", "")
                .file("/usr/lib/python3.11/test/test_os.py", "")
                .file("/usr/lib/python3.11/site-packages/numpy.py", "")
                .elf("/usr/lib/python3.11/lib-dynload/_ssl.so", Elf.library("libssl.so.3"))
                .elf("/usr/lib/libssl.so.3", Elf.library());

        assertThat(paths(host.image("python3")))
                .contains("/usr/lib/python3.11/os.py", "/usr/lib/libssl.so.3")
                .noneMatch(path -> path.contains("test_os") || path.contains("numpy"));
    }

    @Test
    void perlHasItsLibrary() throws IOException {
        host.elf("/usr/bin/perl", Elf.program("libc.so.6")).file("/usr/share/perl/5.36/strict.pm", "");

        assertThat(paths(host.image("perl"))).contains("/usr/share/perl/5.36/strict.pm");
    }

    @Test
    void javaHasItsHome() throws IOException {
        host.link("/usr/bin/java", "/usr/lib/jvm/java-17/bin/java")
                .elf("/usr/lib/jvm/java-17/bin/java", Elf.program("libjli.so").runpath("$ORIGIN/../lib"))
                .elf("/usr/lib/jvm/java-17/lib/libjli.so", Elf.library())
                .file("/usr/lib/jvm/java-17/lib/modules", "")
                .file("/usr/lib/jvm/java-17/jmods/java.base.jmod", "")
                .elf("/usr/lib/jvm/java-17/lib/server/libjvm.so", Elf.library())
                .elf("/usr/lib/jvm/java-17/lib/libjava.so", Elf.library("libjvm.so"));

        HostImage image = host.image("java");

        assertThat(paths(image))
                .contains("/usr/lib/jvm/java-17/lib/modules", "/usr/lib/jvm/java-17/lib/server/libjvm.so")
                .noneMatch(path -> path.contains("jmods"));
        assertThat(image.omitted()).noneMatch(what -> what.contains("libjvm"));
    }
}
