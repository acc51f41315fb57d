package dev.skiff.linux.tree;

import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.LineWriter;
import java.nio.ByteBuffer;

/**
 * The way from Java to the agent: two batches for what can wait, of which one is filled while the agent runs the other, and
 * a third for what has to be known at once.
 */
final class Pipeline {
    /** Bytes that owner, mode, times and extended attributes of a file may take; a PAX header may not be longer. */
    static final int MOST_METADATA = 1 << 20;

    private static final int QUEUE_LINES = 2048;
    private static final int QUEUE_BYTES = MOST_METADATA + (3 << 16);
    private static final int DIRECT_LINES = 4096;
    private static final int DIRECT_BYTES = 2 << 20;
    private static final int LINES = 2 * QUEUE_LINES + DIRECT_LINES;
    private static final int MOST_ATTEMPTS = 8;

    /** Bytes of memory that an agent needs for it. */
    static final int MEMORY = LINES * LineWriter.BYTES + 2 * QUEUE_BYTES + DIRECT_BYTES;

    /** What is to happen after a line has failed. */
    enum Next {
        AGAIN,
        SKIP,
        FAIL
    }

    /** Puts out of the way what made an operation fail. It may run the {@link #direct} batch. */
    interface Rescue {
        Next rescue(Pipeline pipeline, Operation operation, Call call, int errno);
    }

    private final Agent agent;
    private final Rescue rescue;
    private final Batch direct;
    private Batch filling;
    private Batch other;
    private boolean running; // `other` is with the agent

    Pipeline(Agent agent, Rescue rescue) {
        this.agent = agent;
        this.rescue = rescue;
        ByteBuffer memory = agent.memory();
        int data = LINES * LineWriter.BYTES;
        filling = new Batch(memory, 0, QUEUE_LINES, data, QUEUE_BYTES);
        other = new Batch(memory, QUEUE_LINES, QUEUE_LINES, data + QUEUE_BYTES, QUEUE_BYTES);
        direct = new Batch(memory, 2 * QUEUE_LINES, DIRECT_LINES, data + 2 * QUEUE_BYTES, DIRECT_BYTES);
    }

    /** A batch with that much room, for the next lines of an operation: they run when it is full or at {@link #drain}. */
    Batch queue(Operation operation, int lines, long bytes) {
        if (!filling.fits(lines, bytes)) {
            submit();
            if (!filling.fits(lines, bytes)) {
                throw new AssertionError(operation.purpose() + ": " + lines + " lines and " + bytes + " bytes");
            }
        }
        filling.begin(operation);
        return filling;
    }

    /** Waits until all that is queued is done. */
    void drain() {
        if (!filling.isEmpty()) {
            submit();
        }
        await();
    }

    /** The batch for {@link #run}, emptied. Who does not rescue an operation has to {@link #drain} the queue first. */
    Batch direct() {
        return direct.clear();
    }

    /** Runs the {@link #direct} batch and waits; what its calls have written can be read in its memory. */
    void run(Operation operation) {
        direct.end();
        agent.beginAt(direct.firstLine());
        Report report = agent.await();
        if (report.kind() == Report.Kind.FAILED) {
            throw operation.failure(direct.callOf(report.line()), (int) report.value());
        }
    }

    private void submit() {
        await();
        filling.end();
        agent.beginAt(filling.firstLine());
        running = true;
        Batch next = other;
        other = filling;
        filling = next.clear();
    }

    private void await() {
        if (!running) {
            return;
        }
        int attempts = 0;
        int stuck = -1;
        Report report = agent.await();
        while (report.kind() == Report.Kind.FAILED) {
            int index = other.indexOf(report.line());
            attempts = index == stuck ? attempts + 1 : 0;
            stuck = index;
            agent.beginAt(lineAfter(report, index, attempts < MOST_ATTEMPTS));
            report = agent.await();
        }
        running = false;
    }

    /** Where to go on after a failure, once its reason is out of the way. */
    private int lineAfter(Report report, int index, boolean mayTry) {
        Operation operation = other.operation(index);
        Call call = other.callOf(report.line());
        int errno = (int) report.value();
        Next next = mayTry ? rescue.rescue(this, operation, call, errno) : Next.FAIL;
        if (next == Next.FAIL) {
            throw operation.failure(call, errno);
        }
        return other.start(next == Next.AGAIN ? index : index + 1);
    }
}
