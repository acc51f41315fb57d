@NullMarked
package dev.skiff.linux;

import org.jspecify.annotations.NullMarked;
