package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Rdma;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What both versions of control groups check and write in the same way. */
final class Limit {
    static final long UNLIMITED = -1;

    private static final int LEAST_WEIGHT = 10;
    private static final int MOST_WEIGHT = 1000;
    private static final Pattern PAGE_SIZE = Pattern.compile("[1-9]\\d{0,5}[KMG]B");
    private static final Pattern DEVICE_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    private Limit() {}

    /** No limit is -1 alone. With 0 the first process, which is always there, is the only one. */
    static String pids(long limit) {
        if (limit < UNLIMITED) {
            throw new IllegalArgumentException("pids.limit must be -1 or a number of processes, got " + limit);
        }
        return limit == UNLIMITED ? "max" : Long.toString(Math.max(1, limit));
    }

    /** Memory and swap together are never less than memory alone. */
    static void checkMemory(Memory memory) {
        for (Optional<Long> each : List.of(memory.limit(), memory.reservation(), memory.swap())) {
            if (each.isPresent() && each.get() < UNLIMITED) {
                throw new IllegalArgumentException("memory limits must be -1 or a number of bytes, got " + each.get());
            }
        }
        long limit = memory.limit().orElse(UNLIMITED);
        long swap = memory.swap().orElse(UNLIMITED);
        if (swap > 0 && limit <= 0) {
            throw new IllegalArgumentException("memory.swap is " + swap + ", which needs a memory.limit too");
        }
        if (swap > 0 && swap < limit) {
            throw new IllegalArgumentException("memory.swap counts memory and swap together, so " + swap
                    + " may not be less than memory.limit, which is " + limit);
        }
        memory.swappiness().filter(value -> value < 0 || value > 100).ifPresent(value -> {
            throw new IllegalArgumentException("memory.swappiness must be 0 to 100, got " + value);
        });
    }

    static String weight(int weight) {
        if (weight < LEAST_WEIGHT || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("a weight of blockIO must be 10 to 1000, got " + weight);
        }
        return Integer.toString(weight);
    }

    static String rdma(String device, Rdma limit) {
        if (!DEVICE_NAME.matcher(device).matches()) {
            throw new IllegalArgumentException("rdma names devices such as mlx5_1, got \"" + device + "\"");
        }
        return device + " hca_handle=" + limit.hcaHandles().map(String::valueOf).orElse("max") + " hca_object="
                + limit.hcaObjects().map(String::valueOf).orElse("max");
    }

    static String pageSize(String size) {
        if (!PAGE_SIZE.matcher(size).matches()) {
            throw new IllegalArgumentException("pageSize of hugepageLimits must be such as 2MB, got \"" + size + "\"");
        }
        return size;
    }
}
