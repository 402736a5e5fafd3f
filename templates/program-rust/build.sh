#!/bin/sh
# Builds {{name}}.elf, with the Rust target that rustup installs or else with Debian's packages.
set -eu
cd "$(dirname "$0")"
# What is set for other programs.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS
export CARGO_TARGET_DIR=target
target=riscv64imac-unknown-none-elf
rustlib=$(rustc --print sysroot)/lib/rustlib
if [ -d "$rustlib/$target" ]; then
    cargo build --release
elif [ -f /usr/lib/rustlib/src/rust/library/core/src/lib.rs ]; then
    host=$(rustc -vV | sed -n 's/^host: //p')
    linker=$rustlib/$host/bin/rust-lld
    [ -x "$linker" ] || linker=ld.lld
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
    export CARGO_TARGET_RISCV64IMAC_UNKNOWN_NONE_ELF_LINKER="$linker"
    cargo build --release -Zbuild-std=core
else
    echo "no compiler for $target: either \`rustup target add $target\`," >&2
    echo "or on Debian \`apt-get install rustc-web rust-web-src lld\`" >&2
    exit 1
fi
# Whole or not at all: the designer looks at this file.
cp "target/$target/release/partition-{{name}}" "{{name}}.elf.new"
mv "{{name}}.elf.new" "{{name}}.elf"
