/**
 * From a runtime specification to the program of system calls that makes the container.
 *
 * <p>The program runs in two processes. The <em>supervisor</em> stays outside but enters the container's network namespace
 * before it clones the container, so that a socket which it opens later is one of the container's: that is how published
 * ports work with no bridge, no packet filter and no rights on the host. The <em>container</em> builds its world: the
 * root, the mounts, the devices, the masks, and gives up its rights in an order in which nothing that is still to be done has become forbidden.
 *
 * <p>Everything in the image is untrusted, so each mount point is opened below the root first ({@code openat2} with
 * {@code RESOLVE_IN_ROOT}) and mounted on by descriptor ({@code move_mount}); nothing is looked up by a path that the
 * image could bend after it was checked. {@code /proc}, {@code /sys} and {@code /dev} may not be links at all.
 *
 * <p>With a user namespace of its own, the container has no rights on the host. What takes some is done by the supervisor before it
 * clones: it opens the sources of mounts, mounts the root, and gives the streams to their user; the container then gets
 * descriptors of mounts that are attached nowhere. All its namespaces are made in the one clone, so that they belong to its user
 * namespace. It waits then ({@link dev.skiff.linux.container.Handshake}) until the JVM has had its ids mapped; hooks are
 * waited for in the same way, where there are any.
 *
 * <p>A container that inherits the runtime's mount namespace ({@link dev.skiff.linux.container.InheritedMounts}) has its root in a tree of mounts
 * that is attached nowhere, and not in that namespace. What we gave up: it sees its mounts in no table, can mount nothing below its root, and
 * mounts that the host makes later do not appear there. What that is worth: nothing is to be undone on the host, whoever is killed when, and
 * no mount that was left over could lead a removal of its root to what it showed.
 *
 * <p>A container that is created and started by different processes has no supervisor. It waits at a socket that was made in its
 * state directory ({@link dev.skiff.linux.container.StartGate}) with all of its rights, for nothing of it runs yet, and gives them up
 * when it is started: a filter or an identity could otherwise keep it from hearing that it is to go on.
 *
 * <p>The layers of a root with ids of its own ({@link dev.skiff.linux.container.MappedRoot}) are shown through a mapped mount below the
 * overlay, not above it: overlayfs itself cannot be mapped, and so the upper directory keeps the ids of the inside.
 *
 * <p>A way out of its network ({@link dev.skiff.linux.Uplink}) is connected while the container waits at its first stage. The program that
 * carries it belongs to the JVM and not to the supervisor, for it runs where the supervisor has left: in the network of the host.
 *
 * <p>By default {@code /sys/fs/cgroup} is the unified hierarchy (cgroup2), also on hosts whose controllers are in version 1: one mount
 * instead of one for each controller, which a start would take longer for. What we gave up: where the limits are in version 1, programs
 * that look for theirs find none. A specification that asks for {@code cgroup} gets what the host has
 * ({@link dev.skiff.linux.container.GroupMounts}).
 */
@NullMarked
package dev.skiff.linux.container;

import org.jspecify.annotations.NullMarked;
