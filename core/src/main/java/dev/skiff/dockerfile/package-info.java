/**
 * The Dockerfile as a language: a file's tree of instructions, each with its place in the text, and what can be said of
 * it without building anything. Pure functions of bytes and strings, no I/O, so all of it is tested anywhere.
 *
 * <p>The parts, each knowing only those before it: this package has the tree and the values in it; {@code expand} puts
 * variables into words; {@code parser} makes the tree; {@code ignore} matches paths against {@code .dockerignore} and
 * COPY patterns; {@code plan} finds which stages a target needs; {@code check} remarks on what is probably not meant.
 *
 * <p><b>The tree keeps the text.</b> Every node knows its {@link dev.skiff.dockerfile.Span}, and
 * {@link dev.skiff.dockerfile.Dockerfile#print()} gives the file back byte for byte. Words stand in the tree as they
 * were written, quotes and variables and all: what they expand to depends on the build, so the executor asks for it.
 *
 * <p><b>Bytes that are not UTF-8</b> are legal in a Dockerfile and in file names. They are carried through
 * {@link java.lang.String} as lone surrogates, see {@link dev.skiff.dockerfile.ByteText}: one representation for all
 * text here, at the price that such a string must be written through {@code ByteText.encode}.
 *
 * <p><b>The reference is BuildKit.</b> Where it and other builders differ, this follows BuildKit, in behaviour and in
 * the wording of errors, except where a comment says otherwise.
 */
@NullMarked
package dev.skiff.dockerfile;

import org.jspecify.annotations.NullMarked;
