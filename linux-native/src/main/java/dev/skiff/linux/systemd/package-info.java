/**
 * As much of D-Bus and of systemd as it takes to be given a group of one's own: the wire protocol over a Unix socket (D-Bus
 * Specification), and {@code StartTransientUnit} (org.freedesktop.systemd1(5)). A library for it would be far larger than this.
 */
@NullMarked
package dev.skiff.linux.systemd;

import org.jspecify.annotations.NullMarked;
