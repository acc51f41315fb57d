package dev.skiff.linux;

/**
 * How a container of an {@link OciRuntime} is created, beyond what its bundle says.
 *
 * @param ownKeyring whether its processes get session keyrings of their own (keyrings(7)); without, they have that of this JVM, with
 *     whatever keys are in there
 * @param systemd whether its control group is a scope of systemd, by the name that {@code linux.cgroupsPath} has as {@code
 *     slice:prefix:name}
 */
public record CreateOptions(boolean ownKeyring, boolean systemd) {
    /** What is safe: nothing of the caller's. */
    public static CreateOptions standard() {
        return new CreateOptions(true, false);
    }

    /** The keyring of the caller, as {@code --no-new-keyring} of runc has it: where keys are too few for one for each container. */
    public CreateOptions withCallersKeyring() {
        return new CreateOptions(false, systemd);
    }

    /** A scope of systemd, as {@code --systemd-cgroup} of runc has it; an error where there is none. */
    public CreateOptions inSystemdScope() {
        return new CreateOptions(ownKeyring, true);
    }
}
