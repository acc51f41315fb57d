package dev.skiff.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Reads the users of images, and remembers those of the last few: layers never change. */
final class UserDatabases {
    private static final int REMEMBERED = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<Path>, UserDatabase> known = new LinkedHashMap<>(16, 0.75f, true);

    UserDatabase of(RootImage image) throws IOException {
        UserDatabase found = find(image.layers());
        if (found != null) {
            return found;
        }
        UserDatabase read = UserDatabase.of(image.files());
        remember(image.layers(), read);
        return read;
    }

    private @Nullable UserDatabase find(List<Path> layers) {
        lock.lock();
        try {
            return known.get(layers);
        } finally {
            lock.unlock();
        }
    }

    private void remember(List<Path> layers, UserDatabase users) {
        lock.lock();
        try {
            known.put(layers, users);
            if (known.size() > REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
