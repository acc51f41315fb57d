package dev.skiff.build;

import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.FileMetadata;
import dev.skiff.store.Scratch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Files that are at hand: of the context, of a stage or an image, a heredoc, a download. They are keyed by what they are.
 *
 * @param unpacks whether what is an archive goes to the destination unpacked
 */
record SelectedSource(List<Selection> selections, boolean unpacks) implements CopySource {
    private static final long GROUP_BYTES = 4 << 20;

    SelectedSource {
        selections = List.copyOf(selections);
    }

    @Override
    public List<Selection> open(Scratch scratch) {
        return selections;
    }

    @Override
    public List<String> leftOut() {
        return selections.stream()
                .filter(selection -> selection.top().isDirectory())
                .flatMap(selection -> selection.tree().leftOut(selection.top().path()).stream())
                .map(path -> "left out /" + path + ": a socket is nothing without the process that listens on it")
                .toList();
    }

    /** To hash the contents, some megabytes at a time. */
    @Override
    public List<WorkPool.Piece> preparations() {
        List<WorkPool.Piece> pieces = new ArrayList<>();
        for (Selection selection : selections) {
            List<SourceFile> group = new ArrayList<>();
            long bytes = 0;
            for (SourceFile file : selection.below()) {
                if (file.metadata().isRegular()) {
                    group.add(file);
                    bytes += file.metadata().size();
                }
                if (bytes > GROUP_BYTES) {
                    pieces.add(hashing(selection, List.copyOf(group)));
                    group.clear();
                    bytes = 0;
                }
            }
        }
        return pieces; // of what is left, addTo takes care
    }

    private static WorkPool.Piece hashing(Selection selection, List<SourceFile> files) {
        return () -> {
            for (SourceFile file : files) {
                selection.tree().digest(file);
            }
        };
    }

    @Override
    public void addTo(StepKey key) throws IOException {
        for (Selection selection : selections) {
            key.with(selection.name());
            about(key, selection.top());
            add(key, selection, selection.top());
            for (SourceFile file : selection.below()) {
                about(key, file);
                key.with(file.path());
                add(key, selection, file);
            }
            key.about(StepParts.Kind.SETTING, "").with(selection.below().size());
        }
        key.with(selections.size());
    }

    private static void about(StepKey key, SourceFile file) {
        String path = file.path().toString();
        key.about(StepParts.Kind.FILE, path.isEmpty() ? "." : path);
    }

    private static void add(StepKey key, Selection selection, SourceFile file) throws IOException {
        FileMetadata metadata = file.metadata();
        key.with(metadata.mode()).with(metadata.uid()).with(metadata.gid());
        key.with(metadata.deviceMajor()).with(metadata.deviceMinor());
        for (Map.Entry<String, byte[]> attribute : metadata.xattrs().entrySet()) {
            key.with(attribute.getKey()).with(attribute.getValue());
        }
        file.linkTarget().ifPresent(key::with);
        if (metadata.isRegular()) {
            key.with(selection.tree().digest(file).toString());
        }
    }
}
