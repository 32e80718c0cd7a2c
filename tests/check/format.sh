#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 60
# .clang-format decides; `make format` obeys.
set -eu

command -v clang-format >/dev/null || {
	echo "clang-format is not installed"
	exit 77
}
find lib arch boot kernel drivers apps emu tests -name '*.[ch]' \
	-exec clang-format --dry-run --Werror {} +
