#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 360
# The scripts, as shellcheck sees them.
set -eu

command -v shellcheck >/dev/null || {
	echo "shellcheck is not installed"
	exit 77
}
grep -lE '^#!/bin/(sh|bash)' -r tools tests .ci emu | LC_ALL=C sort | xargs -r shellcheck -x -P . -S warning
