package dev.skiff.oci.runtime;

/** How an argument of a system call is compared, as unsigned 64-bit numbers. */
public enum SeccompOperator {
    SCMP_CMP_NE,
    SCMP_CMP_LT,
    SCMP_CMP_LE,
    SCMP_CMP_EQ,
    SCMP_CMP_GE,
    SCMP_CMP_GT,
    /** The bits of the argument that {@link SeccompArg#value()} selects must equal {@link SeccompArg#valueTwo()}. */
    SCMP_CMP_MASKED_EQ
}
