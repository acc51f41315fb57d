/**
 * What an OCI runtime keeps of its containers between one process and the next: a directory for each, with what it was made of, who
 * it is, and the gate where it waits to be started.
 */
@NullMarked
package dev.skiff.linux.runtime;

import org.jspecify.annotations.NullMarked;
