package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
    @TempDir
    Path directory;

    @Test
    void aLineSaysItsStreamAndItsTimeToTheNanosecond() throws IOException {
        append(0, "1700000000.000000007 stderr F it broke\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            LogEntry line = log.next().orElseThrow();
            assertThat(line.error()).isTrue();
            assertThat(line.time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000L, 7));
            assertThat(text(line)).isEqualTo("it broke");
        }
    }

    @Test
    void piecesOfOneStreamAreOneLineWhateverTheOtherWritesInBetween() throws IOException {
        append(0, "1.000000000 stdout P Hel\n1.000000001 stderr F oops\n1.000000002 stdout F lo\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(all(log)).containsExactly("oops", "Hello");
        }
    }

    @Test
    void whatIsWrittenLaterIsReadByTheSameReader() throws IOException {
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(log.next()).isEmpty();
            append(0, "1.0 stdout F one\n1.0 stdout F tw");
            assertThat(all(log)).containsExactly("one");
            append(0, "o\n");
            assertThat(all(log)).containsExactly("two");
        }
    }

    @Test
    void aReaderFollowsFromFileToFileAndLosesNothing() throws IOException {
        append(0, "1.0 stdout F one\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(all(log)).containsExactly("one");
            append(0, "1.0 stdout P tw\n");
            append(1, "1.0 stdout F o\n");
            append(2, "1.0 stdout F three\n");
            Files.delete(directory.resolve("log.0")); // which is open
            assertThat(all(log)).containsExactly("two", "three");
            assertThat(log.lostFiles()).isZero();
        }
    }

    @Test
    void filesThatWereRemovedUnreadAreCounted() throws IOException {
        append(0, "1.0 stdout F one\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            append(3, "1.0 stdout F four\n");
            Files.delete(directory.resolve("log.0"));
            assertThat(all(log)).containsExactly("one", "four");
            assertThat(log.lostFiles()).isEqualTo(2);
        }
        try (ContainerLog late = ContainerLog.open(directory)) {
            assertThat(all(late)).containsExactly("four");
            assertThat(late.lostFiles()).isEqualTo(3);
        }
    }

    @Test
    void aLineThatDoesNotEndIsCutAndHandedOnAtTheEnd() throws IOException {
        append(0, "1.0 stdout P " + "x".repeat(16384) + "\n1.0 stdout P yz\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(all(log)).containsExactly("x".repeat(16384));
            assertThat(log.rest().map(ContainerLogTest::text)).contains("yz");
            assertThat(log.rest()).isEmpty();
        }
    }

    @Test
    void aCharacterIsNotCutInTwo() throws IOException {
        String line = "x".repeat(ContainerLog.LONGEST_LINE - 1) + "\u20ac" + "tail";
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        append(0, "1.0 stdout P ");
        append(0, bytes, 0, 16384);
        append(0, "\n1.0 stdout F ");
        append(0, bytes, 16384, bytes.length - 16384);
        append(0, "\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(all(log)).containsExactly("x".repeat(ContainerLog.LONGEST_LINE - 1), "\u20actail");
        }
    }

    @Test
    void tornRecordsArePassedOver() throws IOException {
        append(
                0,
                "1.0 std\n\ngarbage\n99999999999999999999.0 stdout F no\n1.0 stdout X no\n1.0 stdout F yes\n1.0 stdout F tor");
        append(1, "1.0 stdout F again\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(all(log)).containsExactly("yes", "again");
            assertThat(log.rest()).isEmpty();
        }
    }

    @Test
    void anEndlessRecordDoesNotFillTheMemory() throws IOException {
        for (int i = 0; i < 100; i++) {
            append(0, "x".repeat(10_000));
        }
        append(0, "\n1.0 stdout F after\n");
        try (ContainerLog log = ContainerLog.open(directory)) {
            assertThat(all(log)).containsExactly("after");
        }
    }

    @Property(tries = 200)
    void anyBytesEndInLinesNotLongerThanTheLimit(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        Path any = Files.createTempDirectory("log");
        Files.write(any.resolve("log.0"), bytes);
        try (ContainerLog log = ContainerLog.open(any)) {
            Optional<LogEntry> line = log.next();
            while (line.isPresent()) {
                assertThat(line.get().text().length).isLessThanOrEqualTo(ContainerLog.LONGEST_LINE);
                line = log.next();
            }
        } finally {
            Files.delete(any.resolve("log.0"));
            Files.delete(any);
        }
    }

    private void append(int generation, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        append(generation, bytes, 0, bytes.length);
    }

    private void append(int generation, byte[] bytes, int from, int length) throws IOException {
        byte[] part = Arrays.copyOfRange(bytes, from, from + length);
        Files.write(directory.resolve("log." + generation), part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<String> all(ContainerLog log) {
        List<String> lines = new ArrayList<>();
        for (Optional<LogEntry> line = log.next(); line.isPresent(); line = log.next()) {
            lines.add(text(line.get()));
        }
        return lines;
    }

    private static String text(LogEntry line) {
        return new String(line.text(), StandardCharsets.UTF_8);
    }
}
