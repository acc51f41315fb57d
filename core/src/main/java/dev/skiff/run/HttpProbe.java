package dev.skiff.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One GET to a published port. By hand, because it must neither follow a redirect nor ask a proxy, has to stop when
 * interrupted, and only the first line of the answer counts.
 */
final class HttpProbe implements Readiness.Probe {
    private static final int LONGEST_ATTEMPT_MILLIS = 5_000;
    private static final int LONGEST_STATUS_LINE = 4096;
    private static final int FIRST_FAILURE = 400;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");

    private final InetSocketAddress address;
    private final byte[] request;

    HttpProbe(int hostPort, String path) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), hostPort);
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: localhost:" + hostPort
                        + "\r\nUser-Agent: skiff\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Optional<String> look(Duration limit) throws InterruptedException {
        int millis = (int) Math.max(1, Math.min(limit.toMillis(), LONGEST_ATTEMPT_MILLIS));
        try (SocketChannel channel = SocketChannel.open();
                Socket socket = channel.socket()) {
            long end = System.nanoTime() + millis * 1_000_000L;
            socket.connect(address, millis);
            socket.getOutputStream().write(request);
            return judge(statusLine(socket, end));
        } catch (IOException e) {
            if (e instanceof ClosedByInterruptException
                    || Thread.currentThread().isInterrupted()) {
                Thread.interrupted();
                throw new InterruptedException("while asking " + address);
            }
            return Optional.of("no answer yet (" + e.getMessage() + ")");
        }
    }

    /** A server that sends a byte now and then has no more time than one that sends none. */
    private static String statusLine(Socket socket, long end) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(socket, end);
                next >= 0 && next != '\n' && line.length() < LONGEST_STATUS_LINE;
                next = read(socket, end)) {
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    private static int read(Socket socket, long end) throws IOException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("Read timed out");
        }
        socket.setSoTimeout((int) left);
        return socket.getInputStream().read();
    }

    private static Optional<String> judge(String line) {
        if (line.isEmpty()) {
            return Optional.of("nothing listens there yet");
        }
        Matcher status = STATUS.matcher(line);
        if (!status.matches()) {
            return Optional.of("an answer that is not HTTP");
        }
        return Integer.parseInt(status.group(1)) < FIRST_FAILURE
                ? Optional.empty()
                : Optional.of("status " + status.group(1));
    }
}
