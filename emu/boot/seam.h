/* SPDX-License-Identifier: MIT */
/*
 * SEAM as far as it is the CPU's: VMXON on each CPU, a TDX module loaded once
 * by P-SEAMLDR, which also tells the module of the platform. Until then
 * SEAMCALL ends as on hardware (SDM, SEAMCALL): #GP on a CPU without SEAM,
 * #UD outside of VMX operation, CF = 1 without a module.
 */
#ifndef EMU_BOOT_SEAM_H
#define EMU_BOOT_SEAM_H

#include "arch/x86/frame.h"
#include "emu/boot/reportmac.h"
#include "emu/boot/stack.h"

#define SEAMCALL_LENGTH 4

/*
 * IA32_TME_ACTIVATE and IA32_MKTME_KEYID_PARTITIONING: key ids stand in the
 * top bits of a physical address of 52 bits; private ones are TDs'.
 */
#define SEAM_HKID_SHIFT 46
#define SEAM_HKIDS 64
#define SEAM_HKID_MASK ((SEAM_HKIDS - UINT64_C(1)) << SEAM_HKID_SHIFT)
#define SEAM_PRIVATE_HKID 32

/* What MCHECK found: CPUs, and memory that may become private. */
struct seam_platform {
	unsigned int cpus;
	paddr_t memory;
	uint64_t memory_size;
};

/* P-SEAMLDR; once, before the first call to the module. The CPU draws its key
 * for reports, too. */
void seam_load(const struct seam_platform *platform);
/* For the module. */
const struct seam_platform *seam_platform(void);

/*
 * SEAMOPS (SDM), SEAMREPORT: seals a report with the CPU's key, which is
 * another each time that QEMU is started. SEAMVERIFYREPORT says whether this
 * CPU has sealed it since; the same is what EVERIFYREPORT2 tells an enclave,
 * such as that of a quoting service.
 */
void seam_report(struct report_mac_struct *mac_struct);
enum reportmac_result
seam_verify_report(const struct report_mac_struct *mac_struct) must_check;

/* VMX operation of this CPU. */
void seam_vmxon(void);
void seam_vmxoff(void);

/* For tests: a CPU that does not know SEAM at all. */
void seam_set_capable(bool is_capable);

/* entry.S: SEAMCALL on a CPU whose byte in seam_is_open is 0. */
extern uint8_t seam_is_open[STACK_CPUS];
void seam_refuse(struct trap_frame *frame);

#endif
