package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What surrounds a command of RUN, and that nothing of it ends in the layer. */
@KernelTest(programs = "/bin/busybox")
class RunLayerKernelTest {
    @TempDir
    private Path directory;

    private RunBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new RunBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void removingWhatIsMountedChangesNothing() throws IOException {
        StoredImage image =
                bench.build("FROM busybox", "RUN rm -rf /proc /sys /dev /etc/hosts /etc/resolv.conf 2>/dev/null; true");

        assertThat(RunBench.paths(image)).isEmpty();
    }

    @Test
    void mountPointsThatTheImageHasDeletedLeaveNoStubs() throws IOException {
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(Files.newOutputStream(bench.context().resolve("deleting.tar")))) {
            tar.putArchiveEntry(new TarArchiveEntry(".wh.etc"));
            tar.closeArchiveEntry();
        }
        StoredImage image = bench.build("FROM busybox", "ADD deleting.tar /", "RUN touch /f");

        assertThat(RunBench.paths(image, 1)).containsExactly("- etc");
        assertThat(RunBench.paths(image)).containsExactly("f");
    }

    @Test
    void mountPointsAreNotInTheLayerNorTheDirectoriesAboveThem() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "RUN --mount=type=tmpfs,target=/new/tmp --mount=type=secret,id=s --mount=type=cache,target=/etc/cache"
                        + " touch /new/tmp/f /etc/cache/f");

        assertThat(RunBench.paths(image)).isEmpty();
    }

    @Test
    void whatACommandPutsBesideAMountPointIsInTheLayer() throws IOException {
        StoredImage image =
                bench.build("FROM busybox", "RUN --mount=type=tmpfs,target=/new/tmp touch /new/kept /new/tmp/gone");

        assertThat(RunBench.paths(image)).containsExactly("new", "new/kept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/run/systemd/resolve/stub-resolv.conf",
                "../run/nowhere/resolv.conf",
                "/dev/null",
                "/proc/self/attr/exec",
                "resolv.conf"
            })
    void anImageWhoseNetworkFilesAreLinksStartsAndKeepsThem(String target) throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "RUN cd /etc && mkdir /n && for f in resolv.conf hosts hostname; do ln -s " + target + " /n/$f; done",
                "FROM scratch",
                "COPY --from=0 /bin /bin",
                "COPY --from=0 /n /etc",
                "RUN cat /etc/hosts /etc/hostname /etc/resolv.conf && echo ok > /dev/null");

        assertThat(bench.output()).contains("127.0.0.1\tlocalhost buildkitsandbox", "buildkitsandbox");
        assertThat(RunBench.paths(image)).isEmpty();
    }

    @Test
    void theEnvironmentIsTheDockerfilesWithPathAndHome() throws IOException {
        bench.build(
                request -> request.plusArgument("http_proxy", "http://p").plusArgument("EMPTY", ""),
                "FROM busybox",
                "ENV LATER=env SHADOWED=env",
                "ARG SHADOWED=arg",
                "ARG UNSET",
                "ARG EMPTY=default",
                "ENV LATER=again",
                "USER node",
                "RUN [\"env\"]");

        assertThat(bench.output())
                .containsExactlyInAnyOrder(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "LATER=again",
                        "SHADOWED=arg",
                        "EMPTY=",
                        "HOME=/home/node",
                        "HTTP_PROXY=http://p",
                        "http_proxy=http://p");
    }

    @Test
    void theHostIsNamedAsTheReferenceNamesItOrAsAsked() throws IOException {
        bench.build("FROM busybox", "RUN hostname");
        assertThat(bench.output()).containsExactly("buildkitsandbox");

        bench.build(
                request -> request.plusArgument("BUILDKIT_SANDBOX_HOSTNAME", "other")
                        .withNoCache(),
                "FROM busybox",
                "RUN hostname");
        assertThat(bench.output()).containsExactly("other");
    }

    @Test
    void theWorkingDirectoryIsMadeWhenItIsNotThereAndTheMaskIs0022() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "WORKDIR /gone/deep",
                "RUN cd / && rm -rf /gone",
                "USER node",
                "RUN stat -c '%n %a %u' /gone/deep && umask");

        assertThat(bench.output()).containsExactly("/gone/deep 755 0", "0022");
        assertThat(RunBench.paths(image)).containsExactly("gone", "gone/deep");
    }

    @Test
    void aNetworkOfNoneHasALoopbackAlone() throws IOException {
        bench.build("FROM busybox", "RUN --network=none ls /sys/class/net");

        assertThat(bench.output()).containsExactly("lo");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RUN --network=foo x|invalid network mode \"foo\"",
                "RUN --security=foo x|security \"foo\" is not valid",
                "RUN --security=insecure x|security.insecure is not allowed",
                "RUN --device=vendor.com/gpu=0 x|Container Device Interface",
                "RUN --mount=type=foo x|unsupported mount type \"foo\"",
                "RUN --mount=typ=bind x|unexpected key 'typ' in 'typ=bind' (did you mean type?)",
                "RUN --mount=type=tmpfs x|invalid mount target",
                "RUN --mount=type=tmpfs,target=/a/.. x|invalid mount target \"/\"",
                "RUN --mount=type=tmpfs,target=/a,uid=1 x|uid not allowed for \"tmpfs\" type mounts",
                "RUN --mount=type=bind,target=/a,source=none x|\"/none\": not found",
                "RUN --mount=type=secret,id=nope,required x|secret nope: not found",
                "RUN --mount=type=ssh,required x|ssh default: not found"
            })
    void whatIsWrongWithAFlagIsSaidAtItsLine(String instruction, String message) {
        assertThatThrownBy(() -> bench.build("FROM busybox", "WORKDIR /", instruction))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessageContaining(message);
    }

    @Test
    void anInsecureCommandHasWhatItsCallerHasWhenThatIsAllowed() throws IOException {
        bench.build(
                request -> request.withRun(RunOptions.NONE.withInsecure()),
                "FROM busybox",
                "RUN grep -E 'CapEff|Seccomp:' /proc/self/status",
                "RUN --security=insecure grep -E 'CapEff|Seccomp:' /proc/self/status && mount -t tmpfs none /dev/shm");

        assertThat(bench.output()).hasSize(4);
        long sandbox = capabilities(bench.output().get(0));
        long insecure = capabilities(bench.output().get(2));
        assertThat(insecure & sandbox).isEqualTo(sandbox);
        assertThat(insecure >>> 21 & 1).as("CAP_SYS_ADMIN").isEqualTo(1);
        assertThat(bench.output().get(1)).endsWith("2");
        assertThat(bench.output().get(3)).doesNotEndWith("2");
    }

    private static long capabilities(String line) {
        return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
    }
}
