/**
 * What in a Dockerfile is legal and yet probably not meant: {@link dev.skiff.dockerfile.check.Checks} is the way in. The
 * checks are BuildKit's, by name and by what they report.
 *
 * <p><b>Errors are not findings.</b> A word that cannot be expanded, a stage that does not exist: a build ends with those
 * itself, so the checks pass over them.
 *
 * <p><b>Work is bounded</b> whatever the file: one expander with its budget serves all checks, and after
 * {@link dev.skiff.dockerfile.check.Findings#MOST} findings no more are kept.
 */
@NullMarked
package dev.skiff.dockerfile.check;

import org.jspecify.annotations.NullMarked;
