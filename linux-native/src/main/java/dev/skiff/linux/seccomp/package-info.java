/**
 * Turns what a container may ask of the kernel into a program that the kernel runs at each of its system calls.
 *
 * <p>{@link dev.skiff.linux.seccomp.DefaultProfile} resolves the profile that engines share, for given capabilities, to
 * the runtime specification's {@link dev.skiff.oci.runtime.Seccomp}; {@link dev.skiff.linux.seccomp.SeccompFilter}
 * compiles that. Both are done once per JVM and then looked up.
 *
 * <p><b>Why not libseccomp.</b> It is a native library to ship or to find, it takes 20 ms for the default profile, and
 * {@code crun} pays that at every start. What we gave up is its other architectures: Skiff compiles for the calling
 * conventions that a process can use on x86_64 and aarch64.
 *
 * <p><b>What wins when rules for one call disagree.</b> A rule without conditions wins over rules with them, and the
 * first such rule over later ones, as with libseccomp. Rules with conditions are tried in an order that the profile's
 * author cannot get wrong: those that name exact values before those that name ranges, as libseccomp does, and among
 * these the stricter action first, which libseccomp leaves to the argument's position. Rules that say what the default
 * says anyway are dropped before, as all runtimes do. A rule that names one argument twice counts as a rule for each, as
 * in runc and crun.
 *
 * <p><b>Narrow arguments.</b> The kernel cuts some arguments to 32 bits before it looks at them: {@code
 * socket(0x100000026, …)} opens an {@code AF_ALG} socket. Compared as 64 bits, that number passes a rule that allows
 * everything above 40. So arguments are compared as wide as the kernel reads them, see {@link
 * dev.skiff.linux.seccomp.ArgumentWidths}, and those of 32-bit conventions always as 32 bits.
 *
 * <p><b>What a filter cannot see.</b> It sees numbers, never what a pointer leads to. {@code socketcall} of 32-bit x86
 * takes the address family through a pointer, so the rules for {@code socket} do not reach it, and {@code clone3} takes
 * its flags so, which is why the default profile says {@code ENOSYS} to it and programs fall back to {@code clone}.
 *
 * <p><b>Calls newer than the profile.</b> Under a default that fails calls, those numbered above the newest one that the
 * profile names fail with {@code ENOSYS}, as in runc: a C library then takes its older way, where {@code EPERM} would
 * stop it.
 */
@NullMarked
package dev.skiff.linux.seccomp;

import org.jspecify.annotations.NullMarked;
