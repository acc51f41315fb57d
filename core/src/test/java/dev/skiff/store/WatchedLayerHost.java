package dev.skiff.store;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileTree;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A host on which a test does something right before a tree is opened, and before each call to one. */
class WatchedLayerHost implements LayerHost {
    private final LayerHost host;

    WatchedLayerHost(LayerHost host) {
        this.host = host;
    }

    void beforeTree() {}

    /** @param arguments of the call; null if it has none */
    void before(String method, Object @Nullable [] arguments) {}

    @Override
    public final FileTree tree(Path directory) {
        beforeTree();
        FileTree tree = host.tree(directory);
        return (FileTree) Proxy.newProxyInstance(
                FileTree.class.getClassLoader(), new Class<?>[] {FileTree.class}, (proxy, method, arguments) -> {
                    before(method.getName(), arguments);
                    try {
                        return method.invoke(tree, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public final void removeTree(Path directory) {
        host.removeTree(directory);
    }

    @Override
    public final void endOrphans() {
        host.endOrphans();
    }

    @Override
    public final OverlayForm overlayForm() {
        return host.overlayForm();
    }
}
