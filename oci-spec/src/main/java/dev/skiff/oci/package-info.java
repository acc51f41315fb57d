@NullMarked
package dev.skiff.oci;

import org.jspecify.annotations.NullMarked;
