/**
 * As much of rtnetlink(7) as it takes to hand a network device over: messages as values, and an agent that has a socket in the host's
 * network and another in a container's, for a thread of the JVM could enter neither.
 */
@NullMarked
package dev.skiff.linux.netlink;

import org.jspecify.annotations.NullMarked;
