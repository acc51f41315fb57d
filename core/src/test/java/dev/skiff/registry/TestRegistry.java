package dev.skiff.registry;

import dev.skiff.oci.Digest;

/** A registry on loopback that a test may fill and pull from. */
public interface TestRegistry extends AutoCloseable {
    /** How references name it: {@code 127.0.0.1:port}. */
    String name();

    /** Stores a blob and returns its digest. */
    Digest blob(String repository, byte[] content);

    /** Stores a manifest or an index, under its digest and under a tag if that is not empty. */
    Digest manifest(String repository, String tag, String mediaType, byte[] content);

    @Override
    void close();
}
