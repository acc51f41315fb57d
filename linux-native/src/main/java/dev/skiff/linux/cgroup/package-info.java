/**
 * Control groups: what a container may use, and what it has used (config-linux.md, "Control groups"; cgroups(7)).
 *
 * <p><b>Both versions at once.</b> A host may have version 2 alone, version 1 alone, or version 1's controllers beside a version 2
 * hierarchy that has few of them or none. A container gets one group in each hierarchy that has something to do with it. Where there
 * is a version 2 hierarchy that one is always among them, for what it does without any controller: have a process born
 * there, freeze, kill, tell time and pressure, hold a filter for devices. Version 1 does these only where there is no version 2.
 *
 * <p><b>Where.</b> Right below the group that the JVM is in, named after the container: so the JVM's own limits hold for its
 * containers too, and whoever ends all of its group ends them. There is no common parent to make, to race for and to leave behind.
 * In version 2 that works where the JVM's group may be divided, being the root, a cgroup namespace's root, or marked as
 * delegated. Elsewhere systemd is asked over D-Bus for a delegated scope around the launcher, which all containers are forked off; where
 * there is none, root takes the root of the hierarchy, and an ordinary user has nothing.
 *
 * <p><b>What is always counted.</b> Processes and memory, limited or not, so that it can be looked at and limited later, and
 * what else is asked for. It costs a tenth of a millisecond of a start.
 *
 * <p><b>Why not RLIMIT_NPROC</b> for an ordinary user to whom nothing is delegated: it counts the processes of one user id in one
 * user namespace (user_namespaces(7), setrlimit(2)), and that namespace is shared by all containers of a host. So it would hold
 * none of them by itself, let them take from each other, and be got around with any other of the namespace's ids. What bounds them all
 * together is the limit that the user itself has.
 *
 * <p>Plans are values: what is written where, in which order. The launcher makes a container's groups as part of its program; this
 * JVM writes to their files only later, to freeze, to update, to look.
 */
@NullMarked
package dev.skiff.linux.cgroup;

import org.jspecify.annotations.NullMarked;
