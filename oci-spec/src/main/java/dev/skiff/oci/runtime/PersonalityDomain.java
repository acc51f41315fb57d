package dev.skiff.oci.runtime;

/** Which kernel the process believes it runs on. */
public enum PersonalityDomain {
    /** The usual one. */
    LINUX,
    /** One that reports a 32-bit machine. */
    LINUX32
}
