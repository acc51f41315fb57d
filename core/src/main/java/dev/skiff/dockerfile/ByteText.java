package dev.skiff.dockerfile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text that may be any bytes: UTF-8 where it is UTF-8, and every other byte {@code b} as the lone surrogate
 * {@code U+DC00 + b}. {@code encode(decode(bytes))} equals {@code bytes}, always, so a file name or a script in an old
 * encoding survives the way through {@link String}.
 */
public final class ByteText {
    private static final char ESCAPE_BASE = '\uDC00';

    private ByteText() {}

    /** The bytes as a string; costs no more than UTF-8 when they are that. */
    public static String decode(byte[] bytes) {
        try {
            return strictDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            return decodeWithEscapes(bytes);
        }
    }

    /** The bytes that {@link #decode} made this string of. A surrogate that stands for no byte becomes {@code ?}. */
    public static byte[] encode(String text) {
        if (!hasEscapes(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (isEscape(text.charAt(i))) {
                bytes.writeBytes(text.substring(plainFrom, i).getBytes(StandardCharsets.UTF_8));
                bytes.write(text.charAt(i) - ESCAPE_BASE);
                plainFrom = i + 1;
            }
        }
        bytes.writeBytes(text.substring(plainFrom).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static boolean hasEscapes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscape(char c) {
        return c >= ESCAPE_BASE + 0x80 && c <= ESCAPE_BASE + 0xFF;
    }

    private static String decodeWithEscapes(byte[] bytes) {
        CharsetDecoder decoder = strictDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            var result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE_BASE + (in.get() & 0xFF)));
            }
            decoder.reset();
        }
    }

    private static CharsetDecoder strictDecoder() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }
}
