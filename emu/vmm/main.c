/* SPDX-License-Identifier: MIT */
/* The emulator's boot, in order. */
#include "emu/boot/lock.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/boot/trap.h"
#include "emu/lies/lies.h"
#include "emu/module/debug.h"
#include "emu/vmm/vmm.h"

void emu_main(void);

static void print_counts(void)
{
	if (vmm_config.wants_stats)
		stats_print(vmm_config.has_icount ? "instructions" : "ticks");
	lies_print();
}

void emu_main(void)
{
	emu_lock();
	memory_init();			/* page tables of our own */
	trap_init(vmm_interrupt);	/* exceptions, SEAMCALL, interrupts */
	vmm_config_read();		/* what td-run asked for */
	stats_set_trace(vmm_config.trace);
	stats_set_counts(vmm_config.wants_stats);
	emu_set_stop_hook(print_counts);
	vmm_lapic_init();		/* the real APIC; the TSC's rate */
	vmm_pages_init();		/* the DIMM's free pages */
	vmm_memory_init();		/* the shared EPT */
	if (vmm_config.wants_selftest)
		vmm_selftest();
	vmm_module_load();		/* VMXON, the TDX module */
	vmm_smp_start();		/* a CPU for each other vCPU */
	vmm_module_init();		/* the module's memory and keys */
	vmm_build();			/* the TD, its firmware */
	vmm_smp_release();		/* each vCPU from its reset vector */
	vmm_run(&vmm_vcpus[0]);
}
