package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.BuildEvent;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.image.History;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a RUN miss the cache, and what its layer and its line of history are: pairs of builds, as on the reference. */
@KernelTest(programs = "/bin/busybox")
class RunCacheKernelTest {
    @TempDir
    private Path directory;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private BusyboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new BusyboxBench(directory, executor);
        bench.file("f", "content");
    }

    @AfterEach
    void close() {
        bench.close();
        executor.shutdownNow();
    }

    /** Why steps of the last build were carried out. */
    private List<String> missed() {
        return bench.events().stream()
                .filter(BuildEvent.StepMissed.class::isInstance)
                .map(event -> ((BuildEvent.StepMissed) event).why().inWords())
                .toList();
    }

    @Test
    void aDeclaredArgumentInvalidatesALaterRunAndNoCopy() throws IOException {
        String[] lines = {"FROM busybox", "ARG V", "COPY f /f", "RUN true", "COPY f /g"};
        bench.builder().build(bench.request(lines).plusArgument("V", "1"));
        bench.builder().build(bench.request(lines).plusArgument("V", "2"));

        assertThat(missed()).containsExactly("argument V changed", "what is below it changed");
    }

    @Test
    void anArgumentThatIsNotDeclaredOrOnlyBelowOrOnlyGlobalDoesNotCount() throws IOException {
        String[] lines = {"ARG GLOBAL", "FROM busybox", "RUN true", "ARG BELOW"};
        bench.build(lines);
        bench.builder()
                .build(bench.request(lines)
                        .plusArgument("GLOBAL", "1")
                        .plusArgument("BELOW", "1")
                        .plusArgument("OTHER", "1"));

        assertThat(missed()).isEmpty();
    }

    @Test
    void aVariableOfTheImageCounts() throws IOException {
        bench.build("FROM busybox", "ENV A=1", "COPY f /f", "RUN true");
        bench.build("FROM busybox", "ENV A=2", "COPY f /f", "RUN true");
        assertThat(missed()).containsExactly("variable A changed");

        bench.build("FROM busybox", "ENV A=2 B=1", "COPY f /f", "RUN true");
        assertThat(missed()).containsExactly("variable B changed");
    }

    @Test
    void proxiesAreSeenByTheCommandAndLeaveNoTraceInKeyAndHistory() throws IOException {
        String[] lines = {"FROM busybox", "RUN echo proxy=$http_proxy=$HTTP_PROXY"};
        StoredImage with =
                bench.builder().build(bench.request(lines).plusArgument("HTTP_PROXY", "http://p.example.com"));
        assertThat(bench.output()).containsExactly("proxy=http://p.example.com=http://p.example.com");

        StoredImage without = bench.build(lines);
        assertThat(missed()).isEmpty();
        assertThat(without.digest()).isEqualTo(with.digest());
        assertThat(with.config().toString()).doesNotContain("p.example.com");
    }

    @Test
    void aProxyThatIsDeclaredIsAnArgumentLikeAnyOther() throws IOException {
        String[] lines = {"FROM busybox", "ARG HTTP_PROXY", "RUN true"};
        bench.builder().build(bench.request(lines).plusArgument("HTTP_PROXY", "http://a.example.com"));
        bench.builder().build(bench.request(lines).plusArgument("HTTP_PROXY", "http://b.example.com"));

        assertThat(missed()).containsExactly("argument HTTP_PROXY changed");
    }

    @Test
    void userShellAndWorkingDirectoryCount() throws IOException {
        bench.build("FROM busybox", "RUN true");

        bench.build("FROM busybox", "USER 5", "RUN true");
        assertThat(missed()).containsExactly("the user changed");
        bench.build("FROM busybox", "SHELL [\"/bin/sh\", \"-ec\"]", "RUN true");
        assertThat(missed()).hasSize(1);
        bench.build("FROM busybox", "WORKDIR /w", "RUN true");
        assertThat(missed()).hasSize(2);
    }

    @Test
    void labelsCommandsPortsCommentsAndSpellingDoNotCount() throws IOException {
        bench.build("FROM busybox", "RUN true");
        bench.build(
                "FROM busybox",
                "# why",
                "LABEL a=b",
                "CMD [\"x\"]",
                "EXPOSE 80",
                "STOPSIGNAL 9",
                "VOLUME /v",
                "run true");

        assertThat(missed()).isEmpty();
    }

    @Test
    void aRunOrCopyThatChangesNothingIsALayerAllTheSame() throws IOException {
        StoredImage image = bench.build("FROM busybox", "COPY f /f", "COPY f /f", "RUN true", "ENV A=1", "WORKDIR /");

        List<History> own =
                image.config().history().subList(1, image.config().history().size());
        assertThat(own).extracting(History::emptyLayer).containsExactly(false, false, false, true, true);
        assertThat(image.config().diffIds()).hasSize(4);
    }

    @Test
    void historyOfARunShowsTheArgumentsInScope() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox", "ARG A=1", "ARG B", "ARG C=x", "ENV C=env", "RUN echo 2", "RUN [\"true\", \"a b\"]");

        assertThat(image.config().history().stream()
                        .map(line -> line.createdBy().orElse(""))
                        .filter(line -> line.startsWith("RUN")))
                .containsExactly(
                        "RUN |3 A=1 B= C=env /bin/sh -c echo 2 # buildkit", "RUN |3 A=1 B= C=env true a b # buildkit");
    }

    @Test
    void aRunsFilesAreNotLaterThanTheEpochNeitherInTheLayerNorOnTheDisk() throws IOException {
        String[] lines = {
            "FROM busybox",
            "RUN mkdir -p /d/e && echo x > /d/e/f && ln /d/e/f /d/h && ln -s f /d/l && touch -d @500 /old",
            "RUN rm /d/h && stat -c '%n %Y' /d /d/e /d/e/f /old"
        };
        StoredImage image = bench.builder().build(bench.request(lines).plusArgument("SOURCE_DATE_EPOCH", "1000"));

        for (StoredLayer layer : image.layers().subList(1, 3)) {
            assertThat(layer.index().entries())
                    .allSatisfy(
                            entry -> assertThat(entry.metadata().mtimeSeconds()).isLessThanOrEqualTo(1000));
        }
        assertThat(bench.output()).contains("/d/e 1000", "/d/e/f 1000", "/old 500");
    }

    @Test
    void theSameCommandsInTwoStoresAreTheSameLayersWithAnEpoch() throws IOException {
        String[] lines = {"FROM busybox", "RUN mkdir /d && echo x > /d/f && ln /d/f /d/h"};
        try (BusyboxBench other = new BusyboxBench(directory.resolve("other"), executor)) {
            StoredImage here = bench.builder().build(bench.request(lines).plusArgument("SOURCE_DATE_EPOCH", "1000"));
            StoredImage there = other.builder().build(other.request(lines).plusArgument("SOURCE_DATE_EPOCH", "1000"));

            assertThat(BusyboxBench.top(there).diffId())
                    .isEqualTo(BusyboxBench.top(here).diffId());
        }
    }
}
