/**
 * Builds an image of a parsed Dockerfile: {@link dev.skiff.build.Builder} is the way in.
 *
 * <p>A build is a graph. Its nodes are the stages that the target needs, each a chain of steps, with edges to the stages they
 * are based on or copy from. A stage's state between two steps is an immutable {@link dev.skiff.build.StageState}, a step is a
 * function from one to the next, and all that a step may look at is in the state, the context and the finished stages it names.
 *
 * <p><b>Stages side by side.</b> A stage goes as far as it can, and where it comes to a COPY from a stage that is not finished it is
 * put aside, so no thread waits for another ({@link dev.skiff.build.StageSchedule}, {@link dev.skiff.build.WorkPool}). The thread
 * that builds does the work together with whoever the executor can spare: one that is small, busy or shut down makes a build slower
 * and never stops it. What is shared ({@link dev.skiff.build.Build} and all it holds) is thread-safe, what a step needs alone is its
 * own. Whole stages are the pieces, not steps: the steps of a stage stand on each other anyway.
 *
 * <p><b>The key of a step</b> is a hash of the key of the step that made the files below, of the step itself once variables are
 * put in, and of the content it reads. Only steps that make a layer have one: ENV, USER, SHELL and the like are part of the key
 * of the RUNs after them, which see them, and not of the COPYs, which do not. Times and the owners of files on the host are in
 * no key. Content of the context is hashed into the key of the COPY that names it, not of the build, so a change in one file
 * misses no other step. {@code SOURCE_DATE_EPOCH} is in all keys where it is set: a layer that was made without it shows the time of
 * its own build, and two machines would not come to the same image.
 *
 * <p><b>Why a step missed</b> is told by comparing what its key is made of, subject by subject, with what the same instruction was
 * made of when it was last carried out ({@link dev.skiff.build.StepMemory}). That record is read and written on a miss only, for the
 * rebuild in which nothing has changed is the one that has to be quick; so after a hit on an older state the comparison is with the
 * state that was carried out last, which may name more than has changed since.
 *
 * <p><b>ONBUILD of an image</b> is known only when the image is there, and may bring in stages that nothing else needs. They join
 * the build that is under way, and the steps are numbered after those that were known. To look at all images first would make every
 * stage wait for the slowest.
 */
@NullMarked
package dev.skiff.build;

import org.jspecify.annotations.NullMarked;
