/** What this host says of its processes, whoever asks: proc(5). */
@NullMarked
package dev.skiff.linux.proc;

import org.jspecify.annotations.NullMarked;
