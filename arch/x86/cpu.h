/* SPDX-License-Identifier: MIT */
/*
 * The CPU's instructions as functions: one instruction each, nothing else.
 * Ports and most MSRs are the host's business in a TD: see arch/x86/tdx/tdx.h.
 */
#ifndef ARCH_X86_CPU_H
#define ARCH_X86_CPU_H

#include "arch/x86/extable.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define CR0_WP BIT(16)
#define CR0_EM BIT(2)
#define CR0_TS BIT(3)
#define CR0_MP BIT(1)
#define CR4_MCE BIT(6)
#define CR4_PGE BIT(7)
#define CR4_OSFXSR BIT(9)
#define CR4_OSXMMEXCPT BIT(10)
#define CR4_UMIP BIT(11)
#define CR4_LA57 BIT(12)
#define CR4_FSGSBASE BIT(16)
#define CR4_SMEP BIT(20)
#define CR4_SMAP BIT(21)
#define RFLAGS_IF BIT(9)

#define MSR_TSC 0x10
#define MSR_PAT 0x277
#define MSR_EFER 0xC0000080
#define MSR_FS_BASE 0xC0000100
#define MSR_GS_BASE 0xC0000101

/* Sets CR0 and CR4 as the kernel wants them, whatever the boot path left. */
void cpu_init(void);

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

/* Some leaves raise #VE in a TD: only those that the module answers. */
static inline struct cpuid cpu_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid out;

	__asm__ volatile("cpuid"
			 : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx),
			   "=d"(out.edx)
			 : "a"(leaf), "c"(subleaf));
	return out;
}

static inline uint64_t cpu_rdtsc(void)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t cpu_rdmsr(uint32_t msr)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void cpu_wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "memory");
}

/* As cpu_rdmsr(), but an MSR that faults gives false instead of a trap. */
static inline bool must_check cpu_rdmsr_safe(uint32_t msr, uint64_t *value)
{
	uint32_t low = 0;
	uint32_t high = 0;
	uint32_t failed = 1;

	__asm__ volatile("1: rdmsr\n\t"
			 "xorl %[failed], %[failed]\n"
			 "2:\n"
			 EXTABLE("1b", "2b")
			 : "+a"(low), "+d"(high), [failed] "+&r"(failed)
			 : "c"(msr)
			 : "cc");
	*value = (uint64_t)high << 32 | low;
	return !failed;
}

/* As cpu_wrmsr(), but an MSR that faults gives false instead of a trap. */
static inline bool must_check cpu_wrmsr_safe(uint32_t msr, uint64_t value)
{
	uint32_t failed = 1;

	__asm__ volatile("1: wrmsr\n\t"
			 "xorl %[failed], %[failed]\n"
			 "2:\n"
			 EXTABLE("1b", "2b")
			 : [failed] "+&r"(failed)
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "cc", "memory");
	return !failed;
}

/*
 * A device's register of 4 bytes at a mapped address, by #VE. False: the host
 * refuses it or nothing is mapped there, and *value is as it was.
 */
static inline bool must_check
cpu_read_mmio_safe(const uint32_t host_shared *from, uint32_t *value)
{
	uint32_t got = 0;
	uint32_t failed = 1;

	__asm__ volatile("1: movl (%[from]), %[got]\n\t"
			 "xorl %[failed], %[failed]\n"
			 "2:\n"
			 EXTABLE("1b", "2b")
			 : [got] "+&r"(got), [failed] "+&r"(failed)
			 : [from] "r"(from)
			 : "cc", "memory");
	if (!failed)
		*value = got;
	return !failed;
}

static inline uint64_t cpu_read_cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void cpu_write_cr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

/* The linear address of the last page fault. */
static inline uint64_t cpu_read_cr2(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline uint64_t cpu_read_cr3(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void cpu_write_cr3(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t cpu_read_cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void cpu_write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

/* Needs CR4.OSXSAVE. */
static inline void cpu_xsetbv(uint32_t index, uint64_t value)
{
	__asm__ volatile("xsetbv"
			 :
			 : "c"(index), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline void cpu_invlpg(uintptr_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline uint64_t cpu_read_flags(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags));
	return flags;
}

static inline void cpu_irq_disable(void)
{
	__asm__ volatile("cli" : : : "memory");
}

static inline void cpu_irq_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

/* Needs CR4.FSGSBASE, which cpu_init() sets. */
static inline void cpu_write_fs_base(uint64_t value)
{
	__asm__ volatile("wrfsbase %0" : : "r"(value) : "memory");
}

static inline void cpu_pause(void)
{
	__asm__ volatile("pause");
}

/* False: the generator had nothing to give this time. */
static inline bool must_check cpu_rdrand(uint64_t *value)
{
	bool valid;

	__asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(valid));
	return valid;
}

static inline bool must_check cpu_rdseed(uint64_t *value)
{
	bool valid;

	__asm__ volatile("rdseed %0" : "=r"(*value), "=@ccc"(valid));
	return valid;
}

/* Raises #UD, which ends in a report or, without one, in a triple fault. */
static inline void cpu_undefined(void)
{
	__asm__ volatile("ud2" : : : "memory");
}

struct packed cpu_table_register {
	uint16_t limit;
	uint64_t base;
};

static inline void cpu_lgdt(const struct cpu_table_register *gdt)
{
	__asm__ volatile("lgdt %0" : : "m"(*gdt));
}

static inline void cpu_lidt(const struct cpu_table_register *idt)
{
	__asm__ volatile("lidt %0" : : "m"(*idt));
}

static inline void cpu_ltr(uint16_t selector)
{
	__asm__ volatile("ltr %0" : : "r"(selector));
}

#endif
