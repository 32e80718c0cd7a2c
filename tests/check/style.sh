#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 200
# Rules that a pattern can see. Length of files and functions is reported
# only: a true table may be long.
# shellcheck disable=SC2046 # file names are words
set -eu
refused=$BUILD/tests/style.refused

sources() {
	find lib arch boot kernel drivers apps emu tests -name '*.[chS]' |
		LC_ALL=C sort
}

# refuse REASON: complains about each line of its input.
refuse() {
	while read -r line; do
		echo "$line: $1"
	done
}

sources >"$BUILD/tests/sources"
pick() {
	grep -E "$1" "$BUILD/tests/sources" || true
}

{
	grep -nE '^[[:space:]]*extern\b' $(pick '\.c$') /dev/null |
		refuse 'a declaration belongs in a header'
	grep -nE '\b(__asm__|asm)\b *(volatile|\()' \
		$(pick '\.[ch]$' | grep -vE '^(arch|emu)/') /dev/null |
		refuse 'assembly belongs in arch/ or emu/'
	grep -nE '\b(TODO|FIXME|XXX)\b' $(pick .) /dev/null |
		refuse 'finish it, or say what is missing'
	grep -nE '[[:space:]]$' $(pick .) /dev/null |
		refuse 'space at the end of the line'
	for file in $(pick .); do
		head -n 1 "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
			echo "$file"
	done | refuse 'no SPDX line'
	for file in $(pick '/(abi|vmcb|virtq|frame)\.h$'); do
		sed -n 's/^struct \([a-z0-9]*_[a-z0-9_]*\) {.*/\1/p' "$file" |
			while read -r name; do
				grep -q "^ASSERT_SIZE(struct $name," "$file" ||
					echo "$file: struct $name"
			done
	done | refuse 'its size is known to others: ASSERT_SIZE is missing'
} >"$refused"
cat "$refused"

awk '
function too_long(what, lines, limit) {
	if (lines > limit)
		print "note: " what " has " lines " lines, over " limit
}
FNR == 1 && NR > 1 { too_long(last, lines, 400) }
{ last = FILENAME; lines = FNR }
/^[a-z].*\(.*[^;]$/ { name = FILENAME ":" FNR }
/^\{/ { start = FNR }
/^\}/ && start { too_long(name, FNR - start - 1, 60); start = 0 }
END { too_long(last, lines, 400) }' $(pick '\.[chS]$')

[ ! -s "$refused" ]
