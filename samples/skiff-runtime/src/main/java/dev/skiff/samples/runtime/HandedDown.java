package dev.skiff.samples.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The descriptors of the caller that a container is to have, {@code --preserve-fds}. A JVM opens files of its own as soon as it begins, and
 * cannot tell them from those that it was started with: so the script that starts it has looked first, and says which there were.
 */
final class HandedDown {
    /** The property that has them, with commas in between. */
    static final String PROPERTY = "skiff.descriptors";

    private static final int FIRST = 3;

    private HandedDown() {}

    /** That many, from 3 on. */
    static List<Integer> descriptors(int count) {
        List<Integer> wanted = IntStream.range(FIRST, FIRST + count).boxed().toList();
        List<Integer> missing = new ArrayList<>(wanted);
        missing.removeAll(there());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("--preserve-fds " + count + ": the caller has not opened " + missing
                    + ", or did not start the script skiff-runtime, which looks for that");
        }
        return wanted;
    }

    private static List<Integer> there() {
        List<Integer> all = new ArrayList<>();
        for (String number :
                Optional.ofNullable(System.getProperty(PROPERTY)).orElse("").split(",", -1)) {
            if (!number.isBlank()) {
                all.add(Integer.valueOf(number.trim()));
            }
        }
        return all;
    }
}
