#!/bin/sh
# Builds the launcher for each architecture that a compiler is there for, the host's at least.
# usage: build.sh SOURCE_FOLDER TARGET_FOLDER
set -eu
source=$1
target=$2
mkdir -p "$target"

build() { # architecture compiler
    "$2" -std=gnu11 -Os -static -nostdlib -nostartfiles -ffreestanding -fno-pie -no-pie -fno-stack-protector \
        -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-tree-loop-distribute-patterns -fno-strict-aliasing \
        -Wall -Wextra -Werror -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,norelro -Wl,--gc-sections -s \
        -o "$target/launcher-$1" "$source/launcher.c" "$source/supervise.c"
    echo "launcher-$1: $(wc -c < "$target/launcher-$1") bytes, by $2"
}

host=$(uname -m)
compiler=${CC:-cc}
command -v "$compiler" > /dev/null || { echo "no C compiler: \"$compiler\" is not on the PATH; install gcc, or set CC" >&2; exit 1; }
case $host in
    x86_64 | aarch64) build "$host" "$compiler" ;;
    *) echo "Skiff knows x86_64 and aarch64, not $host" >&2; exit 1 ;;
esac
for other in x86_64 aarch64; do
    if [ "$other" != "$host" ] && command -v "$other-linux-gnu-gcc" > /dev/null; then
        build "$other" "$other-linux-gnu-gcc"
    fi
done
