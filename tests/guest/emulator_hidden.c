/* SPDX-License-Identifier: MIT */
/*
 * What the emulator has for itself in QEMU's machine, a TD neither sees nor
 * touches: the ports of its log and of its end, the registers of the memory
 * that is not the TD's, that memory, and the real local APIC.
 * boot: tdvf
 * gpaw: 48 52
 */
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

#define PORT_LOG 0x5E9
#define PORT_EXIT 0x5F4
#define PORT_HOTPLUG 0xA00
#define HOTPLUG_SIZE 0x18
#define DIMM UINT64_C(0x1000000000)
#define XAPIC UINT64_C(0xFEE00000)
#define XAPIC_TPR 0x80

static void check_port(uint16_t port, uint32_t size, uint64_t want)
{
	const struct tdvmcall_result got = tdvmcall_io_read(port, size);

	CHECK_EQUAL(got.status, 0);
	CHECK_EQUAL(got.value, want);
	CHECK_EQUAL(tdvmcall_io_write(port, size, 0x21212121), 0);
}

/* All accesses that touch a byte at port. */
static void check_port_all(uint16_t port)
{
	for (uint32_t size = 1; size <= 4; size *= 2)
		for (uint32_t before = 0; before < size; before++)
			check_port((uint16_t)(port - before), size,
				   UINT32_MAX >> (32 - 8 * size));
}

static void check_memory(uint64_t gpa, uint32_t size)
{
	const uint64_t shared = gpa | tdx_shared_bit();
	const struct tdvmcall_result got = tdvmcall_mmio_read(shared, size);

	CHECK_EQUAL(got.status, 0);
	CHECK_EQUAL(got.value, UINT64_MAX >> (64 - 8 * size));
	CHECK_EQUAL(tdvmcall_mmio_write(shared, size, UINT32_MAX), 0);
}

int main(void)
{
	check_port_all(PORT_LOG);
	check_port_all(PORT_EXIT);
	check_port_all(PORT_EXIT + 1);
	for (uint16_t at = 0; at < HOTPLUG_SIZE; at += 4)
		check_port(PORT_HOTPLUG + at, 4, 0);
	for (uint32_t size = 1; size <= 8; size *= 2) {
		check_memory(DIMM, size);
		check_memory(DIMM - size / 2, size);
		check_memory(DIMM + 0x2000000, size);
		check_memory(XAPIC + XAPIC_TPR, size);
	}
	/* With the real APIC's TPR that high nothing would come any more. */
	thread_sleep(NSEC_PER_MSEC);
	return check_verdict();
}
