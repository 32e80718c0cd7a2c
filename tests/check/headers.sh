#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 600
# Each header compiles alone, with gcc and with clang.
set -eu

make -s -k headers
command -v clang >/dev/null || {
	echo "clang is not installed"
	exit 77
}
make -s -k headers CC=clang HOST_CC=clang BUILD="$BUILD/clang" DEPS="$DEPS"
