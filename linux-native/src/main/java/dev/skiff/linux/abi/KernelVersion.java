package dev.skiff.linux.abi;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first two numbers of a kernel's release: what features depend on. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})([.+_ -].*)?");
    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    /**
     * The version that a text begins with, such as {@code 4.8} or {@code 6.1.0-18-amd64}.
     *
     * @throws IllegalArgumentException for a text that does not begin so
     */
    public static KernelVersion of(String release) {
        Matcher numbers = RELEASE.matcher(release);
        if (!numbers.matches()) {
            throw new IllegalArgumentException(
                    "no kernel release: \"" + release + "\"; expected such as 6.1 or 6.1.0-18");
        }
        return new KernelVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    /** The version of the kernel that this JVM runs on. */
    public static KernelVersion host() {
        return of(System.getProperty("os.version", ""));
    }

    public boolean isAtLeast(KernelVersion wanted) {
        return compareTo(wanted) >= 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
