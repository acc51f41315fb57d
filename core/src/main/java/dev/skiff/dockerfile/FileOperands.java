package dev.skiff.dockerfile;

import java.util.List;

/**
 * What COPY and ADD take and where they put it.
 *
 * @param sources paths, patterns, URLs, in order
 * @param heredocs files written in the Dockerfile itself; copied after the sources
 * @param destination where to; a trailing slash makes it a directory
 */
public record FileOperands(List<Word> sources, List<Heredoc> heredocs, Word destination) {
    public FileOperands {
        sources = List.copyOf(sources);
        heredocs = List.copyOf(heredocs);
    }
}
