/**
 * All that a program uses of Skiff. {@link dev.skiff.Images} builds, pulls and loads images, {@link dev.skiff.Containers} runs them,
 * {@link dev.skiff.Volumes} keep what containers write; a {@link dev.skiff.Skiff} does so in a home of its own.
 *
 * <p>What is asked for is a value: each step of a chain returns another, and nothing is opened or begun before the last one
 * ({@code await}, {@code async}, {@code start}). What fails is a {@link dev.skiff.SkiffException}, with a class of its own for
 * each thing that a caller can do about it.
 */
@NullMarked
package dev.skiff;

import org.jspecify.annotations.NullMarked;
