package dev.skiff;

/** Comes by the images that sources describe. */
final class Sources {
    private Sources() {}

    /** Builds, pulls or makes it, if it is not there already. */
    static Image make(ImageSource source) {
        if (source instanceof Image image) {
            return image;
        } else if (source instanceof ImageBuild build) {
            return build.make();
        } else if (source instanceof ImagePull pull) {
            return pull.make();
        } else if (source instanceof ImageFromHost host) {
            return host.make();
        }
        return ((NamedImage) source).make();
    }
}
