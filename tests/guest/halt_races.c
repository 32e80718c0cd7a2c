/* SPDX-License-Identifier: MIT */
/*
 * No wake-up is lost on the way to a halt. An interrupt that wakes the waiting
 * thread comes at every instruction boundary, one after the other, from
 * thread_wait() to the end of the TDCALL that halts, and from there, the halt
 * having ended for another reason, to the end of the next one. Both forms
 * of the halt. A halt that does lose wake-ups shows that the test can tell.
 *
 * options: --irq-window --deterministic
 * boot: tdvf
 * limit: 600
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

/* emu/vmm/window.c */
#define WINDOW_PORT 0x5EC
#define WINDOW_VECTOR_SHIFT 24

#define MSR_X2APIC_SELF_IPI 0x83F
#define BOUNDARIES_MAX 5000
#define FUNCTION_MAX 64
#define TDCALL_LENGTH 4
/* When a wake-up was lost, time makes an end of the wait. */
#define PATIENCE (20 * NSEC_PER_SEC)
#define BOUND NSEC_PER_SEC

static struct wait_queue queue;
static volatile unsigned int wakes;
static volatile unsigned int others;
static int wake_vector, other_vector;
/* Of the last wait. */
static uint64_t halts;

static void on_wake(void *arg)
{
	(void)arg;
	wakes++;
	thread_wake_one(&queue);
}

static void on_other(void *arg)
{
	(void)arg;
	others++;
}

static void arm(uint32_t after)
{
	tdvmcall_io_write(WINDOW_PORT, 4,
			  (uint32_t)wake_vector << WINDOW_VECTOR_SHIFT | after);
}

static uint64_t came_at(void)
{
	return tdvmcall_io_read(WINDOW_PORT, 4).value;
}

/* The address behind the TDCALL of a function that has one. */
static uint64_t behind_tdcall(void (*function)(void))
{
	static const uint8_t tdcall[TDCALL_LENGTH] = { 0x66, 0x0F, 0x01, 0xCC };
	const uint8_t *code = (const uint8_t *)(uintptr_t)function;

	for (size_t i = 0; i < FUNCTION_MAX; i++)
		if (!memcmp(code + i, tdcall, sizeof(tdcall)))
			return (uintptr_t)code + i + sizeof(tdcall);
	return 0;
}

static bool is_in(uint64_t rip, uintptr_t function, uint64_t size)
{
	return rip >= function && rip < function + size;
}

/* One wait that the interrupt ends; where it came, or 0 when it was lost. */
static uint64_t wait_once(uint32_t after, bool has_other)
{
	const uint64_t start = time_now();
	int err;

	wakes = 0;
	halts = tdx_count(TDX_COUNT_CALL_HLT);
	cpu_irq_disable();
	/* Pending from now on: ends the first halt at once. */
	if (has_other)
		cpu_wrmsr(MSR_X2APIC_SELF_IPI, (uint64_t)other_vector);
	arm(after);
	err = thread_wait(&queue, start + PATIENCE);
	cpu_irq_enable();
	halts = tdx_count(TDX_COUNT_CALL_HLT) - halts;
	if (err || wakes != 1 || time_now() - start > BOUND) {
		printf("lost: after %u instructions, at %#lx, error %d\n",
		       after, came_at(), err);
		return 0;
	}
	return came_at();
}

struct form {
	const char *name;
	bool is_masked;
	void (*function)(void);
};

/* Instructions of the halt itself, and landmarks passed. */
struct seen {
	unsigned int instructions;
	bool is_at_tdcall;
};

static void look(struct seen *seen, const struct form *form, uint64_t rip,
		 uint64_t end)
{
	const uint64_t start = (uintptr_t)form->function;

	seen->instructions += is_in(rip, start, end + 10 - start) ||
			      is_in(rip, (uintptr_t)tdx_safe_halt, 48);
	seen->is_at_tdcall |= rip == end - TDCALL_LENGTH;
}

/*
 * From after to the boundary behind the TDCALL of the halt with that number;
 * how far it is. An interrupt returns to this boundary, too.
 */
static uint32_t check_up_to(const struct form *form, uint32_t after,
			    unsigned int halt, struct seen *seen)
{
	const uint64_t end = behind_tdcall(form->function);
	uint64_t rip = 0;

	while (after < BOUNDARIES_MAX) {
		rip = wait_once(after, halt > 1);
		if (!CHECK(rip))
			break;
		look(seen, form, rip, end);
		if (rip == end && halts == halt)
			break;
		after++;
	}
	CHECK_EQUAL(rip, end);
	return after;
}

static void check_form(const struct form *form)
{
	struct seen seen = { 0 };
	uint32_t first;
	uint32_t second;

	tdx_set_masked_halt(form->is_masked);
	first = check_up_to(form, 1, 1, &seen);
	CHECK(seen.is_at_tdcall);
	CHECK(first > 20);
	seen = (struct seen){ 0 };
	second = check_up_to(form, first + 1, 2, &seen);
	CHECK(seen.is_at_tdcall);
	CHECK(second > first + 20);
	/* From one TDCALL to the next: each instruction of the halt once. */
	printf("%s: %u instructions to the halt, %u to the next, %u its own\n",
	       form->name, first, second - first, seen.instructions);
}

/* A wake-up between the two calls is over before the CPU halts. */
static void lossy_halt(void)
{
	cpu_irq_enable();
	tdvmcall_hlt_masked();
}

/* In how many of the places the halt went on until the timer. */
static unsigned int count_losses(void)
{
	const uint64_t end = behind_tdcall(tdvmcall_hlt_masked);
	const uint64_t ticks = tdx_tsc_hz() / 20;
	unsigned int losses = 0;
	uint64_t start;

	for (uint32_t after = 1; after < 200; after++) {
		wakes = 0;
		cpu_irq_disable();
		start = cpu_rdtsc();
		tdx_apic_set_deadline(start + ticks);
		arm(after);
		if (!wakes)
			lossy_halt();
		cpu_irq_disable();
		losses += cpu_rdtsc() - start >= ticks;
		tdx_apic_set_deadline(0);
		cpu_irq_enable();
		if (came_at() == end)
			break;
	}
	return losses;
}

int main(void)
{
	static const struct form forms[] = {
		{ "sti", false, tdvmcall_hlt_sti },
		{ "masked", true, tdvmcall_hlt_masked },
	};

	wake_vector = irq_alloc(on_wake, NULL);
	other_vector = irq_alloc(on_other, NULL);
	CHECK(wake_vector > 0);
	CHECK(other_vector > 0);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
	CHECK(others > 0);
	CHECK(count_losses() > 0);
	return check_verdict();
}
