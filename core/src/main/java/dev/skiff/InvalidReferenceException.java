package dev.skiff;

/** The name of an image that is not one, such as {@code Node:18} (repositories are lower-case). */
public final class InvalidReferenceException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String reference;

    /**
     * @param reference the text that was given
     * @param cause what the parser said; its message becomes part of this one
     */
    public InvalidReferenceException(String reference, IllegalArgumentException cause) {
        super("\"" + reference + "\" is not an image reference: " + cause.getMessage(), cause);
        this.reference = reference;
    }

    /** The text that was given as a reference. */
    public String reference() {
        return reference;
    }
}
