package dev.skiff.store;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import java.nio.file.Path;

/** The kernel of this host, as root or as root of a user namespace. */
public final class LinuxLayerHost implements LayerHost {
    private final LinuxHost host;

    /** The host is the caller's to close, after the store. */
    public LinuxLayerHost(LinuxHost host) {
        this.host = host;
    }

    @Override
    public FileTree tree(Path directory) {
        return host.tree(directory);
    }

    @Override
    public void removeTree(Path directory) {
        host.removeTree(directory);
    }

    @Override
    public OverlayForm overlayForm() {
        return new OverlayForm(host.overlayXattrPrefix());
    }
}
