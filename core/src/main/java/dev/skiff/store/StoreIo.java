package dev.skiff.store;

import dev.skiff.SkiffException;
import dev.skiff.StoreException;
import dev.skiff.linux.SyscallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Objects;

/** Turns what goes wrong with files into what callers of Skiff see. */
final class StoreIo {
    private StoreIo() {}

    /** Work on files. */
    interface Call<T> {
        T call() throws IOException;
    }

    static <T> T call(String work, Path path, Call<T> call) {
        try {
            return call.call();
        } catch (IOException e) {
            throw failure(work, path, e);
        } catch (UncheckedIOException e) {
            throw failure(work, path, Objects.requireNonNull(e.getCause(), "it has one always"));
        } catch (SyscallException e) {
            throw new StoreException(work + ": " + e.getMessage(), path, e);
        }
    }

    static SkiffException failure(String work, Path path, IOException e) {
        if (e.getCause() instanceof SkiffException own) {
            return own; // it only came through a stream
        }
        boolean about = e instanceof FileSystemException file && file.getReason() != null;
        String reason = about ? ((FileSystemException) e).getReason() : e.getMessage();
        Path where = e instanceof FileSystemException file && file.getFile() != null ? Path.of(file.getFile()) : path;
        String what =
                reason == null || reason.equals(where.toString()) ? e.getClass().getSimpleName() : reason;
        return new StoreException(work + ": " + where + ": " + what, where, e);
    }
}
