package dev.skiff.oci;

/** Between values of one Java type and the tree of {@link JsonText}. */
interface Codec {
    /**
     * The value of this tree.
     *
     * @throws JsonException naming {@code at} or a place below it when the tree does not fit
     */
    Object fromTree(Object tree, JsonPath at);

    Object toTree(Object value);
}
