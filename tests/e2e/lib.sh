# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# What the end-to-end tests share: a TD in the background on a free port,
# waiting for conditions with a deadline, and verdicts. A test sources this
# from the top of the tree; it ends by ok, skip or fail, all of which exit.
set -u

me=$(basename "$0" .sh)
build=${BUILD:-build}
scratch=$(mktemp -d) || exit 1
td_pid=
port=
tries=0
children=

# shellcheck source=tools/launch.sh
. tools/launch.sh

at_end() {
	stop_td
	for child in $children; do
		! is_child "$child" || kill "$child"
	done
	rm -rf "$scratch"
}
trap at_end EXIT
trap 'exit 1' INT TERM HUP

# A number that was waited for may be another process by now.
is_child() {
	[ "$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$1/stat" 2>/dev/null)" = $$ ]
}

ok() {
	exit 0
}

skip() {
	echo "skipped: $*"
	exit 77
}

# Says what is wrong, with the last words of the guest and the emulator.
fail() {
	echo "FAILED: $*"
	for log in "$scratch/launcher" "$scratch/emulator" "$scratch/console"; do
		[ -s "$log" ] || continue
		echo "--- end of $(basename "$log"):"
		tr -d '\000\r' <"$log" | uniq | tail -n 15
	done
	exit 1
}

# expect WHAT GOT WANT
expect() {
	[ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"
	echo "$1: $2"
}

# expect_at_most WHAT GOT LIMIT UNIT; GOT and LIMIT are whole numbers.
expect_at_most() {
	case $2 in
	'' | *[!0-9]*) fail "$1: '$2' is no number" ;;
	esac
	[ "$2" -le "$3" ] || fail "$1: $2 $4, want at most $3 $4"
	echo "$1: $2 $4 (limit $3)"
}

# expect_text WHAT FILE PATTERN: a line of FILE matches.
expect_text() {
	grep -Eq -- "$3" "$2" || fail "$1: no line like '$3' in: $(head -c 600 "$2")"
	echo "$1: found '$3'"
}

# address_of FILE SYMBOL: in hexadecimal.
address_of() {
	nm "$1" | awk -v name="$2" '$3 == name { print $1; n++ } END { exit !n }'
}

# need TOOL PACKAGE
need() {
	command -v "$1" >/dev/null || skip "$1 is not installed (package $2)"
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

# cpu_ms PID: CPU time that a process has used, in user and in kernel mode.
cpu_ms() {
	sed 's/.*) //' "/proc/$1/stat" | awk -v hz="$(getconf CLK_TCK)" \
		'{ print int(($12 + $13) * 1000 / hz); n++ } END { exit !n }'
}

# wait_until SECONDS COMMAND...: polls until the command succeeds. Who waits
# for what must come gives a busy machine 20 times the time that it needs.
wait_until() {
	deadline=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_ms)" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# A port of 127.0.0.1 on which nothing listens; another call gives another.
next_port=$((20000 + $$ % 10000))
pick_port() {
	next_port=$((next_port + 1))
	while port_is_taken "$next_port"; do
		next_port=$((next_port + 1))
	done
	port=$next_port
	tries=0
}

in_background() {
	"$@" &
	children="$children $!"
}

# start_td IMAGE OPTION...: IMAGE is relative to the build directory.
start_td() {
	image=$build/$1
	shift
	[ -f "$image" ] || fail "$image is not built"
	start_td_kernel "$image" "$@"
}

# start_td_kernel FILE OPTION...: any kernel.
start_td_kernel() {
	launch_td --kernel "$@"
}

# start_tdvf FILE OPTION...: any firmware, without a kernel.
start_tdvf() {
	launch_td --tdvf "$@"
}

launch_td() {
	: >"$scratch/console"
	: >"$scratch/emulator"
	emu/td-run --limit 900 --console "$scratch/console" \
		--log "$scratch/emulator" "$@" \
		</dev/null >"$scratch/launcher" 2>&1 &
	td_pid=$!
}

# mrtd FILE: what TDH.MEM.PAGE.ADD and TDH.MR.EXTEND hash of a TDVF, whose end is
# at 4 GiB: the sections of its metadata, in their order.
mrtd() {
	at=$(grep -abo TDVF "$1" | tail -n 1 | cut -d : -f 1)
	basenc --base16 -w 0 "$1" | awk -v at="$at" '
		function digit(i) {
			return index("123456789ABCDEF", substr($0, i + 1, 1))
		}
		function number(at, bytes,    value) {
			for (bytes += at; bytes-- > at; )
				value = value * 256 + digit(2 * bytes) * 16 \
					+ digit(2 * bytes + 1)
			return value
		}
		function record(name, gpa,    i) {
			printf "%s", name
			for (i = 0; i < 8; i++) {
				printf "%02X", gpa % 256
				gpa = int(gpa / 256)
			}
			printf "%0208d", 0
		}
		function section(from, gpa, size, is_measured,    done) {
			for (done = 0; done < size; done += 256) {
				if (done % 4096 == 0)
					record(add, gpa + done)
				if (!is_measured)
					continue
				record(extend, gpa + done)
				printf "%s", substr($0, 2 * (from + done) + 1, 512)
			}
		}
		{
			add = "4D454D2E504147452E41444400000000"
			extend = "4D522E455854454E4400000000000000"
			end = at + 16 + 32 * number(at + 12, 4)
			for (at += 16; at < end; at += 32) {
				attributes = number(at + 28, 4)
				if (attributes < 2)	# or PAGE.AUG is meant
					section(number(at, 4), number(at + 8, 8),
						number(at + 16, 8), attributes)
			}
		}' | basenc --base16 -d | sha384sum | cut -d ' ' -f 1
}

td_runs() {
	[ -n "$td_pid" ] && kill -0 "$td_pid" 2>/dev/null
}

stop_td() {
	[ -n "$td_pid" ] || return 0
	kill -TERM "$td_pid" 2>/dev/null
	wait "$td_pid"
	td_pid=
}

td_has_ended() {
	! td_runs
}

# wait_td SECONDS: for the TD to end by itself; returns td-run's status.
wait_td() {
	wait_until "$1" td_has_ended || fail "the TD did not end within $1 s"
	wait "$td_pid"
	set -- $?
	td_pid=
	return "$1"
}

url() {
	echo "http://127.0.0.1:$port$1"
}

# The user network takes connections before the guest does, so the first tries
# at a port are short: a long one would wait for a retransmission. Later ones
# have time, as a slow machine may need it. Leaves the seconds in $try.
next_try() {
	tries=$((tries + 1))
	try=0.5
	[ "$tries" -le 20 ] || try=5
}

has_answered() {
	next_try
	[ "$(curl -s -m "$try" -o /dev/null -w '%{http_code}' "$(url /)")" = 200 ]
}

answers_or_ended() {
	td_has_ended || has_answered
}

# start_service OPTION...: the HTTP service, when it has answered once.
start_service() {
	pick_port
	start_td apps/httpd.efi --http "$port" "$@"
	wait_until 200 answers_or_ended || fail "no answer within 200 s"
	td_runs || fail "the TD ended before it answered"
}

# metric NAME: its value in /metrics.
metric() {
	curl -s -m 30 "$(url /metrics)" | awk -v name="$1" '
		$1 == name { print $2; found = 1 }
		END { exit !found }' || fail "/metrics has no $1"
}

# still_serves WHAT: the next request is answered after WHAT.
still_serves() {
	td_runs || fail "$1: the TD ended"
	code=$(curl -s -m 30 -o /dev/null -w '%{http_code}' "$(url /)")
	expect "next request after $1" "$code" 200
}

# shown NAME: a digest that tests/guest/measured.c printed.
shown() {
	tr -d '\r' <"$scratch/console" | sed -n "s/^$1 //p"
}

# extended: what a register has that was extended once, by standard input.
extended() {
	{
		printf '%096d' 0
		sha384sum | cut -d ' ' -f 1 | tr a-f A-F
	} | basenc --base16 -di | sha384sum | cut -d ' ' -f 1
}
