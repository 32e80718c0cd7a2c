/* SPDX-License-Identifier: MIT */
/*
 * The self-test: a host that drives the module through the whole life of a
 * tiny TD, asks wrong things on the way, and gives a verdict. Says one line
 * for each answer that is not the reference's.
 */
#include "emu/vmm/selftest.h"

#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/layout.h"
#include "emu/module/debug.h"
#include "emu/module/td_params.h"
#include "emu/svm/svm.h"
#include "emu/vmm/teardown.h"
#include "emu/vmm/vmm.h"

#define EXTERNAL_INTERRUPT 1
#define ENTRIES_MAX 100
#define XFAM_X87_SSE 3
#define TSC_FREQUENCY 100

/* What -no-reboot makes the end of QEMU, with status 0. */
#define PORT_RESET 0xcf9
#define RESET_FULL 6

static unsigned int checks;
static unsigned int failures;

void selftest_expect(const char *what, const char *where, uint64_t got,
		     uint64_t want)
{
	checks++;
	if (got == want)
		return;
	failures++;
	emu_print("td-emu: self-test: %s: %s is %lx, not %lx\n", what, where,
		  got, want);
}

struct registers {
	uint64_t rax, rcx, rdx, r8, r9;
};

/* TDH.VP.ENTER, until an exit that is the guest's doing. */
static void enter(struct registers *regs)
{
	struct vp_registers all = { 0 };

	for (int i = 0; i < ENTRIES_MAX; i++) {
		all.rcx = regs->rcx;
		regs->rax = seamcall_vp_enter(&all);
		if (regs->rax != EXTERNAL_INTERRUPT)
			break;
		cpu_interrupt_window();
	}
	regs->rcx = all.rcx;
	regs->rdx = all.rdx;
	regs->r8 = all.r8;
	regs->r9 = all.r9;
}

static void step_once(const struct selftest_step *step, uint64_t rcx)
{
	struct registers regs = { step->rax, rcx, step->rdx, step->r8,
				  step->r9 };

	if (step->rax == TDH_VP_ENTER)
		enter(&regs);
	else
		regs.rax = seamcall4(regs.rax, &regs.rcx, &regs.rdx, &regs.r8,
				     &regs.r9);
	selftest_expect(step->what, "status", regs.rax, step->status);
	if (step->checks & SELFTEST_RCX)
		selftest_expect(step->what, "RCX", regs.rcx, step->out_rcx);
	if (step->checks & SELFTEST_RDX)
		selftest_expect(step->what, "RDX", regs.rdx, step->out_rdx);
	if (step->checks & SELFTEST_R8)
		selftest_expect(step->what, "R8", regs.r8, step->out_r8);
	if (step->checks & SELFTEST_R9)
		selftest_expect(step->what, "R9", regs.r9, step->out_r9);
}

static void step_run(const struct selftest_step *step)
{
	void *poked = memory_at(step->poke);
	uint64_t old = 0;
	uint64_t rcx = step->rcx;
	unsigned int times = step->times;

	memcpy(&old, poked, step->width);
	memcpy(poked, &step->value, step->width);
	do {
		step_once(step, rcx);
		rcx += PAGE_SIZE;
	} while (times-- > 1);
	memcpy(poked, &old, step->width);
}

static void phase_run(const struct selftest_phase *phase)
{
	for (size_t i = 0; i < phase->count; i++)
		step_run(&phase->steps[i]);
}

/* One GiB of region: all of the DIMM that lies in it, but for the PAMT. */
static void region_prepare(void)
{
	struct tdmr_info *tdmr = memory_at(SELFTEST_TDMR);
	uint64_t *pointers = memory_at(SELFTEST_POINTERS);
	const uint64_t end = min_u64(vmm_pages_end() - SELFTEST_REGION, GIB);
	const uint64_t pamt = SELFTEST_PAMT - SELFTEST_REGION;

	*tdmr = (struct tdmr_info){
		.base = SELFTEST_REGION,
		.size = GIB,
		.pamt_4k_base = SELFTEST_PAMT,
		.pamt_4k_size = 4 * MIB,
		.pamt_2m_base = SELFTEST_PAMT + 4 * MIB,
		.pamt_2m_size = 2 * PAGE_SIZE,
		.pamt_1g_base = SELFTEST_PAMT + 5 * MIB,
		.pamt_1g_size = PAGE_SIZE,
		.reserved = {
			{ 0, pamt },
			{ pamt, 6 * MIB },
			{ end, GIB - end },
		},
	};
	pointers[0] = SELFTEST_TDMR;
}

static void params_prepare(uint64_t eptp_controls)
{
	struct td_params *params = memory_at(SELFTEST_PARAMS);

	*params = (struct td_params){
		.xfam = XFAM_X87_SSE,
		.max_vcpus = 1,
		.eptp_controls = eptp_controls,
		.tsc_frequency = TSC_FREQUENCY,
	};
}

/*
 * The page with the TD's reset vector, in 32-bit code. Its first read ends in
 * a TD exit while there is no page, in #VE while the page is pending; and
 * without an IDT that is the end.
 */
static void code_prepare(void)
{
	static const uint8_t reset[] = { 0xeb, 0x8e };	/* jmp ..f80 */
	static const uint8_t code[] = {
		0x0f, 0x01, 0x1d, 0x00, 0xff, 0xff, 0xff, /* lidt zeros */
		0xa1, 0x00, 0x00, 0x00, 0x10,	/* mov SELFTEST_GPA, %eax */
		0xf4,				/* hlt */
	};
	uint8_t *page = memory_at(SELFTEST_SOURCE);

	memset(page, 0, PAGE_SIZE);
	memcpy(page + 0xff0, reset, sizeof(reset));
	memcpy(page + 0xf80, code, sizeof(code));
}

/* SEAMCALL itself: what the CPU says before there is a module. */
static void check_instruction(void)
{
	selftest_expect("SEAMCALL before VMXON", "status", tdh_sys_lp_init(),
			0x8000ff0000000006);
	seam_set_capable(false);
	selftest_expect("SEAMCALL without SEAM", "status", tdh_sys_lp_init(),
			0x8000ff000000000d);
	seam_set_capable(true);
	seam_vmxon();
	selftest_expect("SEAMCALL without a module", "status",
			tdh_sys_lp_init(), 0x8000ff00ffff0000);
	vmm_seam_load();
	seam_vmxoff();
	selftest_expect("SEAMCALL after VMXOFF", "status", tdh_sys_lp_init(),
			0x8000ff0000000006);
	seam_vmxon();
}

/* What the wrappers try again, and how often. */
static void check_retries(void)
{
	const paddr_t tdr = SELFTEST_PAGE(0);
	uint64_t page = 1;

	module_refuse(TDH_MNG_CREATE, TDX_RND_NO_ENTROPY, 9);
	selftest_expect("no entropy 9 times", "status", tdh_mng_create(tdr, 31),
			0xc000010000000002);
	module_refuse(TDH_MNG_CREATE, TDX_RND_NO_ENTROPY, 10);
	selftest_expect("no entropy 10 times", "status",
			tdh_mng_create(tdr, 31), 0x8000020300000000);
	module_refuse(TDH_MNG_ADDCX, TDX_RND_NO_ENTROPY, 10);
	selftest_expect("no entropy for TDCX", "status",
			tdh_mng_addcx(tdr, tdr), 0x8000020300000000);
	module_refuse(TDH_MEM_PAGE_REMOVE,
		      TDX_OPERAND_BUSY | TDX_OPERAND_ID_RCX, 9);
	selftest_expect("entry busy 9 times", "status",
			tdh_mem_page_remove(tdr, 0, 0, &page),
			0xc000030000000002);
	module_refuse(TDH_MEM_PAGE_REMOVE,
		      TDX_OPERAND_BUSY | TDX_OPERAND_ID_RCX, 10);
	selftest_expect("entry busy 10 times", "status",
			tdh_mem_page_remove(tdr, 0, 0, &page),
			0x8000020000000001);
	selftest_expect("no page on errors", "output", page, 1);
	module_refuse(TDH_MEM_TRACK, TDX_RND_NO_ENTROPY, 1);
	selftest_expect("not for others", "status", tdh_mem_track(tdr),
			0x8000020300000000);
}

/* The host's own way to end a TD, with so many leaves that fail. */
static void tear_down(const char *what, uint64_t returned,
		      unsigned int errors)
{
	struct teardown teardown = {
		.tdr = SELFTEST_PAGE(0),
		.start = SELFTEST_PAGE(0),
		.end = SELFTEST_LARGE + PAGE_SIZE_2M,
	};

	selftest_expect(what, "all of it", teardown_td(&teardown), !errors);
	selftest_expect(what, "errors", teardown.errors, errors);
	selftest_expect(what, "pages", teardown.returned, returned);
}

/*
 * TD after TD in the same pages and with the same key: each dies in the middle
 * of its life. Where a leaf fails meanwhile the host goes as far as it can,
 * and another try ends it.
 */
static void check_teardown(void)
{
	const uint64_t pages = selftest_victim_pages;

	for (unsigned int i = 0; i < ARRAY_SIZE(selftest_victim_vcpus); i++)
		vmm_vcpus[i].tdvpr = selftest_victim_vcpus[i];
	phase_run(&selftest_victim);
	tear_down("teardown", pages, 0);
	phase_run(&selftest_gone);
	tear_down("teardown of nothing", 0, 0);

	phase_run(&selftest_victim);
	module_refuse_later(TDH_PHYMEM_PAGE_RECLAIM, TDX_OPERAND_BUSY, 7);
	tear_down("a page that is busy", pages - 2, 1);
	tear_down("once more", 2, 0);
	phase_run(&selftest_gone);

	phase_run(&selftest_victim);
	module_refuse(TDH_MNG_VPFLUSHDONE, TDX_OPERAND_BUSY, 1);
	tear_down("VPFLUSHDONE fails", 0, 1);
	module_refuse(TDH_PHYMEM_CACHE_WB, TDX_INTERRUPTED_RESUMABLE, 1);
	tear_down("CACHE.WB is interrupted", 0, 1);
	module_refuse(TDH_MNG_KEY_FREEID, TDX_OPERAND_BUSY, 1);
	tear_down("FREEID fails", 0, 1);
	tear_down("at last", pages, 0);
	phase_run(&selftest_gone);
}

noreturn void vmm_selftest(void)
{
	region_prepare();
	params_prepare(TD_PARAMS_EPTP_4_LEVELS);
	code_prepare();
	check_instruction();
	phase_run(&selftest_platform);
	selftest_list();
	check_retries();
	phase_run(&selftest_build);
	phase_run(&selftest_run);
	phase_run(&selftest_teardown);
	phase_run(&selftest_debug);
	check_teardown();
	params_prepare(TD_PARAMS_EPTP_5_LEVELS);
	phase_run(svm_levels() == 5 ? &selftest_five : &selftest_five_refused);
	phase_run(&selftest_shutdown);
	emu_print("td-emu: self-test: %u checks, %u failed\n", checks,
		  failures);
	if (failures)
		emu_fail("the module is not as the reference has it");
	for (;;)
		cpu_outb(PORT_RESET, RESET_FULL);
}
