/* SPDX-License-Identifier: MIT */
/*
 * The stack frame that every interrupt and exception entry builds. The asm
 * stubs use the FRAME_ offsets; the asserts keep both views equal.
 */
#ifndef ARCH_X86_FRAME_H
#define ARCH_X86_FRAME_H

#define FRAME_R15 0x00
#define FRAME_R14 0x08
#define FRAME_R13 0x10
#define FRAME_R12 0x18
#define FRAME_R11 0x20
#define FRAME_R10 0x28
#define FRAME_R9 0x30
#define FRAME_R8 0x38
#define FRAME_RBP 0x40
#define FRAME_RDI 0x48
#define FRAME_RSI 0x50
#define FRAME_RDX 0x58
#define FRAME_RCX 0x60
#define FRAME_RBX 0x68
#define FRAME_RAX 0x70
#define FRAME_VECTOR 0x78
#define FRAME_ERROR_CODE 0x80
#define FRAME_RIP 0x88
#define FRAME_CS 0x90
#define FRAME_RFLAGS 0x98
#define FRAME_RSP 0xA0
#define FRAME_SS 0xA8
#define FRAME_SIZE 0xB0

#ifndef __ASSEMBLER__
#include "lib/compiler.h"
#include "lib/types.h"

struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector;
	uint64_t error_code;	/* 0 where the CPU pushes none */
	uint64_t rip, cs, rflags, rsp, ss;
};

ASSERT_FIELD(struct trap_frame, r15, FRAME_R15, 8);
ASSERT_FIELD(struct trap_frame, r14, FRAME_R14, 8);
ASSERT_FIELD(struct trap_frame, r13, FRAME_R13, 8);
ASSERT_FIELD(struct trap_frame, r12, FRAME_R12, 8);
ASSERT_FIELD(struct trap_frame, r11, FRAME_R11, 8);
ASSERT_FIELD(struct trap_frame, r10, FRAME_R10, 8);
ASSERT_FIELD(struct trap_frame, r9, FRAME_R9, 8);
ASSERT_FIELD(struct trap_frame, r8, FRAME_R8, 8);
ASSERT_FIELD(struct trap_frame, rbp, FRAME_RBP, 8);
ASSERT_FIELD(struct trap_frame, rdi, FRAME_RDI, 8);
ASSERT_FIELD(struct trap_frame, rsi, FRAME_RSI, 8);
ASSERT_FIELD(struct trap_frame, rdx, FRAME_RDX, 8);
ASSERT_FIELD(struct trap_frame, rcx, FRAME_RCX, 8);
ASSERT_FIELD(struct trap_frame, rbx, FRAME_RBX, 8);
ASSERT_FIELD(struct trap_frame, rax, FRAME_RAX, 8);
ASSERT_FIELD(struct trap_frame, vector, FRAME_VECTOR, 8);
ASSERT_FIELD(struct trap_frame, error_code, FRAME_ERROR_CODE, 8);
ASSERT_FIELD(struct trap_frame, rip, FRAME_RIP, 8);
ASSERT_FIELD(struct trap_frame, cs, FRAME_CS, 8);
ASSERT_FIELD(struct trap_frame, rflags, FRAME_RFLAGS, 8);
ASSERT_FIELD(struct trap_frame, rsp, FRAME_RSP, 8);
ASSERT_FIELD(struct trap_frame, ss, FRAME_SS, 8);
ASSERT_SIZE(struct trap_frame, FRAME_SIZE);
#endif

#endif
