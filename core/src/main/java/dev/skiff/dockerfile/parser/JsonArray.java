package dev.skiff.dockerfile.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of arguments. What is not strict JSON is not refused but taken as shell form, so reading it answers
 * whether it is, rather than throws.
 *
 * @param elements the strings in it
 * @param onlyStrings whether there is nothing else in it
 */
record JsonArray(List<Element> elements, boolean onlyStrings) {
    /** One string, and the index in the text at which it begins. */
    record Element(String value, int index) {}

    JsonArray {
        elements = List.copyOf(elements);
    }

    List<String> strings() {
        return elements.stream().map(Element::value).toList();
    }

    /** The array that a text is, all of it, if it is one. */
    static Optional<JsonArray> read(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        JsonScanner scanner = new JsonScanner(text);
        List<Element> elements = new ArrayList<>();
        boolean onlyStrings = true;
        scanner.take('[');
        for (boolean more = !scanner.takeIf(']'); more; more = scanner.takeCommaUnless(']')) {
            int index = scanner.index();
            Optional<String> string = scanner.value();
            string.ifPresent(value -> elements.add(new Element(value, index)));
            onlyStrings &= string.isPresent();
        }
        return scanner.finished() ? Optional.of(new JsonArray(elements, onlyStrings)) : Optional.empty();
    }
}
