/**
 * How the work of every operation is begun and ended early: here and now, within a limit, or on an executor. There is one
 * blocking way to do each thing; an interrupt ends it, whoever wants it ended.
 */
@NullMarked
package dev.skiff.work;

import org.jspecify.annotations.NullMarked;
