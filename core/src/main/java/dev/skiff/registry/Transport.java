package dev.skiff.registry;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Sends single requests: no redirect is followed, no challenge answered, nothing tried again. Adds to the JDK's client
 * what that lacks: an end to waiting, at any moment of an exchange, by time, interrupt or cancellation.
 */
final class Transport {
    // made for the first request: before Java 21 it cannot be closed, and keeps a thread and three descriptors until it
    // is collected
    private final Supplier<HttpClient> client = Suppliers.memoize(this::newClient);
    private final RegistrySettings settings;

    Transport(RegistrySettings settings) {
        this.settings = settings;
    }

    private HttpClient newClient() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectLimit())
                .proxy(settings.proxies())
                .build();
    }

    Reply send(Call call, Deadline deadline) throws IOException {
        BodyStream body = new BodyStream(settings.silenceLimit(), deadline);
        // What sendAsync returns is completed in the common pool, whose threads may all be waiting for us: JDK 25 gives
        // it one
        // thread on a machine of two cores. The head of the answer is told on a thread of the client's own.
        CompletableFuture<Head> head = new CompletableFuture<>();
        CompletableFuture<HttpResponse<InputStream>> answer = client.get().sendAsync(request(call), info -> {
            head.complete(new Head(info.statusCode(), info.headers()));
            return body;
        });
        var unused = answer.whenComplete((response, failure) -> {
            if (failure != null) {
                head.completeExceptionally(failure);
            } else { // a proxy that refuses a tunnel answers without a body, and nobody is asked to take one
                head.complete(new Head(response.statusCode(), response.headers()));
            }
        });
        boolean answered = false;
        try {
            Head response = await(head, call, deadline);
            answered = true;
            return new Reply(call, response.status(), response.headers(), body);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer" + deadline.orEarlier(patience(call)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (ExecutionException e) {
            throw asIOException(e);
        } finally {
            if (!answered) {
                answer.cancel(true);
                body.close();
            }
        }
    }

    /** A line that is slow to take what we send is not silent. */
    private Head await(CompletableFuture<Head> head, Call call, Deadline deadline)
            throws ExecutionException, InterruptedException, TimeoutException {
        while (true) {
            long sent = sent(call);
            try {
                return deadline.await(head, patience(call));
            } catch (TimeoutException e) {
                if (deadline.passed() || sent(call) == sent) {
                    throw e;
                }
            }
        }
    }

    private static long sent(Call call) {
        return call.body().map(RequestBody::sent).orElse(0L);
    }

    /** A registry that was sent gigabytes may have to read them again, or to move them, before it answers. */
    private Duration patience(Call call) {
        return call.changesSomething() ? settings.silenceLimit().multipliedBy(10) : settings.silenceLimit();
    }

    private record Head(int status, HttpHeaders headers) {}

    private static HttpRequest request(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.address())
                .method(call.method(), call.body().map(RequestBody::publisher).orElseGet(BodyPublishers::noBody));
        call.headers().forEach(request::setHeader);
        call.authorization().ifPresent(identity -> request.setHeader("Authorization", identity));
        if (call.address().getScheme().equals("http")) {
            // Without TLS the client would ask to upgrade to HTTP/2 by headers that some servers and proxies choke on.
            request.version(HttpClient.Version.HTTP_1_1);
        }
        return request.build();
    }

    private static IOException asIOException(ExecutionException failed) {
        Throwable cause = failed.getCause();
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException known ? known : new IOException(String.valueOf(cause), cause);
    }
}
