package dev.skiff;

import dev.skiff.oci.ReferenceSyntaxException;

/** The name of an image that is not one, such as {@code Node:18} (repositories are lower-case). */
public final class InvalidReferenceException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String reference;

    /** Says what the parser found. */
    public InvalidReferenceException(ReferenceSyntaxException cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.reference = cause.input();
    }

    /** The text that was given as a reference. */
    public String reference() {
        return reference;
    }
}
