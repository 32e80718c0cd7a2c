/* SPDX-License-Identifier: MIT */
/* The page in which VMRUN keeps the host's state; a way out of the guest. */
#include "emu/svm/svm.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/stack.h"
#include "emu/boot/trap.h"

#define MSR_VM_HSAVE_PA 0xc0010117
#define CR4_LA57 BIT(12)

/* The real APIC's ICR: fixed, edge, to this CPU itself. */
#define APIC_ICR UINT64_C(0xfee00300)
#define APIC_ICR_SELF UINT32_C(0x44000)

static uint8_t host_save[STACK_CPUS][PAGE_SIZE] aligned(4096);

void svm_init(void)
{
	cpu_wrmsr(MSR_VM_HSAVE_PA, memory_pa(host_save[cpu_number()]));
}

void svm_exit_soon(void)
{
	volatile uint32_t *icr = memory_at(APIC_ICR);

	*icr = APIC_ICR_SELF | TRAP_VECTOR_KICK;
}

unsigned int svm_levels(void)
{
	return cpu_read_cr4() & CR4_LA57 ? 5 : 4;
}
