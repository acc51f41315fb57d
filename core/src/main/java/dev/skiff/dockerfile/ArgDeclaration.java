package dev.skiff.dockerfile;

import java.util.Optional;

/**
 * One {@code name} or {@code name=default} of ARG. An absent default leaves the variable unset unless the build or the
 * global scope has a value for it; an empty default sets it to nothing.
 */
public record ArgDeclaration(Word name, Optional<Word> defaultValue) {}
