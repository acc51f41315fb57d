package dev.skiff;

/**
 * What a run can ask for by name to be held in by, and what not every host can give. Where it was asked for and cannot be had, that is
 * an error and nothing is started, unless {@link Run#mayLack} names it: then the container is started without, and {@link
 * Container#isolation()} says so. What Skiff gives without being asked, such as the bound on the number of processes, is left out where
 * it cannot be had, and said there as well.
 */
public enum Safeguard {
    /** {@link Limits#memory} and {@link Limits#memoryReservation}: the memory controller of control groups. */
    MEMORY_LIMIT,
    /** {@link Limits#memoryAndSwap}: a memory controller that counts swap. */
    SWAP_LIMIT,
    /** {@link Limits#cpus} and {@link Limits#cpuShares}: the cpu controller. */
    CPU_LIMIT,
    /** {@link Limits#cpuset}: the cpuset controller. */
    CPU_SET,
    /** {@link Limits#processes}: the pids controller. */
    PROCESS_LIMIT,
    /** {@link Limits#ioWeight}: the io controller. */
    IO_WEIGHT,
    /** {@link Run#apparmor}: a kernel in which AppArmor is switched on. */
    APPARMOR,
    /** {@link Run#selinux}: a kernel in which SELinux is switched on. */
    SELINUX
}
