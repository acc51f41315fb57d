package dev.skiff.linux;

import dev.skiff.oci.runtime.Process;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code HOME} of a process whose specification has none: what the root's own {@code /etc/passwd} says of its user, else /. The
 * file is a stranger's: one that is no regular file, or larger than any real one, knows nobody (CVE-2024-9676).
 */
final class HomeDirectory {
    private static final String VARIABLE = "HOME=";
    private static final String NONE = "/";
    private static final RawPath PASSWD = RawPath.of("/etc/passwd");
    private static final int MOST_BYTES = 10 << 20;
    private static final int FIELDS = 7; // passwd(5)
    private static final int USER = 2;
    private static final int HOME = 5;

    private HomeDirectory() {}

    /** The same process, with a {@code HOME}. */
    static Process of(Process process, LinuxHost host, Path root) {
        if (process.env().stream().anyMatch(each -> each.startsWith(VARIABLE) && !each.equals(VARIABLE))) {
            return process;
        }
        List<String> environment = new ArrayList<>(process.env());
        environment.remove(VARIABLE);
        environment.add(
                VARIABLE + find(passwd(host, root), process.user().uid()).orElse(NONE));
        return process.withEnv(environment);
    }

    /** Nothing is opened but a regular file, so that nothing is waited for. */
    private static String passwd(LinuxHost host, Path root) {
        try (FileTree tree = host.tree(root)) {
            boolean usable = tree.stat(PASSWD)
                    .map(TreeEntry::metadata)
                    .filter(metadata -> metadata.isRegular() && metadata.size() <= MOST_BYTES)
                    .isPresent();
            if (!usable) {
                return "";
            }
            try (InputStream in = tree.read(PASSWD)) {
                return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("read " + PASSWD + " of " + root + " for the home of a user", e);
        }
    }

    static Optional<String> find(String passwd, int user) {
        return passwd.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == FIELDS && fields[USER].equals(Integer.toString(user)))
                .map(fields -> fields[HOME])
                .findFirst()
                .filter(home -> home.startsWith("/") && home.indexOf('\0') < 0);
    }
}
