package dev.skiff.registry;

import java.io.InputStream;
import java.util.Optional;

/** The answer to a {@link WebClient}, its body still on its way; closing it gives up the rest. */
public final class WebReply implements AutoCloseable {
    private final Reply reply;

    WebReply(Reply reply) {
        this.reply = reply;
    }

    public int status() {
        return reply.status();
    }

    public Optional<String> header(String name) {
        return reply.header(name);
    }

    /** Read it to its end: a connection that breaks before is an {@link java.io.IOException}. */
    public InputStream body() {
        return reply.body();
    }

    @Override
    public void close() {
        reply.close();
    }
}
