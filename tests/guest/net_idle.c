/* SPDX-License-Identifier: MIT */
/*
 * A TD with an address and nothing to do hardly calls the host: clocks need a
 * wake-up and a new deadline a few times each second, no more.
 * options: -- -netdev user,id=n -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 */
#include "lwip/sys.h"

#include "kernel/app.h"
#include "tests/guest/check.h"

#define SECONDS UINT64_C(1000000000)
#define IDLE_SECONDS 5
/*
 * DHCP's clock ticks twice a second, and the device is checked once, with
 * three calls; each is HLT and WRMSR.
 */
#define CALLS_PER_SECOND 15

static void add_calls(const char *name, uint64_t value, void *arg)
{
	if (!strncmp(name, "call_", 5))
		*(uint64_t *)arg += value;
}

static uint64_t calls(void)
{
	uint64_t sum = 0;

	app_metrics(add_calls, &sum);
	return sum;
}

int main(void)
{
	uint64_t before;

	CHECK_EQUAL(app_network_wait(app_uptime() + 10 * SECONDS), 0);
	sys_msleep(500);
	before = calls();
	sys_msleep(IDLE_SECONDS * 1000);
	printf("%lu calls in %d s\n", calls() - before, IDLE_SECONDS);
	CHECK(calls() > before);
	CHECK(calls() - before <= IDLE_SECONDS * CALLS_PER_SECOND);
	return check_verdict();
}
