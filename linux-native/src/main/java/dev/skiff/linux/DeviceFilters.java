package dev.skiff.linux;

import dev.skiff.linux.cgroup.DeviceFilter;
import dev.skiff.linux.cgroup.DeviceRules;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.DeviceProgram;
import dev.skiff.oci.runtime.DeviceRule;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Filters for devices that are loaded once and put on the groups of many containers. Thread-safe. */
final class DeviceFilters implements AutoCloseable {
    private static final int REMEMBERED = 16;
    private static final Set<String> WANT_OF_DESCRIPTORS =
            Set.of("EMFILE", "ENFILE"); // which says nothing of the kernel

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<DeviceRule>, Descriptor> loaded = new LinkedHashMap<>(16, 0.75f, true);

    /** Whether the kernel takes filters of us; it takes CAP_BPF, which containers do not have. */
    boolean usable() {
        try {
            use(DeviceRules.completeDefaults(), filter -> {}); // most containers will have it
            return true;
        } catch (SyscallException e) {
            if (WANT_OF_DESCRIPTORS.contains(e.errno())) {
                throw e;
            }
            return false;
        }
    }

    /** Hands the filter for these rules on; it may be closed soon after. */
    void use(List<DeviceRule> rules, Consumer<Descriptor> use) {
        lock.lock();
        try {
            Descriptor filter = loaded.get(rules);
            if (filter == null) {
                filter = DeviceProgram.load(DeviceFilter.compile(rules));
                loaded.put(rules, filter);
            }
            use.accept(filter);
            forgetOldest();
        } finally {
            lock.unlock();
        }
    }

    private void forgetOldest() {
        if (loaded.size() > REMEMBERED) {
            Iterator<Descriptor> oldest = loaded.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            loaded.values().forEach(Descriptor::close);
            loaded.clear();
        } finally {
            lock.unlock();
        }
    }
}
