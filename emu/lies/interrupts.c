/* SPDX-License-Identifier: MIT */
/* Lies about interrupts, and what is done before each entry. */
#include "emu/lies/lies.h"

#include "emu/lies/parts.h"

/* The module posts none of the vectors below: they are exceptions'. */
#define FIRST_VECTOR 31
#define LAST_VECTOR 255

/* Late by a quarter of the delay that was asked for, and counts of 1 GHz. */
#define LATE_COUNTS UINT64_C(30000000)

bool lies_lose_interrupt(bool is_timer)
{
	return lie_tell(is_timer ? LIE_TIMER_NEVER : LIE_MISSING_INTERRUPTS);
}

uint64_t lies_change_timer(uint64_t counts)
{
	if (counts && lie_tell(LIE_TIMER_LATE))
		return counts + counts / 4 + LATE_COUNTS;
	if (counts && lie_tell(LIE_TIMER_EARLY))
		return max_u64(counts / 4, 1);
	return counts;
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
	return lie_is_on(LIE_SPURIOUS_NMI) && vmm_x2apic_has_timer(vcpu) &&
	       lies_chance(4);
}

void lies_before_entry(struct vmm_vcpu *vcpu)
{
	if (lies_chance(4) && lie_tell(LIE_SPURIOUS_INTERRUPTS))
		interrupt(vcpu);
	if (may_have_nmi(vcpu) && lie_tell(LIE_SPURIOUS_NMI))
		vmm_nmi_send(vcpu);
	lies_move_pages(vcpu);
	lies_hold_locks();
	lies_change_rings();
	lies_change_quote_length();
}
