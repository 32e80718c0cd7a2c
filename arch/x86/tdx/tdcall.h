/* SPDX-License-Identifier: MIT */
/*
 * The TDCALL instruction as C functions (tdcall.S). For this folder only:
 * floors above use tdx.h.
 *
 * tdg_*() call the TDX module and return its completion status (RAX).
 * tdvmcall_*() call the host and return its status (R10), which is the host's
 * word; where the module itself refuses such a call, ud2 is executed inside
 * the function and nothing is returned. The host sees the registers that the
 * leaf needs and zeros in all others: an argument that is 0 is not exposed at
 * all, since the module shows an unexposed register as 0.
 */
#ifndef ARCH_X86_TDX_TDCALL_H
#define ARCH_X86_TDX_TDCALL_H

#include "arch/x86/tdx/abi.h"

#define TDX_HCALL_HAS_OUTPUT 1
#define TDX_HCALL_ISSUE_STI 2

#define HCALL_R10 0x00
#define HCALL_R11 0x08
#define HCALL_R12 0x10
#define HCALL_R13 0x18
#define HCALL_R14 0x20
#define HCALL_R15 0x28
#define HCALL_EXPOSE 0x30

#define VEINFO_REASON 0x00
#define VEINFO_QUALIFICATION 0x08
#define VEINFO_GLA 0x10
#define VEINFO_GPA 0x18
#define VEINFO_LENGTH 0x20
#define VEINFO_SIZE 0x28

#define VPINFO_GPAW 0x00
#define VPINFO_ATTRIBUTES 0x08
#define VPINFO_VCPUS 0x10
#define VPINFO_INDEX 0x18

/* For the #VE entry: bits of RFLAGS, its vector, and counts in tdx_counts. */
#define RFLAGS_TF_BIT 0x100
#define RFLAGS_IF_BIT 0x200
#define RFLAGS_RF_BIT 0x10000
#define VE_VECTOR 20
/* In place of a reason: the host has refused what ve_entry asked of it. */
#define VE_REFUSED_RDMSR 0x8000
#define VE_REFUSED_WRMSR 0x8001
#define COUNT_VE_CPUID 0x00
#define COUNT_VE_HLT 0x08
#define COUNT_VE_IO 0x10
#define COUNT_VE_RDMSR 0x18
#define COUNT_VE_WRMSR 0x20
#define COUNT_VE_MMIO 0x28
#define COUNT_CALL_CPUID 0x30
#define COUNT_CALL_HLT 0x38
#define COUNT_CALL_IO 0x40
#define COUNT_CALL_RDMSR 0x48
#define COUNT_CALL_WRMSR 0x50
#define COUNT_CALL_MMIO 0x58

/* struct ve (ve.h): what lies before its frame, and no address at all. */
#define VE_FRAME 32
#define VE_NO_GLA 0x8000000000000000
/* INSN_NOT, counted from INSN_ADD */
#define VE_COMPUTE_NOT 12

#define CPUID_EAX 0x0
#define CPUID_EBX 0x4
#define CPUID_ECX 0x8
#define CPUID_EDX 0xC

#ifndef __ASSEMBLER__
#include "arch/x86/cpu.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* Registers of any call; expose is the mask for RCX, TDVMCALL_EXPOSE_*. */
struct tdx_hypercall_args {
	uint64_t r10, r11, r12, r13, r14, r15;
	uint32_t expose;
};
ASSERT_FIELD(struct tdx_hypercall_args, r10, HCALL_R10, 8);
ASSERT_FIELD(struct tdx_hypercall_args, r11, HCALL_R11, 8);
ASSERT_FIELD(struct tdx_hypercall_args, r12, HCALL_R12, 8);
ASSERT_FIELD(struct tdx_hypercall_args, r13, HCALL_R13, 8);
ASSERT_FIELD(struct tdx_hypercall_args, r14, HCALL_R14, 8);
ASSERT_FIELD(struct tdx_hypercall_args, r15, HCALL_R15, 8);
ASSERT_FIELD(struct tdx_hypercall_args, expose, HCALL_EXPOSE, 4);

/* What TDG.VP.VEINFO.GET says; length has instruction information on top. */
struct tdg_veinfo {
	uint64_t reason;
	uint64_t qualification;
	uint64_t gla;
	uint64_t gpa;
	uint32_t length;
	uint32_t information;
};
ASSERT_FIELD(struct tdg_veinfo, reason, VEINFO_REASON, 8);
ASSERT_FIELD(struct tdg_veinfo, qualification, VEINFO_QUALIFICATION, 8);
ASSERT_FIELD(struct tdg_veinfo, gla, VEINFO_GLA, 8);
ASSERT_FIELD(struct tdg_veinfo, gpa, VEINFO_GPA, 8);
ASSERT_FIELD(struct tdg_veinfo, length, VEINFO_LENGTH, 4);
ASSERT_SIZE(struct tdg_veinfo, VEINFO_SIZE);

struct tdg_vpinfo {
	uint64_t gpaw;
	uint64_t attributes;
	uint32_t num_vcpus;
	uint32_t max_vcpus;
	uint64_t vcpu_index;
};
ASSERT_FIELD(struct tdg_vpinfo, gpaw, VPINFO_GPAW, 8);
ASSERT_FIELD(struct tdg_vpinfo, attributes, VPINFO_ATTRIBUTES, 8);
ASSERT_FIELD(struct tdg_vpinfo, num_vcpus, VPINFO_VCPUS, 4);
ASSERT_FIELD(struct tdg_vpinfo, vcpu_index, VPINFO_INDEX, 8);

ASSERT_FIELD(struct cpuid, eax, CPUID_EAX, 4);
ASSERT_FIELD(struct cpuid, ebx, CPUID_EBX, 4);
ASSERT_FIELD(struct cpuid, ecx, CPUID_ECX, 4);
ASSERT_FIELD(struct cpuid, edx, CPUID_EDX, 4);

/* Returned in RAX and RDX. On failure value is whatever the host left. */
struct tdvmcall_result {
	uint64_t status;
	uint64_t value;
};

/* MOD, TDG leaves. */
uint64_t tdg_vp_info(struct tdg_vpinfo *info);
uint64_t tdg_vp_veinfo_get(struct tdg_veinfo *info);
uint64_t tdg_mem_page_accept(uint64_t gpa_and_level);
uint64_t tdg_vm_rd(uint64_t field, uint64_t *value);
/* Of the module itself. */
uint64_t tdg_sys_rd(uint64_t field, uint64_t *value);
uint64_t tdg_vm_wr(uint64_t field, uint64_t value, uint64_t mask);
/* report: 1024 bytes, aligned so; data: 64 bytes, aligned so. */
uint64_t tdg_mr_report(paddr_t report, paddr_t data);
/* data: 48 bytes, 64-byte aligned. */
uint64_t tdg_mr_rtmr_extend(paddr_t data, uint64_t index);

/*
 * Any leaf with arguments in R12 to R15. Returns R10; with HAS_OUTPUT args
 * holds R10 to R15 as the host left those exposed. ISSUE_STI turns interrupts
 * on in such a way that none arrives before the TDCALL.
 */
uint64_t __tdx_hypercall(struct tdx_hypercall_args *args, unsigned long flags);

/*
 * GHCI, leaves. What a port or device returns is cut to the size; a value for
 * it must have no bits above that. gpa has the shared bit.
 */
struct tdvmcall_result tdvmcall_io_read(uint16_t port, uint32_t size);
uint64_t tdvmcall_io_write(uint16_t port, uint32_t size, uint32_t value);
struct tdvmcall_result tdvmcall_mmio_read(uint64_t gpa, uint32_t size);
uint64_t tdvmcall_mmio_write(uint64_t gpa, uint32_t size, uint64_t value);
struct tdvmcall_result tdvmcall_rdmsr(uint32_t msr);
uint64_t tdvmcall_wrmsr(uint32_t msr, uint64_t value);
uint64_t tdvmcall_cpuid(uint32_t leaf, uint32_t subleaf, struct cpuid *out);
/* Value: where the host stopped, with RETRY and with errors. */
struct tdvmcall_result tdvmcall_map_gpa(uint64_t gpa, uint64_t size);
/* size: of the buffer at gpa, whole pages. */
uint64_t tdvmcall_get_quote(uint64_t gpa, uint64_t size);
uint64_t tdvmcall_setup_event_notify_interrupt(uint32_t vector);
/* Leaf 0 or 1; out has R11 to R14. */
uint64_t tdvmcall_get_td_vm_call_info(uint64_t leaf, uint64_t out[4]);

/* STI; TDCALL: with interrupts off before, any interrupt ends it. */
void tdvmcall_hlt_sti(void);
/* Interrupts stay off, and any ends it: the host is told that they are on. */
void tdvmcall_hlt_masked(void);
/* Interrupts stay off: only an NMI, or a host that likes to, ends it. */
void tdvmcall_hlt_blocked(void);

/* Shows the host 64 bytes of text and never returns. */
noreturn void tdvmcall_report_fatal_error(const uint64_t text[8]);

/* The IDT's entry for #VE; what it calls is in ve.h. */
void ve_entry(void);

/*
 * The bounds of tdcall.S, and the end of ve_entry(): a ud2 in between is a
 * TDVMCALL that failed.
 */
extern const char tdcall_start[], tdcall_end[], ve_entry_end[];
#endif

#endif
