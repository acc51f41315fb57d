/**
 * Who to be towards registries, as this host has it: what {@code docker login} has left in its configuration, or with the programs
 * that keep logins for it. Whoever speaks to registries asks for a login, and does not know where it is from.
 */
@NullMarked
package dev.skiff.login;

import org.jspecify.annotations.NullMarked;
