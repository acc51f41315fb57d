/** The command line of runc on Skiff's own runtime. */
@SuppressWarnings("requires-automatic")
module dev.skiff.samples.runtime {
    requires dev.skiff.linux;
    requires info.picocli;
    requires jdk.unsupported; // signals to this JVM: sun.misc.Signal
    requires static org.jspecify;

    opens dev.skiff.samples.runtime to
            info.picocli, // which finds commands and their options by reflection
            dev.skiff.oci; // whose JSON reads and writes our records
}
