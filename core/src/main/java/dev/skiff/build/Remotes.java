package dev.skiff.build;

import dev.skiff.build.copy.SingleFile;
import dev.skiff.build.remote.Download;
import dev.skiff.build.remote.GitAccess;
import dev.skiff.build.remote.GitReference;
import dev.skiff.build.remote.GitRepository;
import dev.skiff.build.remote.WebAddress;
import dev.skiff.build.remote.WebFiles;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import dev.skiff.oci.Digest;
import dev.skiff.registry.RegistrySettings;
import dev.skiff.store.Scratch;
import dev.skiff.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The sources of ADD that are elsewhere. */
final class Remotes {
    private static final Pattern URL = Pattern.compile("https?://.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final String AGENT = "default";
    private static final String TOKEN = "GIT_AUTH_TOKEN"; // the name that the reference has for it

    private final Store store;
    private final RunOptions options;
    private final WebFiles web;

    /** @param options whose ssh agent and secrets git may have, as RUN may */
    Remotes(Store store, RunOptions options) {
        this.store = store;
        this.options = options;
        this.web = new WebFiles(store.home().resolve("cache").resolve("web"), RegistrySettings.defaults());
    }

    static boolean isUrl(String source) {
        return URL.matcher(source).matches();
    }

    /** What a source of ADD names elsewhere, fetched as far as its key needs it; nothing if it names a path. */
    Optional<CopySource> find(Instruction.Add add, Word word, String source, Optional<String> checksum)
            throws IOException {
        Optional<GitReference> reference = read(word, () -> GitReference.parse(source));
        if (reference.isPresent()) {
            GitReference wanted = checksum.isEmpty()
                    ? reference.get()
                    : read(word, () -> reference.get().withChecksum(checksum.get()));
            return Optional.of(git(add, word, wanted));
        }
        return isUrl(source) ? Optional.of(web(add, word, source, checksum)) : Optional.empty();
    }

    private CopySource git(Instruction.Add add, Word word, GitReference reference) throws IOException {
        GitRepository repository = new GitRepository(reference, access(), work(word, reference));
        boolean keepGitDir = add.keepGitDir().or(reference::keepGitDir).orElse(false);
        List<String> excludes = add.excludes().stream().map(Word::raw).toList();
        try (Scratch scratch = store.scratch()) {
            GitRepository.Commit commit = repository.resolve(scratch.newDirectory());
            return new GitSource(word, reference, repository, commit, keepGitDir, excludes);
        }
    }

    private GitAccess access() throws IOException {
        Secret token = options.secrets().get(TOKEN);
        Optional<byte[]> bytes = token == null ? Optional.empty() : token.read();
        return new GitAccess(
                Optional.ofNullable(options.agents().get(AGENT)),
                bytes.map(text -> new String(text, StandardCharsets.UTF_8).strip()));
    }

    private CopySource web(Instruction.Add add, Word word, String source, Optional<String> checksum)
            throws IOException {
        WebAddress address = read(word, () -> WebAddress.parse(source));
        Optional<Digest> digest = read(word, () -> checksum.map(Digest::parse));
        Download file = web.fetch(address, digest, work(word, address));
        return new SelectedSource(
                List.of(SingleFile.download(
                        read(word, address::fileName), file.content(), file.digest(), file.modified())),
                add.unpack().orElse(false));
    }

    private static String work(Word word, Object address) {
        return word.position() + ": ADD " + address;
    }

    private static <T> T read(Word word, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException malformed) {
            throw word.error(String.valueOf(malformed.getMessage()));
        }
    }
}
