/**
 * COPY and ADD of local files: what the sources come to ({@link dev.skiff.build.copy.SourceSelector}), where each of them goes
 * ({@link dev.skiff.build.copy.CopyPlanner}), and the layer that this makes ({@link dev.skiff.build.copy.LayerPlan}). All of it
 * is decided on indexes, before a file is written; nothing here needs the kernel.
 */
@NullMarked
package dev.skiff.build.copy;

import org.jspecify.annotations.NullMarked;
