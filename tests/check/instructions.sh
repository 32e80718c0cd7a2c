#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 600
# What a TDVMCALL and a #VE cost in the kernel's own instructions and in stack,
# as both compilers build it, within the limits of tests/bench/figures.tsv.
set -eu
failed=0

# figures COMPILER BUILD
figures() {
	command -v "$1" >/dev/null || {
		echo "$1 is not installed"
		return
	}
	steps=$2/tests/bench/steps
	make -s CC="$1" BUILD="$2" DEPS="$DEPS" "$steps"
	timeout 60 "$steps" >"$steps.tsv" || {
		cat "$steps.tsv"
		exit 1
	}
	echo "$1:"
	tests/bench/figures "$steps.tsv" || failed=1
}

figures gcc "$BUILD"
figures clang "$BUILD/clang"
exit $failed
