package dev.skiff.dockerfile;

/**
 * A parser directive, {@code # name=value} at the very top of the file.
 *
 * @param name {@code syntax}, {@code escape} or {@code check}
 */
public record Directive(String name, String value, Span span) {}
