package dev.skiff.linux.systemd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes values as D-Bus has them on the wire: little-endian, each aligned to its own size. */
final class BusWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    BusWriter align(int to) {
        while (bytes.size() % to != 0) {
            bytes.write(0);
        }
        return this;
    }

    BusWriter octet(int value) {
        bytes.write(value);
        return this;
    }

    BusWriter number(int value) {
        align(4);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(value >>> shift);
        }
        return this;
    }

    BusWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        bytes.writeBytes(utf8);
        bytes.write(0);
        return this;
    }

    BusWriter signature(String value) {
        bytes.write(value.length());
        bytes.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        bytes.write(0);
        return this;
    }

    /** An array; its length counts neither itself nor the padding before the first element. */
    BusWriter array(int alignment, Consumer<BusWriter> elements) {
        number(0);
        int length = bytes.size() - 4;
        align(alignment);
        int start = bytes.size();
        elements.accept(this);
        return set(length, bytes.size() - start);
    }

    private BusWriter set(int at, int value) {
        byte[] all = bytes.toByteArray();
        for (int i = 0; i < 4; i++) {
            all[at + i] = (byte) (value >>> (Byte.SIZE * i));
        }
        bytes.reset();
        bytes.writeBytes(all);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
