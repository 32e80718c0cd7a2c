#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 200
# Folders are floors: a file includes only what its floor may see. GNU-EFI is
# seen by boot/efi alone, lwIP by kernel/net and apps, Zydis by emu.
set -eu

find lib arch boot kernel drivers apps emu -name '*.[chS]' -exec awk '
BEGIN {
	headers = "[^/]*[.]h$"
	tdx = "^arch/x86/tdx/tdx[.]h$"
	lwip = "|^(lwip|netif)/"
	own = "^lib/" headers "|^arch/x86/" headers

	may["lib"] = "^lib/"
	may["arch/x86"] = own
	may["arch/x86/tdx"] = own "|^arch/x86/tdx/"
	may["boot"] = own "|" tdx "|^arch/x86/tdx/abi[.]h$|^boot/"
	may["kernel"] = own "|" tdx "|^boot/bootinfo[.]h$|^kernel/" headers
	may["kernel/net"] = own "|^kernel/" headers "|^kernel/net/" lwip \
		"|^" headers
	may["kernel/app.c"] = may["kernel"] "|^kernel/net/net[.]h$"
	may["kernel/main.c"] = may["kernel"] \
		"|^kernel/net/net[.]h$|^drivers/virtio/" headers
	may["drivers/virtio"] = own "|" tdx "|^boot/bootinfo[.]h$" \
		"|^kernel/" headers "|^drivers/virtio/"
	may["apps"] = "^lib/" headers "|^kernel/app[.]h$" lwip
	# An instrument: it measures what programs are kept from.
	may["apps/bench"] = own "|^arch/x86/tdx/(abi|tdx|tdcall)[.]h$" \
		"|^kernel/" headers lwip "|^apps/bench/"
	may["emu"] = own "|^arch/x86/tdx/abi[.]h$|^emu/"

	# Seen by the emulator although on its floor: the code that it judges.
	may_not["emu"] = "^lib/(insn|decode)"

	only["boot/efi"] = "^<efi"
	only["kernel/net apps"] = "^<(lwip|netif|sys/socket|netinet|arpa)/"
	only["emu"] = "^<(Zydis|Zycore)/"
}

# The longest folder, or the file itself, that the table knows.
function floor_of(path,    at) {
	for (at = path; at != "" && !(at in may); )
		if (!sub("/[^/]*$", "", at))
			at = ""
	return at
}

function refuse(target) {
	printf "%s:%d: %s may not include %s\n", FILENAME, FNR, floor, target
	failed = 1
}

FNR == 1 {
	floor = floor_of(FILENAME)
	app = FILENAME
	sub("^apps/", "", app)
	sub("/.*", "", app)
}

floor != "" && /^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	target = part[2]
	if (floor == "apps" && index(target, "apps/" app "/") == 1)
		next
	if (target !~ may[floor] ||
	    (floor in may_not && target ~ may_not[floor]))
		refuse(target)
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	target = $0
	sub("^[^<]*", "", target)
	for (folders in only) {
		if (target !~ only[folders])
			continue
		seen = 0
		n = split(folders, folder, " ")
		for (i = 1; i <= n; i++)
			seen = seen || index(FILENAME, folder[i] "/") == 1
		if (!seen)
			refuse(target)
	}
}

END { exit failed }' {} +
