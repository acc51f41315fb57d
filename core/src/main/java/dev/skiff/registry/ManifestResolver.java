package dev.skiff.registry;

import dev.skiff.DigestMismatchException;
import dev.skiff.ImageNotFoundException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the manifest that a reference means on one platform. Nothing is taken on trust: the type that is served must be the
 * type that the document and the index say (CVE-2021-41190), and the bytes must be those that the digest and the size name.
 */
final class ManifestResolver {
    /** An index that names an index is rare, and one more is a joke. */
    private static final int MOST_INDEXES = 3;

    private static final String ACCEPT = String.join(
            ", ", MediaTypes.OCI_INDEX, MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_LIST, MediaTypes.DOCKER_MANIFEST);

    private final Reference reference;
    private final Endpoint endpoint;
    private final Session session;
    private final String scope;
    private final Deadline deadline;
    private final Failures failures;

    ManifestResolver(Reference reference, Endpoint endpoint, Session session, String scope, Deadline deadline) {
        this.reference = reference;
        this.endpoint = endpoint;
        this.session = session;
        this.scope = scope;
        this.deadline = deadline;
        this.failures = new Failures(endpoint.name(), "pull " + reference);
    }

    /** A document, and what it says. */
    private record Parsed(RawDocument raw, Record document) {}

    ResolvedImage resolve(Platform platform) {
        List<RawDocument> way = new ArrayList<>();
        String name =
                reference.digest().map(Digest::toString).or(reference::tag).orElseThrow();
        Parsed current = fetch(name, Optional.empty());
        while (current.document() instanceof Index index) {
            way.add(current.raw());
            if (way.size() > MOST_INDEXES) {
                throw notFound("indexes that name indexes, more than " + MOST_INDEXES + " deep");
            }
            Descriptor chosen = index.select(platform).orElseThrow(() -> notFound(notFor(platform, index)));
            current = fetch(chosen.digest().toString(), Optional.of(chosen));
        }
        way.add(current.raw());
        return new ResolvedImage(reference, way, (Manifest) current.document());
    }

    private Parsed fetch(String name, Optional<Descriptor> promised) {
        Call call =
                Call.get(endpoint.at(reference.path() + "/manifests/" + name)).with("Accept", ACCEPT);
        return session.send(call, scope, failures, deadline, reply -> read(reply, promised));
    }

    private Parsed read(Reply reply, Optional<Descriptor> promised) throws IOException {
        try (reply) {
            if (reply.status() == 404 && promised.isEmpty()) {
                List<String> codes = ErrorBody.read(reply).codes();
                throw notFound("no such manifest (404" + (codes.isEmpty() ? "" : " " + codes.get(0)) + ")");
            }
            if (reply.status() != 200) {
                throw failures.refused(reply, "no manifest");
            }
            checkType(reply, promised);
            byte[] content = content(reply, promised);
            Descriptor descriptor = promised.orElseGet(
                    () -> Descriptor.of(reply.mediaType(), digestOf(content, reply), content.length));
            check(content, descriptor);
            return new Parsed(new RawDocument(descriptor, content), parse(content, reply));
        }
    }

    private void checkType(Reply reply, Optional<Descriptor> promised) {
        String served = reply.mediaType();
        if (!MediaTypes.isManifest(served) && !MediaTypes.isIndex(served)) {
            throw failures.malformed(
                    reply, "served as \"" + served + "\", which is neither a manifest nor an index that Skiff reads");
        }
        if (promised.isPresent() && !promised.get().mediaType().equals(served)) {
            throw failures.malformed(
                    reply,
                    "served as " + served + ", but the index says "
                            + promised.get().mediaType());
        }
    }

    private byte[] content(Reply reply, Optional<Descriptor> promised) throws IOException {
        long announced = Math.max(
                reply.length().orElse(0), promised.map(Descriptor::size).orElse(0L));
        byte[] content = announced > Json.MAX_BYTES ? new byte[0] : reply.bytes(Json.MAX_BYTES);
        if (announced > Json.MAX_BYTES || content.length > Json.MAX_BYTES) {
            throw failures.malformed(reply, "a manifest of more than " + Json.MAX_BYTES + " bytes");
        }
        return content;
    }

    /** What the bytes have to match: the digest that was asked for, else the one that the registry announces. */
    private Digest digestOf(byte[] content, Reply reply) {
        if (reference.digest().isPresent()) {
            return reference.digest().get();
        }
        Optional<String> announced = reply.header("Docker-Content-Digest");
        try {
            return announced.map(Digest::parse).orElseGet(() -> Digest.sha256(content));
        } catch (IllegalArgumentException e) {
            throw failures.malformed(reply, "Docker-Content-Digest: " + e.getMessage(), e);
        }
    }

    private void check(byte[] content, Descriptor descriptor) {
        if (content.length != descriptor.size()) {
            throw new DigestMismatchException(
                    failures.work() + ": manifest " + descriptor.digest(),
                    descriptor.size() + " bytes",
                    content.length + " bytes");
        }
        Digest actual = Digest.of(descriptor.digest().algorithm(), content);
        if (!actual.equals(descriptor.digest())) {
            throw new DigestMismatchException(
                    failures.work() + ": manifest", descriptor.digest().toString(), actual.toString());
        }
    }

    private Record parse(byte[] content, Reply reply) {
        String mediaType = reply.mediaType();
        try {
            return MediaTypes.isIndex(mediaType) ? Index.read(content, mediaType) : Manifest.read(content, mediaType);
        } catch (JsonException e) {
            throw failures.malformed(reply, "not a valid " + mediaType + ": " + e.getMessage(), e);
        }
    }

    private ImageNotFoundException notFound(String found) {
        return new ImageNotFoundException(
                failures.work() + ": " + found, reference.toString(), List.of(endpoint.name() + ": " + found));
    }

    private static String notFor(Platform platform, Index index) {
        String offered = index.manifests().stream()
                .flatMap(manifest -> manifest.platform().stream())
                .map(Platform::toString)
                .filter(name -> !name.startsWith("unknown/"))
                .distinct()
                .limit(20)
                .collect(Collectors.joining(", "));
        return "no image for " + platform + "; there " + (offered.isEmpty() ? "is none" : "are " + offered);
    }
}
