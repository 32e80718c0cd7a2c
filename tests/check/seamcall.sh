#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 200
# A SEAMCALL costs the host no more than it must: with its retries, removing
# a page is at most 25 instructions of each compiler, and the one path that
# every leaf takes adds 3.
set -eu

MOST=25
PATH_MOST=3
status=0

# count OBJECT FUNCTION: instructions, those that only align included.
count() {
	objdump -d --no-show-raw-insn "$1" | awk -v name="<$2>:" '
		/^[0-9a-f]+ </ { inside = $2 == name; found += inside }
		inside && /^ +[0-9a-f]+:/ { n++ }
		END { print n + 0; exit !found }'
}

at_most() {
	echo "$1: $2 instructions (limit $3)"
	[ "$2" -gt 0 ] && [ "$2" -le "$3" ] || status=1
}

for cc in gcc clang; do
	command -v "$cc" >/dev/null || {
		echo "$cc is not installed"
		continue
	}
	objects=$BUILD/tests/seamcall-$cc
	make -s CC="$cc" BUILD="$objects" DEPS="$DEPS" \
		"$objects/emu/obj/emu/vmm/tdh.o" \
		"$objects/emu/obj/emu/vmm/seamcall.o"
	at_most "$cc, tdh_mem_page_remove" \
		"$(count "$objects/emu/obj/emu/vmm/tdh.o" tdh_mem_page_remove)" \
		$MOST
	# Up to the first RET: what follows is for calls that fail.
	at_most "$cc, seamcall_path" "$(objdump -d --no-show-raw-insn \
		"$objects/emu/obj/emu/vmm/seamcall.o" | awk '
		/<seamcall_path>:/ { inside = 1 }
		inside && /^ +[0-9a-f]+:/ { n++ }
		inside && /ret/ { print n; exit }')" $PATH_MOST
done
exit $status
