package dev.skiff.linux.network;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/** Lines that bring up the loopback interface of the network namespace that the process is in: netdevice(7). */
public final class Loopback {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;

    private Loopback() {}

    public static void bringUp(Program program) {
        program.purpose("bring the loopback interface up");
        Register socket = program.register("socket");
        open(program, socket);
        up(program, socket);
        program.call("close", socket);
    }

    /** A socket to ask the kernel by. */
    static Line open(Program program, Register socket) {
        return program.call("socket", Arg.named("AF_INET", AF_INET), Arg.named("SOCK_DGRAM", SOCK_DGRAM), Arg.of(0))
                .into(socket);
    }

    static Line up(Program program, Register socket) {
        byte[] loopback = new byte[IFREQ_BYTES]; // struct ifreq
        loopback[0] = 'l';
        loopback[1] = 'o';
        loopback[IFREQ_FLAGS] = IFF_UP;
        return program.call(
                "ioctl", socket, Arg.named("SIOCSIFFLAGS", SIOCSIFFLAGS), program.bytes(loopback, "{lo, IFF_UP}"));
    }
}
