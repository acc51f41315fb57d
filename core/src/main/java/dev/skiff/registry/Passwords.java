package dev.skiff.registry;

import dev.skiff.Credentials.Login;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Puts a login into a header (RFC 7617), which is the one copy of the password that is left behind. */
final class Passwords {
    private static final int MOST_BYTES_PER_CHAR = 3;

    private Passwords() {}

    static String basic(Login login) {
        char[] password = login.password();
        CharBuffer both = CharBuffer.allocate(login.user().length() + 1 + password.length);
        both.put(login.user()).put(':').put(password).flip();
        ByteBuffer bytes = ByteBuffer.allocate(both.capacity() * MOST_BYTES_PER_CHAR);
        StandardCharsets.UTF_8.newEncoder().encode(both, bytes, true);
        String header = "Basic " + Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), bytes.position()));
        Arrays.fill(password, '\0');
        Arrays.fill(both.array(), '\0');
        Arrays.fill(bytes.array(), (byte) 0);
        return header;
    }
}
