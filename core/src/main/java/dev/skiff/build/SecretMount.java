package dev.skiff.build;

import dev.skiff.dockerfile.Word;
import dev.skiff.linux.MemoryFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code type=secret}: something of the caller's as a file in memory, as a variable, or both. It is read when the command is about
 * to run, and no key, history or file of ours tells anything of its value.
 *
 * @param place where the Dockerfile says it
 * @param file where its file is to be; nothing for a variable alone
 * @param secret what the caller gave under that id, if anything
 */
record SecretMount(
        Word place,
        String id,
        Optional<String> file,
        Optional<String> variable,
        boolean required,
        int mode,
        int uid,
        int gid,
        Optional<Secret> secret)
        implements StepMount {
    @Override
    public String target() {
        return file.orElse("");
    }

    @Override
    public void addTo(StepKey key) {
        key.with("secret").with(id).with(file.orElse("")).with(variable.orElse(""));
        key.with(required ? "required" : "").with(mode).with(uid).with(gid);
    }

    @Override
    public void open(SandboxBuilder sandbox) throws IOException {
        Optional<byte[]> value = secret.isPresent() ? read(secret.get()) : Optional.empty();
        if (value.isEmpty()) {
            if (required) {
                throw place.error("secret " + id + ": not found; give the build one of that id, with secret(\"" + id
                        + "\", ...)");
            }
            return;
        }
        file.ifPresent(path -> sandbox.file(new MemoryFile(path, mode, uid, gid, value.get())));
        if (variable.isPresent()) {
            sandbox.environment(variable.get(), text(value.get()));
        }
    }

    private Optional<byte[]> read(Secret given) throws IOException {
        try {
            return given.read();
        } catch (IOException e) {
            throw new IOException("read the secret " + id + ": " + e.getMessage(), e);
        }
    }

    private String text(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) {
            throw place.error("secret " + id + ": no variable can hold its NUL bytes; mount it as a file");
        }
        return text;
    }
}
