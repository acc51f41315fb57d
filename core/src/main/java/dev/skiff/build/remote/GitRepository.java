package dev.skiff.build.remote;

import dev.skiff.DigestMismatchException;
import dev.skiff.FetchException;
import dev.skiff.build.copy.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A repository that ADD takes from: first which commit it is, which decides about the step, then the files of that. */
public final class GitRepository {
    private final GitReference reference;
    private final GitAccess access;
    private final String work;

    /**
     * A repository that nothing has been asked of yet.
     *
     * @param access what git may have to get there
     * @param work what this is for, as messages begin with
     */
    public GitRepository(GitReference reference, GitAccess access, String work) {
        this.reference = reference;
        this.access = access;
        this.work = work;
    }

    /**
     * What the reference means now.
     *
     * @param hash of the commit
     * @param ref the full name that it goes by there, unless it was named by its hash
     */
    public record Commit(String hash, Optional<String> ref) {
        private static final int SHA256_DIGITS = 64;

        private String objectFormat() {
            return hash.length() == SHA256_DIGITS ? "sha256" : "sha1";
        }
    }

    /**
     * Asks which commit is meant, unless it is named.
     *
     * @param directory to work in, empty
     * @throws FetchException if there is no such repository, or no such ref in it
     * @throws DigestMismatchException if it is another commit than it has to be
     */
    public Commit resolve(Path directory) {
        Commit commit =
                reference.isCommit() ? new Commit(reference.ref().orElseThrow(), Optional.empty()) : named(directory);
        Optional<String> wanted =
                reference.checksum().filter(hash -> !commit.hash().startsWith(hash));
        if (wanted.isPresent()) {
            throw new DigestMismatchException(work + ": commit", wanted.get(), commit.hash());
        }
        return commit;
    }

    private Commit named(Path directory) {
        String name = reference.ref().orElse("HEAD");
        Map<String, String> refs = new HashMap<>();
        String listed =
                git(directory).run(directory, List.of("ls-remote", "--", reference.remote(), name, name + "^{}"));
        for (String line : listed.split("\n", -1)) {
            String[] parts = line.split("\t", 2);
            if (parts.length == 2 && parts[0].matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
                refs.put(parts[1], parts[0]);
            }
        }
        for (String candidate : List.of(name, "refs/heads/" + name, "refs/tags/" + name, "refs/" + name)) {
            String hash = refs.getOrDefault(candidate + "^{}", refs.get(candidate)); // of a tag, what it points to
            if (hash != null) {
                return new Commit(hash, Optional.of(candidate));
            }
        }
        throw new FetchException(
                work + ": the repository has no branch or tag \"" + name + "\"", reference.toString(), null);
    }

    /**
     * Fetches the files of a commit.
     *
     * @param directory to work in, empty; the files stay in it
     * @param keepGitDir whether {@code .git} is among the files
     */
    public SourceTree checkout(Commit commit, Path directory, boolean keepGitDir) throws IOException {
        GitProgram git = git(Files.createDirectory(directory.resolve("home")));
        Path files = Files.createDirectory(directory.resolve("files"));
        git.run(files, List.of("init", "-q", "--template=", "--object-format=" + commit.objectFormat()));
        git.run(files, List.of("remote", "add", "origin", reference.remote()));
        fetch(git, files, commit);
        GitProgram.Result checkedOut = git.tryRun(files, List.of("checkout", "-q", "--detach", commit.hash()));
        if (!checkedOut.succeeded()) {
            throw git.failure(checkedOut);
        }
        if (reference.submodules() && Files.exists(files.resolve(".gitmodules"))) {
            fetchSubmodules(git, files);
        }
        String time = git.run(files, List.of("show", "-s", "--format=%ct", commit.hash()))
                .strip();
        if (keepGitDir) { // without what may be secret in the address
            git.run(files, List.of("remote", "set-url", "origin", reference.shownRemote()));
            Files.deleteIfExists(files.resolve(".git/FETCH_HEAD"));
        }
        return new GitTree(files, Instant.ofEpochSecond(Long.parseLong(time)), keepGitDir);
    }

    /** One commit is all that is needed; not every server can give that alone, and then everything is fetched. */
    private static void fetch(GitProgram git, Path files, Commit commit) {
        String wanted = commit.ref().orElse(commit.hash());
        for (boolean shallow : new boolean[] {true, false}) {
            List<String> command = new ArrayList<>(List.of("fetch", "-q", "--no-tags"));
            if (shallow) {
                command.add("--depth=1");
            }
            command.addAll(List.of("origin", wanted));
            if (git.tryRun(files, command).succeeded() && has(git, files, commit)) {
                return;
            }
        }
        git.run(
                files,
                List.of("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"));
    }

    private static boolean has(GitProgram git, Path files, Commit commit) {
        return git.tryRun(files, List.of("cat-file", "-e", commit.hash() + "^{commit}"))
                .succeeded();
    }

    private static void fetchSubmodules(GitProgram git, Path files) {
        List<String> command = List.of("submodule", "-q", "update", "--init", "--recursive");
        List<String> shallow = new ArrayList<>(command);
        shallow.add("--depth=1");
        if (!git.tryRun(files, shallow).succeeded()) {
            git.run(files, command);
        }
    }

    private GitProgram git(Path home) {
        return new GitProgram(access.environment(reference.remote()), home, reference.toString(), work);
    }
}
