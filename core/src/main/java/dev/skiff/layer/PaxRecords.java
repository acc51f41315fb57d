package dev.skiff.layer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/** The records of a PAX extension header, {@code "length key=value\n"} each; keys are text, values are bytes. */
final class PaxRecords {
    private PaxRecords() {}

    static Map<String, byte[]> parse(byte[] body) throws ArchiveException {
        Map<String, byte[]> records = new LinkedHashMap<>();
        int at = 0;
        while (at < body.length) {
            int space = indexOf(body, ' ', at, body.length);
            int length = length(body, at, space);
            int end = at + length;
            int equals = indexOf(body, '=', space + 1, end - 1);
            if (body[end - 1] != '\n') {
                throw new ArchiveException("a PAX record does not end in a newline");
            }
            records.put(key(body, space + 1, equals), Arrays.copyOfRange(body, equals + 1, end - 1));
            at = end;
        }
        return records;
    }

    private static int length(byte[] body, int from, int space) throws ArchiveException {
        int length = 0;
        for (int at = from; at < space; at++) {
            int digit = body[at] - '0';
            if (digit < 0 || digit > 9) {
                throw new ArchiveException("a PAX record does not begin with its length");
            }
            length = Math.min(length * 10 + digit, 100_000_000);
        }
        if (length < space - from + 3 || length > body.length - from) {
            throw new ArchiveException("a PAX record says a length of " + length + ", which cannot be");
        }
        return length;
    }

    private static int indexOf(byte[] body, char wanted, int from, int to) throws ArchiveException {
        for (int at = from; at < to; at++) {
            if (body[at] == wanted) {
                return at;
            }
        }
        throw new ArchiveException("a PAX record has no '" + wanted + "'");
    }

    private static String key(byte[] body, int from, int to) throws ArchiveException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ArchiveException("a PAX record has a key that is not UTF-8", e);
        }
    }

    /** The body of an extension header with these records, in the order of their keys. */
    static byte[] format(SortedMap<String, byte[]> records) {
        int size = 0;
        for (Map.Entry<String, byte[]> record : records.entrySet()) {
            size += length(bytes(record.getKey()).length, record.getValue().length);
        }
        ByteBuffer body = ByteBuffer.allocate(size);
        records.forEach((key, value) -> {
            byte[] name = bytes(key);
            body.put(bytes(Integer.toString(length(name.length, value.length)))).put((byte) ' ');
            body.put(name).put((byte) '=').put(value).put((byte) '\n');
        });
        return body.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Of a record, with its own digits, of which it may need one more for them. */
    private static int length(int name, int value) {
        int rest = name + value + 3; // the space, the equals sign, the newline
        return rest + digits(rest + digits(rest));
    }

    private static int digits(int number) {
        int digits = 1;
        for (int left = number; left > 9; left /= 10) {
            digits++;
        }
        return digits;
    }
}
