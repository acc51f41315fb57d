package dev.skiff.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the few facts of {@link ElfFile} by reading only headers, the dynamic section and the strings that it names. */
final class ElfReader {
    private static final int MAGIC = 0x464c457f; // 0x7f 'E' 'L' 'F', little endian
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;

    private static final int HEADER_SIZE = 64;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final int DYNAMIC_ENTRY_SIZE = 16;

    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;

    private static final int DT_NULL = 0;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;

    /** More than any linker writes; a file that says more is not one that a kernel would run. */
    private static final int LONGEST_DYNAMIC_SECTION = 1 << 16;

    private static final int LONGEST_STRING = 1 << 14;

    private final FileChannel channel;
    private final List<Segment> segments = new ArrayList<>();

    ElfReader(FileChannel channel) {
        this.channel = channel;
    }

    private record Segment(int type, long offset, long address, long size) {
        boolean holds(long where) {
            return type == PT_LOAD && where >= address && where - address < size;
        }
    }

    private record Tag(long tag, long value) {}

    Optional<ElfFile> read() throws IOException {
        ByteBuffer header = bytes(0, HEADER_SIZE);
        if (header.remaining() < HEADER_SIZE
                || header.getInt(0) != MAGIC
                || header.getShort(4) != CLASS_64_LITTLE_ENDIAN
                || header.getShort(54) != PROGRAM_HEADER_SIZE) {
            return Optional.empty();
        }
        Optional<ElfFile.Machine> machine = ElfFile.Machine.of(header.getShort(18) & 0xffff);
        if (machine.isEmpty()) {
            return Optional.empty();
        }
        readSegments(header.getLong(32), header.getShort(56) & 0xffff);
        List<Tag> tags = dynamicSection();
        long strings = tags.stream()
                .filter(tag -> tag.tag() == DT_STRTAB)
                .mapToLong(tag -> offsetOf(tag.value()))
                .findFirst()
                .orElse(-1);
        return Optional.of(new ElfFile(
                machine.get(),
                interpreter(),
                strings(tags, DT_NEEDED, strings),
                directories(strings(tags, DT_RPATH, strings)),
                directories(strings(tags, DT_RUNPATH, strings))));
    }

    private void readSegments(long offset, int count) throws IOException {
        ByteBuffer table = bytes(offset, count * PROGRAM_HEADER_SIZE);
        while (table.remaining() >= PROGRAM_HEADER_SIZE) {
            int at = table.position();
            segments.add(new Segment(
                    table.getInt(at), table.getLong(at + 8), table.getLong(at + 16), table.getLong(at + 32)));
            table.position(at + PROGRAM_HEADER_SIZE);
        }
    }

    private Optional<String> interpreter() throws IOException {
        for (Segment segment : segments) {
            if (segment.type() == PT_INTERP) {
                return Optional.of(string(segment.offset()));
            }
        }
        return Optional.empty();
    }

    private List<Tag> dynamicSection() throws IOException {
        List<Tag> tags = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.type() == PT_DYNAMIC) {
                ByteBuffer section = bytes(segment.offset(), (int) Math.min(segment.size(), LONGEST_DYNAMIC_SECTION));
                while (section.remaining() >= DYNAMIC_ENTRY_SIZE) {
                    Tag tag = new Tag(section.getLong(), section.getLong());
                    if (tag.tag() == DT_NULL) {
                        break;
                    }
                    tags.add(tag);
                }
            }
        }
        return tags;
    }

    private List<String> strings(List<Tag> tags, int wanted, long table) throws IOException {
        List<String> found = new ArrayList<>();
        for (Tag tag : tags) {
            if (tag.tag() == wanted && table >= 0) {
                String text = string(table + tag.value());
                if (!text.isEmpty()) {
                    found.add(text);
                }
            }
        }
        return found;
    }

    private static List<String> directories(List<String> lists) {
        return lists.stream()
                .flatMap(list -> List.of(list.split(":")).stream())
                .filter(directory -> !directory.isEmpty())
                .toList();
    }

    /** Addresses are those of the loaded program; the segments say where in the file they come from. */
    private long offsetOf(long address) {
        return segments.stream()
                .filter(segment -> segment.holds(address))
                .mapToLong(segment -> address - segment.address() + segment.offset())
                .findFirst()
                .orElse(-1);
    }

    private String string(long offset) throws IOException {
        ByteBuffer bytes = bytes(offset, LONGEST_STRING);
        int length = 0;
        while (length < bytes.remaining() && bytes.get(length) != 0) {
            length++;
        }
        return StandardCharsets.UTF_8.decode(bytes.slice(0, length)).toString();
    }

    /** That many bytes from there on, or as many as there are. */
    private ByteBuffer bytes(long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(length, 0)).order(ByteOrder.LITTLE_ENDIAN);
        long at = offset;
        while (at >= 0 && buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            if (count < 0) {
                break;
            }
            at += count;
        }
        return buffer.flip();
    }
}
