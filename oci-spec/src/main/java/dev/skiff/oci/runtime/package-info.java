/**
 * The runtime specification: all of {@code config.json} for Linux, as of version 1.2, as records. {@link
 * dev.skiff.oci.runtime.Spec} is the whole.
 *
 * <p>Words of which the specification has a closed set are enums, spelled as there (which for capabilities, limits and
 * seccomp is as in the kernel's and libseccomp's headers). A word that is not in the set is an error: a container must not
 * start with less protection than was asked for. Unknown <em>fields</em> are kept and ignored, as the specification wants
 * it; the parts for Windows, Solaris, z/OS and virtual machines are among them.
 *
 * <p>A record is made by a factory that takes what must be there, and completed by {@code with...} methods, each of which
 * returns a changed copy. {@code withArgs(list)} replaces, {@code plusMount(mount)} adds.
 */
@NullMarked
package dev.skiff.oci.runtime;

import org.jspecify.annotations.NullMarked;
