/* SPDX-License-Identifier: MIT */
/* Lies about interrupts, and what is done before each entry. */
#include "emu/lies/lies.h"

#include "emu/boot/cpu.h"
#include "emu/lies/parts.h"

/* The module posts none of the vectors below: they are exceptions'. */
#define FIRST_VECTOR 31
#define LAST_VECTOR 255

/* Late by a quarter of the delay that was asked for, and so much more. */
#define LATE_MSEC 30

/* A gap in time is this part of a second. */
#define GAPS_PER_SECOND 10

bool lies_lose_interrupt(void)
{
	return lie_tell(LIE_MISSING_INTERRUPTS);
}

bool lies_lose_timer(void)
{
	return lie_tell(LIE_TIMER_NEVER);
}

uint64_t lies_change_timer(uint64_t delay)
{
	if (lie_tell(LIE_TIMER_LATE))
		return delay + delay / 4 + vmm_tsc_hz() / 1000 * LATE_MSEC;
	if (lie_tell(LIE_TIMER_EARLY))
		return delay / 4;
	return delay;
}

static void interrupt(struct vmm_vcpu *vcpu)
{
	const uint64_t vectors = LAST_VECTOR - FIRST_VECTOR + 1;
	const unsigned int vector =
		FIRST_VECTOR + (unsigned int)(lies_random() % vectors);

	vmm_x2apic_post(vcpu, vector);
}

/*
 * Without an IDT an NMI is a triple fault, by which a host gains nothing that
 * it has not got: it may end a TD whenever it likes.
 */
static bool may_have_nmi(const struct vmm_vcpu *vcpu)
{
	return lie_is_on(LIE_SPURIOUS_NMI) && vmm_has_timer(vcpu) &&
	       lies_chance(4);
}

/* The TD's clock runs on: it sees a gap between two instructions. */
static void let_time_pass(void)
{
	const uint64_t start = cpu_rdtsc();

	while (cpu_rdtsc() - start < vmm_tsc_hz() / GAPS_PER_SECOND)
		cpu_pause();
}

void lies_before_entry(struct vmm_vcpu *vcpu)
{
	if (lies_chance(4) && lie_tell(LIE_SPURIOUS_INTERRUPTS))
		interrupt(vcpu);
	if (may_have_nmi(vcpu) && lie_tell(LIE_SPURIOUS_NMI))
		vmm_nmi_send(vcpu);
	if (lie_is_on(LIE_TIME_JUMPS) && lies_chance(64) &&
	    lie_tell(LIE_TIME_JUMPS))
		let_time_pass();
	lies_move_pages(vcpu);
	lies_hold_locks();
	lies_change_rings();
	lies_change_quote_length();
}
