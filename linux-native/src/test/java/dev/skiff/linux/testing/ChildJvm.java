package dev.skiff.linux.testing;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of these tests in a JVM of its own, to be killed, or to be given less than this one has. */
public final class ChildJvm {
    private ChildJvm() {}

    /** Starts it, with its standard error where ours goes. */
    public static Process start(Class<?> main, String... args) throws IOException {
        return start(List.of(), List.of(), main, args);
    }

    /**
     * The same.
     *
     * @param around a program that executes what follows it, and its arguments: {@code prlimit}, say
     * @param options of the JVM
     */
    public static Process start(List<String> around, List<String> options, Class<?> main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(around);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What this class was loaded from, and all beside it: a launcher of tests may have loaded it from elsewhere than its own path. */
    private static String classPath() {
        if (!(ChildJvm.class.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path");
        }
        List<String> paths = new ArrayList<>();
        for (URL url : loader.getURLs()) {
            try {
                paths.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("the class path has " + url, e);
            }
        }
        return String.join(File.pathSeparator, paths);
    }
}
