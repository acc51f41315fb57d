package dev.skiff.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the ports of an EXPOSE: {@code 80}, {@code 8000-8010/udp}, and what people carry over from publishing,
 * {@code 127.0.0.1:80:8080}, of which only the last part counts.
 */
public final class ExposedPorts {
    private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_PORTS = PROTOCOLS.size() * (HIGHEST_PORT + 1);

    private ExposedPorts() {}

    /**
     * The ports of an instruction whose words have been expanded, each as {@code 80/tcp}, in the order of the words and as often
     * as they are given, as the history shows them.
     *
     * @throws dev.skiff.DockerfileException for what is no port, range or protocol
     */
    public static List<String> of(Instruction.Expose instruction, List<String> expandedWords) {
        List<String> ports = new ArrayList<>();
        long count = 0;
        for (String word : expandedWords) {
            Range range = parse(instruction, word);
            count += range.last - range.first + 1;
            if (count > MOST_PORTS) {
                throw instruction.error("more ports than there are; is a range given many times?");
            }
            range.addTo(ports);
        }
        return ports;
    }

    private static Range parse(Instruction.Expose instruction, String word) {
        int colon = word.lastIndexOf(':');
        if (colon >= 0) {
            checkHostPart(instruction, word.substring(0, colon));
        }
        String containerPart = word.substring(colon + 1);
        int slash = containerPart.indexOf('/');
        String ports = slash < 0 ? containerPart : containerPart.substring(0, slash);
        String protocol = slash < 0 ? "" : containerPart.substring(slash + 1).toLowerCase(Locale.ROOT);
        if (ports.isEmpty()) {
            throw instruction.error("invalid port: " + GoText.quote(word) + ": no port specified");
        }
        if (!protocol.isEmpty() && !PROTOCOLS.contains(protocol)) {
            throw instruction.error("invalid port: " + GoText.quote(word) + ": invalid proto: " + protocol
                    + Suggestion.didYouMean(protocol, PROTOCOLS));
        }
        int dash = ports.indexOf('-');
        int first = number(dash < 0 ? ports : ports.substring(0, dash));
        int last = dash < 0 ? first : number(ports.substring(dash + 1));
        if (first < 0 || last < first) {
            throw instruction.error("invalid containerPort: " + ports);
        }
        return new Range(first, last, protocol.isEmpty() ? "tcp" : protocol);
    }

    private static void checkHostPart(Instruction.Expose instruction, String hostPart) {
        String port = hostPart.substring(hostPart.lastIndexOf(':') + 1);
        int dash = port.indexOf('-');
        boolean valid = dash < 0
                ? number(port) >= 0
                : number(port.substring(0, dash)) >= 0 && number(port.substring(dash + 1)) >= 0;
        if (!port.isEmpty() && !valid) {
            throw instruction.error("invalid hostPort: " + port);
        }
    }

    private static int number(String text) {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number > HIGHEST_PORT ? -1 : number;
    }

    private record Range(int first, int last, String protocol) {
        void addTo(List<String> ports) {
            for (int port = first; port <= last; port++) {
                ports.add(port + "/" + protocol);
            }
        }
    }
}
