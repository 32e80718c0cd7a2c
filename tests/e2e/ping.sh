#!/bin/sh
# limit: 360
# 100 of 100 pings come back, through a tap interface without any NAT.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need ping iputils-ping
need ip iproute2
need unshare util-linux

# A network namespace of its own: nothing of this machine's network changes.
if [ -z "${IN_NAMESPACE:-}" ]; then
	[ -w /dev/net/tun ] || skip "/dev/net/tun may not be used"
	as=-n
	[ "$(id -u)" -eq 0 ] || as=-rn
	unshare "$as" true 2>/dev/null ||
		skip "network namespaces are not allowed"
	at_end
	IN_NAMESPACE=y exec unshare "$as" "$0"
fi

HOST=192.0.2.1
GUEST=192.0.2.2

{
	ip link set lo up &&
		ip tuntap add dev tap0 mode tap &&
		ip address add "$HOST/24" dev tap0 &&
		ip link set tap0 up
} >"$scratch/ip" 2>&1 || skip "no tap interface: $(cat "$scratch/ip")"

replies() {
	td_runs || return 0
	ping -c 1 -W 1 "$GUEST" >/dev/null
}

start_td apps/httpd.efi --tap tap0 --append "ip=$GUEST/24,$HOST"
wait_until 200 replies || fail "no reply within 200 s"
td_runs || fail "the TD ended before it replied"

# count_replies BYTES: to the first 100 pings of that size. Without -w it would
# wait for the last reply twice as long as the slowest took, a moment.
count_replies() {
	ping -c 100 -w 40 -i 0.02 -s "$1" "$GUEST" >"$scratch/ping"
	tail -n 2 "$scratch/ping" >&2
	sed -n 's/.* icmp_seq=\([0-9]*\) .*/\1/p' "$scratch/ping" |
		awk '$1 <= 100' | sort -u | wc -l
}
expect "replies of 56 bytes" "$(count_replies 56)" 100
expect "replies of 1472 bytes" "$(count_replies 1472)" 100
ok
