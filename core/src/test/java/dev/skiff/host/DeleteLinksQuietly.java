package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirDeletionStrategy;

/** Deletes a made-up root without JUnit's warning for each link whose target happens to exist on this machine. */
public final class DeleteLinksQuietly implements TempDirDeletionStrategy {
    @Override
    public DeletionResult delete(Path directory, AnnotatedElementContext element, ExtensionContext test)
            throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        return DeletionResult.builder(directory).build();
    }
}
