package dev.skiff.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message of rtnetlink(7), to or from the kernel. */
final class RouteMessage {
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int NEW_LINK = 16;
    static final int GET_LINK = 18;
    static final int NEW_ADDRESS = 20;
    static final int GET_ADDRESS = 22;

    static final int IFF_UP = 1;

    private static final int REQUEST = 1;
    private static final int ACK = 4;
    private static final int DUMP = 0x300;
    private static final int CREATE = 0x600; // and fail if it is there

    private static final int HEADER_BYTES = 16;
    private static final int ATTRIBUTE_BYTES = 4;
    private static final int LINK_BYTES = 16;
    private static final int ADDRESS_BYTES = 8;
    private static final int FLAGS = 2; // in struct ifaddrmsg
    private static final int SCOPE = 3;
    private static final int IFA_F_PERMANENT = 0x80;
    private static final int RT_SCOPE_UNIVERSE = 0;

    private final int type;
    private final int flags;
    private final byte[] head; // what comes before the attributes: struct ifinfomsg or ifaddrmsg
    private final Map<Integer, byte[]> attributes; // by their numbers

    private RouteMessage(int type, int flags, byte[] head, Map<Integer, byte[]> attributes) {
        this.type = type;
        this.flags = flags;
        this.head = head;
        this.attributes = attributes;
    }

    int type() {
        return type;
    }

    Map<Integer, byte[]> attributes() {
        return attributes;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /** Asks for all that there are of a kind. */
    static RouteMessage dump(int type) {
        return new RouteMessage(type, REQUEST | DUMP, new byte[LINK_BYTES], Map.of());
    }

    /** Changes a device: struct ifinfomsg. */
    static RouteMessage change(int index, int flags, Map<Integer, byte[]> attributes) {
        byte[] head = new byte[LINK_BYTES];
        buffer(head).putInt(0).putInt(index).putInt(flags).putInt(flags);
        return new RouteMessage(NEW_LINK, REQUEST | ACK, head, attributes);
    }

    /** Gives a device an address: struct ifaddrmsg, as another device has it. */
    RouteMessage addressOf(int index) {
        byte[] same = head.clone();
        buffer(same).putInt(Integer.BYTES, index);
        return new RouteMessage(NEW_ADDRESS, REQUEST | ACK | CREATE, same, attributes);
    }

    static byte[] number(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        buffer(bytes).putInt(value);
        return bytes;
    }

    static byte[] text(String value) {
        return (value + "\0").getBytes(StandardCharsets.UTF_8);
    }

    byte[] encode() {
        byte[] bytes = new byte[length()];
        ByteBuffer all = buffer(bytes);
        all.putInt(bytes.length)
                .putShort((short) type)
                .putShort((short) flags)
                .putLong(0)
                .put(head);
        attributes.forEach((number, value) -> {
            int end = all.position() + aligned(ATTRIBUTE_BYTES + value.length);
            all.putShort((short) (ATTRIBUTE_BYTES + value.length)).putShort(number.shortValue());
            all.put(value).position(end);
        });
        return bytes;
    }

    private int length() {
        return HEADER_BYTES
                + head.length
                + attributes.values().stream()
                        .mapToInt(value -> aligned(ATTRIBUTE_BYTES + value.length))
                        .sum();
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }

    /** What the kernel has sent in one piece. */
    static List<RouteMessage> parse(byte[] bytes) {
        List<RouteMessage> all = new ArrayList<>();
        ByteBuffer in = buffer(bytes);
        while (in.remaining() >= HEADER_BYTES) {
            int start = in.position();
            int length = in.getInt();
            int type = in.getShort();
            int flags = in.getShort();
            int headLength =
                    type == NEW_LINK ? LINK_BYTES : type == NEW_ADDRESS ? ADDRESS_BYTES : length - HEADER_BYTES;
            byte[] head = Arrays.copyOfRange(bytes, start + HEADER_BYTES, start + HEADER_BYTES + headLength);
            all.add(new RouteMessage(
                    type,
                    flags,
                    head,
                    attributes(in.slice(start, length).order(in.order()), HEADER_BYTES + headLength)));
            in.position(Math.min(start + aligned(length), bytes.length));
        }
        return all;
    }

    private static Map<Integer, byte[]> attributes(ByteBuffer message, int from) {
        Map<Integer, byte[]> all = new LinkedHashMap<>();
        int at = from;
        while (at + ATTRIBUTE_BYTES <= message.limit()) {
            int length = Short.toUnsignedInt(message.getShort(at));
            byte[] value = new byte[length - ATTRIBUTE_BYTES];
            message.get(at + ATTRIBUTE_BYTES, value);
            all.put((int) message.getShort(at + 2) & 0x3fff, value); // less NLA_F_NESTED and NLA_F_NET_BYTEORDER
            at += aligned(length);
        }
        return all;
    }

    /** A 32-bit word of the head: the device's number is the second one of both kinds. */
    int word(int number) {
        return buffer(head).getInt(number * Integer.BYTES);
    }

    int index() {
        return word(1);
    }

    /** Of a device, whether it is up. */
    boolean isUp() {
        return (word(2) & IFF_UP) != 0;
    }

    /** With those attributes alone. */
    RouteMessage with(List<Integer> kept) {
        Map<Integer, byte[]> fewer = new LinkedHashMap<>(attributes);
        fewer.keySet().retainAll(kept);
        return new RouteMessage(type, flags, head, fewer);
    }

    /**
     * Whether it is an address of that device which is meant to last and holds beyond the link; the others the kernel and routers give
     * anew.
     */
    boolean lastsAt(int device) {
        return type == NEW_ADDRESS
                && index() == device
                && (head[FLAGS] & IFA_F_PERMANENT) != 0
                && head[SCOPE] == RT_SCOPE_UNIVERSE;
    }
}
