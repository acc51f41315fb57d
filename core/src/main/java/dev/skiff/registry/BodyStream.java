package dev.skiff.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read by one thread, with a limit on silence. The JDK's own stream would wait for a silent peer
 * for ever: a request's timeout ends when the headers are there.
 *
 * <p>Holds at most {@value #WINDOW} pieces of the body (16 KiB each, usually) that nobody has read yet. Closing is
 * allowed from any thread; it drops the connection if the body has not ended.
 */
final class BodyStream extends InputStream implements BodySubscriber<InputStream> {
    private static final int WINDOW = 16;

    /** One thing that happened to the body: more of it, its end, or its failure. */
    private record Event(List<ByteBuffer> bytes, @Nullable Throwable failure, boolean last) {}

    private static final String CLOSED = "closed while being read";
    private static final Event END = new Event(List.of(), null, true);

    private final Duration idle;
    private final Deadline deadline;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final Queue<ByteBuffer> ready = new ArrayDeque<>();
    private volatile boolean closed;
    private @Nullable Event end;

    BodyStream(Duration idle, Deadline deadline) {
        this.idle = idle;
        this.deadline = deadline;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription arrived) {
        if (!subscription.compareAndSet(null, arrived) || closed) {
            arrived.cancel();
            return;
        }
        arrived.request(WINDOW);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, null, false));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(List.of(), failure, true));
    }

    @Override
    public void onComplete() {
        events.add(END);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (ready.isEmpty()) {
            if (end == null) {
                take();
            }
            if (end != null && ready.isEmpty()) {
                return ended(end);
            }
        }
        ByteBuffer first = ready.element();
        int count = Math.min(length, first.remaining());
        first.get(buffer, offset, count);
        if (!first.hasRemaining()) {
            ready.remove();
        }
        return count;
    }

    private void take() throws IOException {
        Event event = next();
        if (event.last()) {
            end = event;
            return;
        }
        for (ByteBuffer bytes : event.bytes()) {
            if (bytes.hasRemaining()) {
                ready.add(bytes);
            }
        }
        Flow.Subscription source = subscription.get();
        if (source != null) {
            source.request(1);
        }
    }

    private Event next() throws IOException {
        if (closed) {
            throw new IOException(CLOSED);
        }
        try {
            long patience = Math.min(idle.toNanos(), deadline.remainingNanos());
            Event event = events.poll(patience, TimeUnit.NANOSECONDS);
            if (event != null) {
                return event;
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted while reading").initCause(e);
        }
        close();
        throw new IOException("no more of the answer" + deadline.orEarlier(idle));
    }

    private int ended(Event end) throws IOException {
        if (closed) {
            throw new IOException(CLOSED);
        }
        if (end.failure() != null) {
            throw new IOException("the connection broke: " + end.failure().getMessage(), end.failure());
        }
        return -1;
    }

    @Override
    public void close() {
        closed = true;
        Flow.Subscription source = subscription.get();
        if (source != null) {
            source.cancel();
        }
        events.add(END); // wakes a reader that waits in another thread
    }
}
