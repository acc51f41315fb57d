package dev.skiff.oci;

import dev.skiff.oci.internal.Texts;

/** Says that a text is no image reference, and what is wrong with it. */
public final class ReferenceSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String input;

    ReferenceSyntaxException(String input, String problem) {
        super(Texts.excerpt(input) + " is no image reference: " + problem);
        this.input = input;
    }

    /** The whole text. */
    public String input() {
        return input;
    }
}
