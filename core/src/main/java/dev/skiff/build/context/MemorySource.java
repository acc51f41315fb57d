package dev.skiff.build.context;

import dev.skiff.build.context.ListingBuilder.RefusedException;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files of a program's own making. They have no time, so theirs is the epoch: the same files make the same layer.
 *
 * @param files by path, sorted
 */
public record MemorySource(Map<RawPath, Entry> files) implements ContextSource {
    public MemorySource {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** What is at a path. */
    public sealed interface Entry {
        record File(MemoryContent content, int permissions) implements Entry {}

        record Directory(int permissions) implements Entry {}

        record Link(String target) implements Entry {}
    }

    @Override
    public RawContext open(Workplace workplace) {
        ListingBuilder listing = new ListingBuilder(Long.MAX_VALUE, Long.MAX_VALUE);
        for (Map.Entry<RawPath, Entry> each : files.entrySet()) {
            try {
                add(each.getKey(), each.getValue(), listing);
            } catch (RefusedException refused) {
                throw new Problems(label()).at(refused.path(), refused.reason());
            }
        }
        return listing.build(label(), () -> {});
    }

    private static void add(RawPath path, Entry entry, ListingBuilder listing) throws RefusedException {
        if (entry instanceof Entry.File file) {
            FileMetadata metadata =
                    FileMetadata.regular(file.permissions(), file.content().size());
            listing.file(path, metadata, file.content());
        } else if (entry instanceof Entry.Directory directory) {
            listing.directory(path, FileMetadata.directory(directory.permissions()));
        } else if (entry instanceof Entry.Link link) {
            listing.link(path, FileMetadata.symlink(), ByteText.encode(link.target()));
        }
    }

    @Override
    public String label() {
        return "in memory";
    }
}
