/**
 * Ordinary users: user namespaces, and the ranges of ids that the host lends them.
 *
 * <p>Overlayfs can be mounted in a user namespace since Linux 5.11 ({@code userxattr}), and we ask for 5.14: so there is no second
 * overlay in a process of its own (fuse-overlayfs), which would keep its marks of removed files in another way.
 */
@NullMarked
package dev.skiff.linux.user;

import org.jspecify.annotations.NullMarked;
