package dev.skiff.linux.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.skiff.linux.abi.SyscallTable;

/** Loads programs that decide on devices into the kernel: bpf(2). */
public final class DeviceProgram {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int ATTRIBUTES = 128; // as much of union bpf_attr as we fill, and zeros
    private static final int INSTRUCTION = 8;

    private DeviceProgram() {}

    /**
     * Loads one; whoever holds the descriptor can put it on groups.
     *
     * @throws dev.skiff.linux.SyscallException {@code EPERM} without CAP_BPF or CAP_SYS_ADMIN
     */
    public static Descriptor load(byte[] instructions) {
        byte[] license = Libc.string("Apache-2.0");
        try (Memory memory = new Memory(ATTRIBUTES + license.length + (long) instructions.length + INSTRUCTION)) {
            memory.clear();
            memory.write(ATTRIBUTES, instructions, 0, instructions.length);
            memory.write(ATTRIBUTES + (long) instructions.length, license, 0, license.length);
            memory.setInt(0, BPF_PROG_TYPE_CGROUP_DEVICE);
            memory.setInt(4, instructions.length / INSTRUCTION);
            memory.setPointer(8, memory.share(ATTRIBUTES));
            memory.setPointer(16, memory.share(ATTRIBUTES + (long) instructions.length));
            long result = Libc.syscall(
                    SyscallTable.host().number("bpf"), BPF_PROG_LOAD, Pointer.nativeValue(memory), ATTRIBUTES, 0);
            return new Descriptor((int) Libc.check(
                    result,
                    "bpf",
                    "BPF_PROG_LOAD, " + instructions.length / INSTRUCTION + " instructions",
                    "load the filter for devices"));
        }
    }
}
