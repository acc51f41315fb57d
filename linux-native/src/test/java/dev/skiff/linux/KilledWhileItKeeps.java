package dev.skiff.linux;

import java.nio.file.Path;
import java.util.List;

/** A JVM that ends when it has created a container, and has yet to keep what there is to know of it: run by a test as a program. */
final class KilledWhileItKeeps {
    static final int STATUS = 77;

    private KilledWhileItKeeps() {}

    /**
     * Creates a container, and ends.
     *
     * @param args the container's id, its bundle, and its directory
     */
    public static void main(String[] args) {
        OciBundle read = OciBundle.read(Path.of(args[1]));
        ContainerRequest request = new ContainerRequest(
                args[0], read.spec(), read.root(), Path.of(args[2]), List.of(), LogLimits.DEFAULT, false);
        LinuxHost host = LinuxHost.open();
        OciCreation creation = new OciCreation(host, request, args[1], 0, CreateOptions.standard());
        OciStreams.inherited().with(streams -> {
            creation.create(streams, created -> Runtime.getRuntime().halt(STATUS));
            return streams;
        });
    }
}
