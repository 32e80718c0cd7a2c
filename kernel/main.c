/* SPDX-License-Identifier: MIT */
/* The boot's table of contents. */
#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/paging.h"
#include "arch/x86/switch.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/trap.h"
#include "boot/bootinfo.h"
#include "drivers/virtio/virtio.h"
#include "kernel/cmdline.h"
#include "kernel/console.h"
#include "kernel/irq.h"
#include "kernel/net/net.h"
#include "kernel/page.h"
#include "kernel/panic.h"
#include "kernel/start.h"
#include "kernel/thread.h"
#include "kernel/time.h"

#define BOOT_STACK_SIZE (16 * KIB)

/* Its lowest page is the guard: unmapped as soon as there are page tables. */
static uint8_t boot_stack[BOOT_STACK_SIZE + PAGE_SIZE] aligned(PAGE_SIZE);

static void guard_boot_stack(void)
{
	const paddr_t guard = (uintptr_t)boot_stack;

	if (paging_unmap(guard, guard + PAGE_SIZE))
		panic("no guard page below the boot stack");
}

/* Two forms, as Linux had it first and has it now. */
static void choose_halt(void)
{
	const char *form = cmdline_value("halt");

	if (!form || !strcmp(form, "sti"))
		return;
	if (strcmp(form, "masked"))
		log_line("halt=%s: want sti or masked", form);
	else
		log_line("halt: interrupts stay masked");
	tdx_set_masked_halt(!strcmp(form, "masked"));
}

static void start_network(const struct bootinfo *info)
{
	int err = virtio_init(info);	/* PCI and the network device */

	if (!err)
		err = net_init();	/* lwIP and its threads */
	if (err)
		log_line("network: none, error %d", err);
}

static void boot(const void *arg)
{
	const struct bootinfo *info = arg;

	cpu_init();			/* control registers */
	tdx_nmi_init();			/* the one that nothing masks */
	trap_init();			/* GDT, IDT: exceptions are seen */
	panic_init();			/* ... and reported */
	tdx_init();			/* what the module says of this TD */
	tdx_ve_init();			/* #VE for who does not know */
	console_init();			/* the host reads along from here */
	time_init();			/* the clock runs */
	cmdline_init(info->cmdline);	/* what was asked for */
	console_set_quiet(cmdline_has("quiet"));
	choose_halt();			/* how to wait */
	page_init(info);		/* own page tables, page allocator */
	guard_boot_stack();
	thread_init();			/* this is a thread now */
	irq_init();			/* interrupts may come ... */
	cpu_irq_enable();		/* ... now */

	log_line("tacit: booted by %s, %zu MiB, image at %#lx", info->path,
		 page_count_total() * PAGE_SIZE / MIB, info->image_base);
	cmdline_log_unknown();
	start_network(info);
	app_start(info);		/* main() in a thread of its own */
	thread_exit();
}

/* The boot path's stack lies in memory that page_init() hands out. */
void kernel_main(const struct bootinfo *info)
{
	switch_abandon(boot_stack + sizeof(boot_stack), boot, info);
}
