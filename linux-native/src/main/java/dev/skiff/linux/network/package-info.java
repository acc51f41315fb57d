/**
 * Lines that make network namespaces, for those who write programs: the container's supervisor, and the root agent ahead of it.
 */
@NullMarked
package dev.skiff.linux.network;

import org.jspecify.annotations.NullMarked;
