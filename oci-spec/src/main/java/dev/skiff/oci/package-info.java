/**
 * The words that all documents share: digests, references, platforms, media types; and {@link dev.skiff.oci.Json}, which
 * reads and writes documents. Knows no document itself, no file and no network.
 *
 * <p>JSON is bound to records by some 400 lines of our own over Jackson's tokens, not by Jackson's databind. Context: about
 * sixty records must keep unknown fields at every level, name the JSON path of an error in terms of the specification, give
 * the same bytes in any JVM and with any Jackson from 2.15 on, and show no Jackson type. With databind every record would
 * carry annotations and a mix-in for that, and its defaults would have to be fenced in. Given up: speed (a document of 4 MiB
 * takes a pass more) and the generality of databind, of which nothing here is in need.
 */
@NullMarked
package dev.skiff.oci;

import org.jspecify.annotations.NullMarked;
