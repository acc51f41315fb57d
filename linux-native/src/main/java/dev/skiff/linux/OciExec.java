package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.launcher.Order;
import dev.skiff.linux.libc.ControlSocket;
import java.util.List;

/** A process that {@link OciRuntime#exec} has started and waits for: what others may do with it meanwhile. Thread-safe. */
public final class OciExec {
    private final ControlSocket supervisor;
    private final long pid;

    OciExec(ControlSocket supervisor, long pid) {
        this.supervisor = supervisor;
        this.pid = pid;
    }

    /** Its process id on the host. */
    public long pid() {
        return pid;
    }

    /** Sends it a signal; to one that has ended it is nothing. */
    public void signal(Signal signal) {
        try {
            supervisor.send(Order.signal(signal.number()).encode(), List.of());
        } catch (SyscallException | IllegalStateException e) {
            return; // whoever supervised it has gone, and it went before
        }
    }
}
