/* SPDX-License-Identifier: MIT */
/*
 * The same instruction twice: by the CPU on private memory, and by the #VE
 * handler on a device. Registers, flags, the next instruction and what memory
 * and device hold must be the same. The device is q35's chipset configuration,
 * which keeps what is written to it; it is filled and looked at by direct
 * TDVMCALLs.
 */
#ifndef TESTS_GUEST_VE_DIFF_H
#define TESTS_GUEST_VE_DIFF_H

#include "arch/x86/cpu.h"
#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define DIFF_DEVICE UINT64_C(0xFED1C000)
#define DIFF_OFFSET 0x100
/* Words of 8 bytes, and the one that instructions call address. */
#define DIFF_WORDS 16
#define DIFF_MIDDLE 8
/* The arithmetic flags. */
#define DIFF_FLAGS 0x8D5
/* What words and registers hold: see diff_word() and diff_start(). */
#define DIFF_VARIANTS 4

extern const struct ve_case ve_diff_moves[], ve_diff_moves_end[];
extern const struct ve_case ve_diff_arithmetic[], ve_diff_arithmetic_end[];
extern const struct ve_case ve_diff_strings[], ve_diff_strings_end[];
extern const struct ve_case ve_diff_sse[], ve_diff_sse_end[];
extern const struct ve_case ve_diff_avx[], ve_diff_avx_end[];
/* REP MOVSB, REP MOVSL, MOVSQ, REP INSB, REP OUTSB */
extern const struct ve_case ve_diff_faults[];
/* Instructions with entries in the exception table; false: not done. */
bool ve_diff_write_safe(volatile void *to, uint32_t value);
/* What is left to copy. */
size_t ve_diff_copy_safe(void *to, const volatile void *from, size_t size);
/* Where the last of them returned to, on the way to ve_case_done. */
extern uint64_t ve_diff_end;
extern const uint8_t ve_diff_anchor[];

/* 16 registers of 32 bytes, all loaded before and stored after what. */
void ve_diff_run_sse(const struct ve_case *what, struct ve_registers *regs,
		     uint64_t *vectors);
void ve_diff_run_avx(const struct ve_case *what, struct ve_registers *regs,
		     uint64_t *vectors);

static uint8_t diff_room[2 * 65536];
static unsigned int diff_cases;

static inline uint64_t diff_device(void)
{
	return (uintptr_t)paging_shared_pointer(DIFF_DEVICE + DIFF_OFFSET);
}

/* Its lower 16 bits are the device's: also after they were loaded to BH. */
static inline uint64_t *diff_memory(void)
{
	const uint64_t low = (uint16_t)(DIFF_DEVICE + DIFF_OFFSET);
	const uint64_t start = (uintptr_t)diff_room;

	return (uint64_t *)(align_up(start - low, 65536) + low);
}

static inline uint64_t diff_word(unsigned int i, unsigned int variant)
{
	switch (variant) {
	case 0:
		return 0xF1E2D3C4B5A69788 + i * 0x1111;
	case 1:
		return 0x7FFF80008001807F - i;
	case 2:
		return 0;
	default:
		return UINT64_MAX;
	}
}

static inline void diff_fill(unsigned int variant)
{
	for (unsigned int i = 0; i < DIFF_WORDS; i++) {
		const paddr_t at = DIFF_DEVICE + DIFF_OFFSET + 8 * i;

		diff_memory()[i] = diff_word(i, variant);
		tdx_mmio_write(at, 8, diff_word(i, variant));
	}
}

static inline struct ve_registers diff_start(uint64_t address,
					     unsigned int variant)
{
	const uint64_t value = diff_word(5, variant);

	return (struct ve_registers){
		.rax = variant < 3 ? 0xA1A2A3A4A5A6A7A8 : 1,
		.rcx = value, .rdx = variant & 1 ? UINT64_MAX : ~value,
		.rbx = address, .rbp = address,
		.rsi = 8, .rdi = (uint64_t)-8,
		.r8 = 0xFFFFFFFF00000008, .r9 = 0x99989796FFFFFFF8,
		.r10 = value ^ BIT(63), .r11 = variant & 1 ? 1 : -value,
		.r12 = address, .r13 = address,
		.r14 = (uintptr_t)ve_diff_anchor, .r15 = 16,
		/* Interrupts are off: FS is not the thread's. */
		.rflags = 2 | (variant & 1 ? DIFF_FLAGS : 0),
	};
}

/* GS is at address, FS where ve_diff_anchor is there. */
static inline void diff_run(const struct ve_case *what,
			    struct ve_registers *regs, uint64_t address,
			    uint64_t *vectors, bool is_avx)
{
	const uint64_t thread = cpu_rdmsr(MSR_FS_BASE);
	const uint64_t flags = cpu_read_flags();

	cpu_irq_disable();
	cpu_wrmsr(MSR_GS_BASE, address);
	cpu_write_fs_base(address - (uintptr_t)ve_diff_anchor);
	if (!vectors)
		ve_case_run(what, regs);
	else if (is_avx)
		ve_diff_run_avx(what, regs, vectors);
	else
		ve_diff_run_sse(what, regs, vectors);
	cpu_write_fs_base(thread);
	cpu_wrmsr(MSR_GS_BASE, 0);
	if (flags & RFLAGS_IF)
		cpu_irq_enable();
}

/* A register that holds an address, or was computed from one. */
static inline bool diff_is_same(uint64_t got, uint64_t want, uint64_t device,
				uint64_t memory)
{
	return got == want || got - device == want - memory;
}

static inline bool diff_compare(const struct ve_registers *got,
				const struct ve_registers *want)
{
	const uint64_t device = diff_device() + 8 * DIFF_MIDDLE;
	const uint64_t memory = (uintptr_t)&diff_memory()[DIFF_MIDDLE];
	const uint64_t *g = (const uint64_t *)got;
	const uint64_t *w = (const uint64_t *)want;
	bool is_same = true;

	for (unsigned int i = 0; i < sizeof(*got) / 8; i++) {
		if (diff_is_same(g[i], w[i], device, memory))
			continue;
		is_same = check_equal(g[i], w[i], "register", __FILE__,
				      (int)i);
	}
	return is_same;
}

/* The word is made what it was, too. */
static inline bool diff_compare_word(unsigned int i, unsigned int variant)
{
	const paddr_t at = DIFF_DEVICE + DIFF_OFFSET + 8 * i;
	const uint64_t want = diff_memory()[i];
	const uint64_t got = tdx_mmio_read(at, 8);
	const uint64_t was = diff_word(i, variant);

	diff_memory()[i] = was;
	if (got != was)
		tdx_mmio_write(at, 8, was);
	return check_equal(got, want, "memory", __FILE__, (int)i);
}

static inline void diff_case(const struct ve_case *what, unsigned int variant,
			     uint64_t *vectors, bool is_avx)
{
	const uint64_t before = tdx_count(TDX_COUNT_VE_MMIO);
	const uint64_t device = diff_device() + 8 * DIFF_MIDDLE;
	const uint64_t memory = (uintptr_t)&diff_memory()[DIFF_MIDDLE];
	struct ve_registers want = diff_start(memory, variant);
	struct ve_registers got = diff_start(device, variant);
	uint64_t *got_vectors = vectors ? vectors + 64 : NULL;
	uint64_t end;
	bool is_same;

	diff_run(what, &want, memory, vectors, is_avx);
	end = ve_diff_end;
	is_same = CHECK_EQUAL(tdx_count(TDX_COUNT_VE_MMIO), before);
	diff_run(what, &got, device, got_vectors, is_avx);
	is_same &= CHECK_EQUAL(tdx_count(TDX_COUNT_VE_MMIO), before + 1);
	is_same &= CHECK_EQUAL(ve_diff_end, end);
	is_same &= diff_compare(&got, &want);
	for (unsigned int i = 0; i < DIFF_WORDS; i++)
		is_same &= diff_compare_word(i, variant);
	diff_cases++;
	if (!is_same)
		printf("FAILED: %s, variant %u\n", ve_case_text(what),
		       variant);
}

static inline void diff_table(const struct ve_case *start,
			      const struct ve_case *end)
{
	for (unsigned int variant = 0; variant < DIFF_VARIANTS; variant++) {
		diff_fill(variant);
		for (const struct ve_case *what = start; what < end; what++)
			diff_case(what, variant, NULL, false);
	}
	printf("%u instructions, executed %u times on memory and device\n",
	       (unsigned int)(end - start), diff_cases);
}

#endif
