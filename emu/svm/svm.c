/* SPDX-License-Identifier: MIT */
/* The page in which VMRUN keeps the host's state. */
#include "emu/svm/svm.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/stack.h"

#define MSR_VM_HSAVE_PA 0xc0010117

static uint8_t host_save[STACK_CPUS][PAGE_SIZE] aligned(4096);

void svm_init(void)
{
	cpu_wrmsr(MSR_VM_HSAVE_PA, memory_pa(host_save[cpu_number()]));
}
