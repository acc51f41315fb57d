package dev.skiff.linux.launcher;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.SharedMemory;
import dev.skiff.linux.program.Program;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that runs programs, one after the other, in memory that it shares with the JVM: what a program's calls write into
 * its data can be read here when it is over. One thread at a time. Closing it ends the process.
 */
public final class Agent implements AutoCloseable {
    private final HeldProcess process;
    private final ControlSocket socket;
    private final SharedMemory memory;
    private boolean mapped;

    /**
     * @param process who serves at the other end
     * @param socket to a launcher that serves at its other end
     * @param bytes of memory for a program; pages that are never touched cost nothing
     */
    Agent(HeldProcess process, ControlSocket socket, long bytes) {
        this.process = process;
        this.socket = socket;
        this.memory = new SharedMemory("skiff-agent", bytes);
    }

    /**
     * An agent that a supervisor has been asked for, at the other end of this socket; it is waited for.
     *
     * @param bytes of memory for a program; pages that are never touched cost nothing
     * @param silent is run for each second in which it does not come; what it throws ends the wait
     */
    public static Agent at(ControlSocket socket, long bytes, Runnable silent) {
        HeldProcess process = HeldProcess.unknown();
        Report report = Report.receive(socket, silent).orElseThrow(Agent::hasDied);
        if (report.kind() != Report.Kind.FORKED) {
            throw new AssertionError("an agent that was forked just now says " + report);
        }
        report.descriptor().ifPresent(process::is);
        try {
            return new Agent(process, socket, bytes);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid().orElseThrow(Agent::hasDied);
    }

    /** Writes a program where the agent sees it. */
    public void load(Program program) {
        if (program.length() > memory.length()) {
            throw new AssertionError("a program of " + program.length() + " bytes for memory of " + memory.length());
        }
        memory.write(0, program.code());
        if (program.dataLength() > 0) {
            memory.write(Program.CODE_BYTES, program.data());
        }
    }

    /**
     * Loads and runs a program; the descriptors go to the registers from {@code firstRegister} on.
     *
     * @throws SyscallException for the call of it that failed
     */
    public void run(Program program, int firstRegister, Descriptor... descriptors) {
        load(program);
        begin(firstRegister, descriptors);
        finish(program);
    }

    public void run(Program program) {
        run(program, 0);
    }

    /** Has the agent run what is loaded, and does not wait for it. */
    public void begin(int firstRegister, Descriptor... descriptors) {
        begin(0, firstRegister, descriptors);
    }

    /** The same from that line on. */
    void begin(int entry, int firstRegister, Descriptor... descriptors) {
        if (mapped) {
            socket.send(new Request(entry, firstRegister, 0, false).encode(), List.of(descriptors));
            return;
        }
        List<Descriptor> all = new ArrayList<>();
        all.add(memory.descriptor());
        all.addAll(List.of(descriptors));
        socket.send(new Request(entry, firstRegister, memory.length(), true).encode(), all);
        mapped = true;
    }

    /** Has the agent run what is in its memory from that line on, after an earlier {@link #run}, and does not wait for it. */
    public void beginAt(int line) {
        socket.send(new Request(line, 0, 0, false).encode(), List.of());
    }

    /** Waits for the end of what was begun. */
    public void finish(Program program) {
        Report report = await();
        if (report.kind() == Report.Kind.FAILED) {
            throw program.failure(report.line(), (int) report.value());
        }
    }

    /** Waits for the end of what was begun, and says how it went. */
    public Report await() {
        byte[] answer = socket.receive(Report.BYTES, new Patience(process, "wait for an agent"))
                .orElseThrow(Agent::hasDied);
        return Report.parse(answer);
    }

    private static SyscallException hasDied() {
        return new SyscallException("recv", "agent", "ECONNRESET", "wait for an agent, which has died", "");
    }

    /** The memory that the program is in, from its start. */
    public ByteBuffer memory() {
        return memory.view(0, memory.length());
    }

    @Override
    public void close() {
        process.kill(); // it would go by itself, were it not stopped
        socket.close();
        memory.close();
        process.close();
    }
}
