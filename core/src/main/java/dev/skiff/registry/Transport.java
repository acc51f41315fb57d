package dev.skiff.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Sends single requests: no redirect is followed, no challenge answered, nothing tried again. Adds to the JDK's client
 * what that lacks: an end to waiting, at any moment of an exchange, by time, interrupt or cancellation.
 */
final class Transport {
    private final HttpClient client;
    private final RegistrySettings settings;

    Transport(RegistrySettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectLimit())
                .proxy(settings.proxies())
                .build();
    }

    Reply send(Call call, Deadline deadline) throws IOException {
        BodyStream body = new BodyStream(settings.silenceLimit(), deadline);
        CompletableFuture<HttpResponse<InputStream>> answer = client.sendAsync(request(call), headers -> body);
        boolean answered = false;
        try {
            HttpResponse<InputStream> response = deadline.await(answer, settings.silenceLimit());
            answered = true;
            return new Reply(call, response.statusCode(), response.headers(), body);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer" + deadline.orEarlier(settings.silenceLimit()));
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

    private static HttpRequest request(Call call) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(call.address()).method(call.method(), BodyPublishers.noBody());
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
