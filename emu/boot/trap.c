/* SPDX-License-Identifier: MIT */
/*
 * Descriptor tables. An exception in the emulator is its own bug and ends it,
 * but for instructions that the table of fix-ups names (emu/emu.ld);
 * interrupts belong to the host half, which takes them only where it asks to.
 */
#include "emu/boot/trap.h"

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/layout.h"

#define CODE_SELECTOR 0x18
#define GATE_INTERRUPT 0x8e00

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};
ASSERT_SIZE(struct gate, 16);

struct packed descriptor {
	uint16_t limit;
	uint64_t base;
};
ASSERT_SIZE(struct descriptor, 10);

static struct gate idt[256] aligned(16);
static const uint64_t gdt[] aligned(16) = {
	0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff,
};
static void (*interrupt_handler)(unsigned int vector);

void trap_init(void (*handler)(unsigned int vector))
{
	interrupt_handler = handler;
	for (unsigned int i = 0; i < ARRAY_SIZE(idt); i++) {
		const uint64_t stub = (uintptr_t)trap_stubs + 16 * i;

		idt[i] = (struct gate){
			.offset_low = (uint16_t)stub,
			.selector = CODE_SELECTOR,
			.type = GATE_INTERRUPT,
			.offset_middle = (uint16_t)(stub >> 16),
			.offset_high = (uint32_t)(stub >> 32),
		};
	}
	trap_load();
}

void trap_load(void)
{
	const struct descriptor gdtr = { sizeof(gdt) - 1, (uintptr_t)gdt };
	const struct descriptor idtr = { sizeof(idt) - 1, (uintptr_t)idt };

	cpu_load_gdt(&gdtr);
	cpu_load_idt(&idtr);
}

static bool fix_up(struct trap_frame *frame)
{
	for (const struct trap_fixup *fixup = trap_fixups;
	     fixup < trap_fixups_end; fixup++) {
		if (fixup->at != frame->rip)
			continue;
		frame->rax = frame->vector;
		frame->rip = fixup->to;
		return true;
	}
	return false;
}

void trap_dispatch(struct trap_frame *frame)
{
	if (frame->vector >= TRAP_VECTOR_TICK) {
		interrupt_handler((unsigned int)frame->vector);
		return;
	}
	if (fix_up(frame))
		return;
	emu_fail("exception %lu in the emulator: rip %lx error %lx cr2 %lx "
		 "rsp %lx", frame->vector, frame->rip, frame->error_code,
		 cpu_read_cr2(), frame->rsp);
}
