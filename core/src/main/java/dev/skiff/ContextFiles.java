package dev.skiff;

import dev.skiff.build.context.MemoryContent;
import dev.skiff.build.context.MemorySource;
import dev.skiff.build.context.MemorySource.Entry;
import dev.skiff.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A build context made by a program, file by file. Every step gives a new value; the same path given twice, the last counts.
 * Directories on the way need not be named. The files have no time of their own, and get the epoch: the same files make the same
 * image.
 */
@CheckReturnValue
public final class ContextFiles extends BuildContext {
    static final ContextFiles NONE = new ContextFiles(Map.of());

    private static final int FILE = 0644;
    private static final int DIRECTORY = 0755;
    private static final int MOST_PERMISSIONS = 07777;

    private final Map<RawPath, Entry> entries;

    private ContextFiles(Map<RawPath, Entry> entries) {
        super(new MemorySource(entries));
        this.entries = entries;
    }

    private ContextFiles with(String path, Entry entry) {
        RawPath parsed = RawPath.of(Objects.requireNonNull(path, "path"));
        if (parsed.isRoot()) {
            throw new IllegalArgumentException("path must name something in the context, got \"" + path + "\"");
        }
        Map<RawPath, Entry> more = new LinkedHashMap<>(entries);
        more.put(parsed, entry);
        return new ContextFiles(more);
    }

    /**
     * A text file in UTF-8 of mode 0644.
     *
     * @param path relative to the root of the context, with slashes; {@code ..} does not lead out of it
     */
    public ContextFiles file(String path, String text) {
        return file(path, Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8));
    }

    /** A file of mode 0644. */
    public ContextFiles file(String path, byte[] content) {
        return file(path, content, FILE);
    }

    /**
     * A file.
     *
     * @param permissions such as {@code 0755}
     */
    public ContextFiles file(String path, byte[] content, int permissions) {
        if ((permissions & ~MOST_PERMISSIONS) != 0) {
            throw new IllegalArgumentException(
                    "permissions must be between 0 and 07777, got 0" + Integer.toOctalString(permissions));
        }
        return with(path, new Entry.File(MemoryContent.of(content), permissions));
    }

    /** A directory of mode 0755, for one that is to be empty. */
    public ContextFiles directory(String path) {
        return with(path, new Entry.Directory(DIRECTORY));
    }

    /** A symbolic link. */
    public ContextFiles link(String path, String target) {
        if (Objects.requireNonNull(target, "target").isEmpty() || target.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("target of the link " + path + " is empty or has a NUL in it");
        }
        return with(path, new Entry.Link(target));
    }
}
