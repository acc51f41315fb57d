package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream whose bytes another thread makes. */
@Timeout(20)
class PipeTest {
    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);

        try (InputStream pipe = Pipe.from("writer", out -> {
            out.write(content[0]);
            out.write(content, 1, content.length - 1);
        })) {
            assertThat(pipe.readAllBytes()).isEqualTo(content);
            assertThat(pipe.read()).isEqualTo(-1);
        }
    }

    @Test
    void aWriterThatFailsIsNoEnd() throws IOException {
        try (InputStream pipe = Pipe.from("writer", out -> {
            out.write(new byte[1000]);
            throw new IOException("damaged");
        })) {
            assertThatThrownBy(pipe::readAllBytes).hasMessage("damaged");
            assertThatThrownBy(pipe::read).hasMessage("damaged");
        }
    }

    @Test
    void anErrorOfTheWriterArrivesAsItIs() throws IOException {
        AssertionError error = new AssertionError("bug");
        try (InputStream pipe = Pipe.from("writer", out -> {
            throw error;
        })) {
            assertThatThrownBy(pipe::read).isSameAs(error);
        }
    }

    @Test
    void closingEndsAWriterThatNobodyReads() {
        AtomicReference<Thread> writer = new AtomicReference<>();
        InputStream pipe = Pipe.from("writer", out -> {
            writer.set(Thread.currentThread());
            while (true) {
                out.write(new byte[100_000]);
            }
        });
        assertThatThrownBy(() -> {
                    try (pipe) {
                        assertThat(pipe.read()).isZero();
                        throw new IllegalStateException("enough");
                    }
                })
                .hasMessage("enough");
        assertThat(writer.get().isAlive()).isFalse();
    }

    @Test
    void closingWakesAReaderInAnotherThread() throws Exception {
        CountDownLatch forEver = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        InputStream pipe = Pipe.from("writer", out -> {
            try {
                forEver.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            reading.countDown();
            try {
                failure.set(new AssertionError("read " + pipe.read()));
            } catch (IOException e) {
                failure.set(e);
            }
        });
        reader.start();
        reading.await();
        pipe.close();
        reader.join();

        assertThat(failure.get()).isInstanceOf(IOException.class);
    }
}
