/* SPDX-License-Identifier: MIT */
/*
 * An NMI at every instruction boundary of a #VE's handling, one after the
 * other: it comes right there, but for those before VE info is fetched, where
 * the module holds it until then; and all registers are what they would be
 * without it.
 *
 * options: --irq-window
 * limit: 600
 */
#include "arch/x86/trap.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/nmi_window.h"
#include "tests/guest/ve_cases.h"

#define BOUNDARIES_MAX 2000
#define CPUID_LEAF 0x40000000
#define MSR_APIC_VERSION 0x803

static volatile unsigned int nmis;
static volatile uint64_t nmi_rip;

static void on_nmi(struct trap_frame *frame)
{
	nmis++;
	nmi_rip = frame->rip;
}

struct row {
	const char *name;
	const struct ve_case *what;
	struct ve_registers in;
};

static bool is_between(uint64_t rip, uint64_t start, uint64_t end)
{
	return rip >= start && rip < end;
}

/* The NMI of one #VE; false: it was too late for that. */
static bool check_once(const struct row *row, uint32_t after,
		       const struct ve_registers *want, unsigned int *held)
{
	const uint64_t entry = (uintptr_t)ve_entry;
	const uint64_t fetched = nmi_behind_tdcall(ve_entry, false);
	struct ve_registers regs = row->in;
	uint64_t asked;

	nmis = 0;
	nmi_window_arm(after);
	ve_case_run(row->what, &regs);
	asked = nmi_window_came_at();
	CHECK(!memcmp(&regs, want, sizeof(regs)));
	if (!asked || !nmis)
		return false;
	CHECK_EQUAL(nmis, 1);
	if (is_between(asked, entry, fetched)) {
		CHECK_EQUAL(nmi_rip, fetched);
		++*held;
	} else {
		CHECK_EQUAL(nmi_rip, asked);
	}
	return nmi_rip != ve_case_code(row->what) + 2;
}

static void check_row(const struct row *row)
{
	struct ve_registers want = row->in;
	unsigned int held = 0;
	uint32_t after = 1;

	ve_case_run(row->what, &want);
	while (after < BOUNDARIES_MAX && check_once(row, after, &want, &held))
		after++;
	CHECK_EQUAL(nmi_rip, ve_case_code(row->what) + 2);
	/* Six registers are stored before the info is fetched. */
	CHECK(held >= 6);
	printf("%s: %u boundaries, held at %u\n", row->name, after, held);
}

int main(void)
{
	static const struct row rows[] = {
		{ "cpuid", ve_cpuid, { .rax = CPUID_LEAF, .rflags = 0x202 } },
		{ "cpuid, refused", ve_cpuid, { .rax = 2, .rflags = 0x202 } },
		{ "rdmsr", ve_rdmsr,
		  { .rcx = MSR_APIC_VERSION, .rflags = 0x202 } },
		{ "out", ve_out8_imm, { .rax = 0x5A, .rflags = 0x202 } },
	};

	trap_set_handler(TRAP_NMI, on_nmi);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i]);
	return check_verdict();
}
