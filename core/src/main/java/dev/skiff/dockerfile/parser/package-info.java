/** From the bytes of a Dockerfile to its tree: {@link dev.skiff.dockerfile.parser.DockerfileParser} is the way in. */
@NullMarked
package dev.skiff.dockerfile.parser;

import org.jspecify.annotations.NullMarked;
