/* SPDX-License-Identifier: MIT */
/*
 * An observer: a guest that fills its registers and memory with canaries must
 * show none of them, neither in a TDVMCALL nor in memory that is shared.
 */
#include "emu/lies/lies.h"

#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/layout.h"
#include "emu/lies/parts.h"

/* In either half of a word. */
#define CANARY UINT32_C(0xca4a12ca)

static bool is_canary(uint64_t word)
{
	return (uint32_t)word == CANARY || word >> 32 == CANARY;
}

/* Bits of a value above what the access is wide. */
static bool is_too_wide(const struct vp_registers *regs)
{
	const bool is_write = regs->r13 == TDVMCALL_DIRECTION_WRITE;

	switch (regs->r11) {
	case TDVMCALL_IO:
	case TDVMCALL_REQUEST_MMIO:
		return is_write && regs->r12 < 8 &&
		       regs->r15 >> (8 * regs->r12);
	case TDVMCALL_CPUID:
		return (regs->r12 | regs->r13) >> 32;
	case TDVMCALL_RDMSR:
	case TDVMCALL_WRMSR:
		return regs->r12 >> 32;
	default:
		return false;
	}
}

void lies_look_at_registers(const struct vp_registers *regs)
{
	static const char *const names[] = {
		"rdx", "rbx", "rbp", "rsi", "rdi", "r8", "r9",
		"r10", "r11", "r12", "r13", "r14", "r15",
	};
	const uint64_t values[] = {
		regs->rdx, regs->rbx, regs->rbp, regs->rsi, regs->rdi,
		regs->r8, regs->r9, regs->r10, regs->r11, regs->r12,
		regs->r13, regs->r14, regs->r15,
	};

	if (regs->rcx >> 16)
		emu_stop(EMU_EXIT_RULE_BROKEN,
			 "canaries: XMM registers are shown: %lx", regs->rcx);
	if (!regs->r10 && is_too_wide(regs))
		emu_stop(EMU_EXIT_RULE_BROKEN, "canaries: leaf %lx shows more "
			 "than was asked for: r12 %lx, r13 %lx, r15 %lx",
			 regs->r11, regs->r12, regs->r13, regs->r15);
	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++) {
		if (is_canary(values[i]))
			emu_stop(EMU_EXIT_RULE_BROKEN,
				 "canaries: leaf %lx shows %s = %lx", regs->r11,
				 names[i], values[i]);
	}
}

void lies_look_at_memory(void)
{
	for (paddr_t at = 0; at < vmm_config.ram_size; at += 8) {
		const uint64_t *word;

		if (!vmm_is_ram(at) || (at >= 0xa0000 && at < 0x100000))
			continue;
		word = memory_at(at);
		if (is_canary(*word))
			emu_stop(EMU_EXIT_RULE_BROKEN,
				 "canaries: shared memory has %lx at %lx",
				 *word, at);
	}
}
