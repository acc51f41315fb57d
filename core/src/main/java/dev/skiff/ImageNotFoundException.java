package dev.skiff;

import java.util.List;

/** There is no such image: not where the reference says, or not for the platform that was asked for. */
public final class ImageNotFoundException extends SkiffException {
    private static final long serialVersionUID = 1L;

    private final String reference;
    private final String[] tried;

    /**
     * @param reference the image as it was asked for
     * @param tried where it was looked for and what was found instead, one phrase each
     */
    public ImageNotFoundException(String message, String reference, List<String> tried) {
        super(message);
        this.reference = reference;
        this.tried = tried.toArray(new String[0]);
    }

    /** The image that was asked for. */
    public String reference() {
        return reference;
    }

    /** Where it was looked for and what was found instead, in the order it was tried. */
    public List<String> tried() {
        return List.of(tried);
    }
}
