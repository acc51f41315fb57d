package dev.skiff.linux;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pipe;
import dev.skiff.linux.libc.PipeInput;
import dev.skiff.linux.libc.PipeOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The pipes between this JVM and a process in a container. */
final class ProcessStreams implements AutoCloseable {
    /** How long output is waited for that something left in the background may still write. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private static final int PIPES = 4;

    final PipeOutput stdin;
    final PipeInput stdout;
    final PipeInput stderr;
    private final List<Descriptor> theirs;
    private final Descriptor life;

    private ProcessStreams(Pipe in, Pipe out, Pipe err, Pipe life) {
        this.theirs = List.of(in.read(), out.write(), err.write(), life.write());
        this.life = life.read();
        this.stdin = new PipeOutput(in.write(), life.read());
        this.stdout = new PipeInput(out.read(), life.read(), DRAIN);
        this.stderr = new PipeInput(err.read(), life.read(), DRAIN);
    }

    static ProcessStreams open() {
        List<Pipe> pipes = new ArrayList<>();
        try {
            while (pipes.size() < PIPES) {
                pipes.add(Pipe.open());
            }
            return new ProcessStreams(pipes.get(0), pipes.get(1), pipes.get(2), pipes.get(3));
        } catch (RuntimeException e) {
            pipes.forEach(Pipe::close);
            throw e;
        }
    }

    /** The other ends: standard input, output and error of the process, and what its supervisor holds while it lives. */
    List<Descriptor> theirs() {
        return theirs;
    }

    /** Once they are theirs: an end that stayed open here would never be the end for the other side. */
    void closeTheirs() {
        theirs.forEach(Descriptor::close);
    }

    @Override
    public void close() {
        closeTheirs();
        stdout.cut();
        stderr.cut();
        stdin.close();
        stdout.close();
        stderr.close();
        life.close();
    }
}
