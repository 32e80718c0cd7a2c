/* SPDX-License-Identifier: MIT */
/*
 * Private pages that are not accepted, in a TD that wants #VE for them: what
 * an access, and an operand of a TDCALL, become. "Memory accesses", "Common
 * GPA-operand rules" and TD_CTLS of the reference.
 * options: --sept-ve-disable=off --flexible-pending-ve=on
 */
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/page.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define PTE_RW 3
#define LOAD "\x8B\x03"		/* mov (%rbx), %eax */
#define STORE "\x89\x03"	/* mov %eax, (%rbx) */

static uint64_t gpa;		/* a page that is pending */
static uint64_t address;	/* where it is mapped */

static uint64_t vm_wr(uint64_t field, uint64_t data, uint64_t mask)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VM_WR;
	trial.gpr[RDX] = field;
	trial.gpr[R8] = data;
	trial.gpr[R9] = mask;
	return trial_tdcall(&trial);
}

static void make_pending(void)
{
	expect_map_gpa(gpa | shared_bit, PAGE_SIZE);
	expect_map_gpa(gpa, PAGE_SIZE);
}

/* TD_CTLS: bit 0 may change, since CONFIG_FLAGS say flexible. */
static void td_ctls_flexible(void)
{
	expect("FLEXIBLE_PENDING_VE",
	       vm_rd(CONFIG_FLAGS) & CONFIG_FLEXIBLE_PENDING_VE,
	       CONFIG_FLEXIBLE_PENDING_VE);
	expect("SEPT_VE_DISABLE",
	       vm_rd(ATTRIBUTES) & ATTRIBUTES_SEPT_VE_DISABLE, 0);
	expect("on", vm_wr(TD_CTLS, 1, 1), 0);
	expect("TD_CTLS", vm_rd(TD_CTLS), 1);
	expect("off", vm_wr(TD_CTLS, 0, 1), 0);
	expect("TD_CTLS", vm_rd(TD_CTLS), 0);
}

/* Private GPA, PENDING, PENDING_VE_DISABLE = 0: #VE 48. */
static void expect_access(struct code code, uint64_t offset, uint64_t kind)
{
	struct trial before;
	struct trial after;
	struct ve_info info;

	make_pending();
	trial_fill(&before);
	before.gpr[RBX] = address + offset;
	after = before;
	trial_run(&after, code);
	expect_fault(&before, &after, VECTOR_VE);
	info = trial_ve_info();
	expect("reason", info.reason, VE_EPT);
	expect("qualification", info.qualification & 7, kind);
	expect("GLA valid", info.qualification & EPT_GLA_VALID,
	       EPT_GLA_VALID);
	expect("GLA", info.gla, address + offset);
	expect("GPA", info.gpa, gpa + offset);
}

static void load(void)
{
	expect_access(CODE(LOAD), 0x10, EPT_READ);
}

static void load_byte_exact(void)
{
	expect_access(CODE("\x8A\x03"), 0x123, EPT_READ);
}

static void store(void)
{
	expect_access(CODE(STORE), 0xFF8, EPT_WRITE);
}

/* Stacks: the address is below what RSP was. */
static void expect_push(struct code code, uint64_t offset)
{
	struct trial trial;
	struct ve_info info;

	make_pending();
	trial_fill(&trial);
	trial.gpr[RSP] = address + 0x100;
	trial_run(&trial, code);
	expect("vector", trial.vector, VECTOR_VE);
	info = expect_ve(VE_EPT, EPT_WRITE | EPT_GLA_VALID | EPT_FINAL);
	expect("GLA", info.gla, address + 0x100 - offset);
	expect("GPA", info.gpa, gpa + 0x100 - offset);
}

static void push(void)
{
	expect_push(CODE("\x50"), 8);
	expect_push(CODE("\x66\x50"), 2);
	expect_push(CODE("\x9C"), 8);
	expect_push(CODE("\xE8\x00\x00\x00\x00"), 8);
}

/* RBX: where to jump. Instructions may lie in two pages. */
static void expect_fetch(uint64_t rbx, uint64_t at)
{
	struct trial trial;
	struct ve_info info;

	trial_fill(&trial);
	trial.gpr[RBX] = rbx;
	trial_run(&trial, CODE("\xFF\xE3"));
	expect("vector", trial.vector, VECTOR_VE);
	expect("RIP", trial.rip, rbx);
	info = expect_ve(VE_EPT, EPT_FETCH | EPT_GLA_VALID | EPT_FINAL);
	expect("GLA", info.gla, at);
	expect("GPA", info.gpa, gpa + (at & (PAGE_SIZE - 1)));
}

static void fetch(void)
{
	make_pending();
	expect_fetch(address + 0x20, address + 0x20);
}

static void fetch_next_page(void)
{
	uint8_t *page = page_alloc(1);
	const uint64_t before = trial_map(1, page_pa(page) | PTE_RW);
	const uint64_t behind = trial_map(2, gpa | PTE_RW);

	/* mov $..., %eax, all but its opcode in the page behind */
	page[PAGE_SIZE - 1] = 0xB8;
	make_pending();
	expect_fetch(before + PAGE_SIZE - 1, behind);
	page_free(page, 1);
}

/* After ACCEPT the same instruction completes. */
static void accept_ends_it(void)
{
	struct trial trial;

	expect_access(CODE(LOAD), 0, EPT_READ);
	expect("ACCEPT", tdcall3(TDG_MEM_PAGE_ACCEPT, gpa, 0), 0);
	trial_fill(&trial);
	trial.gpr[RBX] = address;
	trial_run(&trial, CODE(LOAD));
	expect_completed(&trial);
	expect("value", trial.gpr[RAX], 0);
}

/* TDCALL operand in a pending page: RIP stays, no register changes. */
static void rtmr_operand(void)
{
	make_pending();
	expect_operand_ve(TDG_MR_RTMR_EXTEND, gpa + 64, 3, gpa + 64);
}

/* Order: RCX validity and walk come before RDX. */
static void rtmr_operand_before_index(void)
{
	make_pending();
	expect_operand_ve(TDG_MR_RTMR_EXTEND, gpa, 4, gpa);
}

static void report_data_operand(void)
{
	void *page = page_alloc(1);

	make_pending();
	expect_operand_ve(TDG_MR_REPORT, page_pa(page), gpa + 128, gpa + 128);
	page_free(page, 1);
}

static void report_operand(void)
{
	void *page = page_alloc(1);

	make_pending();
	expect_operand_ve(TDG_MR_REPORT, gpa + 1024, page_pa(page), gpa + 1024);
	page_free(page, 1);
}

static void verify_operand(void)
{
	make_pending();
	expect_operand_ve(TDG_MR_VERIFYREPORT, gpa + 256, 0, gpa + 256);
}

/* TDG.MEM.PAGE.ATTR.RD: bit 62 says PENDING, without #VE. */
static void attr_rd_pending(void)
{
	struct trial trial = { 0 };

	make_pending();
	expect("ACCEPT", tdcall3(TDG_MEM_PAGE_ACCEPT, gpa, 0), 0);
	trial.gpr[RAX] = TDG_MEM_PAGE_ATTR_RD;
	trial.gpr[RCX] = gpa;
	expect("RAX", trial_tdcall(&trial), 0);
	expect("RCX, accepted", trial.gpr[RCX], gpa);
	make_pending();
	/* Touched: the host has added a page. */
	trial.gpr[RBX] = address;
	trial_run(&trial, CODE(LOAD));
	expect("reason", trial_ve_info().reason, VE_EPT);
	trial.gpr[RAX] = TDG_MEM_PAGE_ATTR_RD;
	trial.gpr[RCX] = gpa;
	expect("RAX", trial_tdcall(&trial), 0);
	expect("RCX, pending", trial.gpr[RCX], gpa | BIT(62));
}

/* While VE_INFO is valid it is #DF, as for any other #VE. */
static void second_is_df(void)
{
	struct trial trial;

	make_pending();
	trial_fill(&trial);
	trial.gpr[RBX] = address;
	trial_run(&trial, CODE("\xF4"));
	expect("first", trial.vector, VECTOR_VE);
	trial_fill(&trial);
	trial.gpr[RBX] = address;
	trial_run(&trial, CODE(LOAD));
	expect("second", trial.vector, VECTOR_DF);
	expect("the first one's", trial_ve_info().reason, VE_HLT);
}

static void send_nmi(void)
{
	expect("ICR", tdvmcall_wrmsr(X2APIC_ICR, ICR_SELF | ICR_NMI), 0);
}

/* An NMI comes in a trial, and is handled from then on. */
static void take_nmi(void)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = 0x3C00;
	trial.gpr[R11] = VMCALL_WRMSR;
	trial.gpr[R12] = X2APIC_ICR;
	trial.gpr[R13] = ICR_SELF | ICR_NMI;
	trial_run(&trial, CODE(TDCALL));
	expect("vector", trial.vector, VECTOR_NMI);
}

/* The IRET did not take place: the module blocks NMIs again. */
static void iret_keeps_nmi_blocked(void)
{
	const uint64_t nmis = tdx_count(TDX_COUNT_NMI);
	struct trial trial = { 0 };
	struct tdg_veinfo info;

	make_pending();
	take_nmi();
	send_nmi();
	trial.stack = address;
	trial_run(&trial, CODE("\x90"));
	expect("vector", trial.vector, VECTOR_VE);
	expect("RFLAGS.TF", trial.rflags & FLAG_TF, 0);
	expect("VEINFO.GET", tdg_vp_veinfo_get(&info), 0);
	expect("reason", info.reason, VE_EPT);
	expect("GLA", info.gla, address);
	expect("blocked", tdx_count(TDX_COUNT_NMI), nmis);
	trial = (struct trial){ 0 };
	trial_run(&trial, CODE("\x90"));
	expect("behind the IRET", trial.vector, VECTOR_NMI);
	expect("offset", trial.offset, 0);
}

static const struct rule rules[] = {
	{ "pending.td_ctls_flexible", td_ctls_flexible },
	{ "pending.load", load },
	{ "pending.load_byte_exact", load_byte_exact },
	{ "pending.store", store },
	{ "pending.push", push },
	{ "pending.fetch", fetch },
	{ "pending.fetch_next_page", fetch_next_page },
	{ "pending.accept_ends_it", accept_ends_it },
	{ "pending.rtmr_operand", rtmr_operand },
	{ "pending.rtmr_operand_before_index", rtmr_operand_before_index },
	{ "pending.report_data_operand", report_data_operand },
	{ "pending.report_operand", report_operand },
	{ "pending.verify_operand", verify_operand },
	{ "pending.attr_rd", attr_rd_pending },
	{ "pending.second_is_df", second_is_df },
	{ "pending.iret_keeps_nmi_blocked", iret_keeps_nmi_blocked },
};

int main(void)
{
	trial_init();
	gpa = page_pa(page_alloc(1));
	address = trial_map(0, gpa | PTE_RW);
	RULES_CHECK(rules);
	return rules_verdict();
}
