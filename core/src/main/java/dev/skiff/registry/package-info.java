/**
 * Speaks to registries: gets and puts manifests and blobs of the OCI distribution specification and of Docker's registry v2, and
 * believes nothing that it has not checked.
 *
 * <p>From the outside in: a {@link dev.skiff.registry.RegistryClient} gives a {@link dev.skiff.registry.Repository}, which
 * one user uses of one registry, or a {@link dev.skiff.registry.Destination} to write to. They ask through a {@code Session},
 * which logs in and tries again; that sends through {@code Redirects}, which decides what a redirect may do; that through
 * {@code Transport}, which alone knows {@code java.net.http}. Each layer treats the one below as one that may fail, and each can be told to stop: every wait
 * has a {@code Deadline}.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Plain http is spoken to loopback and to hosts named for it, {@code host:port} each, and nothing else: https is not
 *       tried first there, and http is never tried after https. What we gave up: a registry with TLS on loopback.
 *   <li>Redirects, logins and retries are done here, not by the JDK: its redirects carry {@code Authorization} to other
 *       hosts, its authenticator answers whoever asks, and its time limit ends with the headers.
 *   <li>An identity belongs to one registry, one repository and one user. So a token cannot end up anywhere else, and none
 *       outlives the work it was for. What we gave up: sharing tokens between two pulls of the same image.
 *   <li>A password goes to the registry, or to the token service that it names over TLS: such a registry could have asked
 *       for the password itself. One without TLS can only name its own host.
 *   <li>A blob is uploaded by POST, one PATCH, PUT. That is the one way that lets a blob be made while it is sent, its digest being
 *       known only at the end, that goes on after a broken connection, and that every registry knows, because Docker pushes so. What
 *       we gave up: the round trip that a POST with the content would save for a blob that is known.
 *   <li>Where an upload goes on is the registry's to say, under the rules for redirects: the login stays with the registry.
 *   <li>The {@code urls} of a descriptor are never followed (CVE-2020-15157). What we gave up: Windows base layers.
 *   <li>A {@code Content-Encoding} is neither asked for nor undone: the digest is of the bytes as they come.
 * </ul>
 */
@NullMarked
package dev.skiff.registry;

import org.jspecify.annotations.NullMarked;
