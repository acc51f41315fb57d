package dev.skiff.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.host.FakeHost.Elf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ElfFileTest {
    private static final Elf WHOLE =
            Elf.program("liba.so", "libb.so").rpath("/a:/b").runpath("$ORIGIN::/c");

    private static Optional<ElfFile> read(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("elf", "");
        try {
            Files.write(file, bytes);
            return ElfFile.read(file);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void readsWhatTheLoaderReads() throws IOException {
        assertThat(read(WHOLE.bytes()))
                .contains(new ElfFile(
                        ElfFile.Machine.X86_64,
                        Optional.of(FakeHost.GLIBC),
                        List.of("liba.so", "libb.so"),
                        List.of("/a", "/b"),
                        List.of("$ORIGIN", "/c")));
    }

    @Test
    void readsTheShellOfThisHost() throws IOException {
        Path shell = Path.of("/bin/sh");
        assumeTrue(Files.isReadable(shell), "no /bin/sh on this host");

        assertThat(ElfFile.read(shell))
                .hasValueSatisfying(elf -> assertThat(elf.interpreter())
                        .hasValueSatisfying(
                                loader -> assertThat(Path.of(loader)).exists()));
    }

    @Test
    void aMachineThatSkiffDoesNotKnowIsNoProgram() throws IOException {
        assertThat(read(Elf.library().machine(243).bytes())).isEmpty();
    }

    @Property(tries = 200)
    void aFileCutShortOrSpoiltEndsInAValue(
            @ForAll @IntRange(max = 400) int length, @ForAll @IntRange(max = 399) int at, @ForAll byte value)
            throws IOException {
        byte[] bytes = Arrays.copyOf(WHOLE.bytes(), length);
        if (at < length) {
            bytes[at] = value;
        }

        assertThat(read(bytes)).isNotNull();
    }
}
