package dev.skiff.build.context;

import dev.skiff.SkiffException;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A context that is another one, for a test to interfere with. */
class ForwardingContext implements RawContext {
    private final RawContext to;

    ForwardingContext(RawContext to) {
        this.to = to;
    }

    @Override
    public String label() {
        return to.label();
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        return to.find(path);
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        return to.children(directory);
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        return to.open(file);
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        return to.digest(file);
    }

    @Override
    public SkiffException changed(SourceFile file) {
        return to.changed(file);
    }

    @Override
    public void close() {
        to.close();
    }
}
