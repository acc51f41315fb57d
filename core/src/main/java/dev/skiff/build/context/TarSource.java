package dev.skiff.build.context;

import dev.skiff.BuildContextException;
import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.ArchiveLimits;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * A tar, packed in any way that {@link dev.skiff.layer.Decompression} knows.
 *
 * @param label how messages call it
 * @param archive opens it from its beginning
 */
public record TarSource(String label, Callable<? extends InputStream> archive) implements ContextSource {
    @Override
    public RawContext open(Workplace workplace) throws IOException {
        Problems problems = new Problems(label);
        Path spool = workplace.newFile();
        try (InputStream in = openArchive(problems)) {
            return TarContext.read(in, spool, label, ArchiveLimits.DEFAULT, workplace.mostBytes());
        } catch (ArchiveException | EOFException malformed) {
            throw problems.whole("is no tar that can be used: " + malformed.getMessage(), malformed);
        } catch (IOException e) {
            throw problems.whole("cannot be read: " + Problems.reason(Problems.orInterrupt(e)), e);
        }
    }

    private InputStream openArchive(Problems problems) throws IOException {
        try {
            return archive.call();
        } catch (IOException | BuildContextException known) {
            throw known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problems.whole("was not opened: interrupted", e);
        } catch (Exception e) {
            throw problems.whole("cannot be opened: " + e, e);
        }
    }
}
