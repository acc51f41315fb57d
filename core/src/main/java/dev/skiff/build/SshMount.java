package dev.skiff.build;

import dev.skiff.dockerfile.Word;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.runtime.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code type=ssh}: a socket that leads to an ssh agent of the caller's. It is a socket of ours, so that it can have the owner and
 * mode that are asked for, and so that the agent sees the caller and not whoever the command runs as.
 *
 * @param place where the Dockerfile says it
 * @param first whether {@code SSH_AUTH_SOCK} is to name it
 * @param agent what the caller gave under that id, if anything
 */
record SshMount(
        Word place,
        String id,
        String target,
        boolean first,
        boolean required,
        int mode,
        int uid,
        int gid,
        Optional<Path> agent)
        implements StepMount {
    @Override
    public void addTo(StepKey key) {
        key.with("ssh")
                .with(id)
                .with(target)
                .with(required ? "required" : "")
                .with(mode)
                .with(uid)
                .with(gid);
    }

    @Override
    public void open(SandboxBuilder sandbox) throws IOException {
        if (agent.isEmpty()) {
            if (required) {
                throw place.error(
                        "ssh " + id + ": not found; forward an agent to the build, with ssh(\"" + id + "\", socket)");
            }
            return;
        }
        RawPath name = sandbox.newName("ssh");
        Path socket = sandbox.inScratch(name);
        sandbox.closeAtEnd(SshForward.open(agent.get(), socket));
        Files.setAttribute(
                socket, "unix:mode", mode); // as long as it is ours: the tree sets the modes of what it makes alone
        FileMetadata metadata = FileMetadata.of(FileMetadata.S_IFSOCK | mode, 0).withOwner(uid, gid);
        sandbox.scratch().files().setMetadata(name, metadata);
        sandbox.mount(Mount.bind(socket.toString(), target));
        if (first) {
            sandbox.environment("SSH_AUTH_SOCK", target);
        }
    }
}
