/* SPDX-License-Identifier: MIT */
/*
 * What #VE handlers of other systems got wrong, each as a test of ours. The
 * names say who had it: Linux before 2026, EDK2 (OVMF) 2025.02, td-shim,
 * kvm-unit-tests for TDX, Asterinas. The host answers with ANSWER, of which
 * every byte has its top bit set.
 *
 * Links: arch/x86/entry.S arch/x86/trap.c arch/x86/tdx/?*.S
 * Links: arch/x86/tdx/?*.c lib/insn*.c tests/guest/ve_cases.S
 * Libraries: -Wl,--defsym=__extable_start=__start___extable
 * Libraries: -Wl,--defsym=__extable_end=__stop___extable
 * Libraries: -Wl,--defsym=__text_start=__executable_start
 * Libraries: -Wl,--defsym=__text_end=etext
 */
#define _GNU_SOURCE
#include "tests/unit/ve_run.h"

#include <sys/mman.h>

#define IO 30
#define IO_IN 0x8
#define IO_STRING 0x10
#define IO_REP 0x20
#define COM1 UINT64_C(0x3F80000)	/* as the qualification has a port */
#define EPT 48
#define EPT_LOAD 0x181
#define EPT_STORE 0x182
#define DF BIT(10)
#define ONES UINT64_MAX

static uint8_t *buffer;		/* below 4 GiB */

static struct ve_registers begin(uint64_t rax)
{
	struct ve_registers regs = start(rax, 0, 0x3F8);

	regs.rsi = (uintptr_t)buffer + 8;
	regs.rdi = (uintptr_t)buffer + 8;
	memset(buffer, 0xEE, 32);
	td.calls = 0;
	return regs;
}

static void do_io(const struct ve_case *what, struct ve_registers *regs,
		  uint64_t io, uint32_t length)
{
	expect_true(run(what, regs, IO, COM1 | io, length, 0),
		    ve_case_text(what));
}

static void do_mmio(const struct ve_case *what, struct ve_registers *regs,
		    uint64_t qualification)
{
	expect_true(run(what, regs, EPT, qualification, 0, SHARED | DEVICE),
		    ve_case_text(what));
}

static void check_port_masks(void)
{
	struct ve_registers regs = begin(0);

	do_io(ve_in8, &regs, IO_IN, 1);
	expect_u64(regs.rax, 0x88,
		   "Linux, kvm-unit-tests: IN of 8 bits takes 9 of them");
	regs = begin(ONES);
	do_io(ve_out8, &regs, 0, 1);
	expect_u64(td.seen[R15], 0xFF,
		   "Linux, kvm-unit-tests: OUT of 8 bits shows 9 of them");
	regs = begin(ONES);
	do_io(ve_in32, &regs, IO_IN | 3, 1);
	expect_u64(regs.rax, 0x85868788,
		   "Linux, EDK2, td-shim: IN of 32 bits keeps the upper half");
	regs = begin(ONES);
	do_io(ve_in16, &regs, IO_IN | 1, 2);
	expect_u64(regs.rax, 0xFFFFFFFFFFFF8788, "IN of 16 bits");
	host_status = BIT(63);
	regs = begin(0);
	do_io(ve_in8, &regs, IO_IN, 1);
	host_status = 0;
	expect_u64(regs.rax, 0xFF, "td-shim: goes on with a refused value");
}

static void check_string_io(void)
{
	struct ve_registers regs = begin(0);

	do_io(ve_ins8, &regs, IO_IN | IO_STRING, 1);
	expect_u64(td.calls, 1, "td-shim: INS without REP does nothing");
	expect_u64(buffer[8], 0x88, "INS: the byte");
	expect_u64(regs.rdi, (uintptr_t)buffer + 9, "INS: RDI");

	regs = begin(0);
	regs.rcx = 3;
	regs.rflags |= DF;
	do_io(ve_rep_ins8, &regs, IO_IN | IO_STRING | IO_REP, 2);
	expect_u64(td.calls, 3, "Asterinas: REP INS is a single IN");
	expect_u64(regs.rdi, (uintptr_t)buffer + 5,
		   "EDK2, td-shim: RFLAGS.DF does not matter");
	expect_u64(buffer[6], 0x88, "INS downwards: the last byte");
	expect_u64(buffer[9], 0xEE, "INS downwards: nothing upwards");

	regs = begin(0);
	regs.rcx = 0xFFFFFFFF00000002;
	regs.rdi |= 0x1234567800000000;
	do_io(ve_rep_ins8_a32, &regs, IO_IN | IO_STRING | IO_REP, 3);
	expect_u64(td.calls, 2, "EDK2: 67 does not matter to RCX");
	expect_u64(regs.rdi, (uintptr_t)buffer + 10,
		   "EDK2: 67 does not matter to RDI");
	expect_u64(regs.rcx, 0, "EDK2: 67, RCX at the end");

	regs = begin(0);
	regs.rcx = 2;
	memcpy(buffer + 8, "\x34\x92\x78\x56", 4);
	do_io(ve_rep_outs16, &regs, IO_STRING | IO_REP | 1, 3);
	expect_u64(td.seen[R15], 0x5678, "kvm-unit-tests: no OUTS");
	expect_u64(regs.rsi, (uintptr_t)buffer + 12, "OUTS: RSI");
}

static void check_mmio_loads(void)
{
	struct ve_registers regs = begin(ONES);

	do_mmio(ve_mmio_movsx8, &regs, EPT_LOAD);
	expect_u64(regs.rax, 0xFFFFFF88,
		   "EDK2: MOVSX takes the sign of what is not there yet");
	regs = begin(0);
	do_mmio(ve_mmio_movsx16, &regs, EPT_LOAD);
	expect_u64(regs.rax, 0xFFFFFFFFFFFF8788, "EDK2: MOVSX to 64 bits");
	regs = begin(ONES);
	do_mmio(ve_mmio_load16, &regs, EPT_LOAD);
	expect_u64(regs.rax, 0x8788, "Linux: MOVZX keeps the upper half");
	regs = begin(0);
	regs.rcx = 0x1111111111111111;
	do_mmio(ve_mmio_load_ch, &regs, EPT_LOAD);
	expect_u64(regs.rcx, 0x1111111111118811, "Asterinas: no AH to BH");
}

static void check_mmio_stores(void)
{
	struct ve_registers regs = begin(0);

	regs.rdx = 0x1111111111119211;
	do_mmio(ve_mmio_store_dh, &regs, EPT_STORE);
	expect_u64(td.seen[R15], 0x92, "Asterinas: no AH to BH");
	regs = begin(ONES);
	do_mmio(ve_mmio_store8, &regs, EPT_STORE);
	expect_u64(td.seen[R15], 0xFF,
		   "td-shim: shows 8 bytes where 1 was meant");
	/* That it goes on at the right place is what run() proves. */
	regs = begin(0);
	do_mmio(ve_mmio_constant, &regs, EPT_STORE);
	expect_u64(td.seen[R15], (uint64_t)-2,
		   "EDK2: C7 with REX.W has 8 bytes of constant");
	expect_u64(td.seen[R12], 8, "C7 with REX.W: size");
	regs = begin(0xA5);
	regs.rdi = POINTER;
	regs.rcx = 3;
	do_mmio(ve_mmio_stos8, &regs, EPT_STORE);
	expect_u64(td.calls, 3, "Linux, EDK2: no STOS");
	expect_u64(td.seen[R14], SHARED | (DEVICE + 2), "STOS: address");
}

static void expect_death(const struct ve_case *what, uint64_t reason,
			 uint64_t qualification, uint64_t gpa,
			 const char *text, const char *bug)
{
	struct ve_registers regs = begin(0);

	regs.rbx = POINTER + gpa % PAGE_SIZE - DEVICE % PAGE_SIZE;
	expect_true(!run(what, &regs, reason, qualification, 3, gpa), bug);
	expect_true(strncmp(fatal_text, text, strlen(text)) == 0, bug);
	expect_u64(td.calls, 0, bug);
}

static void check_refusals(void)
{
	/* Likewise VMCALL, which does not fault in all processes. */
	expect_death(ve_wbinvd, 54, 0, 0, "#VE: unexpected exit reason 0x36",
		     "td-shim: WBINVD for ever; EDK2: WBINVD is a NOP");
	expect_death(ve_mmio_load32, EPT, EPT_LOAD, DEVICE,
		     "#VE on private memory",
		     "Linux: private memory is read from the host");
	expect_death(ve_mmio_load32, EPT, EPT_LOAD, SHARED | 0x1FFE,
		     "MMIO: access crosses a page at 0xffff800000001ffe",
		     "Linux: the second page's access goes to the first");
	expect_death(ve_mmio_load32, EPT, EPT_LOAD, SHARED | 0x1FFD,
		     "MMIO: access crosses a page at 0xffff800000001ffd",
		     "by one byte");
	expect_death(ve_mmio_lock_add, EPT, EPT_LOAD, SHARED | DEVICE,
		     "MMIO: LOCK cannot be emulated: 0xf00103",
		     "LOCK is done without");
}

/* The last one that lies in its page. */
static void check_end_of_page(void)
{
	struct ve_registers regs = begin(0);

	regs.rbx = PAGING_SHARED_BASE + 0x1FFC;
	expect_true(run(ve_mmio_load32, &regs, EPT, EPT_LOAD, 0,
			SHARED | 0x1FFC), "end of the page");
	expect_u64(regs.rax, (uint32_t)ANSWER, "end of the page");
}

static void check_user_address(void)
{
	struct ve_registers regs = begin(0);

	/* Linux before 6.11: a program's mapping of a device. */
	regs.rbx = DEVICE;
	expect_true(!run(ve_mmio_load32, &regs, EPT, 0x101, 0,
			 SHARED | DEVICE), "Linux: MMIO of user space");
	expect_text(fatal_text, "MMIO: user-space address 0x1010",
		    "Linux: MMIO of user space");
}

static void check_hlt(void)
{
	struct ve_registers regs = begin(0);

	run(ve_hlt, &regs, 12, 0, 1, 0);
	expect_u64(td.seen[R12], 0,
		   "kvm-unit-tests: R12 says that interrupts are blocked");
	expect_true(td.is_after_sti,
		    "Asterinas, Linux 6.1: a wake-up before the HLT is lost");
}

/* CVE-2023-52874, Linux: what no leaf needs was seen by the host. */
static void check_leaks(void)
{
	struct ve_registers regs = begin(ONES);

	do_mmio(ve_mmio_store32, &regs, EPT_STORE);
	for (unsigned int i = 0; i < 16; i++)
		if (i < R10)
			expect_u64(td.seen[i], 0, td_register_names[i]);
	expect_u64(td.seen[R13], 1, "MMIO: direction");
	expect_u64(td.seen[R15], UINT32_MAX, "MMIO: value");
	regs = begin(0x40000001);
	regs.rcx = 7;
	run(ve_cpuid, &regs, 10, 0, 2, 0);
	expect_u64(td.seen[R12], 0x40000001, "CVM_eval: CPUID's leaf is lost");
	expect_u64(td.seen[R13], 7, "CPUID's subleaf");
	for (unsigned int i = 0; i < R10; i++)
		expect_u64(td.seen[i], 0, td_register_names[i]);
}

int main(void)
{
	run_init();
	buffer = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (buffer == MAP_FAILED)
		return 1;
	check_port_masks();
	check_string_io();
	check_mmio_loads();
	check_mmio_stores();
	check_refusals();
	check_end_of_page();
	check_user_address();
	check_hlt();
	check_leaks();
	return expect_result("ve_bugs");
}
