/* SPDX-License-Identifier: MIT */
/*
 * #VE for device memory: each MOV is executed twice, by the CPU on private
 * memory and by the #VE handler on a device's, and must leave the same
 * registers, flags and bytes. The device is q35's chipset configuration,
 * which keeps what is written to it; it is looked at by direct TDVMCALLs.
 * gpaw: 48 52
 */
#include "arch/x86/cpu.h"
#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define DEVICE UINT64_C(0xFED1C000)
#define SCRATCH (DEVICE + 0x100)	/* 0x120 in ve_cases.S */
#define WORDS 8
#define MIDDLE 4
/* The arithmetic flags: none may change. */
#define FLAGS 0x8D5
#define PATTERN UINT64_C(0xF1E2D3C4B5A69788)

static _Alignas(64) uint64_t memory[WORDS];

static void fill_device(void)
{
	for (unsigned int i = 0; i < WORDS; i++)
		tdx_mmio_write(SCRATCH + 8 * i, 8, PATTERN + i * 0x1111);
}

static void fill_memory(void)
{
	for (unsigned int i = 0; i < WORDS; i++)
		memory[i] = PATTERN + i * 0x1111;
}

/* The device keeps all sizes: else nothing below means anything. */
static void check_device(void)
{
	fill_device();
	tdx_mmio_write(SCRATCH + 1, 1, 0x5A);
	tdx_mmio_write(SCRATCH + 2, 2, 0x1234);
	tdx_mmio_write(SCRATCH + 4, 4, 0x89ABCDEF);
	CHECK_EQUAL(tdx_mmio_read(SCRATCH, 8), 0x89ABCDEF12345A88);
	CHECK_EQUAL(tdx_mmio_read(SCRATCH + 1, 1), 0x5A);
	CHECK_EQUAL(tdx_mmio_read(SCRATCH + 2, 2), 0x1234);
	CHECK_EQUAL(tdx_mmio_read(SCRATCH + 4, 4), 0x89ABCDEF);
}

static struct ve_registers initial(uint64_t address, bool has_flags)
{
	return (struct ve_registers){
		.rax = 0xA1A2A3A4A5A6A7A8, .rcx = 0xC1C2C3C4C5C6C7C8,
		.rdx = 0xD1D2D3D4D5D6D7D8, .rbx = address, .rbp = address,
		.rsi = 8, .rdi = (uint64_t)-8,
		.r8 = 0x0808080808080808, .r9 = 0x99989796959493F2,
		.r10 = 0x1010101010101010, .r11 = 0xB1B2B3B4B5B6B7B8,
		.r12 = address, .r13 = address,
		.r14 = 0xE1E2E3E4E5E6E7E8, .r15 = 0xFFFEFDFCFBFAF9F8,
		.rflags = cpu_read_flags() | (has_flags ? FLAGS : 0),
	};
}

/* Runs what at address; the registers afterwards, as if address were 0. */
static struct ve_registers run(const struct ve_case *what, uint64_t address,
			       bool has_flags)
{
	struct ve_registers regs = initial(address, has_flags);

	cpu_wrmsr(MSR_GS_BASE, address);
	ve_case_run(what, &regs);
	cpu_wrmsr(MSR_GS_BASE, 0);
	regs.rbx -= address;
	regs.rbp -= address;
	regs.r12 -= address;
	regs.r13 -= address;
	return regs;
}

static void check_same(const char *text, const struct ve_registers *got,
		       const struct ve_registers *want)
{
	const uint64_t *g = (const uint64_t *)got;
	const uint64_t *w = (const uint64_t *)want;
	bool is_same = true;

	for (size_t i = 0; i < sizeof(*got) / 8; i++)
		is_same &= check_equal(g[i], w[i], "register", text, (int)i);
	for (unsigned int i = 0; i < WORDS; i++)
		is_same &= check_equal(tdx_mmio_read(SCRATCH + 8 * i, 8),
				       memory[i], "memory", text, (int)i);
	if (!is_same)
		printf("FAILED: %s\n", text);
}

/* what at the device against plain at memory. */
static void check_case(const struct ve_case *what, const struct ve_case *plain,
		       bool has_flags)
{
	const uint64_t device = (uintptr_t)paging_shared_pointer(SCRATCH) +
				8 * MIDDLE;
	const uint64_t ve_before = tdx_count(TDX_COUNT_VE_MMIO);
	struct ve_registers got;
	struct ve_registers want;

	fill_memory();
	want = run(plain, (uintptr_t)&memory[MIDDLE], has_flags);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_MMIO), ve_before);
	fill_device();
	got = run(what, device, has_flags);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_MMIO), ve_before + 1);
	check_same(ve_case_text(what), &got, &want);
}

int main(void)
{
	CHECK_EQUAL(paging_map_shared(DEVICE, DEVICE + PAGE_SIZE), 0);
	check_device();
	for (const struct ve_case *what = ve_mmio_cases;
	     what < ve_mmio_cases_end; what++) {
		check_case(what, what, false);
		check_case(what, what, true);
	}
	for (const struct ve_case *what = ve_moffs_cases;
	     what < ve_moffs_cases_end; what += 2)
		check_case(what, what + 1, true);
	return check_verdict();
}
