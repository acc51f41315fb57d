package dev.skiff.linux.launcher;

import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Memfd;
import dev.skiff.linux.program.Program;
import java.util.ArrayList;
import java.util.List;

/** Gives a program to a process that was forked for it and that nobody shares memory with. */
public final class Handover {
    private Handover() {}

    /** The descriptors go to the registers from {@code firstRegister} on. */
    public static void send(ControlSocket socket, Program program, int firstRegister, List<Descriptor> descriptors) {
        try (Descriptor memory = Memfd.ofLength("skiff-program", program.length())) {
            Memfd.write(memory, program.code(), 0);
            Memfd.write(memory, program.data(), Program.CODE_BYTES);
            List<Descriptor> all = new ArrayList<>(List.of(memory));
            all.addAll(descriptors);
            socket.send(new Request(0, firstRegister, program.length(), false).encode(), all);
        }
    }
}
