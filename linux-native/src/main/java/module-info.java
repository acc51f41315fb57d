/** Runs an OCI runtime specification on the Linux kernel, from any JVM program. */
@SuppressWarnings("requires-automatic")
module dev.skiff.linux {
    requires com.sun.jna;
    requires transitive dev.skiff.oci;
    requires static transitive org.jspecify;

    exports dev.skiff.linux;
    exports dev.skiff.linux.abi;

    opens dev.skiff.linux.seccomp to
            dev.skiff.oci; // a profile is a document that its JSON reads
    opens dev.skiff.linux.runtime to
            dev.skiff.oci; // what is kept of a container is another
}
