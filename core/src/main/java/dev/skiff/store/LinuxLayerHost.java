package dev.skiff.store;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The kernel of this host, as root or as root of a user namespace. */
public final class LinuxLayerHost implements LayerHost {
    private final Supplier<LinuxHost> host;

    /** @param host asked for when it is needed, for to look at images takes no kernel; the caller's to close, after the store */
    public LinuxLayerHost(Supplier<LinuxHost> host) {
        this.host = host;
    }

    @Override
    public FileTree tree(Path directory) {
        return host.get().tree(directory);
    }

    @Override
    public void removeTree(Path directory) {
        host.get().removeTree(directory);
    }

    @Override
    public void endOrphans() {
        LinuxHost.endOrphans();
    }

    @Override
    public OverlayForm overlayForm() {
        return new OverlayForm(host.get().overlayXattrPrefix());
    }
}
