package dev.skiff.build;

import dev.skiff.dockerfile.Instruction;

/**
 * What it costs that a state is never changed but copied: little for any file that people write, and a square for one that
 * sets ten thousand variables. Counted in steps of the file's budget, so that such a file ends in an error and not in minutes.
 */
final class ConfigCost {
    private static final int STEPS_PER_ENTRY = 100;
    private static final int LINES_OF_HISTORY_PER_ENTRY = 8;

    private ConfigCost() {}

    static long steps(Instruction instruction, StageState state) {
        long history = (long) state.image().history().size() / LINES_OF_HISTORY_PER_ENTRY;
        return STEPS_PER_ENTRY * (history + entries(instruction, state));
    }

    private static long entries(Instruction instruction, StageState state) {
        if (instruction instanceof Instruction.Env || instruction instanceof Instruction.Arg) {
            return (long) state.variables().values().size()
                    + state.variables().arguments().size();
        } else if (instruction instanceof Instruction.Label) {
            return state.config().labels().size();
        } else if (instruction instanceof Instruction.Expose) {
            return state.config().exposedPorts().size();
        } else if (instruction instanceof Instruction.Volume) {
            return state.config().volumes().size();
        }
        return 0;
    }
}
