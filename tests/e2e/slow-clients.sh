#!/bin/sh
# limit: 720
# Clients that ask for much, take nothing of it and stay: their connections
# end, and what was to be sent to them does not keep the memory for others.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl
need socat socat

# More than there are send buffers for.
CLIENTS=24
MIB=1048576

# socat -u does not read what comes, and goes on when there is no more to say.
ask() {
	printf 'GET /data?size=67108864 HTTP/1.1\r\nHost: a\r\n\r\n' |
		socat -u STDIN,ignoreeof "TCP:127.0.0.1:$port" 2>/dev/null &
	children="$children $!"
}

# All were served, none is any more, nothing waits to be sent.
is_over() {
	td_has_ended || {
		curl -s -m 30 "$(url /metrics)" >"$scratch/metrics" &&
			awk -v clients="$CLIENTS" '
				{ now[$1] = $2 }
				END {
					exit !(now["tacit_http_connections"] == 1 &&
					now["tacit_http_connections_total"] > clients &&
					now["tacit_tcp_segments_queued"] == 0)
				}' "$scratch/metrics"
	}
}

start_service
n=0
while [ "$n" -lt "$CLIENTS" ]; do
	n=$((n + 1))
	ask
done
wait_until 300 is_over || fail "$CLIENTS clients that take nothing" \
	"$(grep -E 'http_connections|segments_queued|^$' "$scratch/metrics")"
td_runs || fail "the TD ended"
expect "bytes of a large answer afterwards" \
	"$(curl -s -m 100 "$(url /download/1M)" | wc -c)" "$MIB"
ok
