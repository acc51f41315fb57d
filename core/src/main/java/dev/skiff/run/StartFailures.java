package dev.skiff.run;

import dev.skiff.CommandNotFoundException;
import dev.skiff.PortTakenException;
import dev.skiff.SkiffException;
import dev.skiff.StartException;
import dev.skiff.linux.AddressInUseException;
import dev.skiff.linux.ExecException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;

/** From what the kernel says about a start that failed to what a caller can do something about. */
final class StartFailures {
    private final String who;

    /** @param who the container as a person would name it */
    StartFailures(String who) {
        this.who = who;
    }

    SkiffException of(Throwable failure) {
        if (failure instanceof SkiffException known) {
            return known;
        }
        if (failure instanceof AddressInUseException taken) {
            InetSocketAddress address = taken.address();
            return new PortTakenException(who, address.getAddress().getHostAddress(), address.getPort(), taken);
        }
        if (failure instanceof ExecException exec && exec.errno().equals("ENOENT")) {
            String searched = exec.command().contains("/") ? "" : exec.searched();
            return new CommandNotFoundException(who, exec.command(), searched, exec);
        }
        if (failure instanceof MissingSafeguard missing) {
            return new StartException(
                    who + ": " + missing.getMessage() + "; or let it go without: mayLack(Safeguard."
                            + missing.safeguard() + ")",
                    missing);
        }
        if (failure instanceof FileSystemException file
                && file.getReason() == null) { // its message is a path and no more
            return new StartException(
                    who + ": " + failure.getMessage() + ": " + file.getClass().getSimpleName(), failure);
        }
        return new StartException(who + ": " + failure.getMessage(), failure);
    }
}
