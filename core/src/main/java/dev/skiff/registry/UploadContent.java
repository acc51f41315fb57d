package dev.skiff.registry;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a blob to be uploaded. They are the same each time, for an upload that breaks off goes on where it was. */
@FunctionalInterface
public interface UploadContent {
    /** Begins anew. The stream is read by another thread than the one that closes it. */
    InputStream open() throws IOException;
}
