package dev.skiff;

/** The door to containers: those of the {@linkplain Skiff#shared() shared Skiff}. */
public final class Containers {
    private Containers() {}

    /** A container to be run from this image, which is pulled or built first if it is only described. */
    public static Run run(ImageSource image) {
        return Skiff.shared().containers().run(image);
    }

    /**
     * A container to be run from the image of this name: the one in the store, or else the registry's.
     *
     * @throws InvalidReferenceException if that is no name
     */
    public static Run run(String reference) {
        return Skiff.shared().containers().run(reference);
    }
}
