/* SPDX-License-Identifier: MIT */
/*
 * Registers of the real local APIC, QEMU's, of this CPU (SDM, Local APIC
 * Register Address Map), for the two files that use them.
 */
#ifndef EMU_VMM_LAPIC_H
#define EMU_VMM_LAPIC_H

#include "emu/boot/memory.h"

#define APIC_BASE UINT64_C(0xfee00000)
#define APIC_VERSION 0x030
#define APIC_TPR 0x080
#define APIC_EOI 0x0b0
#define APIC_SVR 0x0f0
#define APIC_ISR 0x100
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_LINT0 0x350
#define APIC_INITIAL_COUNT 0x380
#define APIC_CURRENT_COUNT 0x390
#define APIC_DIVIDE 0x3e0
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_ICR_FIXED 0x4000
#define APIC_ICR_INIT_OTHERS 0xc4500
#define APIC_ICR_SIPI_OTHERS 0xc4600
#define APIC_SVR_ENABLE 0x1ff
#define APIC_LVT_MASKED BIT(16)
#define APIC_DIVIDE_BY_1 0xb

/* QEMU's APIC counts at 1 GHz. */
#define APIC_HZ UINT64_C(1000000000)

static inline volatile uint32_t *apic(unsigned int offset)
{
	return memory_at(APIC_BASE + offset);
}

#endif
