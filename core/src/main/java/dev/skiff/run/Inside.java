package dev.skiff.run;

import dev.skiff.Isolation;
import dev.skiff.SkiffException;
import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.LinuxHost;
import java.io.IOException;
import java.util.function.Supplier;

/** The way into a container, for further processes while it runs and to its files until it is removed, and what is in the way. */
final class Inside {
    private final LinuxContainer container;
    private final LinuxHost kernel;
    private final ProcessWriter processes;
    private final Remains remains;
    private final Supplier<Isolation> isolation;

    /** Opens what a container that has ended has left. */
    @FunctionalInterface
    interface Remains {
        FileTree open() throws IOException;
    }

    /** @param isolation how the container is held in, looked at when somebody asks */
    Inside(
            LinuxContainer container,
            LinuxHost kernel,
            ProcessWriter processes,
            Remains remains,
            Supplier<Isolation> isolation) {
        this.container = container;
        this.kernel = kernel;
        this.processes = processes;
        this.remains = remains;
        this.isolation = isolation;
    }

    /** Has that command started; the caller closes it. */
    LinuxExec join(ContainerExec exec) throws IOException {
        return container.exec(processes.write(exec.argv(), exec.env(), exec.user(), exec.workdir()));
    }

    /**
     * Copies in and out. Once the container has ended its mounts are gone, and only what was written to its root can be had.
     *
     * @throws SkiffException if it is removed
     */
    CopyFiles copying(String who) {
        return new CopyFiles(who, kernel, container::files, this::open);
    }

    Isolation isolation() {
        return isolation.get();
    }

    private FileTree open() throws IOException {
        try {
            return container.files();
        } catch (ContainerStateException ended) {
            return remains.open();
        }
    }
}
