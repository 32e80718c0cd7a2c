/* SPDX-License-Identifier: MIT */
/*
 * Owns a GDT with segments for all modes, a TSS, an IDT whose every entry ends
 * the trial, and a window of linear addresses below 4 GiB (which 32-bit code
 * can reach) with page tables of its own.
 */
#include "tests/conformance/lib/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86/descriptors.h"
#include "kernel/page.h"
#include "tests/conformance/spec.h"

#define SELECTOR_CODE32 0x28
#define SELECTOR_USER_DATA 0x33
#define SELECTOR_USER_CODE64 0x3B
#define SELECTOR_USER_CODE32 0x43

#define WINDOW UINT64_C(0x80000000)
#define PAGE_KERNEL_CODE 400
#define PAGE_USER_CODE 401
#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_U BIT(2)
#define PTE_ADDRESS UINT64_C(0x000FFFFFFFFFF000)

#define INT3 0xCC
#define VECTOR_BP 3
#define IST_TRIAL 4
#define STACK_SIZE 4096
#define TSS_SIZE 104

_Static_assert(TRIAL_SELECTOR_DATA == SELECTOR_DATA, "trial.h");

struct gate {
	uint16_t offset_low, selector, attributes, offset_middle;
	uint32_t offset_high, reserved;
};
ASSERT_SIZE(struct gate, 16);

static struct {
	uint64_t gdt[9];
	uint8_t tss[TSS_SIZE];
	struct gate idt[256];
	uint64_t *pages;	/* the window's lowest table */
	uint8_t *kernel_code;
	uint8_t *user_code;
} own;

uint64_t shared_bit;

/* 1 to 3 for the kernel's #DF, NMI and #MC, then the trial's, then RSP0. */
static uint8_t stacks[5][STACK_SIZE] aligned(16);

static void give_up(const char *why)
{
	printf("trial: %s\nRESULT: FAILURE\n", why);
	exit(1);
}

static void *take_page(void)
{
	void *page = page_alloc(1);

	if (!page)
		give_up("no memory");
	return page;
}

static void set_stack(size_t at, unsigned int stack)
{
	const uint64_t top = (uintptr_t)stacks[stack] + STACK_SIZE;

	memcpy(own.tss + at, &top, sizeof(top));
}

static void load_gdt(void)
{
	const uint64_t tss = (uintptr_t)own.tss;
	const struct cpu_table_register gdtr = {
		.limit = sizeof(own.gdt) - 1,
		.base = (uintptr_t)own.gdt,
	};

	own.gdt[SELECTOR_CODE / 8] = 0x00AF9B000000FFFF;
	own.gdt[SELECTOR_DATA / 8] = 0x00CF93000000FFFF;
	own.gdt[SELECTOR_TSS / 8] = 0x0000890000000000 | (TSS_SIZE - 1) |
				    (tss & 0xFFFFFF) << 16 |
				    (tss >> 24 & 0xFF) << 56;
	own.gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
	own.gdt[SELECTOR_CODE32 / 8] = 0x00CF9B000000FFFF;
	own.gdt[SELECTOR_USER_DATA / 8] = 0x00CFF3000000FFFF;
	own.gdt[SELECTOR_USER_CODE64 / 8] = 0x00AFFB000000FFFF;
	own.gdt[SELECTOR_USER_CODE32 / 8] = 0x00CFFB000000FFFF;
	set_stack(0x04, 4);
	for (unsigned int ist = 1; ist <= IST_TRIAL; ist++)
		set_stack(0x24 + 8 * (ist - 1), ist - 1);
	own.tss[0x66] = TSS_SIZE;	/* no I/O bitmap */
	cpu_lgdt(&gdtr);
	cpu_ltr(SELECTOR_TSS);
}

static void fill_idt(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(own.idt); i++) {
		const uint64_t entry = (uintptr_t)trial_stubs +
				       i * TRIAL_STUB_SIZE;

		own.idt[i] = (struct gate){
			.offset_low = (uint16_t)entry,
			.selector = SELECTOR_CODE,
			.attributes = (uint16_t)(
				(i == VECTOR_BP ? 0xEE00 : 0x8E00) | IST_TRIAL),
			.offset_middle = (uint16_t)(entry >> 16),
			.offset_high = (uint32_t)(entry >> 32),
		};
	}
}

void trial_set_own_stack(unsigned int vector, bool is_own)
{
	struct gate *gate = &own.idt[vector];

	gate->attributes = (uint16_t)((gate->attributes & 0xFF00) |
				      (is_own ? 0 : IST_TRIAL));
}

static uint64_t *table_at(uint64_t entry)
{
	return (uint64_t *)(uintptr_t)(entry & PTE_ADDRESS);
}

static uint64_t new_table(void)
{
	return page_pa(take_page()) | PTE_P | PTE_W | PTE_U;
}

static void map_window(void)
{
	uint64_t *top = table_at(cpu_read_cr3());
	uint64_t *pdpt;
	uint64_t *entry;

	if (cpu_read_cr4() & CR4_LA57) {
		top[0] |= PTE_U;
		top = table_at(top[0]);
	}
	top[0] |= PTE_U;
	pdpt = table_at(top[0]);
	entry = &pdpt[WINDOW >> 30];
	if (*entry & PTE_P)
		give_up("the window is in use");
	*entry = new_table();
	entry = table_at(*entry);
	*entry = new_table();
	own.pages = table_at(*entry);
	cpu_write_cr3(cpu_read_cr3());
}

void trial_init(void)
{
	cpu_irq_disable();
	load_gdt();
	fill_idt();
	map_window();
	own.kernel_code = take_page();
	own.user_code = take_page();
	trial_map(PAGE_KERNEL_CODE, page_pa(own.kernel_code) | PTE_P);
	trial_map(PAGE_USER_CODE, page_pa(own.user_code) | PTE_P | PTE_U);
	shared_bit = vm_rd(GPAW) ? BIT(51) : BIT(47);
}

uint64_t trial_map(unsigned int page, uint64_t entry)
{
	const uint64_t address = WINDOW + page * PAGE_SIZE;

	own.pages[page] = entry;
	cpu_invlpg(address);
	return address;
}

void trial_fill(struct trial *trial)
{
	memset(trial, 0, sizeof(*trial));
	for (unsigned int i = 0; i < GPRS; i++)
		trial->gpr[i] = 0xA5C3000000005A3C +
				i * UINT64_C(0x0001010101010101);
	trial->rflags = FLAG_FIXED;
}

static bool is_user(enum trial_mode mode)
{
	return mode == TRIAL_USER64 || mode == TRIAL_USER32;
}

static void set_mode(struct trial *trial, enum trial_mode mode)
{
	static const uint16_t code[] = {
		[TRIAL_KERNEL64] = SELECTOR_CODE,
		[TRIAL_KERNEL32] = SELECTOR_CODE32,
		[TRIAL_USER64] = SELECTOR_USER_CODE64,
		[TRIAL_USER32] = SELECTOR_USER_CODE32,
		[TRIAL_NOWHERE] = TRIAL_BAD_SELECTOR,
	};

	trial->cs = code[mode];
	trial->ss = is_user(mode) ? SELECTOR_USER_DATA : SELECTOR_DATA;
	trial->rflags |= FLAG_FIXED;
	if (mode == TRIAL_KERNEL32 || mode == TRIAL_USER32)
		trial->gpr[RSP] = (uint32_t)trial->gpr[RSP];
}

void trial_run_mode(struct trial *trial, struct code code,
		    enum trial_mode mode)
{
	const struct cpu_table_register idtr = {
		.limit = sizeof(own.idt) - 1,
		.base = (uintptr_t)own.idt,
	};
	const uint64_t start = WINDOW +
		(is_user(mode) ? PAGE_USER_CODE : PAGE_KERNEL_CODE) * PAGE_SIZE;
	uint8_t *page = is_user(mode) ? own.user_code : own.kernel_code;
	const uint64_t flags = cpu_read_flags();
	struct cpu_table_register kernel;

	memset(page, INT3, 64);
	memcpy(page, code.bytes, code.size);
	set_mode(trial, mode);
	trial->rip = start;
	cpu_irq_disable();
	trial_sidt(&kernel);
	cpu_lidt(&idtr);
	trial_enter(trial);
	trial->cr2 = cpu_read_cr2();
	cpu_lidt(&kernel);
	if (flags & RFLAGS_IF)
		cpu_irq_enable();
	trial->offset = trial->rip - start;
	if (trial->vector == VECTOR_BP && trial->offset == code.size + 1) {
		trial->vector = COMPLETED;
		trial->offset = code.size;
	}
}

void trial_run(struct trial *trial, struct code code)
{
	trial_run_mode(trial, code, TRIAL_KERNEL64);
}

uint64_t trial_tdcall(struct trial *trial)
{
	trial_run(trial, CODE(TDCALL));
	if (trial->vector != COMPLETED)
		printf("trial: TDCALL ended with vector %lu\n", trial->vector);
	return trial->gpr[RAX];
}

uint64_t tdcall3(uint64_t rax, uint64_t rcx, uint64_t rdx)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = rax;
	trial.gpr[RCX] = rcx;
	trial.gpr[RDX] = rdx;
	return trial_tdcall(&trial);
}

struct ve_info trial_ve_info(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VP_VEINFO_GET;
	trial_tdcall(&trial);
	return (struct ve_info){
		.status = trial.gpr[RAX],
		.reason = trial.gpr[RCX],
		.qualification = trial.gpr[RDX],
		.gla = trial.gpr[R8],
		.gpa = trial.gpr[R9],
		.length = (uint32_t)trial.gpr[R10],
		.information = (uint32_t)(trial.gpr[R10] >> 32),
	};
}

uint64_t vm_rd(uint64_t field)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VM_RD;
	trial.gpr[RDX] = field;
	return trial_tdcall(&trial) ? UINT64_MAX : trial.gpr[R8];
}

void vm_rd_digest(uint64_t field, uint8_t digest[48])
{
	for (unsigned int i = 0; i < 6; i++) {
		const uint64_t word = vm_rd(field + i);

		memcpy(digest + 8 * i, &word, 8);
	}
}

uint64_t vmcall(struct trial *trial, uint64_t leaf, uint64_t r12,
		uint64_t r13, uint64_t r14)
{
	trial->gpr[RAX] = TDG_VP_VMCALL;
	trial->gpr[RCX] = 0xFC00;
	trial->gpr[R10] = 0;
	trial->gpr[R11] = leaf;
	trial->gpr[R12] = r12;
	trial->gpr[R13] = r13;
	trial->gpr[R14] = r14;
	trial_tdcall(trial);
	return trial->gpr[R10];
}

uint64_t trial_rdmsr(uint32_t msr, uint64_t *value)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = msr;
	trial_run(&trial, CODE("\x0F\x32"));
	*value = trial.gpr[RDX] << 32 | trial.gpr[RAX];
	return trial.vector;
}

uint64_t trial_wrmsr(uint32_t msr, uint64_t value)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = msr;
	trial.gpr[RAX] = (uint32_t)value;
	trial.gpr[RDX] = value >> 32;
	trial_run(&trial, CODE("\x0F\x30"));
	return trial.vector;
}
