#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 200
# What a #VE costs in instructions and stack, as both compilers build the
# kernel: tests/unit/ve.c, linked with the kernel's own objects.
set -eu

objects=$(ls arch/x86/tdx/*.[cS] lib/insn*.c arch/x86/entry.S \
	arch/x86/trap.c tests/guest/ve_cases.S | sed 's/\.[cS]$/.o/')
failed=0

for compiler in gcc clang; do
	command -v $compiler >/dev/null || {
		echo "$compiler is not installed"
		continue
	}
	build=$BUILD
	[ $compiler = gcc ] || build=$BUILD/$compiler
	files=
	for object in $objects; do
		files="$files $build/obj/$object"
	done
	mkdir -p "$build/tests"
	# shellcheck disable=SC2086 # files are words
	make -s CC=$compiler BUILD="$build" DEPS="$DEPS" $files
	# shellcheck disable=SC2046,SC2086
	gcc -std=c17 -O1 -I. -o "$build/tests/ve-cost" tests/unit/ve.c $files \
		$(sed -n 's,^ \* Libraries: ,,p' tests/unit/ve.c)
	echo "$compiler:"
	"$build/tests/ve-cost" costs || failed=1
done
exit $failed
