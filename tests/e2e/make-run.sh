#!/bin/sh
# limit: 360
# `make run` at a terminal: serves, shows its console, ends by Ctrl-C.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl
need script bsdutils
need socat socat

# --- A port that is in use is one clear line ----------------------------------
pick_port
taken=$port
in_background socat "TCP-LISTEN:$taken,bind=127.0.0.1" -
wait_until 30 port_is_taken "$taken" || fail "socat does not listen"
make run HTTP_PORT="$taken" >"$scratch/out" 2>&1
expect "port in use: exit status of make" $? 2
expect_text "port in use" "$scratch/out" "port $taken of this machine is in use"

# --- A run, from the command to Ctrl-C ----------------------------------------
pick_port
mkfifo "$scratch/keys"
: >"$scratch/screen"
cat >"$scratch/typed" <<EOF
trap : INT
make run HTTP_PORT=$port
echo ended
stty -a
EOF
# A shell's background processes ignore SIGINT and hand that on.
env --default-signal=INT script -qefc "sh $scratch/typed" /dev/null \
	<"$scratch/keys" >"$scratch/screen" 2>&1 &
terminal=$!
children="$children $terminal"
exec 4>"$scratch/keys"

shows() {
	tr -d '\000\r' <"$scratch/screen" | grep -Eq "$1"
}
serves_or_ended() {
	has_answered || shows '^ended'
}
wait_until 200 serves_or_ended ||
	fail "no answer within 200 s: $(cat "$scratch/screen")"
shows '^ended' && fail "it ended: $(cat "$scratch/screen")"
shows 'tacit: booted by' || fail "the console is not shown: $(cat "$scratch/screen")"
printf '\003' >&4
wait_until 30 shows '^ended' || fail "Ctrl-C does not end it: $(cat "$scratch/screen")"
exec 4>&-
wait "$terminal"
tr -d '\000\r' <"$scratch/screen" |
	sed -e '1,/^httpd: http:/d' -e '/^ended/,$d' >"$scratch/last"
cat "$scratch/last"
# make has its own word on it; nobody else need say that we did what we did.
expect_at_most "lines after Ctrl-C" "$(grep -c . "$scratch/last")" 2 lines
for mode in icanon isig echo icrnl opost; do
	expect_text "terminal afterwards" "$scratch/screen" "(^| )$mode( |;|.?$)"
done
port_is_taken "$port" && fail "something still listens on port $port"
ok
