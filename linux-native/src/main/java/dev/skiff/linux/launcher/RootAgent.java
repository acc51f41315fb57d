package dev.skiff.linux.launcher;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Memfd;
import dev.skiff.linux.libc.Spawn;
import dev.skiff.linux.network.NetworkAhead;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The launcher that all others are forked off. It may be asked from any thread. Until {@link #ready} it is as it was
 * spawned: that is when a user namespace is made for it.
 */
public final class RootAgent implements AutoCloseable {
    static final String NAME = "skiff";
    private static final int SIGCHLD = 17;
    private static final int PR_SET_NAME = 15;
    private static final int CONTROL = 3;
    private static final long MEMORY = Program.CODE_BYTES + 64 * 1024L;

    /** What comes back from a socket that nobody is at the other end of. */
    private static final Set<String> DEAD = Set.of("EPIPE", "ECONNRESET");

    private final ReentrantLock lock = new ReentrantLock();
    private final int pid;
    private final HeldProcess process;
    private final Agent agent;
    private final ForkProgram fork = new ForkProgram();
    private boolean open = true;
    private boolean networks; // whether it may make them ahead
    private boolean ahead; // whether one is there, or being made
    private boolean making;

    private RootAgent(int pid, HeldProcess process, Agent agent) {
        this.pid = pid;
        this.process = process;
        this.agent = agent;
    }

    /** Spawns a launcher from memory: nothing on the disk is run, so nothing there can be swapped. */
    public static RootAgent spawn() {
        List<ControlSocket> pair = ControlSocket.pair();
        ControlSocket theirs = pair.get(1);
        try (theirs;
                Descriptor executable = Memfd.sealedExecutable(NAME, executable())) {
            int pid = Spawning.start(executable, Owner.thisJvm().words(NAME), theirs.descriptor());
            return of(pid, pair.get(0));
        } catch (RuntimeException | Error e) {
            pair.get(0).close();
            throw e;
        }
    }

    private static RootAgent of(int pid, ControlSocket socket) {
        HeldProcess process = HeldProcess.unknown();
        try {
            process = HeldProcess.child(pid);
            return new RootAgent(pid, process, new Agent(process, socket, MEMORY));
        } catch (RuntimeException | Error e) {
            process.close();
            Spawn.end(pid);
            throw e;
        }
    }

    private static byte[] executable() {
        String name = "launcher-" + (Architecture.host() == Architecture.AARCH64 ? "aarch64" : "x86_64");
        try (InputStream in = RootAgent.class.getResourceAsStream(name)) {
            return in == null ? unopened(name) : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the launcher " + name, e);
        }
    }

    /** What could not be opened is not there, or there was no descriptor to open it with: the second attempt says so. */
    private static byte[] unopened(String name) throws IOException {
        URL there = RootAgent.class.getResource(name);
        if (there == null) {
            throw new IllegalStateException("this build of Skiff has no " + name
                    + ": build it on such a machine, or where a cross compiler for it is installed");
        }
        try (InputStream in = there.openStream()) {
            return in.readAllBytes();
        }
    }

    /** Its process id in this JVM's process namespace. */
    public int pid() {
        return pid;
    }

    /** Runs a program in the root agent itself. */
    public void run(Program program) {
        lock.lock();
        try {
            agent.run(program);
        } finally {
            lock.unlock();
        }
    }

    /**
     * From now on it only forks.
     *
     * @param networks whether it makes network namespaces ahead; for root of the host alone, see {@link NetworkAhead}
     */
    public void ready(boolean networks) {
        Program settle = new Program();
        settle.purpose("settle the root agent");
        Arg.Address ignore = settle.words("{SIG_IGN}", 1, 0, 0, 0);
        // children that end are not waited for: whoever needs to know holds a socket to them
        settle.call("rt_sigaction", Arg.named("SIGCHLD", SIGCHLD), ignore, Arg.none(), Arg.of(8));
        settle.call("prctl", Arg.named("PR_SET_NAME", PR_SET_NAME), settle.string(NAME));
        settle.call("chdir", settle.string("/"));
        // of whoever runs the JVM, perhaps under a debugger: without randomised addresses, say (personality(2))
        settle.call("personality", Arg.of(0)).allow(Errno.EPERM, Errno.ENOSYS);
        seeThatAllIsThere(settle);
        if (networks) {
            NetworkAhead.settle(settle);
        }
        run(settle);
        lock.lock();
        try {
            this.networks = networks;
            agent.load(fork.program());
        } finally {
            lock.unlock();
        }
    }

    /** What the launcher itself does, in C, and nobody would hear of if it failed: a kernel or a filter may lack it. */
    private static void seeThatAllIsThere(Program program) {
        program.purpose("close what this JVM has open");
        program.call("close_range", Arg.of(CONTROL + 1), Arg.named("~0", 0xffffffffL), Arg.of(0));
        program.purpose("see that a process can be signalled by a descriptor");
        Register pid = program.register("pid");
        Register pidfd = program.register("pidfd");
        program.call("getpid").into(pid);
        program.call("pidfd_open", pid, Arg.of(0)).into(pidfd);
        program.call("pidfd_send_signal", pidfd, Arg.of(0), Arg.none(), Arg.of(0));
        program.call("close", pidfd);
    }

    /**
     * Forks a process that serves at one end of a connection.
     *
     * @param theirs that end; this JVM's copy of it is closed
     */
    public HeldProcess fork(ControlSocket ours, ControlSocket theirs) {
        try (Fork fork = beginFork(false, theirs)) {
            return fork.finish(ours);
        }
    }

    /**
     * Begins to, and does not wait for it, so that what it will have to do can be written meanwhile. Nobody else can fork until it
     * is finished or closed.
     *
     * @param takesNetwork whether it is given the network namespace that has been made ahead, if there is one
     */
    public Fork beginFork(boolean takesNetwork, ControlSocket theirs) {
        lock.lock();
        try {
            if (!open) {
                throw new IllegalStateException("this Skiff is closed");
            }
            awaitNetwork();
            boolean gives = takesNetwork && ahead;
            ahead &= !gives;
            int entry = gives ? fork.forkIntoNetwork() : ForkProgram.FORK;
            agent.begin(entry, ForkProgram.SOCKET.number(), theirs.descriptor());
            return new Fork(theirs);
        } catch (SyscallException e) {
            lock.unlock();
            throw DEAD.contains(e.errno()) ? isDead(e) : e;
        } catch (RuntimeException e) {
            lock.unlock();
            throw e;
        }
    }

    /** One that is under way. It is finished, or at the least closed, by the thread that began it. */
    public final class Fork implements AutoCloseable {
        private final ControlSocket theirs;
        private boolean finished;

        private Fork(ControlSocket theirs) {
            this.theirs = theirs;
        }

        /** Waits for it, and gives the process that was forked. */
        public HeldProcess finish(ControlSocket ours) {
            int forked = await();
            theirs.close();
            return HeldProcess.forked(forked, ours);
        }

        private int await() {
            finished = true;
            try {
                agent.finish(fork.program());
                return fork.pid(agent);
            } catch (SyscallException e) {
                throw DEAD.contains(e.errno()) ? isDead(e) : e;
            } finally {
                lock.unlock();
            }
        }

        /** Without {@link #finish}, whoever was forked goes when the other end of its connection is closed. */
        @Override
        public void close() {
            if (!finished) {
                try {
                    await();
                } catch (SyscallException e) {
                    // then there is nobody; what keeps it from being finished is what will be told
                }
            }
        }
    }

    /**
     * Has it make a network namespace for the next container, and waits neither for that nor for others who use it: they come here
     * again. Best asked for when something else is going on.
     */
    public void makeNetworkAhead() {
        if (!networks || !lock.tryLock()) {
            return;
        }
        try {
            if (open && !ahead) {
                agent.beginAt(fork.makeNetwork());
                making = true;
                ahead = true;
            }
        } catch (SyscallException e) {
            // it is dead: whoever asks for something that is needed will hear of it
        } finally {
            lock.unlock();
        }
    }

    private void awaitNetwork() {
        if (making) {
            making = false;
            agent.finish(fork.program());
        }
    }

    private SyscallException isDead(SyscallException cause) {
        SyscallException failure = new SyscallException(
                cause.call(),
                "the launcher",
                cause.errno(),
                "fork off the launcher, which was process " + pid + " and has been killed",
                "what runs goes on, but nothing new starts; close this Skiff, and open another");
        failure.initCause(cause);
        return failure;
    }

    /** Forks an agent with that much memory for a program. */
    public Agent forkAgent(long bytes) {
        List<ControlSocket> pair = ControlSocket.pair();
        HeldProcess forked = HeldProcess.unknown();
        try (ControlSocket theirs = pair.get(1)) {
            forked = fork(pair.get(0), theirs);
            return new Agent(forked, pair.get(0), bytes);
        } catch (RuntimeException e) {
            pair.get(0).close(); // which ends the agent, if it is there
            forked.close();
            throw e;
        }
    }

    @Override
    public void close() {
        process.kill(); // ahead of the lock: whoever waits for it would wait on, were it stopped
        lock.lock();
        try {
            if (open) {
                open = false;
                agent.close();
                Spawn.reap(pid);
            }
        } finally {
            lock.unlock();
        }
    }
}
