/* SPDX-License-Identifier: MIT */
/*
 * One instruction, or one call, between two readings of the TSC. What stands
 * between the readings besides is always the same, so that probe_empty costs
 * what is to be subtracted. Part of every kernel's objects; the linker drops
 * it from programs that measure nothing.
 *
 * SDM, RDTSC and RDTSCP: LFENCE before the first reading lets all that came
 * before complete, LFENCE after it keeps what is measured behind it; RDTSCP
 * waits for what is measured, LFENCE after it holds back what follows.
 */
#ifndef ARCH_X86_PROBE_H
#define ARCH_X86_PROBE_H

#define PROBE_CODE 0x00
#define PROBE_RAX 0x08
#define PROBE_RBX 0x10
#define PROBE_RCX 0x18
#define PROBE_RDX 0x20
#define PROBE_RSI 0x28
#define PROBE_RDI 0x30
#define PROBE_START 0x38
#define PROBE_END 0x40
#define PROBE_RESULT 0x48
#define PROBE_SIZE 0x50

#ifndef __ASSEMBLER__
#include "lib/compiler.h"
#include "lib/types.h"

struct probe {
	const void *code;	/* one of probe_*[] below */
	uint64_t rax, rbx, rcx, rdx, rsi, rdi;	/* what it starts with */
	/* Afterwards: */
	uint64_t start, end;	/* TSC */
	uint64_t result;	/* RAX */
};
ASSERT_FIELD(struct probe, code, PROBE_CODE, 8);
ASSERT_FIELD(struct probe, rax, PROBE_RAX, 8);
ASSERT_FIELD(struct probe, rbx, PROBE_RBX, 8);
ASSERT_FIELD(struct probe, rcx, PROBE_RCX, 8);
ASSERT_FIELD(struct probe, rdx, PROBE_RDX, 8);
ASSERT_FIELD(struct probe, rsi, PROBE_RSI, 8);
ASSERT_FIELD(struct probe, rdi, PROBE_RDI, 8);
ASSERT_FIELD(struct probe, start, PROBE_START, 8);
ASSERT_FIELD(struct probe, end, PROBE_END, 8);
ASSERT_FIELD(struct probe, result, PROBE_RESULT, 8);
ASSERT_SIZE(struct probe, PROBE_SIZE);

/* Nothing, and so many NOPs. */
extern const char probe_empty[], probe_nop1[], probe_nop10[];
extern const char probe_nop100[], probe_nop1000[];
/* The instruction; operands as it wants them. */
extern const char probe_cpuid[], probe_rdmsr[], probe_wrmsr[];
extern const char probe_in8[], probe_out8[], probe_rep_outs8[];
extern const char probe_load32[];	/* EAX = (RDI) */
extern const char probe_store32[];	/* (RDI) = EAX */
/* STI; HLT; CLI */
extern const char probe_halt[];
/* CALL *RBX with RDI, RSI, RDX, RCX as a C function's arguments. */
extern const char probe_call[];
/*
 * Likewise, and WRMSR, with interrupts on; both wait for probe_irq_tsc to
 * change, but not for ever, and turn interrupts off again.
 */
extern const char probe_call_irq[], probe_wrmsr_irq[];

/* Runs it. Interrupts off: they stay off but where the code turns them on. */
void probe_run(struct probe *probe);

/* An IDT entry that notes the TSC and acknowledges the interrupt. */
void probe_irq_entry(void);
extern volatile uint64_t probe_irq_tsc;
#endif

#endif
