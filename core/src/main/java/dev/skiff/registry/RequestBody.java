package dev.skiff.registry;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;

/** What a request carries. A request may be sent several times, so this can be sent several times. */
interface RequestBody {
    /** The bytes, from the start. */
    BodyPublisher publisher();

    /** A number that changes as long as bytes go out: what tells a slow line from a dead one. */
    long sent();

    /** Why the bytes could not be had, if that is why the request broke: nobody else is to blame then. */
    Optional<Exception> ownFailure();

    /** Bytes that are at hand. */
    static RequestBody of(byte[] bytes) {
        return new RequestBody() {
            @Override
            public BodyPublisher publisher() {
                return BodyPublishers.ofByteArray(bytes);
            }

            @Override
            public long sent() {
                return 0;
            }

            @Override
            public Optional<Exception> ownFailure() {
                return Optional.empty();
            }
        };
    }
}
