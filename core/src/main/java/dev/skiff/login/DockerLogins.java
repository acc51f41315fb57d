package dev.skiff.login;

import dev.skiff.Credentials;
import dev.skiff.SkiffException;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The logins that {@code docker login} has left on this host: in Docker's {@code config.json}, or with the credential helper that it
 * names. They are looked up when a registry asks, so a login of this minute counts.
 */
public final class DockerLogins implements Credentials {
    private static final System.Logger LOG = System.getLogger(DockerLogins.class.getName());

    private final Path file;
    private final String helpers;
    private final boolean required;

    private DockerLogins(Path file, String helpers, boolean required) {
        this.file = file;
        this.helpers = helpers;
        this.required = required;
    }

    /** Those in {@code $DOCKER_CONFIG}, or {@code .docker} of the user's home. What is there and is of no use is an error. */
    public static DockerLogins ofThisUser() {
        return new DockerLogins(standardFile(System.getenv()), "", true);
    }

    /** The same for who has not asked for them: what is there and is of no use is logged, and then we are nobody. */
    public static DockerLogins ofThisUserIfAny() {
        return new DockerLogins(standardFile(System.getenv()), "", false);
    }

    /** Those of a directory, with the helpers that are there, too. */
    static DockerLogins in(Path directory, boolean required) {
        return new DockerLogins(directory.resolve("config.json"), directory + "/", required);
    }

    static Path standardFile(Map<String, String> environment) {
        String directory = environment.getOrDefault("DOCKER_CONFIG", "");
        Path configured =
                directory.isEmpty() ? Path.of(System.getProperty("user.home"), ".docker") : Path.of(directory);
        return configured.resolve("config.json");
    }

    @Override
    public Optional<Login> forRegistry(String registry) {
        try {
            return find(registry);
        } catch (IOException | IllegalArgumentException e) {
            String message = "the login for " + registry + " in " + file + " cannot be used: " + e.getMessage();
            if (required) {
                throw new SkiffException(message, e);
            }
            LOG.log(System.Logger.Level.WARNING, message);
            return Optional.empty();
        }
    }

    private Optional<Login> find(String registry) throws IOException {
        Optional<DockerConfig> config = read();
        if (config.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> helper = config.get().helper(registry);
        if (helper.isPresent()) {
            return CredentialHelper.of(helpers, helper.get()).login(DockerConfig.helperKey(registry));
        }
        Optional<DockerConfig.Auth> auth = config.get().auth(registry);
        if (auth.flatMap(DockerConfig.Auth::identityToken)
                .filter(token -> !token.isEmpty())
                .isPresent()) {
            throw new IOException(
                    "it is an identity token, which is not supported; log in with a password or an access token");
        }
        return auth.flatMap(DockerConfig.Auth::login);
    }

    private Optional<DockerConfig> read() throws IOException {
        try {
            return Optional.of(Json.read(Files.readAllBytes(file), DockerConfig.class));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (JsonException e) {
            throw new IOException("it is no JSON of its kind, at " + e.path()); // the cause may quote a password
        }
    }

    /** Where they are. */
    @Override
    public String toString() {
        return "logins in " + file;
    }
}
