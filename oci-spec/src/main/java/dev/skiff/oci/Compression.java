package dev.skiff.oci;

/** How a layer is packed, as its media type says. The bytes may disagree: whoever unpacks looks at those. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD
}
