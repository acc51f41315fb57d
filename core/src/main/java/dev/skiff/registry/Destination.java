package dev.skiff.registry;

import dev.skiff.DigestMismatchException;
import dev.skiff.RegistryAuthException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where an image is put: a repository of a registry, as one user. Blobs first, in any order and side by side, then the manifest
 * that names them; only that makes anything visible.
 *
 * <p>Failures are {@link dev.skiff.RegistryException}, {@link dev.skiff.DigestMismatchException},
 * {@link dev.skiff.InterruptedOperationException} and what the content itself fails with.
 */
public final class Destination {
    private final Reference reference;
    private final Endpoint endpoint;
    private final Redirects redirects;
    private final Session session;
    private final Duration transferLimit;

    Destination(Reference reference, Endpoint endpoint, Redirects redirects, Session session, Duration transferLimit) {
        this.reference = reference;
        this.endpoint = endpoint;
        this.redirects = redirects;
        this.session = session;
        this.transferLimit = transferLimit;
    }

    /** Whether the repository has this blob. */
    public boolean has(Descriptor blob) {
        Failures failures = failures(blob.digest().toString());
        Deadline deadline = Deadline.in(transferLimit);
        try (Reply reply =
                session.send(Call.of(Call.HEAD, at("/blobs/" + blob.digest())), scope(), failures, deadline)) {
            if (reply.status() == 200) {
                OptionalLong size = reply.length();
                return size.isEmpty() || size.getAsLong() == blob.size();
            }
            if (reply.status() == 404) {
                return false;
            }
            throw failures.refused(reply, "the registry does not say whether it has the blob");
        }
    }

    /**
     * Has the registry take a blob from another of its repositories, if it will.
     *
     * @param from the path of that repository
     */
    public boolean mount(Descriptor blob, String from) {
        Failures failures = failures(blob.digest().toString());
        Deadline deadline = Deadline.in(transferLimit);
        URI question = URI.create(uploads() + "?mount=" + blob.digest() + "&from=" + from);
        String both = scope() + " repository:" + from + ":pull";
        try (Reply reply = session.send(Call.of(Call.POST, question), both, failures, deadline)) {
            return reply.status() == 201; // else it has begun an upload, which is left to end by itself, or refuses
        } catch (RegistryAuthException e) {
            return false; // who may write here may not read there
        }
    }

    /**
     * Uploads a blob whose bytes are known only when they have been made.
     *
     * @return what it is
     */
    public Descriptor upload(String mediaType, String name, UploadContent content) {
        return upload(mediaType, Optional.empty(), failures(name), content);
    }

    /** Uploads a blob, which is only kept if it turns out to be this. */
    public void upload(Descriptor blob, UploadContent content) {
        upload(blob.mediaType(), Optional.of(blob), failures(blob.digest().toString()), content);
    }

    private Descriptor upload(
            String mediaType, Optional<Descriptor> promised, Failures failures, UploadContent content) {
        return new BlobUpload(this, mediaType, promised, content, failures, Deadline.in(transferLimit)).run();
    }

    /** Puts a manifest, whose blobs are there, under the name that the image is to have; under its digest if it has no tag. */
    public void manifest(Descriptor manifest, byte[] document) {
        Failures failures = new Failures(endpoint.name(), "push " + reference + ": manifest");
        String name =
                reference.digest().map(Digest::toString).or(reference::tag).orElseThrow();
        Call call =
                Call.of(Call.PUT, at("/manifests/" + name)).carrying(RequestBody.of(document), manifest.mediaType());
        try (Reply reply = session.send(call, scope(), failures, Deadline.in(transferLimit))) {
            if (reply.status() < 200 || reply.status() >= 300) {
                throw failures.refused(reply, "the registry does not take the manifest");
            }
            Optional<String> kept = reply.header("Docker-Content-Digest");
            if (kept.isPresent() && !kept.get().equals(manifest.digest().toString())) {
                throw new DigestMismatchException(
                        failures.work() + ": the registry keeps it as something else",
                        manifest.digest().toString(),
                        kept.get());
            }
        }
    }

    URI uploads() {
        return at("/blobs/uploads/");
    }

    private URI at(String path) {
        return endpoint.at(reference.path() + path);
    }

    /** What a token has to allow. */
    String scope() {
        return "repository:" + reference.path() + ":pull,push";
    }

    Session session() {
        return session;
    }

    Redirects redirects() {
        return redirects;
    }

    private Failures failures(String blob) {
        return new Failures(endpoint.name(), "push " + reference + ": blob " + blob);
    }
}
