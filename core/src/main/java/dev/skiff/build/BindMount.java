package dev.skiff.build;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.runtime.Mount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code type=bind}: files of the context, a stage or an image. A directory is an overlay of the layers' directories, so what is
 * written to it with {@code rw} goes elsewhere, and goes away.
 *
 * @param target as it is to be in the container
 */
record BindMount(String target, MountSource source, boolean readOnly) implements StepMount {
    @Override
    public void addTo(StepKey key) throws IOException {
        key.with("bind").with(target).with(readOnly ? "ro" : "rw");
        source.addTo(key);
    }

    @Override
    public void open(SandboxBuilder sandbox) throws IOException {
        sandbox.mount(source.isDirectory() ? directory(sandbox) : file(sandbox));
    }

    private Mount directory(SandboxBuilder sandbox) throws IOException {
        List<String> options = new ArrayList<>();
        for (Path directory : source.onHost()) {
            options.add("lowerdir+=" + directory);
        }
        FileMetadata own = source.metadata();
        if (readOnly) {
            // a second one, for overlayfs takes no single one without an upper one
            options.add("lowerdir+=" + sandbox.newDirectory("empty", own));
            options.add("ro");
        } else {
            options.add("upperdir=" + sandbox.newDirectory("upper", own));
            options.add("workdir=" + sandbox.newDirectory("work", FileMetadata.directory(0755)));
            options.add("volatile"); // nothing of it is to outlive the step
        }
        if (sandbox.overlayForm().xattrPrefix().startsWith("user.")) {
            options.add("userxattr");
        }
        return Mount.of(target, "overlay", "overlay", options);
    }

    private Mount file(SandboxBuilder sandbox) throws IOException {
        if (readOnly && !sandbox.privileged()) {
            return Mount.bind(source.onHost().get(0).toString(), target).plusOptions("ro");
        }
        RawPath copy = sandbox.newName("file");
        try (InputStream content = source.content()) {
            sandbox.scratch().files().writeFile(copy, source.metadata(), content);
        }
        Mount bind = Mount.bind(sandbox.inScratch(copy).toString(), target);
        return readOnly ? bind.plusOptions("ro") : bind;
    }
}
