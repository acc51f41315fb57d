package dev.skiff.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.Credentials.Login;
import dev.skiff.SkiffException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docker login} leaves behind. */
class DockerLoginsTest {
    @TempDir
    private Path directory;

    private void config(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json.replace('\'', '"'));
    }

    private void helper(String name, String... script) throws IOException {
        Path program = directory.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + String.join("\n", script) + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private static String auth(String both) {
        return "{'auth': '" + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)) + "'}";
    }

    private String login(String registry) {
        return show(DockerLogins.in(directory, true).forRegistry(registry));
    }

    private static String show(Optional<Login> login) {
        return login.map(found -> found.user() + " " + new String(found.password()))
                .orElse("nobody");
    }

    @Test
    void whoHasNotLoggedInIsNobody() throws IOException {
        assertThat(login("r.example.com")).isEqualTo("nobody");
        config("{}");
        assertThat(login("r.example.com")).isEqualTo("nobody");
        config("{'auths': {'r.example.com': {}}, 'HttpHeaders': {'a': 'b'}}");
        assertThat(login("r.example.com")).isEqualTo("nobody");
    }

    @Test
    void aLoginIsForItsRegistryAlone() throws IOException {
        config("{'auths': {'r.example.com': " + auth("ci:a:b\u00e9") + ", 'https://old.example.com/': " + auth("x:y")
                + ", 'https://index.docker.io/v1/': " + auth("hub:p") + "}}");

        assertThat(login("r.example.com")).isEqualTo("ci a:b\u00e9");
        assertThat(login("old.example.com")).isEqualTo("x y");
        assertThat(login("docker.io")).isEqualTo("hub p");
        assertThat(login("r.example.com:5000")).isEqualTo("nobody");
        assertThat(login("example.com")).isEqualTo("nobody");
    }

    @Test
    void aHelperIsAskedAsDockerAsksIt() throws IOException {
        helper(
                "one",
                "read -r server",
                "echo \"{\\\"ServerURL\\\":\\\"x\\\",\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$server\\\"}\"",
                "echo noise >&2");
        helper("all", "echo 'credentials not found in native keychain'", "exit 1");
        config("{'credsStore': 'all', 'credHelpers': {'r.example.com': 'one'}, 'auths': {'r.example.com': "
                + auth("a:b") + "}}");

        assertThat(login("r.example.com")).isEqualTo("get r.example.com");
        assertThat(login("other.example.com")).isEqualTo("nobody");
    }

    @Test
    void dockerHubHasItsOldNameTowardsHelpers() throws IOException {
        helper("all", "read -r server", "echo \"{\\\"Username\\\":\\\"me\\\",\\\"Secret\\\":\\\"$server\\\"}\"");
        config("{'credsStore': 'all'}");

        assertThat(login("docker.io")).isEqualTo("me https://index.docker.io/v1/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/bin/sh", "a b", "A", "x;y"})
    void noConfigurationNamesAPathAsItsHelper(String name) throws IOException {
        config("{'credsStore': '" + name + "'}");

        assertThatThrownBy(() -> login("r.example.com"))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("credential helper's name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json of s3cret",
                "{'auths': {'r.example.com': {'auth': '!s3cret'}}}",
                "{'auths': {'r.example.com': {'auth': 's3cret', 'identitytoken': 's3cret'}}}",
                "{'credsStore': 'missing'}",
                "{'credsStore': 'broken'}",
                "{'credsStore': 'chatty'}"
            })
    void whatIsOfNoUseIsAnErrorThatTellsNoSecretAndForWhoHasNotAskedIsNobody(String json) throws IOException {
        helper("broken", "echo no keychain", "exit 3");
        helper("chatty", "echo 'no json of s3cret'");
        config(json);

        assertThatThrownBy(() -> login("r.example.com"))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("r.example.com")
                .hasMessageContaining("config.json")
                .hasMessageNotContaining("s3cret");
        assertThat(show(DockerLogins.in(directory, false).forRegistry("r.example.com")))
                .isEqualTo("nobody");
    }

    @Test
    void theDirectoryIsDockersOwn() {
        assertThat(DockerLogins.standardFile(Map.of("DOCKER_CONFIG", "/d"))).isEqualTo(Path.of("/d/config.json"));
        assertThat(DockerLogins.standardFile(Map.of()))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".docker", "config.json"));
    }
}
