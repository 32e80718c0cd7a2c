/* SPDX-License-Identifier: MIT */
/*
 * Events whose delivery leaves the TD half way: the stack is a shared page
 * that the host maps when it is missed. Nothing of the event is lost, nothing
 * is seen of it twice. "#VE mechanics" of the reference, the event being
 * delivered when the exit happened.
 */
#include "kernel/page.h"
#include "tests/conformance/lib/apic.h"

#define VECTOR_DE 0
#define VECTOR_BP 3
#define VECTOR 0x51
#define PTE_RW_NX (BIT(63) | 3)

static uint64_t gpa;	/* of the page, with the shared bit */

/* The top of a stack that the host has not mapped (yet, or any more). */
static uint64_t missing_stack(void)
{
	expect_map_gpa(gpa & ~shared_bit, PAGE_SIZE);
	expect_map_gpa(gpa, PAGE_SIZE);
	return trial_map(0, gpa | PTE_RW_NX) + PAGE_SIZE;
}

static struct trial deliver(unsigned int vector, struct code code,
			    uint64_t flags)
{
	struct trial trial;

	trial_fill(&trial);
	trial.rflags |= flags;
	trial.gpr[RAX] = 0;
	trial.gpr[RBX] = trial_map(1, 0);
	trial.gpr[RSP] = missing_stack();
	trial_set_own_stack(vector, true);
	trial_run(&trial, code);
	trial_set_own_stack(vector, false);
	expect("vector", trial.vector, vector);
	expect("RSP", trial.gpr[RSP], trial_map(0, gpa | PTE_RW_NX) +
					      PAGE_SIZE);
	return trial;
}

/* RIP behind the instruction: it is not executed again. */
static void int_n(void)
{
	const struct trial after = deliver(VECTOR, CODE("\xCD\x51" NOPS), 0);

	expect("offset", after.offset, 2);
	expect("RFLAGS.RF", after.rflags & FLAG_RF, 0);
}

static void int_3(void)
{
	expect("offset", deliver(VECTOR_BP, CODE("\xCC" NOPS), 0).offset, 1);
}

static void int_n_prefix(void)
{
	expect("offset", deliver(VECTOR, CODE("\x2E\xCD\x51"), 0).offset, 3);
}

static void interrupt(void)
{
	struct trial after;

	write_msr(X2APIC_SELF_IPI, VECTOR);
	after = deliver(VECTOR, CODE(NOPS), FLAG_IF);
	expect("offset", after.offset, 0);
	eoi();
	expect("once", next_interrupt(), COMPLETED);
}

static void fault(void)
{
	expect("offset", deliver(VECTOR_DE, CODE("\xF7\xF0"), 0).offset, 0);
}

static void fault_error_code(void)
{
	/* mov %ax, %ds, of a selector that is not there */
	const struct trial after =
		deliver(VECTOR_GP, CODE("\x66\xB8\xF8\x7F\x8E\xD8"), 0);

	expect("offset", after.offset, 4);
	expect("error code", after.error, 0x7FF8);
}

static void page_fault(void)
{
	const struct trial after = deliver(VECTOR_PF, CODE("\x89\x03"), 0);

	expect("offset", after.offset, 0);
	expect("error code", after.error, BIT(1));
	expect("CR2", after.cr2, after.gpr[RBX]);
}

/* Exceptions that the module injects. */
static void injected(void)
{
	struct trial after = deliver(VECTOR_UD, CODE("\x66\x0F\x01\xCF"), 0);

	expect("SEAMCALL", after.offset, 0);
	after = deliver(VECTOR_VE, CODE("\xF4"), 0);
	expect("HLT", after.offset, 0);
	expect_ve(VE_HLT, 0);
}

static const struct rule rules[] = {
	{ "delivery.int_n", int_n },
	{ "delivery.int_n_prefix", int_n_prefix },
	{ "delivery.int_3", int_3 },
	{ "delivery.interrupt", interrupt },
	{ "delivery.fault", fault },
	{ "delivery.fault_error_code", fault_error_code },
	{ "delivery.page_fault", page_fault },
	{ "delivery.injected", injected },
};

int main(void)
{
	trial_init();
	/* The kernel's timer is not to disturb. */
	rule_begin("delivery.kernel_timer_stopped");
	host_write(0x6E0, 0);
	gpa = page_pa(page_alloc(1)) | shared_bit;
	RULES_CHECK(rules);
	return rules_verdict();
}
