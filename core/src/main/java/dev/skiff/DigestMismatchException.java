package dev.skiff;

/**
 * Content that is not what its digest or size promises. It was thrown away: nothing of it is visible. Damage on the way
 * goes away when the work is repeated; the same mismatch twice means that the source itself is wrong.
 */
public final class DigestMismatchException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String actual;
    private final String source;

    /**
     * @param source where the content came from, as a person would name it
     * @param expected the promise: a digest, a diff id, or a size such as {@code 17 bytes}
     * @param actual what came instead
     */
    public DigestMismatchException(String source, String expected, String actual) {
        super(source + ": expected " + expected + ", got " + actual);
        this.source = source;
        this.expected = expected;
        this.actual = actual;
    }

    /** What was promised: a digest, a diff id, or a size such as {@code 17 bytes}. */
    public String expected() {
        return expected;
    }

    /** What came instead. */
    public String actual() {
        return actual;
    }

    /** Where the content came from. */
    public String source() {
        return source;
    }
}
