package dev.skiff.registry;

import dev.skiff.DigestMismatchException;
import dev.skiff.SkiffException;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One blob on its way into a repository: a POST begins the upload, one PATCH carries the bytes, a PUT says what they are
 * (distribution-spec, "Pushing blobs"). Between PATCH and PUT the digest becomes known, so a blob can be made while it is sent. A
 * PATCH that breaks off is asked after, and goes on where the registry says that it is.
 */
final class BlobUpload {
    private static final String BINARY = "application/octet-stream";
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

    /** So much has to arrive for a connection to count as one that works. */
    private static final long PROGRESS = 1 << 20;

    private final Destination destination;
    private final String mediaType;
    private final Optional<Descriptor> promised;
    private final UploadContent content;
    private final Failures failures;
    private final Deadline deadline;
    private int retries;

    /** @param promised what the content is, if that is known */
    BlobUpload(
            Destination destination,
            String mediaType,
            Optional<Descriptor> promised,
            UploadContent content,
            Failures failures,
            Deadline deadline) {
        this.destination = destination;
        this.mediaType = mediaType;
        this.promised = promised;
        this.content = content;
        this.failures = failures;
        this.deadline = deadline;
    }

    /** What the registry has been sent and holds. */
    private record Sent(URI place, Descriptor blob) {}

    /** Where an upload goes on, and how much of it is there. */
    private record State(URI place, long offset) {}

    /** Uploads it, and says what it is. */
    Descriptor run() {
        Optional<Sent> sent = send(begin());
        while (sent.isEmpty()) {
            sent = send(begin());
        }
        finish(sent.get());
        return sent.get().blob();
    }

    private State begin() {
        Reply begun = send(Call.of(Call.POST, destination.uploads()));
        if (begun.status() != 202) {
            throw failures.refused(begun, "the upload does not begin");
        }
        return new State(place(begun), 0);
    }

    /** All the bytes, in as many requests as it takes; empty if the registry has lost the upload. */
    private Optional<Sent> send(State begun) {
        State state = begun;
        while (true) {
            try (UploadBody body = new UploadBody(content, promised, failures.work(), state.offset())) {
                Optional<Sent> sent = patch(state, body);
                if (sent.isPresent()) {
                    return sent;
                }
                Optional<State> found = status(state.place());
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                if (found.get().offset() - state.offset() >= PROGRESS) {
                    retries = 0;
                }
                state = found.get();
                if (body.ended() && body.sent() == state.offset()) {
                    return Optional.of(new Sent(state.place(), body.blob(mediaType)));
                }
            }
        }
    }

    /** Sends what is missing; empty if that is worth another try. */
    private Optional<Sent> patch(State state, UploadBody body) {
        Call call = Call.of(Call.PATCH, state.place()).carrying(body, BINARY);
        if (promised.isPresent() && state.offset() > 0) {
            call = call.with(
                    "Content-Range", state.offset() + "-" + (promised.get().size() - 1));
        }
        try {
            Reply reply = destination.session().sendOnce(call, destination.scope(), failures, deadline);
            if (reply.status() >= 200 && reply.status() < 300) {
                URI place = place(reply);
                if (!body.ended()) {
                    throw failures.malformed(reply, "the registry has had enough before the end of the blob");
                }
                return Optional.of(new Sent(place, body.blob(mediaType)));
            }
            boolean outOfStep =
                    reply.status() == 404 || reply.status() == 416; // it has lost the upload, or a part of it
            if (!(outOfStep || RetryPolicy.isTemporary(reply.status())) || !again(reply.header("Retry-After"))) {
                throw failures.refused(reply, "the registry does not take the blob");
            }
            reply.close();
        } catch (IOException e) {
            body.ownFailure().ifPresent(this::rethrow);
            if (!RetryPolicy.isTemporary(e) || !again(Optional.empty())) {
                throw failures.noAnswer(call, e);
            }
        }
        return Optional.empty();
    }

    private void rethrow(Exception own) {
        Optional<Throwable> cause = Optional.of(own);
        for (int depth = 0; cause.isPresent() && depth < 16; depth++) {
            if (cause.get() instanceof SkiffException known) {
                throw known;
            }
            cause = Optional.ofNullable(cause.get().getCause());
        }
        throw new SkiffException(failures.work() + ": cannot read what is to be sent: " + own.getMessage(), own);
    }

    private boolean again(Optional<String> retryAfter) {
        retries++;
        return destination.session().pauseBefore(retries, retryAfter, failures, deadline);
    }

    /** How far the upload has come; empty if the registry knows nothing of it any more. */
    private Optional<State> status(URI place) {
        Reply reply = send(Call.get(place));
        if (reply.status() == 404 || reply.status() == 416) {
            reply.close();
            return Optional.empty();
        }
        if (reply.status() != 204 && reply.status() != 202) {
            throw failures.refused(reply, "the registry does not say how far the upload has come");
        }
        OptionalLong offset = offset(reply);
        URI next = reply.header("Location").isPresent() ? place(reply) : place;
        reply.close();
        return offset.isEmpty() ? Optional.empty() : Optional.of(new State(next, offset.getAsLong()));
    }

    /** What {@code Range} says is there; nothing, where it says something that cannot be so. */
    private OptionalLong offset(Reply reply) {
        Matcher range = RANGE.matcher(reply.header("Range").orElse("").strip());
        if (!range.matches()) {
            return OptionalLong.empty();
        }
        long last = Long.parseLong(range.group(1));
        long offset =
                last == 0 ? 0 : last + 1; // registries say 0-0 of nothing, too: one byte is sent twice then, or refused
        boolean possible = promised.map(blob -> offset <= blob.size()).orElse(true);
        return possible ? OptionalLong.of(offset) : OptionalLong.empty();
    }

    /** Says what the bytes are. A PUT whose answer was lost is found out by asking for the blob. */
    private void finish(Sent sent) {
        URI place = at(sent.place(), sent.blob().digest().toString());
        Reply reply = send(Call.of(Call.PUT, place));
        if (reply.status() == 201 || reply.status() == 204) {
            checkDigest(reply, sent.blob());
            reply.close();
            return;
        }
        if (reply.status() == 404 && destination.has(sent.blob())) {
            reply.close();
            return;
        }
        throw failures.refused(reply, "the registry does not keep the blob");
    }

    private void checkDigest(Reply reply, Descriptor blob) {
        Optional<String> kept = reply.header("Docker-Content-Digest");
        if (kept.isPresent() && !kept.get().equals(blob.digest().toString())) {
            reply.close();
            throw new DigestMismatchException(
                    failures.work() + ": the registry keeps it as something else",
                    blob.digest().toString(),
                    kept.get());
        }
    }

    private static URI at(URI place, String digest) {
        String address = place.toString().replaceFirst("#.*", "");
        return URI.create(address + (place.getRawQuery() == null ? "?" : "&") + "digest=" + digest);
    }

    private Reply send(Call call) {
        return destination.session().send(call, destination.scope(), failures, deadline);
    }

    /** Where the upload goes on: under the rules for redirects, for it is the registry that chooses the address. */
    private URI place(Reply reply) {
        try (reply) {
            return destination
                    .redirects()
                    .next(reply.call(), reply.header("Location"))
                    .address();
        } catch (ProtocolException e) {
            throw failures.noAnswer(reply.call(), e);
        }
    }
}
