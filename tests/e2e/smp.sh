#!/bin/sh
# limit: 360
# A TD of four vCPUs boots; the kernel uses one and parks none in its way.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

for cpus in 2 4; do
	start_service --cpus "$cpus"
	expect "vCPUs that the TD sees" "$(metric tacit_td_vcpus)" "$cpus"
	still_serves "a boot with $cpus vCPUs"
	stop_td
done
ok
