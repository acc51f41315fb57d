package dev.skiff.linux.runtime;

import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The directory of one container. What is in it is whole or not there. */
public final class StateDirectory {
    private static final String CONFIG = "config.json";
    private static final String STATE = "state.json";
    private static final String GATE = "start"; // where the container waits: StartGate
    private static final String PRIVATE = "rwx------";

    private final Path path;

    private StateDirectory(Path path) {
        this.path = path;
    }

    /** Of that container, which may be there or not. */
    public static StateDirectory of(Path root, String id) {
        return new StateDirectory(root.resolve(id));
    }

    /** The names of all that are there. */
    public static List<String> names(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(root)) {
            return all.filter(each -> Files.isRegularFile(each.resolve(STATE)))
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list the containers in " + root, e);
        }
    }

    public Path path() {
        return path;
    }

    /** Makes it; false if it is there already, and somebody else's. */
    public boolean make() {
        try {
            Files.createDirectories(
                    path.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("make the state directory " + path, e);
        }
    }

    public boolean isThere() {
        return Files.isRegularFile(path.resolve(STATE));
    }

    /** The configuration as it was when the container was created: what is changed in its bundle later is not for it. */
    public void save(Spec spec, SavedContainer container) {
        write(CONFIG, Json.write(spec));
        write(STATE, Json.write(container));
    }

    public Spec spec() {
        return Json.read(read(CONFIG), Spec.class);
    }

    public SavedContainer container() {
        return Json.read(read(STATE), SavedContainer.class);
    }

    /** Whether it waits to be started. */
    public boolean waits() {
        return Files.exists(path.resolve(GATE));
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + path.resolve(name), e);
        }
    }

    private void write(String name, byte[] content) {
        Path fresh = path.resolve(name + ".new");
        try {
            Files.write(fresh, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + path.resolve(name), e);
        }
    }

    /** Removes it, with what was put there. */
    public void remove() {
        for (String name : List.of(STATE, CONFIG, GATE, STATE + ".new", CONFIG + ".new")) {
            delete(name);
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("remove the state directory " + path, e);
        }
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + path.resolve(name), e);
        }
    }
}
