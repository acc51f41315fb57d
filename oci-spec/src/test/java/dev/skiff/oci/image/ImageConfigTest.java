package dev.skiff.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Corpus;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageConfigTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void aBuildAddsLayersAndHistoryToItsBase() {
        DiffId layer = new DiffId(Digest.sha256("tar".getBytes(UTF_8)));
        ImageConfig base = ImageConfig.of(Platform.parse("linux/amd64"));

        ImageConfig built = base.withCreated(NOW)
                .withConfig(base.containerConfig()
                        .withEnv(List.of("A=1"))
                        .withExposedPorts(Set.of("3000/tcp"))
                        .withLabels(Map.of("b", "2", "a", "1"))
                        .withCmd(List.of("node", "server.js")))
                .plusLayer(layer, History.of(NOW, "COPY . . # skiff"))
                .plusHistory(History.empty(NOW, "CMD [\"node\", \"server.js\"]"));

        assertThat(Json.write(built))
                .asString()
                .isEqualTo(
                        "{\"created\":\"2026-11-23T12:00:00Z\",\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{"
                                + "\"ExposedPorts\":{\"3000/tcp\":{}},\"Env\":[\"A=1\"],\"Cmd\":[\"node\",\"server.js\"],"
                                + "\"Labels\":{\"a\":\"1\",\"b\":\"2\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                                + layer
                                + "\"]},\"history\":[{\"created\":\"2026-11-23T12:00:00Z\",\"created_by\":\"COPY . . # skiff\"},"
                                + "{\"created\":\"2026-11-23T12:00:00Z\",\"created_by\":\"CMD [\\\"node\\\", \\\"server.js\\\"]\","
                                + "\"empty_layer\":true}]}");
        assertThat(built.diffIds()).containsExactly(layer);
        assertThat(base.diffIds()).isEmpty();
    }

    @Test
    void anImageOfDockerIsReadWithItsExtensions() {
        ImageConfig node = Json.read(Corpus.document("node-config"), ImageConfig.class);
        ContainerConfig config = node.containerConfig();

        assertThat(node.platform()).hasToString("linux/amd64");
        assertThat(node.created()).contains(Instant.parse("2024-07-23T00:10:00.123456789Z"));
        assertThat(node.history()).hasSize(4).element(1).matches(History::emptyLayer);
        assertThat(config.user()).as("empty is the same as none").isEmpty();
        assertThat(config.exposedPorts()).containsExactly("3000/tcp", "53/udp", "8443/tcp");
        assertThat(config.volumes()).containsExactly("/var/lib/app");
        assertThat(config.onBuild()).containsExactly("COPY . /app", "RUN npm install");
        assertThat(config.shell()).startsWith("/bin/ash");
        assertThat(config.healthcheck().orElseThrow().interval()).contains(Duration.ofSeconds(30));
        assertThat(config.extra().names()).containsExactly("AttachStdin", "Hostname", "MacAddress");
        assertThat(node.extra().names()).containsExactly("docker_version", "moby.buildkit.buildinfo.v1");
    }

    @Test
    void anImageWithoutLayersOrConfigIsOne() {
        ImageConfig scratch = Json.read(
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":null,\"history\":null,"
                                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null}}")
                        .getBytes(UTF_8),
                ImageConfig.class);

        assertThat(scratch).isEqualTo(ImageConfig.of(Platform.parse("linux/amd64")));
        assertThat(scratch.containerConfig()).isEqualTo(ContainerConfig.empty());
        assertThat(Json.write(scratch)).asString().endsWith("\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
    }

    @Test
    void valuesOfTheEnvironmentStayOutOfMessages() {
        ContainerConfig config = ContainerConfig.empty().withEnv(List.of("TOKEN=hunter2", "PATH=/bin"));

        assertThat(config.toString()).contains("TOKEN", "PATH").doesNotContain("hunter2");
        assertThat(ImageConfig.of(Platform.host()).withConfig(config).toString())
                .doesNotContain("hunter2");
    }

    @Test
    void aHealthcheckIsBoundedInTime() {
        Healthcheck check = Healthcheck.of(List.of("CMD", "true"));

        assertThat(Json.read(Json.write(check.withTimeout(Duration.ofMillis(1500))), Healthcheck.class)
                        .timeout())
                .contains(Duration.ofMillis(1500));
        assertThatThrownBy(() -> check.withInterval(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check.withInterval(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.read("{\"Interval\":-5}".getBytes(UTF_8), Healthcheck.class))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void aRootOfAnotherTypeIsRejected() {
        assertThatThrownBy(() -> Json.read("{\"type\":\"squash\",\"diff_ids\":[]}".getBytes(UTF_8), RootFs.class))
                .hasMessage("$: rootfs must be of type layers, got \"squash\"");
    }
}
