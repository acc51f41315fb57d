package dev.skiff.linux.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.libc.ControlSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final int SECONDS = 10;

    /** There is one thread for all of them. */
    @Test
    void aSupervisorThatTalksNonsenseDoesNotKeepTheOthersFromBeingHeard() throws Exception {
        byte[] said = ByteBuffer.allocate(Report.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Report.Kind.LOGGED.number())
                .array();
        byte[] unknown = ByteBuffer.allocate(Report.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4711)
                .array();
        for (byte[] nonsense : List.of(new byte[3], unknown)) {
            assertThat(heardOf(nonsense)).isEmpty();
            assertThat(heardOf(said)).map(Report::kind).contains(Report.Kind.LOGGED);
        }
    }

    private static Optional<Report> heardOf(byte[] message) throws Exception {
        List<ControlSocket> pair = ControlSocket.pair();
        try (ControlSocket ours = pair.get(0);
                ControlSocket theirs = pair.get(1)) {
            CompletableFuture<Optional<Report>> heard = new CompletableFuture<>();
            Events.shared().listen(ours, heard::complete);
            theirs.send(message, List.of());
            return heard.get(SECONDS, TimeUnit.SECONDS);
        }
    }
}
