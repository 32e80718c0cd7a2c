#!/bin/sh
# limit: 1440
# The HTTP service while its host lies: it answers all the same where that is
# possible, and where it is not the TD runs on and says why.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

# requests COUNT: how many of them are answered with 200.
requests() {
	curl -s -m 60 -o /dev/null -w '%{http_code}\n' \
		"$(url "/?[1-$1]")" | grep -cx 200
}

for lies in scribble,r11-range,spurious-interrupts,timer-late spurious-nmi \
	cpuid-lies,mapgpa-slow,accept-busy,uart-never-ready frame-rubbish \
	timer-early timer-never; do
	start_service --lie "$lies"
	expect "$lies: 200 requests answered" "$(requests 200)" 200
	expect "$lies: bytes of a large answer" "$(curl -s -m 60 \
		"$(url /download/1M)" | wc -c)" 1048576
	still_serves "$lies"
	case $lies in
	*nmi*)
		nmis=$(metric tacit_nmi_total) || exit 1
		echo "$lies: $nmis counted"
		[ "$nmis" -ge 100 ] || fail "want at least 100 NMIs"
		;;
	esac
	stop_td
done

# Without the device's interrupts its frames are found by looking, also when
# the TD has had nothing to send, and so no reason to look, for a while.
pick_port
start_td apps/httpd.efi --http "$port" --lie missing-interrupts
wait_until 200 grep -q 'httpd: http://' "$scratch/console" ||
	fail "missing-interrupts: no address within 200 s"
for n in 1 2 3; do
	sleep 3
	expect "missing-interrupts: request $n" \
		"$(curl -s -m 30 -o /dev/null -w '%{http_code}' "$(url /)")" 200
done
stop_td

# A device that was caught is never touched again; the program runs on. What
# the host writes to available rings its own device stumbles over.
given_up() {
	next_try
	curl -s -m "$try" --fail-early -o /dev/null "$(url '/?[1-50]')"
	grep -q 'virtio: host: .* given up: ' "$scratch/console"
}

# gives_up LIE REASON
gives_up() {
	pick_port
	start_td apps/httpd.efi --http "$port" --lie "$1"
	wait_until 200 given_up || fail "$1: was not noticed within 200 s"
	td_runs || fail "$1: the TD ended"
	expect_text "$1" "$scratch/console" "given up: $2"
	stop_td
}

for lie in used-id used-index used-length; do
	gives_up "$lie" 'its .* ring is corrupt'
done
gives_up avail-scribble 'it needs a reset|its .* ring is corrupt'
ok
