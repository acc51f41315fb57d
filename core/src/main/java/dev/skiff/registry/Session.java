package dev.skiff.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Requests to one repository, with everything between asking and a final answer: redirects, login, and another try when
 * the network or the registry had a bad moment. Whatever status comes out, it is for the caller to judge.
 */
final class Session {
    /** Makes something of an answer; what breaks off meanwhile is worth another try. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Reply reply) throws IOException;
    }

    /** No token yet, one that has just run out, and the fresh one: nobody needs more. */
    private static final int MOST_LOGINS = 2;

    private final Endpoint endpoint;
    private final Redirects redirects;
    private final RetryPolicy retries;
    private final Identity identity;

    Session(Endpoint endpoint, Redirects redirects, RetryPolicy retries, Identity identity) {
        this.endpoint = endpoint;
        this.redirects = redirects;
        this.retries = retries;
        this.identity = identity;
    }

    /**
     * The final answer; the caller closes it.
     *
     * @param scope what a token has to allow, such as {@code repository:library/node:pull}
     */
    Reply send(Call call, String scope, Failures failures, Deadline deadline) {
        return send(call, scope, failures, deadline, reply -> reply);
    }

    /** As {@link #send(Call, String, Failures, Deadline)}, with what the reader makes of the answer, which it closes. */
    <T> T send(Call call, String scope, Failures failures, Deadline deadline, Reader<T> reader) {
        for (int retry = 1; ; retry++) {
            Optional<Duration> pause;
            try {
                Reply reply = authorised(call, scope, failures, deadline);
                pause = RetryPolicy.isTemporary(reply.status())
                        ? retries.pause(retry, deadline, reply.header("Retry-After"))
                        : Optional.empty();
                if (pause.isEmpty()) {
                    return reader.read(reply);
                }
                reply.close();
            } catch (IOException e) {
                pause = RetryPolicy.isTemporary(e)
                        ? retries.pause(retry, deadline, Optional.empty())
                        : Optional.empty();
                if (pause.isEmpty()) {
                    throw failures.noAnswer(call, e);
                }
            }
            pause(pause.get(), failures, deadline);
        }
    }

    /**
     * The answer to a request that must not simply be sent again when it breaks off: an upload has to ask first how far it has
     * come.
     */
    Reply sendOnce(Call call, String scope, Failures failures, Deadline deadline) throws IOException {
        return authorised(call, scope, failures, deadline);
    }

    /**
     * Waits before a retry; false if there is to be none.
     *
     * @param retryAfter what the registry says of it
     */
    boolean pauseBefore(int retry, Optional<String> retryAfter, Failures failures, Deadline deadline) {
        Optional<Duration> pause = retries.pause(retry, deadline, retryAfter);
        pause.ifPresent(time -> pause(time, failures, deadline));
        return pause.isPresent();
    }

    private Reply authorised(Call call, String scope, Failures failures, Deadline deadline) throws IOException {
        if (!Endpoint.sameOrigin(endpoint.root(), call.address())) {
            return redirects.follow(call, deadline); // an upload that the registry has sent to another host
        }
        Optional<String> authorization = identity.known(scope);
        for (int login = 1; ; login++) {
            Reply reply = redirects.follow(call.as(authorization), deadline);
            // A host that the registry sent us to gets no login, whatever it asks for.
            boolean asked = reply.status() == 401
                    && Endpoint.sameOrigin(call.address(), reply.call().address());
            if (!asked) {
                return reply;
            }
            try (reply) {
                if (login > MOST_LOGINS) {
                    throw failures.refused(reply, identity.refusal());
                }
                authorization = Optional.of(identity.answer(reply, scope, authorization, deadline));
            }
        }
    }

    private static void pause(Duration pause, Failures failures, Deadline deadline) {
        try {
            deadline.pause(pause);
        } catch (InterruptedException e) {
            throw failures.interrupted(e);
        }
    }
}
