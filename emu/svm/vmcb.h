/* SPDX-License-Identifier: MIT */
/*
 * The virtual machine control block (AMD64 Architecture Programmer's Manual,
 * volume 2, Layout of VMCB): what the emulator needs of it. The module keeps
 * one for each vCPU where a TDX module keeps a TD VMCS.
 */
#ifndef EMU_SVM_VMCB_H
#define EMU_SVM_VMCB_H

#include "lib/compiler.h"
#include "lib/types.h"

struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes;	/* 7:0 type, S, DPL, P; 11:8 AVL, L, D, G */
	uint32_t limit;
	uint64_t base;
};
ASSERT_FIELD(struct vmcb_segment, attributes, 2, 2);
ASSERT_FIELD(struct vmcb_segment, base, 8, 8);
ASSERT_SIZE(struct vmcb_segment, 16);

struct vmcb {
	uint16_t cr_read_intercepts;
	uint16_t cr_write_intercepts;
	uint16_t dr_read_intercepts;
	uint16_t dr_write_intercepts;
	uint32_t exception_intercepts;
	uint32_t intercepts;		/* VMCB_INTERCEPT_ */
	uint32_t intercepts2;		/* VMCB_INTERCEPT2_ */
	uint8_t reserved1[0x40 - 0x14];
	uint64_t iopm_base;
	uint64_t msrpm_base;
	uint64_t tsc_offset;
	uint32_t asid;
	uint8_t tlb_control;
	uint8_t reserved2[3];
	uint32_t virtual_interrupt;	/* VMCB_V_ */
	uint8_t virtual_vector;
	uint8_t reserved3[3];
	uint64_t interrupt_shadow;	/* bit 0 */
	uint64_t exit_code;
	uint64_t exit_info1;
	uint64_t exit_info2;
	uint32_t exit_interrupt_info;
	uint32_t exit_interrupt_error;
	uint64_t nested_control;	/* bit 0: nested paging */
	uint8_t reserved4[0xa8 - 0x98];
	uint32_t event;			/* VMCB_EVENT_ */
	uint32_t event_error_code;
	uint64_t nested_cr3;
	uint8_t reserved5[0x400 - 0xb8];

	struct vmcb_segment es, cs, ss, ds, fs, gs;
	struct vmcb_segment gdtr, ldtr, idtr, tr;
	uint8_t reserved6[0x4cb - 0x4a0];
	uint8_t cpl;
	uint32_t reserved7;
	uint64_t efer;
	uint8_t reserved8[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t reserved9[0x5d8 - 0x580];
	uint64_t rsp;
	uint8_t reserved10[0x5f8 - 0x5e0];
	uint64_t rax;
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	uint8_t reserved11[0x668 - 0x648];
	uint64_t pat;
	uint8_t reserved12[0x1000 - 0x670];
};

ASSERT_FIELD(struct vmcb, exception_intercepts, 0x008, 4);
ASSERT_FIELD(struct vmcb, intercepts, 0x00c, 4);
ASSERT_FIELD(struct vmcb, intercepts2, 0x010, 4);
ASSERT_FIELD(struct vmcb, iopm_base, 0x040, 8);
ASSERT_FIELD(struct vmcb, asid, 0x058, 4);
ASSERT_FIELD(struct vmcb, tlb_control, 0x05c, 1);
ASSERT_FIELD(struct vmcb, virtual_interrupt, 0x060, 4);
ASSERT_FIELD(struct vmcb, virtual_vector, 0x064, 1);
ASSERT_FIELD(struct vmcb, interrupt_shadow, 0x068, 8);
ASSERT_FIELD(struct vmcb, exit_code, 0x070, 8);
ASSERT_FIELD(struct vmcb, exit_interrupt_info, 0x088, 4);
ASSERT_FIELD(struct vmcb, nested_control, 0x090, 8);
ASSERT_FIELD(struct vmcb, event, 0x0a8, 4);
ASSERT_FIELD(struct vmcb, nested_cr3, 0x0b0, 8);
ASSERT_FIELD(struct vmcb, es, 0x400, 16);
ASSERT_FIELD(struct vmcb, gdtr, 0x460, 16);
ASSERT_FIELD(struct vmcb, tr, 0x490, 16);
ASSERT_FIELD(struct vmcb, cpl, 0x4cb, 1);
ASSERT_FIELD(struct vmcb, efer, 0x4d0, 8);
ASSERT_FIELD(struct vmcb, cr4, 0x548, 8);
ASSERT_FIELD(struct vmcb, rflags, 0x570, 8);
ASSERT_FIELD(struct vmcb, rip, 0x578, 8);
ASSERT_FIELD(struct vmcb, rsp, 0x5d8, 8);
ASSERT_FIELD(struct vmcb, rax, 0x5f8, 8);
ASSERT_FIELD(struct vmcb, cr2, 0x640, 8);
ASSERT_FIELD(struct vmcb, pat, 0x668, 8);
ASSERT_SIZE(struct vmcb, 4096);

#define VMCB_INTERCEPT_INTR BIT(0)
#define VMCB_INTERCEPT_NMI BIT(1)
#define VMCB_INTERCEPT_INIT BIT(3)
#define VMCB_INTERCEPT_VINTR BIT(4)
#define VMCB_INTERCEPT_RDPMC BIT(15)
#define VMCB_INTERCEPT_CPUID BIT(18)
#define VMCB_INTERCEPT_RSM BIT(19)
#define VMCB_INTERCEPT_IRET BIT(20)
#define VMCB_INTERCEPT_INVD BIT(22)
#define VMCB_INTERCEPT_HLT BIT(24)
#define VMCB_INTERCEPT_INVLPGA BIT(26)
#define VMCB_INTERCEPT_IOIO BIT(27)
#define VMCB_INTERCEPT_MSR BIT(28)
#define VMCB_INTERCEPT_TASK_SWITCH BIT(29)
#define VMCB_INTERCEPT_SHUTDOWN BIT(31)

#define VMCB_INTERCEPT2_VMRUN BIT(0)
#define VMCB_INTERCEPT2_VMMCALL BIT(1)
#define VMCB_INTERCEPT2_VMLOAD BIT(2)
#define VMCB_INTERCEPT2_VMSAVE BIT(3)
#define VMCB_INTERCEPT2_STGI BIT(4)
#define VMCB_INTERCEPT2_CLGI BIT(5)
#define VMCB_INTERCEPT2_SKINIT BIT(6)
#define VMCB_INTERCEPT2_WBINVD BIT(9)
#define VMCB_INTERCEPT2_MONITOR BIT(10)
#define VMCB_INTERCEPT2_MWAIT BIT(11)
#define VMCB_INTERCEPT2_XSETBV BIT(13)

/* virtual_interrupt */
#define VMCB_V_IRQ BIT(8)
#define VMCB_V_PRIORITY (UINT32_C(0xf) << 16)	/* the highest */
#define VMCB_V_INTR_MASKING BIT(24)

/* event and exit_interrupt_info */
#define VMCB_EVENT_VALID BIT(31)
#define VMCB_EVENT_ERROR_CODE BIT(11)
#define VMCB_EVENT_TYPE (7 << 8)
#define VMCB_EVENT_EXCEPTION (3 << 8)
#define VMCB_EVENT_NMI (2 << 8)
#define VMCB_EVENT_SOFTWARE (4 << 8)
#define VMCB_EVENT_VECTOR 0xff

enum vmcb_exit {
	VMCB_EXIT_CR0_READ = 0x00,
	VMCB_EXIT_CR15_WRITE = 0x1f,
	VMCB_EXIT_EXCEPTION = 0x40,	/* and the vector */
	VMCB_EXIT_DB = 0x41,
	VMCB_EXIT_UD = 0x46,
	VMCB_EXIT_EXCEPTION_LAST = 0x5f,
	VMCB_EXIT_INTR = 0x60,
	VMCB_EXIT_NMI = 0x61,
	VMCB_EXIT_INIT = 0x63,
	VMCB_EXIT_VINTR = 0x64,
	VMCB_EXIT_RDPMC = 0x6f,
	VMCB_EXIT_CPUID = 0x72,
	VMCB_EXIT_RSM = 0x73,
	VMCB_EXIT_IRET = 0x74,
	VMCB_EXIT_INVD = 0x76,
	VMCB_EXIT_HLT = 0x78,
	VMCB_EXIT_INVLPGA = 0x7a,
	VMCB_EXIT_IOIO = 0x7b,
	VMCB_EXIT_MSR = 0x7c,
	VMCB_EXIT_TASK_SWITCH = 0x7d,
	VMCB_EXIT_SHUTDOWN = 0x7f,
	VMCB_EXIT_VMRUN = 0x80,
	VMCB_EXIT_VMMCALL = 0x81,
	VMCB_EXIT_SKINIT = 0x86,
	VMCB_EXIT_WBINVD = 0x89,
	VMCB_EXIT_MONITOR = 0x8a,
	VMCB_EXIT_MWAIT = 0x8b,
	VMCB_EXIT_MWAIT_ARMED = 0x8c,
	VMCB_EXIT_XSETBV = 0x8d,
	VMCB_EXIT_NPF = 0x400,
};

/* exit_info1 of VMCB_EXIT_IOIO; exit_info2 is the next RIP. */
#define VMCB_IOIO_IN BIT(0)
#define VMCB_IOIO_STRING BIT(2)
#define VMCB_IOIO_REP BIT(3)
#define VMCB_IOIO_SIZE_SHIFT 4
#define VMCB_IOIO_PORT_SHIFT 16

/* exit_info1 of VMCB_EXIT_NPF; exit_info2 is the guest physical address. */
#define VMCB_NPF_PRESENT BIT(0)
#define VMCB_NPF_WRITE BIT(1)
#define VMCB_NPF_FETCH BIT(4)
#define VMCB_NPF_TABLE_WALK BIT(33)

#endif
