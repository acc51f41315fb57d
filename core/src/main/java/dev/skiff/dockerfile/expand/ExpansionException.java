package dev.skiff.dockerfile.expand;

/** What is wrong with a word; the place is known, and added, one level up. */
final class ExpansionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpansionException(String problem) {
        super(problem, null, false, false);
    }
}
