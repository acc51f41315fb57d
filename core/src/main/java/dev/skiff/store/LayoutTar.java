package dev.skiff.store;

import dev.skiff.layer.TarEntry;
import dev.skiff.layer.TarType;
import dev.skiff.layer.TarWriter;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;

/** Writes files into a tar whose bytes depend on nothing else: in the order of their names, of nobody, of no time. */
final class LayoutTar {
    private LayoutTar() {}

    /** The tar is there when it is whole, in place of what was there before. */
    static void write(Path target, SortedMap<String, SavedFile> files) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path written = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 17);
                writeTo(out, files);
                out.flush();
                channel.force(true);
            }
            Files.move(written, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static void writeTo(OutputStream out, SortedMap<String, SavedFile> files) throws IOException {
        TarWriter tar = new TarWriter(out);
        TreeSet<String> directories = new TreeSet<>();
        for (Map.Entry<String, SavedFile> file : files.entrySet()) {
            String name = file.getKey();
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                String directory = name.substring(0, slash);
                if (directories.add(directory)) {
                    FileMetadata metadata = FileMetadata.directory(0755);
                    tar.add(entry(directory, TarType.DIRECTORY, metadata), InputStream.nullInputStream());
                }
            }
            FileMetadata metadata = FileMetadata.regular(0644, file.getValue().size());
            try (InputStream content = file.getValue().content().open()) {
                tar.add(entry(name, TarType.FILE, metadata), content);
            }
        }
        tar.finish();
    }

    private static TarEntry entry(String name, TarType type, FileMetadata metadata) {
        return new TarEntry(RawPath.of(name), type, metadata, Optional.empty());
    }
}
