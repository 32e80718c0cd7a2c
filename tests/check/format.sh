#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 600
# Lines are at most 80 columns wide and indented by tabs; within them, spaces
# are where .clang-format wants them. Where a line breaks, and how a table is
# laid out, is for people to say: before the comparison, every run of white
# space is made one, and those inside of brackets are dropped.
set -eu

find lib arch boot kernel drivers apps emu tests -name '*.[chS]' |
	LC_ALL=C sort >"$BUILD/tests/format.files"
status=0

while read -r file; do
	expand "$file" | awk -v file="$file" '
		length($0) > 80 && !/^ \* (options|lie|expect|Links): / { print file ":" FNR ": over 80 columns"; bad = 1 }
		END { exit bad }' || status=1
	! grep -nE '^	* {8,}|^ +	' "$file" /dev/null || {
		echo "$file: indented by spaces"
		status=1
	}
done <"$BUILD/tests/format.files"

command -v clang-format >/dev/null || {
	[ $status -eq 0 ] || exit 1
	echo "clang-format is not installed"
	exit 77
}

# One word a line, without the spaces around casts and * that clang-format
# gets wrong.
words() {
	tr '\n\t\\' '   ' | sed -E 's/ +/ /g; s/([[({]) /\1/g; s/ ([])}.])/\1/g;
		s/\) ?-? ?/)/g; s/ ?\* ?/*/g' | tr ' ' '\n'
}

# All at once is fast; one by one says where.
of_all() {
	grep '\.[ch]$' "$BUILD/tests/format.files" | xargs "$@" | words
}
of_all cat >"$BUILD/tests/format.is"
of_all clang-format >"$BUILD/tests/format.want"
! cmp -s "$BUILD/tests/format.is" "$BUILD/tests/format.want" || exit $status

grep '\.[ch]$' "$BUILD/tests/format.files" | while read -r file; do
	words <"$file" >"$BUILD/tests/format.is"
	clang-format "$file" | words >"$BUILD/tests/format.want"
	diff -U 3 --label "$file" --label "$file, as clang-format has it" \
		"$BUILD/tests/format.is" "$BUILD/tests/format.want" || echo
done >"$BUILD/tests/format.diff"
cat "$BUILD/tests/format.diff"
[ ! -s "$BUILD/tests/format.diff" ] || status=1
exit $status
