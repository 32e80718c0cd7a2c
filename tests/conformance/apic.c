/* SPDX-License-Identifier: MIT */
/*
 * The local APIC, as far as the CPU virtualises it: registers, and interrupts
 * to self in their order of priority. "x2APIC registers handled by the CPU" of
 * the reference.
 */
#include "kernel/page.h"
#include "tests/conformance/lib/apic.h"

static uint64_t read_msr(uint32_t msr)
{
	uint64_t value = 0;

	expect("RDMSR", trial_rdmsr(msr, &value), COMPLETED);
	return value;
}

static bool bit_of(uint32_t base, unsigned int vector)
{
	return read_msr(base + vector / 32) >> vector % 32 & 1;
}

/* Reads and writes of the virtual-APIC page. */
static void tpr_round_trip(void)
{
	write_msr(X2APIC_TPR, 0x7F);
	expect("TPR", read_msr(X2APIC_TPR), 0x7F);
	write_msr(X2APIC_TPR, 0);
	expect("TPR", read_msr(X2APIC_TPR), 0);
}

static void tpr_reserved(void)
{
	expect("bit 8", trial_wrmsr(X2APIC_TPR, BIT(8)), VECTOR_GP);
	expect("bit 31", trial_wrmsr(X2APIC_TPR, BIT(31)), VECTOR_GP);
	expect("bit 63", trial_wrmsr(X2APIC_TPR, BIT(63)), VECTOR_GP);
	expect("TPR", read_msr(X2APIC_TPR), 0);
}

static void tpr_is_cr8(void)
{
	struct trial trial = { 0 };

	write_msr(X2APIC_TPR, 0x50);
	trial_run(&trial, CODE("\x44\x0F\x20\xC0")); /* mov %cr8, %rax */
	expect("CR8", trial.gpr[RAX], 5);
	trial.gpr[RAX] = 3;
	trial_run(&trial, CODE("\x44\x0F\x22\xC0")); /* mov %rax, %cr8 */
	expect_completed(&trial);
	expect("TPR", read_msr(X2APIC_TPR), 0x30);
	write_msr(X2APIC_TPR, 0);
}

static void cr8_reserved(void)
{
	struct trial before;
	struct trial after;

	for (unsigned int bit = 4; bit < 64; bit++) {
		trial_fill(&before);
		before.gpr[RAX] = BIT(bit);
		after = before;
		trial_run(&after, CODE("\x44\x0F\x22\xC0"));
		expect_native_fault(&before, &after, VECTOR_GP);
	}
	expect("TPR", read_msr(X2APIC_TPR), 0);
}

/* With no other instruction in between. */
static void cr8_lets_pending_in(void)
{
	struct trial trial = { .rflags = FLAG_IF };

	write_msr(X2APIC_TPR, 0xF0);
	write_msr(X2APIC_SELF_IPI, LOW);
	expect("held", next_interrupt(), COMPLETED);
	trial_run(&trial, CODE("\x44\x0F\x22\xC0" NOPS)); /* CR8 = 0 */
	expect("vector", trial.vector, LOW);
	expect("ISR", bit_of(X2APIC_ISR, LOW), 1);
	eoi();
	expect("TPR", read_msr(X2APIC_TPR), 0);
}

static void ppr_follows_tpr(void)
{
	write_msr(X2APIC_TPR, 0x60);
	expect("PPR", read_msr(X2APIC_PPR), 0x60);
	write_msr(X2APIC_TPR, 0);
	expect("PPR", read_msr(X2APIC_PPR), 0);
}

static void ppr_read_only(void)
{
	expect("WRMSR", trial_wrmsr(X2APIC_PPR, 0), VECTOR_GP);
}

static void eoi_value(void)
{
	expect("1", trial_wrmsr(X2APIC_EOI, 1), VECTOR_GP);
	expect("bit 32", trial_wrmsr(X2APIC_EOI, BIT(32)), VECTOR_GP);
	expect("0", trial_wrmsr(X2APIC_EOI, 0), COMPLETED);
}

static void eoi_readable(void)
{
	expect("EOI", read_msr(X2APIC_EOI), 0);
	read_msr(X2APIC_SELF_IPI);
}

static void bitmaps_read_only(void)
{
	for (unsigned int i = 0; i < 8; i++) {
		expect("ISR", trial_wrmsr(X2APIC_ISR + i, 0), VECTOR_GP);
		expect("TMR", trial_wrmsr(X2APIC_TMR + i, 0), VECTOR_GP);
		expect("IRR", trial_wrmsr(X2APIC_IRR + i, 0), VECTOR_GP);
	}
}

static void bitmaps_idle(void)
{
	for (unsigned int i = 0; i < 8; i++) {
		expect("ISR", read_msr(X2APIC_ISR + i), 0);
		expect("TMR", read_msr(X2APIC_TMR + i), 0);
		expect("IRR", read_msr(X2APIC_IRR + i), 0);
	}
}

/* Reserved ones that RDMSR finds in the page, and WRMSR does not. */
static void reserved_readable(void)
{
	expect("809", read_msr(0x809), 0);
	expect("80C", read_msr(0x80C), 0);
	expect("80E", read_msr(0x80E), 0);
}

static void reserved_not_writable(void)
{
	expect("809", trial_wrmsr(0x809, 0), VECTOR_GP);
	expect("80C", trial_wrmsr(0x80C, 0), VECTOR_GP);
	expect("80E", trial_wrmsr(0x80E, 0), VECTOR_GP);
}

/* SELF_IPI. */
static void self_ipi_reserved(void)
{
	expect("bit 8", trial_wrmsr(X2APIC_SELF_IPI, BIT(8) | LOW),
	       VECTOR_GP);
	expect("bit 63", trial_wrmsr(X2APIC_SELF_IPI, BIT(63) | LOW),
	       VECTOR_GP);
	expect("nothing came", next_interrupt(), COMPLETED);
}

static void self_ipi_low_vector(void)
{
	expect("vector 0", trial_wrmsr(X2APIC_SELF_IPI, 0), VECTOR_VE);
	expect("reason", trial_ve_info().reason, VE_APIC_WRITE);
	expect("vector 15", trial_wrmsr(X2APIC_SELF_IPI, 15), VECTOR_VE);
	expect("reason", trial_ve_info().reason, VE_APIC_WRITE);
	expect("nothing came", next_interrupt(), COMPLETED);
}

static void self_ipi_delivered(void)
{
	write_msr(X2APIC_SELF_IPI, LOW);
	expect("IRR", bit_of(X2APIC_IRR, LOW), 1);
	expect("ISR", bit_of(X2APIC_ISR, LOW), 0);
	expect("vector", next_interrupt(), LOW);
	expect("IRR", bit_of(X2APIC_IRR, LOW), 0);
	expect("ISR", bit_of(X2APIC_ISR, LOW), 1);
	expect("PPR", read_msr(X2APIC_PPR), LOW & 0xF0);
	eoi();
	expect("ISR", bit_of(X2APIC_ISR, LOW), 0);
	expect("PPR", read_msr(X2APIC_PPR), 0);
}

static void self_ipi_smallest_vector(void)
{
	write_msr(X2APIC_SELF_IPI, 16);
	expect("IRR", bit_of(X2APIC_IRR, 16), 1);
	expect("vector", next_interrupt(), 16);
	eoi();
}

static void self_ipi_largest_vector(void)
{
	write_msr(X2APIC_SELF_IPI, 255);
	expect("IRR", bit_of(X2APIC_IRR, 255), 1);
	expect("vector", next_interrupt(), 255);
	eoi();
	expect("ISR", bit_of(X2APIC_ISR, 255), 0);
}

/* The load leaves the TD, to a host that has to map the page first. */
static void shadow_outlasts_exit(void)
{
	const uint64_t gpa = page_pa(page_alloc(1)) | shared_bit;
	struct trial trial = { 0 };

	expect("MapGPA", vmcall(&trial, VMCALL_MAP_GPA, gpa, 0x1000, 0), 0);
	write_msr(X2APIC_SELF_IPI, LOW);
	trial = (struct trial){ 0 };
	trial.gpr[RBX] = trial_map(0, gpa | BIT(63) | 3);
	trial_run(&trial, CODE("\xFB\x8B\x03" NOPS)); /* sti; mov (%rbx) */
	expect("vector", trial.vector, LOW);
	expect("offset", trial.offset, 3);
	eoi();
}

static void self_ipi_collapses(void)
{
	write_msr(X2APIC_SELF_IPI, LOW);
	write_msr(X2APIC_SELF_IPI, LOW);
	expect("first", next_interrupt(), LOW);
	eoi();
	expect("no second", next_interrupt(), COMPLETED);
}

/* With interrupts on, it comes right behind the WRMSR. */
static void self_ipi_immediate(void)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = X2APIC_SELF_IPI;
	trial.gpr[RAX] = LOW;
	trial.rflags = FLAG_IF;
	trial_run(&trial, CODE("\x0F\x30" NOPS));
	expect("vector", trial.vector, LOW);
	expect("offset", trial.offset, 2);
	eoi();
}

/* Priorities: the higher first; the lower waits for EOI. */
static void priority(void)
{
	write_msr(X2APIC_SELF_IPI, LOW);
	write_msr(X2APIC_SELF_IPI, HIGH);
	expect("first", next_interrupt(), HIGH);
	expect("no other meanwhile", next_interrupt(), COMPLETED);
	expect("IRR", bit_of(X2APIC_IRR, LOW), 1);
	eoi();
	expect("then", next_interrupt(), LOW);
	eoi();
}

static void nested(void)
{
	write_msr(X2APIC_SELF_IPI, LOW);
	expect("first", next_interrupt(), LOW);
	write_msr(X2APIC_SELF_IPI, HIGH);
	expect("interrupts it", next_interrupt(), HIGH);
	expect("PPR", read_msr(X2APIC_PPR), HIGH & 0xF0);
	eoi();
	expect("PPR", read_msr(X2APIC_PPR), LOW & 0xF0);
	expect("ISR", bit_of(X2APIC_ISR, LOW), 1);
	eoi();
	expect("PPR", read_msr(X2APIC_PPR), 0);
}

static void same_class_waits(void)
{
	write_msr(X2APIC_SELF_IPI, LOW);
	expect("first", next_interrupt(), LOW);
	write_msr(X2APIC_SELF_IPI, LOW + 1);
	expect("waits", next_interrupt(), COMPLETED);
	eoi();
	expect("then", next_interrupt(), LOW + 1);
	eoi();
}

static void masked_by_tpr(void)
{
	write_msr(X2APIC_TPR, 0x40);
	write_msr(X2APIC_SELF_IPI, LOW);
	expect("masked", next_interrupt(), COMPLETED);
	expect("IRR", bit_of(X2APIC_IRR, LOW), 1);
	write_msr(X2APIC_SELF_IPI, HIGH);
	expect("above TPR", next_interrupt(), HIGH);
	eoi();
	write_msr(X2APIC_TPR, 0);
	expect("unmasked", next_interrupt(), LOW);
	eoi();
}

static void masked_by_if(void)
{
	struct trial trial = { 0 };

	write_msr(X2APIC_SELF_IPI, LOW);
	trial_run(&trial, CODE(NOPS));
	expect_completed(&trial);
	expect("IRR", bit_of(X2APIC_IRR, LOW), 1);
	expect("vector", next_interrupt(), LOW);
	eoi();
}

/* No interrupt without a cause, whatever the APIC's state. */
static void quiet(void)
{
	expect("nothing", next_interrupt(), COMPLETED);
	bitmaps_idle();
}

static const struct rule rules[] = {
	{ "apic.tpr_round_trip", tpr_round_trip },
	{ "apic.tpr_reserved_gp", tpr_reserved },
	{ "apic.tpr_is_cr8", tpr_is_cr8 },
	{ "apic.cr8_reserved_gp", cr8_reserved },
	{ "apic.cr8_lets_pending_in", cr8_lets_pending_in },
	{ "apic.ppr_follows_tpr", ppr_follows_tpr },
	{ "apic.ppr_read_only_gp", ppr_read_only },
	{ "apic.eoi_value_gp", eoi_value },
	{ "apic.eoi_readable", eoi_readable },
	{ "apic.bitmaps_read_only_gp", bitmaps_read_only },
	{ "apic.bitmaps_idle", bitmaps_idle },
	{ "apic.reserved_readable", reserved_readable },
	{ "apic.reserved_not_writable_gp", reserved_not_writable },
	{ "apic.self_ipi_reserved_gp", self_ipi_reserved },
	{ "apic.self_ipi_low_vector_ve", self_ipi_low_vector },
	{ "apic.self_ipi_delivered", self_ipi_delivered },
	{ "apic.self_ipi_smallest_vector", self_ipi_smallest_vector },
	{ "apic.self_ipi_largest_vector", self_ipi_largest_vector },
	{ "apic.shadow_outlasts_exit", shadow_outlasts_exit },
	{ "apic.self_ipi_collapses", self_ipi_collapses },
	{ "apic.self_ipi_immediate", self_ipi_immediate },
	{ "apic.priority", priority },
	{ "apic.nested", nested },
	{ "apic.same_class_waits", same_class_waits },
	{ "apic.masked_by_tpr", masked_by_tpr },
	{ "apic.masked_by_if", masked_by_if },
	{ "apic.quiet", quiet },
};

int main(void)
{
	trial_init();
	/* The kernel's timer is not to disturb. */
	rule_begin("apic.kernel_timer_stopped");
	host_write(0x6E0, 0);
	RULES_CHECK(rules);
	return rules_verdict();
}
