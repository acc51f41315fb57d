package dev.skiff.store;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.SyscallException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A host on which one call fails: the so-manieth that is made to any of its trees. */
final class FaultyLayerHost implements LayerHost {
    private final LayerHost host;
    private final AtomicInteger callsBefore;

    FaultyLayerHost(LayerHost host, int callsBefore) {
        this.host = host;
        this.callsBefore = new AtomicInteger(callsBefore);
    }

    /** Whether the failure has come to pass. */
    boolean failed() {
        return callsBefore.get() < 0;
    }

    @Override
    public FileTree tree(Path directory) {
        FileTree tree = host.tree(directory);
        return (FileTree) Proxy.newProxyInstance(
                FileTree.class.getClassLoader(), new Class<?>[] {FileTree.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("close") && callsBefore.getAndDecrement() == 0) {
                        throw new SyscallException(method.getName(), "", "ENOSPC", "fault injection", "");
                    }
                    try {
                        return method.invoke(tree, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void removeTree(Path directory) {
        host.removeTree(directory);
    }

    @Override
    public void endOrphans() {
        host.endOrphans();
    }

    @Override
    public OverlayForm overlayForm() {
        return host.overlayForm();
    }
}
