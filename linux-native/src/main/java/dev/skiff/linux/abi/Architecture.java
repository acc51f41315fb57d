package dev.skiff.linux.abi;

import java.util.Locale;
import java.util.Optional;

/** A way to call the kernel: an instruction set and a calling convention, as seccomp tells them apart. */
public enum Architecture {
    X86_64(0xC000_003E, 0, "amd64", "amd64"),
    X86(0x4000_0003, 0, "386", "x86"),
    /** Shares {@link #X86_64}'s audit number; its calls are told by a bit in their number. */
    X32(0xC000_003E, 0x4000_0000, "amd64p32", "x32"),
    AARCH64(0xC000_00B7, 0, "arm64", "arm64"),
    ARM(0x4000_0028, 0, "arm", "arm");

    private final int auditNumber;
    private final int syscallBit;
    private final String goName;
    private final String profileName;

    Architecture(int auditNumber, int syscallBit, String goName, String profileName) {
        this.auditNumber = auditNumber;
        this.syscallBit = syscallBit;
        this.goName = goName;
        this.profileName = profileName;
    }

    /** {@code AUDIT_ARCH_*}: what {@code seccomp_data.arch} holds during a call of this architecture. */
    public int auditNumber() {
        return auditNumber;
    }

    /** The bit that every call number of this architecture carries in {@code seccomp_data.nr}; 0 where there is none. */
    public int syscallBit() {
        return syscallBit;
    }

    /** How wide the arguments of a call are: x32 programs have short pointers, but pass long registers. */
    public int registerBits() {
        return this == X86 || this == ARM ? 32 : 64;
    }

    /** Whether processes on a kernel of {@code host} can make calls in this way. */
    public boolean runsOn(Architecture host) {
        return this == host
                || switch (host) {
                    case X86_64 -> this == X86 || this == X32;
                    case AARCH64 -> this == ARM;
                    case X86, X32, ARM -> false;
                };
    }

    /** The name in the runtime specification, such as {@code SCMP_ARCH_X86_64}. */
    public String specName() {
        return "SCMP_ARCH_" + name();
    }

    /** The name in image configurations ({@code GOARCH}), such as {@code amd64}. */
    public String goName() {
        return goName;
    }

    /** The name in the conditions of Docker's and Podman's seccomp profiles, which is not always Go's. */
    public String profileName() {
        return profileName;
    }

    /** The architecture with this {@link #specName}; empty for those that Skiff has no call numbers of. */
    public static Optional<Architecture> ofSpecName(String specName) {
        for (Architecture architecture : values()) {
            if (architecture.specName().equals(specName)) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }

    /**
     * The architecture that this JVM was built for and makes its own calls with.
     *
     * @throws UnsupportedOperationException where Skiff does not run
     */
    public static Architecture host() {
        return ofJvm(System.getProperty("os.arch", ""));
    }

    static Architecture ofJvm(String osArch) {
        return switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default ->
                throw new UnsupportedOperationException(
                        "Skiff runs containers on x86_64 and aarch64; this JVM says os.arch=" + osArch);
        };
    }
}
