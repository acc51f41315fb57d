package dev.skiff.linux.testing;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/**
 * A file system that a container has mounted. No table of mounts may show it, but whoever watches a directory of it is told when the kernel
 * gives it up: IN_UNMOUNT of inotify(7).
 */
public final class Mounted implements AutoCloseable {
    private static final int SECONDS = 30;

    private final WatchService watch = FileSystems.getDefault().newWatchService();
    private final WatchKey key;

    /** @param pid of a process that sees it at that path */
    public Mounted(long pid, String path) throws IOException {
        this.key = Path.of("/proc/" + pid + "/root" + path).register(watch, StandardWatchEventKinds.ENTRY_DELETE);
    }

    public boolean isThere() {
        return key.isValid();
    }

    /** Waits, some seconds at most, for its end. */
    public boolean goes() throws InterruptedException {
        return watch.poll(SECONDS, TimeUnit.SECONDS) != null && !key.isValid();
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
