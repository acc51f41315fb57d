package dev.skiff.dockerfile;

/** One {@code name=value} of ENV or LABEL. Both sides are expanded, with what was set before the instruction. */
public record KeyValue(Word key, Word value) {}
