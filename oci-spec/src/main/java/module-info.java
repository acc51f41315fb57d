/** The OCI image and runtime documents as immutable values, with strict JSON. No files, no network. */
module dev.skiff.oci {
    requires com.fasterxml.jackson.core;
    requires static transitive org.jspecify;

    exports dev.skiff.oci;
    exports dev.skiff.oci.image;
    exports dev.skiff.oci.runtime;
}
