package dev.skiff.build.context;

import dev.skiff.BuildContextException;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * What can go wrong with the files of one context, in words.
 *
 * @param context how messages call the context
 */
record Problems(String context) {
    private static final int LONGEST_SHOWN = 400;

    BuildContextException unreadable(String what, RawPath path, IOException cause) {
        String advice =
                cause instanceof AccessDeniedException ? "; make it readable, or leave it out with .dockerignore" : "";
        return new BuildContextException(
                context,
                path.toString(),
                what + " " + name(path) + " of the build context " + context + ": " + reason(cause) + advice,
                cause);
    }

    BuildContextException changed(RawPath path) {
        return new BuildContextException(
                context,
                path.toString(),
                name(path) + " of the build context " + context
                        + " changed while it was being read; build again once it is left alone");
    }

    BuildContextException whole(String message) {
        return new BuildContextException(context, "", "the build context " + context + " " + message);
    }

    BuildContextException at(RawPath path, String message) {
        return new BuildContextException(
                context, path.toString(), name(path) + " of the build context " + context + " " + message);
    }

    BuildContextException whole(String message, Throwable cause) {
        return new BuildContextException(context, "", "the build context " + context + " " + message, cause);
    }

    /** An interrupt is no problem of the file that was being read. */
    static IOException orInterrupt(IOException failure) throws ClosedByInterruptException {
        if (failure instanceof ClosedByInterruptException interrupt) {
            throw interrupt;
        }
        return failure;
    }

    static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        } else if (cause instanceof NoSuchFileException) {
            return "it is not there any more";
        }
        String reason = cause instanceof FileSystemException detailed ? detailed.getReason() : cause.getMessage();
        return Optional.ofNullable(reason).orElse(cause.getClass().getSimpleName());
    }

    private static String name(RawPath path) {
        String name = "/" + path;
        return name.length() <= LONGEST_SHOWN
                ? name
                : name.substring(0, LONGEST_SHOWN / 2) + "..." + name.substring(name.length() - LONGEST_SHOWN / 2);
    }
}
