package dev.skiff.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Builds, in a directory, a host as the tests need one; its binaries have the headers of real ones and nothing to run. */
final class FakeHost {
    static final String GLIBC = "/lib64/ld-linux-x86-64.so.2";
    static final String MUSL = "/lib/ld-musl-x86_64.so.1";

    private final Path root;

    FakeHost(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    HostImage image(String... programs) throws IOException {
        return Host.at(root, "/usr/local/bin:/usr/bin:/bin").image(List.of(programs));
    }

    /** The paths in the image, with a leading slash, links with what they say. */
    static List<String> paths(HostImage image) {
        return image.entries().stream()
                .map(entry -> entry instanceof HostEntry.Link link
                        ? "/" + link.path() + " -> " + link.target()
                        : "/" + entry.path())
                .collect(Collectors.toList());
    }

    FakeHost directory(String path) {
        return with(() -> Files.createDirectories(on(path)));
    }

    FakeHost file(String path, String content) {
        return bytes(path, content.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }

    FakeHost script(String path, String content) {
        return bytes(path, content.getBytes(StandardCharsets.UTF_8), "rwxr-xr-x");
    }

    FakeHost link(String path, String target) {
        return with(() -> {
            Files.createDirectories(on(path).getParent());
            Files.createSymbolicLink(on(path), Path.of(target));
        });
    }

    FakeHost elf(String path, Elf elf) {
        return bytes(path, elf.bytes(), "rwxr-xr-x");
    }

    /** A glibc with its loader, as Debian has it. */
    FakeHost glibc() {
        return elf(GLIBC, Elf.library()).elf("/lib/x86_64-linux-gnu/libc.so.6", Elf.library());
    }

    Path on(String path) {
        return root.resolve(path.substring(1));
    }

    private FakeHost bytes(String path, byte[] content, String permissions) {
        return with(() -> {
            Files.createDirectories(on(path).getParent());
            Files.write(on(path), content);
            Files.setPosixFilePermissions(on(path), PosixFilePermissions.fromString(permissions));
        });
    }

    private FakeHost with(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private interface Step {
        void run() throws IOException;
    }

    /** The headers of an ELF file: what a linker would write of these facts. */
    record Elf(int machine, String interpreter, List<String> needed, String rpath, String runpath) {
        static Elf library(String... needed) {
            return new Elf(62, "", List.of(needed), "", "");
        }

        static Elf program(String... needed) {
            return new Elf(62, GLIBC, List.of(needed), "", "");
        }

        static Elf muslProgram(String... needed) {
            return new Elf(62, MUSL, List.of(needed), "", "");
        }

        Elf machine(int number) {
            return new Elf(number, interpreter, needed, rpath, runpath);
        }

        Elf rpath(String directories) {
            return new Elf(machine, interpreter, needed, directories, runpath);
        }

        Elf runpath(String directories) {
            return new Elf(machine, interpreter, needed, rpath, directories);
        }

        byte[] bytes() {
            // Loaded at an address that is not the offset, as the reader has to translate one into the other.
            long address = 0x400000;
            ByteBuffer strings = ByteBuffer.allocate(4096);
            strings.put((byte) 0);
            List<long[]> tags = new ArrayList<>();
            needed.forEach(name -> tags.add(new long[] {1, put(strings, name)}));
            if (!rpath.isEmpty()) {
                tags.add(new long[] {15, put(strings, rpath)});
            }
            if (!runpath.isEmpty()) {
                tags.add(new long[] {29, put(strings, runpath)});
            }
            int dynamic = 64 + 3 * 56;
            int stringsAt = dynamic + (tags.size() + 2) * 16;
            tags.add(new long[] {5, address + stringsAt});
            tags.add(new long[] {0, 0});
            int interpreterAt = stringsAt + put(strings, interpreter);
            int size = stringsAt + strings.position();

            ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            file.putInt(0x464c457f).putInt(0x00010102).putLong(0);
            file.putShort((short) 3).putShort((short) machine).putInt(1);
            file.putLong(0).putLong(64).putLong(0).putInt(0);
            file.putShort((short) 64).putShort((short) 56).putShort((short) (interpreter.isEmpty() ? 2 : 3));
            file.position(64);
            segment(file, 1, 0, address, size);
            segment(file, 2, dynamic, address + dynamic, tags.size() * 16L);
            segment(file, 3, interpreterAt, address + interpreterAt, interpreter.length() + 1);
            tags.forEach(tag -> file.putLong(tag[0]).putLong(tag[1]));
            file.put(strings.flip());
            return file.array();
        }

        private static int put(ByteBuffer strings, String text) {
            int at = strings.position();
            strings.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
            return at;
        }

        private static void segment(ByteBuffer file, int type, long offset, long address, long size) {
            file.putInt(type).putInt(4).putLong(offset).putLong(address).putLong(address);
            file.putLong(size).putLong(size).putLong(0x1000);
        }
    }
}
