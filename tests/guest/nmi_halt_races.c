/* SPDX-License-Identifier: MIT */
/*
 * No wake-up is lost to an NMI. While the interrupt that wakes is pending, an
 * NMI comes at every instruction boundary, one after the other, on the way to
 * the halt and up to the end of its TDCALL: in all forms of the halt, on a CPU
 * that lets NMIs in between STI and the next instruction, and on one that
 * does not. A handler that only returns shows that the test can tell.
 *
 * options: --irq-window --deterministic
 * boot: tdvf
 * limit: 600
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/call.h"
#include "arch/x86/trap.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"
#include "tests/guest/nmi_window.h"
#include "tests/guest/ve_cases.h"

#define MSR_X2APIC_SELF_IPI 0x83F
#define BOUNDARIES_MAX 5000
/* When a wake-up was lost, time makes an end of the wait. */
#define PATIENCE (2 * NSEC_PER_SEC)
#define BOUND NSEC_PER_SEC

static struct wait_queue queue;
static volatile unsigned int wakes;
static int wake_vector;

static void on_wake(void *arg)
{
	(void)arg;
	wakes++;
	thread_wake_one(&queue);
}

/* As an idle thread waits. */
static void wait_thread(void)
{
	CHECK_EQUAL(thread_wait(&queue, time_now() + PATIENCE), 0);
}

/* As a program waits that does not know that it is in a TD. */
static void wait_sti_hlt(void)
{
	struct ve_registers regs = { .rflags = 2 };

	ve_case_run(ve_sti_hlt, &regs);
}

struct form {
	const char *name;
	void (*wait)(void);
	void (*halt)(void);	/* has the TDCALL */
	bool has_sti;		/* right before it */
	bool is_masked;
};

/* One wait, which the interrupt ends that is pending all the while. */
static bool wait_once(const struct form *form, uint32_t arm)
{
	const uint64_t nmis = tdx_count(TDX_COUNT_NMI);
	const uint64_t start = time_now();
	bool is_good;

	wakes = 0;
	cpu_irq_disable();
	tdx_apic_set_deadline(cpu_rdtsc() + PATIENCE / NSEC_PER_SEC *
						    tdx_tsc_hz());
	cpu_wrmsr(MSR_X2APIC_SELF_IPI, (uint64_t)wake_vector);
	nmi_window_arm(arm);
	form->wait();
	cpu_irq_enable();
	is_good = wakes == 1 && time_now() - start < BOUND &&
		  tdx_count(TDX_COUNT_NMI) == nmis + 1;
	tdx_apic_set_deadline(0);
	return is_good;
}

/* How many boundaries there were, and at how many a wake-up was lost. */
static uint32_t walk(const struct form *form, uint32_t flags,
		     unsigned int *losses)
{
	const uint64_t end = nmi_behind_tdcall(form->halt, form->has_sti);
	uint32_t after = 1;

	*losses = 0;
	tdx_set_masked_halt(form->is_masked);
	for (; after < BOUNDARIES_MAX; after++) {
		*losses += !wait_once(form, flags | after);
		if (nmi_window_came_at() == end)
			return after;
	}
	return 0;
}

static void check_form(const struct form *form, uint32_t flags)
{
	const uint64_t before = tdx_count(TDX_COUNT_NMI_AT_HALT);
	unsigned int losses;
	const uint32_t boundaries = walk(form, flags, &losses);
	const uint64_t sent_back = tdx_count(TDX_COUNT_NMI_AT_HALT) - before;

	CHECK(boundaries > 20);
	CHECK_EQUAL(losses, 0);
	printf("%s%s: %u boundaries, sent back at %lu of them\n", form->name,
	       flags ? ", held by STI" : "", boundaries, sent_back);
	if (flags)
		CHECK_EQUAL(sent_back, 0);
	else if (form->has_sti)
		CHECK(sent_back >= 1);
}

static void only_return(struct trap_frame *frame)
{
	(void)frame;
	tdx_counts[TDX_COUNT_NMI]++;
}

int main(void)
{
	static const struct form forms[] = {
		{ "sti", wait_thread, tdvmcall_hlt_sti, true, false },
		{ "masked", wait_thread, tdvmcall_hlt_masked, false, true },
		{ "sti; hlt", wait_sti_hlt, ve_entry, true, false },
	};
	unsigned int losses;

	wake_vector = irq_alloc(on_wake, NULL);
	CHECK(wake_vector > 0);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		check_form(&forms[i], 0);
		check_form(&forms[i], NMI_WINDOW_WAITS);
	}
	trap_set_handler(TRAP_NMI, only_return);
	walk(&forms[0], 0, &losses);
	printf("a handler that only returns: %u lost\n", losses);
	CHECK_EQUAL(losses, 1);
	return check_verdict();
}
