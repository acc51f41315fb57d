/** Builds OCI images from Dockerfiles and runs containers inside any JVM program. */
@SuppressWarnings("requires-automatic")
module dev.skiff {
    requires aircompressor;
    requires com.google.common;
    requires dev.skiff.linux;
    requires transitive dev.skiff.oci;
    requires java.net.http;
    requires org.apache.commons.compress;
    requires org.tukaani.xz;
    requires static com.github.luben.zstd_jni;
    requires static transitive org.jspecify;

    exports dev.skiff;

    opens dev.skiff.build.cache to
            dev.skiff.oci;
    opens dev.skiff.build.remote to
            dev.skiff.oci;
    opens dev.skiff.login to
            dev.skiff.oci;
    opens dev.skiff.registry to
            dev.skiff.oci;
    opens dev.skiff.store to
            dev.skiff.oci;
}
