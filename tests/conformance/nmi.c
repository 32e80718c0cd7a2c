/* SPDX-License-Identifier: MIT */
/*
 * NMIs: from the ICR, through PEND_NMI, to the guest, and what holds them.
 * "#VE mechanics" and "APIC, interrupts, time" of the reference; SDM, Handling
 * Multiple NMIs, and what it says of virtual NMIs.
 *
 * A trial begins with an IRET and ends, without one, in the handler of what
 * came first. After an NMI, therefore, others are blocked until the next.
 */
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define LOW 0x45
#define TDCALL_SIZE 4
#define NOPS "\x90\x90\x90\x90"

/* WRMSR of the ICR by TDVMCALL, then a few NOPs; how that ended. */
static struct trial send(uint64_t icr, uint64_t rflags)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VP_VMCALL;
	trial.gpr[RCX] = 0x3C00;
	trial.gpr[R11] = VMCALL_WRMSR;
	trial.gpr[R12] = X2APIC_ICR;
	trial.gpr[R13] = icr;
	trial.rflags = rflags;
	trial_run(&trial, CODE(TDCALL NOPS));
	return trial;
}

static struct trial run_nops(uint64_t rflags)
{
	struct trial trial = { 0 };

	trial.rflags = rflags;
	trial_run(&trial, CODE(NOPS));
	return trial;
}

static void expect_nmi(const struct trial *after, uint64_t offset)
{
	expect("vector", after->vector, VECTOR_NMI);
	expect("offset", after->offset, offset);
}

/* To this CPU, between two trials, where the kernel's handler counts. */
static void send_here(void)
{
	expect("ICR", tdvmcall_wrmsr(X2APIC_ICR, ICR_SELF | ICR_NMI), 0);
}

/* One that came, and another that has to wait. */
static void send_two(void)
{
	const uint64_t before = tdx_count(TDX_COUNT_NMI);
	const struct trial first = send(ICR_SELF | ICR_NMI, 0);

	expect_nmi(&first, TDCALL_SIZE);
	send_here();
	expect("blocked", tdx_count(TDX_COUNT_NMI), before);
}

static void expect_nothing(void)
{
	const struct trial trial = run_nops(0);

	expect_completed(&trial);
}

/* With interrupts off, behind the TDCALL, whose results are not touched. */
static void delivered(void)
{
	const struct trial trial = send(ICR_SELF | ICR_NMI, 0);

	expect_nmi(&trial, TDCALL_SIZE);
	expect("RAX", trial.gpr[RAX], 0);
	expect("R10", trial.gpr[R10], 0);
	expect("error code", trial.error, 0);
	expect("RFLAGS.RF", trial.rflags & FLAG_RF, 0);
	expect_nothing();
}

static void interrupts_on(void)
{
	const struct trial trial = send(ICR_SELF | ICR_NMI, FLAG_IF);

	expect_nmi(&trial, TDCALL_SIZE);
	expect("RFLAGS.IF", trial.rflags & FLAG_IF, FLAG_IF);
	expect_nothing();
}

static void vector_ignored(void)
{
	const struct trial trial = send(ICR_SELF | ICR_NMI | LOW, FLAG_IF);

	expect_nmi(&trial, TDCALL_SIZE);
	expect_nothing();
}

static void destinations(void)
{
	struct trial trial = send(ICR_NMI, 0);

	expect_nmi(&trial, TDCALL_SIZE);
	trial = send(ICR_ALL | ICR_NMI, 0);
	expect_nmi(&trial, TDCALL_SIZE);
	trial = send(ICR_ALL | ICR_SELF | ICR_NMI, 0);
	expect_completed(&trial);
	trial = send(UINT64_C(0x55) << 32 | ICR_NMI, 0);
	expect_completed(&trial);
}

static void blocked_until_iret(void)
{
	struct trial trial;

	send_two();
	trial = run_nops(0);
	expect_nmi(&trial, 0);
	expect_nothing();
}

static void several_are_one(void)
{
	struct trial trial;

	send_two();
	send_here();
	send_here();
	trial = run_nops(0);
	expect_nmi(&trial, 0);
	expect_nothing();
}

/* Both are due behind the IRET. */
static void before_interrupts(void)
{
	struct trial trial;

	send_two();
	expect("WRMSR", tdvmcall_wrmsr(X2APIC_ICR, ICR_SELF | LOW), 0);
	trial = run_nops(FLAG_IF);
	expect_nmi(&trial, 0);
	trial = run_nops(FLAG_IF);
	expect("then", trial.vector, LOW);
	expect("offset", trial.offset, 0);
	cpu_wrmsr(X2APIC_EOI, 0);
	expect_nothing();
}

/* The IRET that ends the blocking, whatever it loads, is one instruction. */
static void iret_to_single_step(void)
{
	struct trial trial = send(ICR_SELF | ICR_NMI, 0);

	expect_nmi(&trial, TDCALL_SIZE);
	trial = run_nops(FLAG_TF);
	expect("vector", trial.vector, VECTOR_DB);
	expect("offset", trial.offset, 1);
	expect("RFLAGS.TF", trial.rflags & FLAG_TF, FLAG_TF);
	send_two();
	trial = run_nops(FLAG_TF);
	expect_nmi(&trial, 0);
	expect("RFLAGS.TF", trial.rflags & FLAG_TF, FLAG_TF);
}

static void iret_to_user(void)
{
	struct trial trial = { 0 };

	send_two();
	trial_run_mode(&trial, CODE(NOPS), TRIAL_USER64);
	expect_nmi(&trial, 0);
	trial = (struct trial){ 0 };
	trial_run_mode(&trial, CODE(NOPS), TRIAL_USER32);
	expect_completed(&trial);
}

static struct trial fault_in_iret(void)
{
	struct trial trial = { 0 };

	trial_run_mode(&trial, CODE(NOPS), TRIAL_NOWHERE);
	return trial;
}

/* A fault ends the blocking too; its frame is that of any other fault. */
static void iret_that_faults(void)
{
	struct trial trial = send(ICR_SELF | ICR_NMI, 0);
	const uint64_t before = tdx_count(TDX_COUNT_NMI);

	expect_nmi(&trial, TDCALL_SIZE);
	trial = fault_in_iret();
	expect("vector", trial.vector, VECTOR_GP);
	expect("error code", trial.error, TRIAL_BAD_SELECTOR);
	expect("RFLAGS.TF", trial.rflags & FLAG_TF, 0);
	send_here();
	expect("not blocked", tdx_count(TDX_COUNT_NMI), before + 1);
}

/* The fault first, and the NMI before its handler's first instruction. */
static void behind_a_fault(void)
{
	struct trial trial;

	send_two();
	trial = fault_in_iret();
	expect("vector", trial.vector, VECTOR_NMI);
	expect("RIP", trial.rip, (uintptr_t)trial_stubs +
					 VECTOR_GP * TRIAL_STUB_SIZE);
	expect_nothing();
}

static void int_2_blocks_nothing(void)
{
	const uint64_t before = tdx_count(TDX_COUNT_NMI);
	struct trial trial = { 0 };

	trial_run(&trial, CODE("\xCD\x02" NOPS));
	expect_nmi(&trial, 2);
	send_here();
	expect("counted", tdx_count(TDX_COUNT_NMI), before + 1);
}

static void raise_ve(void)
{
	struct trial trial = { 0 };

	trial_run(&trial, CODE("\xF4"));
	expect("HLT", trial.vector, VECTOR_VE);
}

static struct trial fetch_ve_info(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VP_VEINFO_GET;
	trial_run(&trial, CODE(TDCALL NOPS));
	return trial;
}

/* Whatever IRETs there are: until right behind VEINFO.GET. */
static void held_by_ve_info(void)
{
	const uint64_t before = tdx_count(TDX_COUNT_NMI);
	struct trial trial;

	raise_ve();
	send_here();
	expect("held", tdx_count(TDX_COUNT_NMI), before);
	expect_nothing();
	trial = fetch_ve_info();
	expect_nmi(&trial, TDCALL_SIZE);
	expect("status", trial.gpr[RAX], 0);
	expect("reason", trial.gpr[RCX], VE_HLT);
	expect_nothing();
}

/* A second #VE is #DF, an NMI or not; the first stays what it was. */
static void held_by_ve_info_and_df(void)
{
	struct trial trial = { 0 };

	raise_ve();
	send_here();
	trial_run(&trial, CODE("\x0F\x08"));
	expect("INVD", trial.vector, VECTOR_DF);
	trial = fetch_ve_info();
	expect_nmi(&trial, TDCALL_SIZE);
	expect("reason", trial.gpr[RCX], VE_HLT);
}

/* In the handler of an NMI: nothing is mixed up, the next IRET counts. */
static void ve_in_nmi(void)
{
	struct trial trial = { 0 };

	send_two();
	trial_run(&trial, CODE("\xF4"));
	expect_nmi(&trial, 0);
	send_here();
	/* The IRET of this trial; its #VE comes after the NMI. */
	trial_run(&trial, CODE("\xF4"));
	expect_nmi(&trial, 0);
	raise_ve();
	send_here();
	trial = fetch_ve_info();
	expect_nmi(&trial, TDCALL_SIZE);
	expect("reason", trial.gpr[RCX], VE_HLT);
	expect_nothing();
}

static const struct rule rules[] = {
	{ "nmi.delivered", delivered },
	{ "nmi.interrupts_on", interrupts_on },
	{ "nmi.vector_ignored", vector_ignored },
	{ "nmi.destinations", destinations },
	{ "nmi.blocked_until_iret", blocked_until_iret },
	{ "nmi.several_are_one", several_are_one },
	{ "nmi.before_interrupts", before_interrupts },
	{ "nmi.iret_to_single_step", iret_to_single_step },
	{ "nmi.iret_to_user", iret_to_user },
	{ "nmi.iret_that_faults", iret_that_faults },
	{ "nmi.behind_a_fault", behind_a_fault },
	{ "nmi.int_2_blocks_nothing", int_2_blocks_nothing },
	{ "nmi.held_by_ve_info", held_by_ve_info },
	{ "nmi.held_by_ve_info_and_df", held_by_ve_info_and_df },
	{ "nmi.ve_in_nmi", ve_in_nmi },
};

int main(void)
{
	trial_init();
	/* The kernel's timer is not to disturb. */
	rule_begin("nmi.kernel_timer_stopped");
	expect("WRMSR", tdvmcall_wrmsr(0x6E0, 0), 0);
	RULES_CHECK(rules);
	return rules_verdict();
}
