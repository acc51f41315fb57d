/**
 * Control groups: for now the one that every container needs, the limit on the number of its processes.
 *
 * <p>Each container gets one cgroup right below the root of the hierarchy, named after it. There is no common parent to make,
 * to race for and to leave behind, and version 2 needs no controller switched on for it.
 */
@NullMarked
package dev.skiff.linux.cgroup;

import org.jspecify.annotations.NullMarked;
