@NullMarked
package dev.skiff.samples.hellonode;

import org.jspecify.annotations.NullMarked;
