package dev.skiff.build;

import dev.skiff.build.context.MemoryContent;
import dev.skiff.build.context.MemorySource;
import dev.skiff.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A context in memory, for tests. */
final class MemoryFiles {
    private final Map<RawPath, MemorySource.Entry> files = new TreeMap<>();

    MemoryFiles file(String path, String content, int permissions) {
        files.put(
                RawPath.of(path),
                new MemorySource.Entry.File(MemoryContent.of(content.getBytes(StandardCharsets.UTF_8)), permissions));
        return this;
    }

    MemoryFiles file(String path, String content) {
        return file(path, content, 0644);
    }

    MemorySource source() {
        return new MemorySource(files);
    }

    NamedContext named() {
        return new NamedContext.OfFiles(source());
    }
}
