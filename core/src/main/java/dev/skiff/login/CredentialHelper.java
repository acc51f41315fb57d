package dev.skiff.login;

import dev.skiff.Credentials.Login;
import dev.skiff.InterruptedOperationException;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.JsonField;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program that keeps logins, spoken to as Docker does: {@code docker-credential-NAME get}, with the registry on its standard
 * input, answers with JSON. The login is in no argument, variable or file that stays.
 */
final class CredentialHelper {
    /** So that no configuration can name a path. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MOST_BYTES = 1 << 20;
    private static final int SHOWN = 200;
    private static final String TOKEN_USER = "<token>";
    private static final String NOTHING = "credentials not found";

    private final String program;

    private CredentialHelper(String program) {
        this.program = program;
    }

    /**
     * The helper of that name.
     *
     * @param directory where it is, with a slash at its end; empty for one of {@code PATH}
     * @throws IllegalArgumentException for a name that could be a path
     */
    static CredentialHelper of(String directory, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a credential helper's name has lower-case letters, digits and hyphens, got \"" + name + "\"");
        }
        return new CredentialHelper(directory + "docker-credential-" + name);
    }

    /** What a helper answers. */
    record Answer(
            @JsonField("Username") Optional<String> user,
            @JsonField("Secret") Optional<String> secret) {
        /** It is a secret. */
        @Override
        public String toString() {
            return "Answer[]";
        }
    }

    /** What it knows for a registry, if anything. */
    Optional<Login> login(String registry) throws IOException {
        Path answers =
                Files.createTempFile("skiff", ".login"); // for its owner alone; a pipe would need a thread of its own
        try {
            Process process = new ProcessBuilder(program, "get")
                    .redirectOutput(answers.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ask(process, registry);
            byte[] answer = Files.size(answers) > MOST_BYTES ? new byte[0] : Files.readAllBytes(answers);
            if (process.exitValue() != 0) {
                return refused(process.exitValue(), new String(answer, StandardCharsets.UTF_8).strip());
            }
            return read(answer);
        } finally {
            Files.deleteIfExists(answers);
        }
    }

    private void ask(Process process, String registry) throws IOException {
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write((registry + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // it has ended already, and its answer says why
            }
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(program + " has not answered within " + LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("ask " + program + " for a login", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Optional<Login> refused(int status, String said) throws IOException {
        if (said.startsWith(NOTHING)) {
            return Optional.empty();
        }
        String shown = said.length() > SHOWN ? said.substring(0, SHOWN) + "..." : said;
        throw new IOException(program + " exited with " + status + ": " + shown);
    }

    private Optional<Login> read(byte[] answer) throws IOException {
        try {
            Answer found = Json.read(answer, Answer.class);
            String user = found.user().orElse("");
            if (user.equals(TOKEN_USER)) {
                throw new IOException(
                        "it is an identity token, which is not supported; log in with a password or an access token");
            }
            return user.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Login(user, found.secret().orElse("").toCharArray()));
        } catch (JsonException e) {
            throw new IOException(program + " did not answer with JSON of its kind, at "
                    + e.path()); // the cause may quote the secret
        }
    }
}
