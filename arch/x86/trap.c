/* SPDX-License-Identifier: MIT */
/*
 * Owns the GDT, the TSS, the IDT and the table of handlers. Exceptions run on
 * the current stack, except the three that may come when that stack cannot be
 * trusted: #DF (the stack may have overflowed), NMI and #MC (they may come at
 * any instruction). Each of those has a stack of its own.
 */
#include "arch/x86/trap.h"

#include "arch/x86/cpu.h"
#include "arch/x86/descriptors.h"
#include "arch/x86/extable.h"
#include "arch/x86/trap_entry.h"

#define IST_STACK_SIZE 4096
#define IST_STACKS 3
#define STUB_SIZE 16
#define GATE_INTERRUPT 0x8E00

struct packed tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map_base;
};
ASSERT_FIELD(struct tss, rsp, 0x04, 24);
ASSERT_FIELD(struct tss, ist, 0x24, 56);
ASSERT_FIELD(struct tss, io_map_base, 0x66, 2);
ASSERT_SIZE(struct tss, 0x68);

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t attributes;	/* IST index in 2:0 */
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};
ASSERT_FIELD(struct gate, selector, 2, 2);
ASSERT_FIELD(struct gate, attributes, 4, 2);
ASSERT_FIELD(struct gate, offset_middle, 6, 2);
ASSERT_FIELD(struct gate, offset_high, 8, 4);
ASSERT_SIZE(struct gate, 16);

static struct {
	uint64_t gdt[5];
	struct tss tss;
	struct gate idt[TRAP_VECTORS] aligned(16);
	trap_handler handlers[TRAP_VECTORS];
	trap_fatal_sink sink;
} trap;

static uint8_t ist_stacks[IST_STACKS][IST_STACK_SIZE] aligned(16);

static const char *const exception_names[] = {
	"divide error", "debug exception", "NMI", "breakpoint", "overflow",
	"bound range exceeded", "invalid opcode", "device not available",
	"double fault", "coprocessor overrun", "invalid TSS",
	"segment not present", "stack fault", "general protection",
	"page fault", "reserved exception", "x87 error", "alignment check",
	"machine check", "SIMD error", "virtualization exception",
	"control protection",
};

static void gdt_load(void)
{
	const uint64_t base = (uintptr_t)&trap.tss;
	struct cpu_table_register gdtr = {
		.limit = sizeof(trap.gdt) - 1,
		.base = (uintptr_t)trap.gdt,
	};

	trap.gdt[SELECTOR_CODE / 8] = 0x00AF9B000000FFFF;
	trap.gdt[SELECTOR_DATA / 8] = 0x00CF93000000FFFF;
	trap.gdt[SELECTOR_TSS / 8] = 0x0000890000000000 |
				     (sizeof(trap.tss) - 1) |
				     (base & 0xFFFFFF) << 16 |
				     (base >> 24 & 0xFF) << 56;
	trap.gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
	trap.tss.io_map_base = sizeof(trap.tss);
	for (unsigned int i = 0; i < IST_STACKS; i++)
		trap.tss.ist[i] = (uintptr_t)ist_stacks[i] + IST_STACK_SIZE;
	cpu_lgdt(&gdtr);
	trap_load_selectors();
	cpu_ltr(SELECTOR_TSS);
}

static unsigned int ist_of(unsigned int vector)
{
	switch (vector) {
	case TRAP_DF:
		return 1;
	case TRAP_NMI:
		return 2;
	case TRAP_MC:
		return 3;
	default:
		return 0;
	}
}

static void set_gate(unsigned int vector, uintptr_t entry)
{
	trap.idt[vector] = (struct gate){
		.offset_low = (uint16_t)entry,
		.selector = SELECTOR_CODE,
		.attributes = (uint16_t)(GATE_INTERRUPT | ist_of(vector)),
		.offset_middle = (uint16_t)(entry >> 16),
		.offset_high = (uint32_t)(entry >> 32),
	};
}

static void idt_load(void)
{
	struct cpu_table_register idtr = {
		.limit = sizeof(trap.idt) - 1,
		.base = (uintptr_t)trap.idt,
	};

	for (unsigned int i = 0; i < TRAP_VECTORS; i++)
		set_gate(i, (uintptr_t)trap_stubs + i * STUB_SIZE);
	cpu_lidt(&idtr);
}

void trap_init(void)
{
	cpu_irq_disable();
	gdt_load();
	idt_load();
}

void trap_set_handler(unsigned int vector, trap_handler handler)
{
	if (vector < TRAP_VECTORS)
		trap.handlers[vector] = handler;
}

void trap_set_entry(unsigned int vector, void (*entry)(void))
{
	if (vector < TRAP_VECTORS)
		set_gate(vector, (uintptr_t)entry);
}

void trap_set_fatal_sink(trap_fatal_sink sink)
{
	trap.sink = sink;
}

void trap_fatal(const struct trap_frame *frame, const char *what)
{
	if (trap.sink)
		trap.sink(frame, what);
	for (;;)
		cpu_undefined();
}

bool trap_fixup(struct trap_frame *frame)
{
	for (const struct extable_entry *entry = __extable_start;
	     entry < __extable_end; entry++) {
		const uint64_t fault = (uintptr_t)&entry->fault +
				       (uint64_t)(int64_t)entry->fault;

		if (fault != frame->rip)
			continue;
		frame->rip = (uintptr_t)&entry->fixup +
			     (uint64_t)(int64_t)entry->fixup;
		return true;
	}
	return false;
}

/* Caused by the instruction itself; NMI and #MC can hit any. */
static bool is_fixable(uint64_t vector)
{
	return vector == TRAP_UD || vector == TRAP_GP || vector == TRAP_PF;
}

void trap_dispatch(struct trap_frame *frame)
{
	const uint64_t vector = frame->vector % TRAP_VECTORS;
	const char *what = "unexpected interrupt";

	/* Handlers see only what nobody was prepared for. */
	if (is_fixable(vector) && trap_fixup(frame))
		return;
	if (trap.handlers[vector]) {
		trap.handlers[vector](frame);
		return;
	}
	if (vector < ARRAY_SIZE(exception_names))
		what = exception_names[vector];
	trap_fatal(frame, what);
}
