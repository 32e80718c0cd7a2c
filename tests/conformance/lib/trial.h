/* SPDX-License-Identifier: MIT */
/*
 * Executes a few bytes of code with every register under control and says
 * how it ended: completed, or the vector that came instead, with all
 * registers at that moment. The code runs in any of the modes below, with
 * interrupts off unless the trial's RFLAGS say otherwise; the kernel's IDT is
 * out of the way meanwhile, so no handler can hide what happened.
 */
#ifndef TESTS_CONFORMANCE_LIB_TRIAL_H
#define TESTS_CONFORMANCE_LIB_TRIAL_H

#define TRIAL_GPR 0x00
#define TRIAL_RIP 0x80
#define TRIAL_CS 0x88
#define TRIAL_RFLAGS 0x90
#define TRIAL_SS 0x98
#define TRIAL_VECTOR 0xA0
#define TRIAL_ERROR 0xA8
#define TRIAL_STACK 0xB0
#define TRIAL_RSP 4
#define TRIAL_STUB_SIZE 16

#define TRIAL_SELECTOR_DATA 0x10
/* Behind the end of the GDT. */
#define TRIAL_BAD_SELECTOR 0xFFF8

#ifndef __ASSEMBLER__
#include "arch/x86/cpu.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* In the order of the encoding. */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI,
       R8, R9, R10, R11, R12, R13, R14, R15, GPRS };

enum trial_mode {
	TRIAL_KERNEL64,
	TRIAL_KERNEL32,		/* compatibility mode at CPL 0 */
	TRIAL_USER64,
	TRIAL_USER32,
	TRIAL_NOWHERE,		/* no mode: the IRET itself faults */
};

/* Instead of a vector: all of the code was executed. */
#define COMPLETED UINT64_C(0xD03E)

#define VECTOR_DB 1
#define VECTOR_NMI 2
#define VECTOR_UD 6
#define VECTOR_DF 8
#define VECTOR_GP 13
#define VECTOR_PF 14
#define VECTOR_VE 20

#define FLAG_FIXED BIT(1)
#define FLAG_TF BIT(8)
#define FLAG_IF BIT(9)
#define FLAG_IOPL3 (BIT(12) | BIT(13))
#define FLAG_RF BIT(16)
#define FLAG_AC BIT(18)

/* Registers before, and after; the selectors are trial_run()'s. */
struct trial {
	uint64_t gpr[GPRS];
	uint64_t rip, cs, rflags, ss;
	uint64_t vector, error;
	uint64_t stack;		/* if not 0: of the IRET that begins it */
	uint64_t cr2;
	uint64_t offset;	/* of RIP from the start of the code */
};
ASSERT_FIELD(struct trial, gpr, TRIAL_GPR, 128);
ASSERT_FIELD(struct trial, rip, TRIAL_RIP, 8);
ASSERT_FIELD(struct trial, cs, TRIAL_CS, 8);
ASSERT_FIELD(struct trial, rflags, TRIAL_RFLAGS, 8);
ASSERT_FIELD(struct trial, ss, TRIAL_SS, 8);
ASSERT_FIELD(struct trial, vector, TRIAL_VECTOR, 8);
ASSERT_FIELD(struct trial, error, TRIAL_ERROR, 8);
ASSERT_FIELD(struct trial, stack, TRIAL_STACK, 8);

/* Code as bytes: a string without its NUL, and its length. */
struct code {
	const char *bytes;
	size_t size;
};
#define CODE(text) ((struct code){ (text), sizeof(text) - 1 })
#define TDCALL "\x66\x0F\x01\xCC"

/* Takes over GDT and TSS, maps the pages for code. Call first. */
void trial_init(void);

/* A different value in every register, RSP included; RFLAGS plain. */
void trial_fill(struct trial *trial);
void trial_run_mode(struct trial *trial, struct code code,
		    enum trial_mode mode);
void trial_run(struct trial *trial, struct code code);

/*
 * A page of the trial's own window, 0 to 399: entry is a leaf of the page
 * tables, with its bits. Returns the linear address.
 */
uint64_t trial_map(unsigned int page, uint64_t entry);

/*
 * Is the vector handled on the stack in use, the trial's own, when it comes at
 * CPL 0? At first none is: all have one that is always there.
 */
void trial_set_own_stack(unsigned int vector, bool is_own);

/* What TDG.VP.VEINFO.GET says, status first. */
struct ve_info {
	uint64_t status, reason, qualification, gla, gpa;
	uint32_t length, information;
};
struct ve_info trial_ve_info(void);

/* One TDCALL with the trial's registers; returns RAX. */
uint64_t trial_tdcall(struct trial *trial);
/* One TDCALL with all but these zero; returns RAX. */
uint64_t tdcall3(uint64_t rax, uint64_t rcx, uint64_t rdx);

/* TDG.VM.RD of the TD's own field; all ones on failure. */
uint64_t vm_rd(uint64_t field);
/* The six elements of a field that is a SHA-384. */
void vm_rd_digest(uint64_t field, uint8_t digest[48]);
/* The bit that makes an address shared; after trial_init(). */
extern uint64_t shared_bit;

/*
 * TDG.VP.VMCALL with R10 = 0 and R10 to R15 exposed; R15 is the caller's to
 * set before. Returns R10; RAX, which must be 0, is in trial.
 */
uint64_t vmcall(struct trial *trial, uint64_t leaf, uint64_t r12,
		uint64_t r13, uint64_t r14);

/* The instructions; how each ended, a vector or COMPLETED. */
uint64_t trial_rdmsr(uint32_t msr, uint64_t *value);
uint64_t trial_wrmsr(uint32_t msr, uint64_t value);

/* Where vector n is handled: TRIAL_STUB_SIZE bytes each. */
extern const uint8_t trial_stubs[];
/* For trial.c alone: raw.S. */
void trial_enter(struct trial *trial);
void trial_sidt(struct cpu_table_register *idtr);
#endif

#endif
