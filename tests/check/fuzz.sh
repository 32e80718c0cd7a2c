#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 800
# Each fuzz target runs for ten seconds and finds nothing; `make fuzz` is for
# longer.
set -eu

command -v clang >/dev/null || {
	echo "clang is not installed"
	exit 77
}
mkdir -p "$BUILD/fuzz"
echo 'int LLVMFuzzerTestOneInput(const unsigned char *data,
	unsigned long size) { return data && size ? 0 : 0; }' |
	clang -fsanitize=fuzzer -x c - -o "$BUILD/fuzz/probe" 2>/dev/null || {
	echo "clang has no libFuzzer: libclang-rt-dev is not installed"
	exit 77
}
make -s -k fuzzers
exec tests/fuzz/run 10 insn http tdvf pci quote
