/** What all records of this module share: copying what they are given, and making a changed copy of themselves. */
@NullMarked
package dev.skiff.oci.internal;

import org.jspecify.annotations.NullMarked;
