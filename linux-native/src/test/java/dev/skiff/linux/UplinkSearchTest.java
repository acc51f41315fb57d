package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UplinkSearchTest {
    @TempDir
    Path directory;

    private Path program(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private UplinkSearch search(Path tun) {
        return UplinkSearch.run(List.of("relative", directory.toString()), tun);
    }

    @Test
    void pastaIsTakenBeforeSlirp4netns() throws IOException {
        Path tun = Files.createFile(directory.resolve("tun"));
        Path slirp4netns = program("slirp4netns");
        assertThat(search(tun).uplink().orElseThrow().program()).isEqualTo(slirp4netns);
        Path pasta = program("pasta");
        assertThat(search(tun).uplink()).contains(new Uplink(Uplink.Kind.PASTA, pasta, false, false));
        assertThat(search(tun).remedy()).isEmpty();
    }

    @Test
    void whereNoneIsInstalledTheRemedyIsSaid() {
        UplinkSearch search = search(directory);
        assertThat(search.uplink()).isEmpty();
        assertThat(search.found()).isEqualTo("neither pasta nor slirp4netns is installed");
        assertThat(search.remedy()).contains("package passt");
    }

    @Test
    void aDeviceThatMayNotBeOpenedIsSaid() throws IOException {
        program("pasta");
        UplinkSearch search = search(directory.resolve("no-tun"));
        assertThat(search.uplink()).isEmpty();
        assertThat(search.remedy()).contains("chmod 0666 " + directory.resolve("no-tun"));
    }
}
