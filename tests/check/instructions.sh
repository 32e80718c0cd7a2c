#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 300
# What a TDVMCALL and a #VE cost in the kernel's own instructions, within the
# limits of tests/bench/figures.tsv.
set -eu

steps=$BUILD/tests/bench/steps
make -s "$steps"
timeout 60 "$steps" >"$steps.tsv" || {
	cat "$steps.tsv"
	exit 1
}
tests/bench/figures "$steps.tsv"
