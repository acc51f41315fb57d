package dev.skiff.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * What a program or library says of how it wants to be loaded (elf(5), ld.so(8)).
 *
 * @param interpreter the loader; absent in a library and in a static program
 * @param needed names of libraries, or paths when they hold a slash
 * @param rpath directories for what this file and all that it loads need; not used when there is a {@code runpath}
 * @param runpath directories for what this file itself needs
 */
record ElfFile(
        Machine machine, Optional<String> interpreter, List<String> needed, List<String> rpath, List<String> runpath) {
    /** The processors that Skiff knows: all 64 bits, little endian. */
    enum Machine {
        X86_64(62, "amd64", "x86_64"),
        AARCH64(183, "arm64", "aarch64");

        private final int number;
        private final String architecture;
        private final String kernelName;

        Machine(int number, String architecture, String kernelName) {
            this.number = number;
            this.architecture = architecture;
            this.kernelName = kernelName;
        }

        /** As OCI image configurations write it. */
        String architecture() {
            return architecture;
        }

        /** As the kernel, the loaders and Debian's directories write it. */
        String kernelName() {
            return kernelName;
        }

        static Optional<Machine> of(int number) {
            for (Machine machine : values()) {
                if (machine.number == number) {
                    return Optional.of(machine);
                }
            }
            return Optional.empty();
        }
    }

    ElfFile {
        needed = List.copyOf(needed);
        rpath = List.copyOf(rpath);
        runpath = List.copyOf(runpath);
    }

    /** Reads the headers alone; empty for what is no whole ELF file of a machine we know: it is copied as any file is. */
    static Optional<ElfFile> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new ElfReader(channel).read();
        }
    }
}
