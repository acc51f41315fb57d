package dev.skiff.linux.systemd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A message that came over the bus, as far as we read it. */
final class BusMessage {
    static final int METHOD_CALL = 1;
    static final int METHOD_RETURN = 2;
    static final int ERROR = 3;

    /** Of the part whose length is fixed; behind it come the header's fields and the body. */
    static final int FIXED = 16;

    /** D-Bus allows 128 MiB; what we ask for is answered in a few hundred bytes. */
    static final int MOST_BYTES = 1 << 20;

    private static final int REPLY_SERIAL = 5;
    private static final int ERROR_NAME = 4;

    private final int type;
    private int replySerial;
    private Optional<String> errorName = Optional.empty();
    private final Optional<String> firstText;

    private BusMessage(ByteBuffer message) {
        this.type = message.get(1);
        int bodyLength = message.getInt(4);
        int end = FIXED + message.getInt(12);
        message.position(FIXED);
        while (message.position() < end) {
            align(message, 8);
            field(message);
        }
        align(message, 8);
        this.firstText = type == ERROR && bodyLength > 0 ? Optional.of(text(message)) : Optional.empty();
    }

    /** How long all of a message is whose fixed part this is. */
    static int length(byte[] fixed) {
        ByteBuffer read = little(fixed);
        if (read.get(0) != 'l') {
            throw new IllegalStateException("the bus speaks big-endian, which no machine does that Skiff runs on");
        }
        long fields = (Integer.toUnsignedLong(read.getInt(12)) + 7) / 8 * 8;
        long length = FIXED + fields + Integer.toUnsignedLong(read.getInt(4));
        if (length > MOST_BYTES) {
            throw new IllegalStateException("the bus sent a message of " + length + " bytes");
        }
        return (int) length;
    }

    static BusMessage parse(byte[] message) {
        return new BusMessage(little(message));
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void field(ByteBuffer message) {
        int code = message.get();
        String signature = signature(message);
        if (signature.equals("u")) {
            align(message, 4);
            int value = message.getInt();
            replySerial = code == REPLY_SERIAL ? value : replySerial;
        } else if (signature.equals("g")) {
            signature(message);
        } else {
            String value = text(message);
            errorName = code == ERROR_NAME ? Optional.of(value) : errorName;
        }
    }

    private static void align(ByteBuffer message, int to) {
        message.position((message.position() + to - 1) / to * to);
    }

    private static String signature(ByteBuffer message) {
        return take(message, message.get() & 0xff);
    }

    private static String text(ByteBuffer message) {
        align(message, 4);
        return take(message, message.getInt());
    }

    private static String take(ByteBuffer message, int length) {
        byte[] bytes = new byte[length];
        message.get(bytes);
        message.get(); // the NUL behind it
        return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean answers(int serial) {
        return (type == METHOD_RETURN || type == ERROR) && replySerial == serial;
    }

    /** What went wrong, if this says so. */
    Optional<String> error() {
        return type == ERROR
                ? Optional.of(errorName.orElse("an error without a name")
                        + firstText.map(text -> ": " + text).orElse(""))
                : Optional.empty();
    }
}
