/* SPDX-License-Identifier: MIT */
/*
 * NMIs. A TD's come from the host alone, whenever it likes, and mean nothing:
 * they are counted. The module sends none while VE_INFO is valid, and this
 * handler causes no #VE: its IRET, and not that of a #VE handler inside, is
 * what lets the next NMI come, so that two never share the stack.
 *
 * One place needs care. STI; TDCALL and STI; HLT are safe halts because no
 * interrupt comes in between. An NMI may, on some CPUs, and its IRET would end
 * the shadow of the STI: the interrupt that is waited for would come before
 * the halt, and the halt would wait for another one.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/image.h"
#include "arch/x86/tdx/call.h"
#include "arch/x86/trap.h"

#define OPCODE_STI 0xFB
#define OPCODE_HLT 0xF4
#define TDCALL_SIZE 4

static bool is_halt(const uint8_t *code)
{
	static const uint8_t tdcall[TDCALL_SIZE] = { 0x66, 0x0F, 0x01, 0xCC };

	for (size_t i = 0; i < sizeof(tdcall); i++)
		if (code[i] != tdcall[i])
			return code[0] == OPCODE_HLT;
	return true;
}

static bool is_between_sti_and_halt(const struct trap_frame *frame)
{
	const uint8_t *code = (const uint8_t *)(uintptr_t)frame->rip;

	return (frame->rflags & RFLAGS_IF) && code > __text_start &&
	       code + TDCALL_SIZE <= __text_end && code[-1] == OPCODE_STI &&
	       is_halt(code);
}

static void handle_nmi(struct trap_frame *frame)
{
	tdx_count_up(TDX_COUNT_NMI);
	if (!is_between_sti_and_halt(frame))
		return;
	/* Back to the STI. It has no other effect, and none at all where its
	 * byte is the end of another instruction, with interrupts on. */
	frame->rip--;
	frame->rflags &= ~RFLAGS_IF;
	tdx_count_up(TDX_COUNT_NMI_AT_HALT);
}

void tdx_nmi_init(void)
{
	trap_set_handler(TRAP_NMI, handle_nmi);
}
