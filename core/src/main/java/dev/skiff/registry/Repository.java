package dev.skiff.registry;

import dev.skiff.oci.Json;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * The repository of one image, as one user: what the image's name stands for, and the blobs that this is made of. Any number
 * of threads may use it at once; what they share is the login.
 *
 * <p>Failures are {@link dev.skiff.RegistryException}, {@link dev.skiff.ImageNotFoundException},
 * {@link dev.skiff.DigestMismatchException} and {@link dev.skiff.InterruptedOperationException}.
 */
public final class Repository {
    private final Reference reference;
    private final Endpoint endpoint;
    private final Session session;
    private final Duration downloadLimit;

    Repository(Reference reference, Endpoint endpoint, Session session, Duration downloadLimit) {
        this.reference = reference;
        this.endpoint = endpoint;
        this.session = session;
        this.downloadLimit = downloadLimit;
    }

    /**
     * Asks what the name stands for at this moment.
     *
     * @param limit for all of it: connection, login, indexes, and what is tried again
     */
    public ResolvedImage resolve(Platform platform, Duration limit) {
        return new ManifestResolver(reference, endpoint, session, pullScope(), Deadline.in(limit)).resolve(platform);
    }

    /**
     * Opens a blob for reading. What comes out of the stream is what the descriptor says, or the stream ends with an
     * exception before its last byte. Close it to stop early, from any thread. The URLs in the descriptor are not used.
     */
    public InputStream blob(Descriptor descriptor) {
        return BlobStream.open(
                session, call(descriptor), pullScope(), descriptor, failures(descriptor), Deadline.in(downloadLimit));
    }

    /** A blob that is a document, such as the config of an image, as a whole. */
    public byte[] document(Descriptor descriptor) {
        if (descriptor.size() > Json.MAX_BYTES) {
            throw failures(descriptor)
                    .unusable(
                            call(descriptor),
                            "a document of " + descriptor.size() + " bytes; Skiff reads " + Json.MAX_BYTES);
        }
        try (InputStream blob = blob(descriptor)) {
            return blob.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("a blob's failures are our own", e);
        }
    }

    private Call call(Descriptor descriptor) {
        return Call.get(endpoint.at(reference.path() + "/blobs/" + descriptor.digest()));
    }

    private Failures failures(Descriptor descriptor) {
        return new Failures(endpoint.name(), "pull " + reference + ": blob " + descriptor.digest());
    }

    private String pullScope() {
        return "repository:" + reference.path() + ":pull";
    }
}
