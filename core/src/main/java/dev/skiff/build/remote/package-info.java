/**
 * What ADD fetches: files of the web ({@link dev.skiff.build.remote.WebFiles}) and git repositories
 * ({@link dev.skiff.build.remote.GitRepository}).
 *
 * <p><b>Content decides.</b> A file of the web is keyed by its hash, a repository by its commit. So each build asks once whether
 * the address still means the same, which costs a request and, unless it does not, no transfer; with a {@code --checksum}, or a
 * commit instead of a branch, not even that.
 *
 * <p><b>git is a program of the host.</b> Its protocols in Java would be a library of their own, and everybody who adds
 * repositories has git. It is run with an empty environment, without any configuration, hook, filter or credential of the host, and
 * may speak https, http, ssh and git, not read the host's own files: a Dockerfile may be a stranger's. What we gave up is that
 * the credentials that the user's own git has are not found: the caller lends the build an ssh agent, or the secret
 * {@code GIT_AUTH_TOKEN} for https.
 */
@NullMarked
package dev.skiff.build.remote;

import org.jspecify.annotations.NullMarked;
