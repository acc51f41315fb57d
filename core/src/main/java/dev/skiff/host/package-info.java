/**
 * A base image made of programs of this host, for machines that reach no registry.
 *
 * <p>Nothing of the host is run to find out what a program needs: {@code ldd} runs the program it is asked about, and need
 * not be there. The ELF headers, the loader's configuration and the file system say enough. Paths stay what they are on the
 * host, links included, because programs carry paths of their own ({@code RUNPATH}, {@code #!} lines, module directories);
 * what is given up is a tidy tree. The layer is a function of the host's state: files of the same inode, size and times
 * give the same identity, and so an image that is there already is found without reading content.
 */
@NullMarked
package dev.skiff.host;

import org.jspecify.annotations.NullMarked;
