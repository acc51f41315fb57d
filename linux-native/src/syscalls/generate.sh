#!/bin/sh
# Writes src/main/resources/dev/skiff/linux/abi/syscalls.txt: the number of every system call on every architecture that
# Skiff's filters know. Run it from linux-native, on Debian with linux-libc-dev, linux-libc-dev-arm64-cross and
# linux-libc-dev-armhf-cross, whose headers it reads; then add the calls of newer kernels to "newer" below.
set -eu

headers() { # the directory that holds asm/, the header, further options: "name number" a line
    directory=$1 header=$2
    shift 2
    # The names are listed by one pass of the preprocessor and turned to numbers by the next.
    cc -E -dM -nostdinc -undef "$@" -isystem "$directory" -isystem /usr/include -include "$header" - </dev/null |
        sed -n 's/^#define __\(ARM_\)\{0,1\}NR_\([a-z0-9_]*\) .*/\2 __\1NR_\2/p' >"$work/names"
    cc -E -P -nostdinc -undef "$@" -isystem "$directory" -isystem /usr/include -include "$header" - <"$work/names" |
        sed -n 's/^\([a-z0-9_]*\) \([-0-9x+() a-f]*\)$/\1 \2/p' |
        while read -r name number; do echo "$name $(($number))"; done |
        grep -Ev '^(syscalls|arch_specific_syscall) ' | sort
}

newer() { # calls that the headers of Debian 12 (Linux 6.1) lack; from 424 on all architectures share their numbers
    number=451
    for name in cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount \
        lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat \
        open_tree_attr file_getattr file_setattr; do
        echo "$name $number"
        number=$((number + 1))
    done
}

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
x86=/usr/include/x86_64-linux-gnu
{ headers "$x86" asm/unistd_64.h; newer; echo uretprobe 335; echo uprobe 336; } | sort -u >"$work/x86_64"
{ headers "$x86" asm/unistd_32.h; newer; } | sort -u >"$work/x86"
{ headers "$x86" asm/unistd_x32.h -D__X32_SYSCALL_BIT=0; newer; } | sort -u >"$work/x32"
{ headers /usr/aarch64-linux-gnu/include asm/unistd.h -D__aarch64__ -D__BITS_PER_LONG=64; newer; } | sort -u >"$work/aarch64"
{ headers /usr/arm-linux-gnueabihf/include asm/unistd.h -D__arm__ -D__ARM_EABI__; newer; } | sort -u >"$work/arm"

{
    echo "# Written by src/syscalls/generate.sh. The number of each call, - where an architecture has none; x32 without its bit 30."
    echo "# name x86_64 x86 x32 aarch64 arm"
    cut -d' ' -f1 "$work"/x86_64 "$work"/x86 "$work"/x32 "$work"/aarch64 "$work"/arm | sort -u >"$work/all"
    cp "$work/all" "$work/table"
    for arch in x86_64 x86 x32 aarch64 arm; do
        join -a 1 -e - -o auto "$work/table" "$work/$arch" >"$work/next"
        mv "$work/next" "$work/table"
    done
    cat "$work/table"
} >src/main/resources/dev/skiff/linux/abi/syscalls.txt
