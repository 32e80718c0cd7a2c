/* SPDX-License-Identifier: MIT */
/*
 * A handler is never called with an argument that is not its own: the host
 * raises the vector at every instruction boundary while it is being bound.
 *
 * options: --irq-window
 * boot: tdvf
 */
#include "arch/x86/tdx/tdcall.h"
#include "kernel/irq.h"
#include "tests/guest/check.h"

/* emu/vmm/window.c */
#define WINDOW_PORT 0x5EC
#define WINDOW_VECTOR_SHIFT 24

#define VECTOR 0x50
#define BOUNDARIES 200

static char own;
static unsigned int calls;
static unsigned int wrong;

static void handler(void *arg)
{
	calls++;
	wrong += arg != &own;
}

int main(void)
{
	const uint64_t stray = irq_count_stray();
	uint64_t missed;

	for (uint32_t after = 1; after <= BOUNDARIES; after++) {
		irq_set(VECTOR, NULL, NULL);
		tdvmcall_io_write(WINDOW_PORT, 4,
				  VECTOR << WINDOW_VECTOR_SHIFT | after);
		irq_set(VECTOR, handler, &own);
		/* That it has come for certain: */
		while (calls + irq_count_stray() - stray < after)
			;
	}
	missed = irq_count_stray() - stray;
	printf("%lu came before, %u after\n", missed, calls);
	CHECK(missed > 10);
	CHECK(calls > 10);
	CHECK_EQUAL(wrong, 0);
	return check_verdict();
}
