package dev.skiff;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * When a container counts as started: {@code start()} returns as soon as this holds. If the container ends first, or the
 * limit passes (a minute unless {@link #within} says otherwise), it is removed and {@link NotReadyException} thrown. Ports
 * are those of the container, and must be published: that is the way in. The container itself has to answer; that Skiff
 * accepts connections on its behalf does not count.
 *
 * <pre>{@code
 * Containers.run(image).publish(3000).readyWhen(Ready.http(3000, "/health").within(Duration.ofSeconds(20))).start();
 * }</pre>
 */
@CheckReturnValue
public sealed interface Ready {
    /** How long a container may take when nothing else is said. */
    Duration DEFAULT_LIMIT = Duration.ofMinutes(1);

    /** How long it may take. */
    Duration limit();

    /** The same, with another limit. */
    Ready within(Duration limit);

    /** In words that go on from "waiting for": {@code GET / on port 3000}. */
    String inWords();

    /**
     * When a GET is answered with a status below 400.
     *
     * @param path begins with a slash, and may have a query
     */
    static Ready http(int port, String path) {
        return new Http(port, path, DEFAULT_LIMIT);
    }

    /** When the container accepts a connection. */
    static Ready tcp(int port) {
        return new Tcp(port, DEFAULT_LIMIT);
    }

    /**
     * When the container writes a line, to either stream, in which this is found.
     *
     * @param regex as {@link Pattern} has it
     */
    static Ready log(String regex) {
        return new Log(regex, DEFAULT_LIMIT);
    }

    /**
     * When a command in the container exits with 0, such as {@code pg_isready}. It is run again until it does.
     *
     * @param argv the program, looked up in the container's {@code PATH}, and its arguments
     */
    static Ready exec(String... argv) {
        return new Command(List.of(argv), DEFAULT_LIMIT);
    }

    /** See {@link Ready#http}. */
    record Http(int port, String path, Duration limit) implements Ready {
        public Http {
            Ports.check(port, "port");
            checkLimit(limit);
            // A line break would end the request line and begin a header of someone's choice.
            if (!Objects.requireNonNull(path, "path").matches("/[\\x21-\\x7e]*")) {
                throw new IllegalArgumentException(
                        "path must begin with a slash and be of visible ASCII, got \"" + path + "\"");
            }
        }

        @Override
        public Ready within(Duration newLimit) {
            return new Http(port, path, newLimit);
        }

        @Override
        public String inWords() {
            return "GET " + path + " on port " + port;
        }
    }

    /** See {@link Ready#tcp}. */
    record Tcp(int port, Duration limit) implements Ready {
        public Tcp {
            Ports.check(port, "port");
            checkLimit(limit);
        }

        @Override
        public Ready within(Duration newLimit) {
            return new Tcp(port, newLimit);
        }

        @Override
        public String inWords() {
            return "a connection to port " + port;
        }
    }

    /** See {@link Ready#log}. */
    record Log(String regex, Duration limit) implements Ready {
        public Log {
            checkLimit(limit);
            Objects.requireNonNull(pattern(regex)); // what is no expression is refused here, not at start()
        }

        /** The expression, to be found somewhere in a line. */
        public Pattern pattern() {
            return pattern(regex);
        }

        private static Pattern pattern(String regex) {
            try {
                return Pattern.compile(Objects.requireNonNull(regex, "regex"));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException("regex: " + e.getMessage(), e);
            }
        }

        @Override
        public Ready within(Duration newLimit) {
            return new Log(regex, newLimit);
        }

        @Override
        public String inWords() {
            return "a line with /" + regex + "/";
        }
    }

    /** See {@link Ready#exec}. */
    record Command(List<String> argv, Duration limit) implements Ready {
        public Command {
            argv = List.copyOf(argv);
            if (argv.isEmpty()) {
                throw new IllegalArgumentException("argv must begin with a program");
            }
            checkLimit(limit);
        }

        @Override
        public Ready within(Duration newLimit) {
            return new Command(argv, newLimit);
        }

        @Override
        public String inWords() {
            return String.join(" ", argv) + " to exit with 0";
        }
    }

    private static void checkLimit(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("limit must be longer than nothing, got " + limit);
        }
    }
}
