/* SPDX-License-Identifier: MIT */
/*
 * TD_PARAMS.CPUID_CONFIG as QEMU's -cpu host and KVM fill it: all optional
 * features that KVM knows, LA57 left out, the number of CPUs, and the caches
 * and topology of leaf 4. Bits that the CPU lacks are the module's to clear.
 */
#ifndef EMU_VMM_CPUID_CONFIG_H
#define EMU_VMM_CPUID_CONFIG_H

#include "emu/module/td_params.h"
#include "lib/types.h"

/* EAX, EBX, ECX, EDX of each value, for a TD of 1 to 64 vCPUs. */
void cpuid_config_build(unsigned int num_vcpus,
			uint32_t config[TD_PARAMS_CPUID_CONFIGS][4]);

#endif
