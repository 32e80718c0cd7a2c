/* SPDX-License-Identifier: MIT */
/* One-instruction wrappers for the emulator's CPU. */
#ifndef EMU_BOOT_CPU_H
#define EMU_BOOT_CPU_H

#include "lib/compiler.h"
#include "lib/types.h"

static inline void cpu_outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void cpu_outw(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void cpu_outl(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t cpu_inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint16_t cpu_inw(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t cpu_inl(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint64_t cpu_rdmsr(uint32_t msr)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | (uint64_t)high << 32;
}

static inline void cpu_wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline uint64_t cpu_rdtsc(void)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return low | (uint64_t)high << 32;
}

/* False: it has none just now. */
static inline bool must_check cpu_rdrand(uint64_t *value)
{
	bool is_good;

	__asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(is_good));
	return is_good;
}

static inline void cpu_xsetbv(uint32_t index, uint64_t value)
{
	__asm__ volatile("xsetbv"
			 :
			 : "c"(index), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32)));
}

static inline uint64_t cpu_xgetbv(uint32_t index)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(index));
	return low | (uint64_t)high << 32;
}

static inline void cpu_xsave(void *area, uint64_t components)
{
	__asm__ volatile("xsave64 (%0)"
			 :
			 : "r"(area), "a"((uint32_t)components),
			   "d"((uint32_t)(components >> 32))
			 : "memory");
}

static inline void cpu_xrstor(const void *area, uint64_t components)
{
	__asm__ volatile("xrstor64 (%0)"
			 :
			 : "r"(area), "a"((uint32_t)components),
			   "d"((uint32_t)(components >> 32))
			 : "memory");
}

static inline void cpu_write_cr3(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline void cpu_invlpg(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline void cpu_write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint64_t cpu_read_cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline uint64_t cpu_read_cr2(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline void cpu_load_idt(const void *descriptor)
{
	__asm__ volatile("lidt (%0)" : : "r"(descriptor) : "memory");
}

static inline void cpu_load_gdt(const void *descriptor)
{
	__asm__ volatile("lgdt (%0)" : : "r"(descriptor) : "memory");
}

/* Takes the interrupts that are pending, then returns with them off. */
static inline void cpu_interrupt_window(void)
{
	__asm__ volatile("sti; nop; cli" : : : "memory");
}

/* Sleeps until an interrupt was taken; interrupts are off before and after. */
static inline void cpu_sleep(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

static inline void cpu_pause(void)
{
	__asm__ volatile("pause");
}

static inline void cpu_vmload(paddr_t vmcb)
{
	__asm__ volatile("vmload" : : "a"(vmcb) : "memory");
}

static inline void cpu_vmsave(paddr_t vmcb)
{
	__asm__ volatile("vmsave" : : "a"(vmcb) : "memory");
}

static inline void cpu_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]),
			   "=d"(out[3])
			 : "a"(leaf), "c"(subleaf));
}

/* A bounded way to fill memory that TCG runs as one instruction. */
static inline void cpu_fill(void *at, uint64_t pattern, size_t words)
{
	__asm__ volatile("rep stosq"
			 : "+D"(at), "+c"(words)
			 : "a"(pattern)
			 : "memory");
}

#endif
