package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.skiff.oci.runtime.NamespaceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KernelFeaturesTest {
    @TempDir
    private Path root;

    private void file(String name, String content) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @Test
    void aKernelThatSaysNothingHasNothing() {
        KernelFeatures nothing = KernelFeatures.below(root);
        assertThat(nothing.release()).isEmpty();
        assertThat(nothing.namespaces()).isEmpty();
        assertThat(nothing.filterActions()).isEmpty();
        assertThat(nothing.securityModules()).isEmpty();
        assertThat(nothing.forbids(NamespaceType.USER)).isFalse();
        assertThat(nothing.knowsFileSystem("overlay")).isFalse();
    }

    @Test
    void whatItSaysIsReadAsTheManualPagesHaveIt() throws IOException {
        file("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
        file("proc/self/ns/mnt", "");
        file("proc/self/ns/user", "");
        file("proc/sys/user/max_user_namespaces", "0\n");
        file("proc/sys/user/max_mnt_namespaces", "63419\n");
        file("proc/sys/kernel/seccomp/actions_avail", "kill_process errno allow\n");
        file("proc/filesystems", "nodev\tsysfs\nnodev\toverlay\n\text4\n");
        file("sys/module/apparmor/parameters/enabled", "N\n");
        file("sys/fs/selinux/enforce", "0");
        file("proc/sys/kernel/yama/ptrace_scope", "2\n");
        KernelFeatures kernel = KernelFeatures.below(root);
        assertThat(kernel.release()).isEqualTo("6.1.0-18-amd64");
        assertThat(kernel.namespaces()).containsExactly(NamespaceType.MOUNT, NamespaceType.USER);
        assertThat(kernel.forbids(NamespaceType.USER)).isTrue();
        assertThat(kernel.forbids(NamespaceType.MOUNT)).isFalse();
        assertThat(kernel.filterActions()).containsExactly("kill_process", "errno", "allow");
        assertThat(kernel.knowsFileSystem("overlay")).isTrue();
        assertThat(kernel.knowsFileSystem("over")).isFalse();
        assertThat(kernel.securityModules())
                .containsExactly(entry("SELinux", "permissive"), entry("Yama", "ptrace_scope 2"));
    }

    @EnabledOnOs(OS.LINUX)
    @Test
    void thisKernelHasWhatThisJvmItselfRunsIn() {
        KernelFeatures kernel = KernelFeatures.ofThisHost();
        assertThat(kernel.release()).isEqualTo(System.getProperty("os.version"));
        assertThat(kernel.namespaces()).contains(NamespaceType.MOUNT, NamespaceType.PID);
    }
}
