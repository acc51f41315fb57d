/**
 * From an image and a wish to a running container, and everything around it: environment, user, files that every container
 * has, readiness, logs, the end.
 *
 * <p><b>A container's directory</b> is {@code containers/<id>}, made under a lock on {@code containers/<id>.lock} that the kernel
 * frees when this JVM dies, however it dies. Whoever opens the home next takes what locks it can have, and removes what
 * they stand for; so nothing has to be written down about a container while it runs, and nothing can be out of date.
 *
 * <p><b>The lowest layer is ours.</b> {@code /proc}, {@code /etc/hosts} and whatever else is mounted on in every container has a place
 * there, so what a container leaves behind in its upper layer is its own doing. A build takes that layer as it is.
 *
 * <p><b>No thread waits for a container.</b> The supervisor says when there is output and when it has ended; what follows runs on
 * the executor of the Skiff, as short tasks.
 *
 * <p><b>The way out of a network</b> is a program that needs no rights, for ordinary users by default. Root's containers get one only by
 * name: it costs each start tens of milliseconds, and root can have better ones, bridges, which Skiff does not make yet. So the steps of
 * root's builds still use the host's network.
 */
@NullMarked
package dev.skiff.run;

import org.jspecify.annotations.NullMarked;
