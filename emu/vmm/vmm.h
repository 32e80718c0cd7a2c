/* SPDX-License-Identifier: MIT */
/*
 * The host half: what KVM and QEMU do for a TD. It knows the guest only
 * through TDH leaves; guest state it keeps is its own bookkeeping.
 */
#ifndef EMU_VMM_VMM_H
#define EMU_VMM_VMM_H

#include "emu/vmm/tdh.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define VMM_MAX_VCPUS 4
#define VMM_RAM_MAX (16 * GIB)
#define VMM_HKID_GLOBAL 32
#define VMM_HKID_TD 33
#define VMM_DIGEST 48		/* bytes of SHA-384 */

/* What td-run asked for (config.c). */
struct vmm_config {
	uint64_t ram_size;		/* the TD's memory, in bytes */
	uint64_t tdvf_size;
	unsigned int num_vcpus;
	unsigned int gpaw;		/* bits of a GPA, 48 or 52 */
	paddr_t shared_bit;		/* the highest of them */
	unsigned int ept_levels;	/* of Secure EPT and shared EPT */
	bool sept_ve_disable;
	bool no_rbp_mod;
	bool flexible_pending_ve;
	bool has_irq_window;
	bool has_quote_service;
	uint8_t mrconfigid[VMM_DIGEST];
	uint8_t mrowner[VMM_DIGEST];
	uint8_t mrownerconfig[VMM_DIGEST];
	bool has_large_pages;
	bool wants_selftest;
	bool wants_stats;
	bool has_icount;		/* a tick is an instruction */
	unsigned int trace;		/* TRACE_ of emu/module/debug.h */
};

struct vmm_vcpu {
	struct vp_registers regs;	/* first, for seamcall_vp_run() */
	paddr_t tdvpr;
	unsigned int index;
	bool is_running;	/* a CPU is in vmm_run() with it */
	bool is_inside;		/* TDH.VP.ENTER has not returned */
	bool is_asleep;		/* its CPU sleeps, without the lock */
	bool has_nmi;		/* nmi.c: one for its next entry */
	uint64_t exits;
	uint64_t busy_exits;	/* of them such that a spinning vCPU has not */
	uint64_t busy_before;	/* busy_exits when it was last looked at */
};

extern struct vmm_config vmm_config;
extern paddr_t vmm_tdr;
extern struct vmm_vcpu vmm_vcpus[VMM_MAX_VCPUS];

/* config.c: reads it from fw_cfg; ends QEMU when it makes no sense. */
void vmm_config_read(void);

/* pages.c: 4 KiB pages of the DIMM. Ends QEMU when there are none. */
void vmm_pages_init(void);
paddr_t vmm_page_alloc(void) must_check;
void vmm_page_free(paddr_t page);
/* Of 2 MiB, aligned; 0: there are none. */
paddr_t vmm_large_page_alloc(void) must_check;
void vmm_large_page_free(paddr_t page);
/* Pages in a row, before the first vmm_page_alloc(); they stay away. */
paddr_t vmm_pages_reserve(uint64_t size) must_check;
/* The first address behind the DIMM, and that behind all pages ever given. */
paddr_t vmm_pages_end(void);
paddr_t vmm_pages_used(void);

/* module.c: the TDX module, in this order; the other CPUs join in between. */
void vmm_module_load(void);
/* P-SEAMLDR alone: the first thing that vmm_module_load() does. */
void vmm_seam_load(void);
void vmm_module_join(void);
void vmm_module_init(void);
/* For leaves of the platform: ends QEMU unless status is TDX_SUCCESS. */
void vmm_expect(uint64_t status, const char *leaf);

/*
 * teardown.c: the TD cannot go on. Whoever says so first prints one line, in
 * which a failed leaf has its name and that of its status; all vCPUs leave,
 * what the TD had goes back to the host, and QEMU ends with the status of code
 * (EMU_EXIT_). For a CPU that comes second it is the end of its vCPU.
 */
noreturn void vmm_td_end(unsigned int code, const char *format, ...)
	format_printf(2, 3);
noreturn void vmm_td_failed(const char *leaf, uint64_t status);
noreturn void vmm_td_failed_at(const char *leaf, paddr_t gpa, uint64_t status);
/* For leaves on the TD that must not fail. */
void vmm_td_expect(uint64_t status, const char *leaf);
/* After each wait of a vCPU's CPU: returns unless the TD is dead. */
void vmm_td_check(struct vmm_vcpu *vcpu);

/* selftest.c: instead of all that; ends QEMU. */
noreturn void vmm_selftest(void);

/* build.c: the TD, up to TDH.MR.FINALIZE. */
void vmm_build(void);

/* memory.c: what a page of the TD's address space is, and conversions. */
bool vmm_is_ram(paddr_t gpa);
/* The page of RAM with that number, counted without the gap below 4 GiB. */
paddr_t vmm_ram_page(uint64_t number);
void vmm_memory_init(void);
/* Makes sure that there are Secure EPT tables for a page of that level. */
void vmm_sept_prepare(paddr_t gpa, unsigned int leaf_level);
/* Is all of the 2 MiB at gpa RAM, and none of it shared? */
bool vmm_is_private_block(paddr_t gpa) must_check;
void vmm_handle_violation(struct vmm_vcpu *vcpu);
/* After it no vCPU uses what was blocked before. */
void vmm_track(const struct vmm_vcpu *vcpu);
/* MapGPA of whole pages of one kind. */
void vmm_memory_share(struct vmm_vcpu *vcpu, paddr_t gpa, uint64_t size);
void vmm_memory_unshare(struct vmm_vcpu *vcpu, paddr_t gpa, uint64_t size);
/* For lies: some page that is shared, by a random number (0: none is), and
 * two of them with each other's memory until they are shared anew. */
paddr_t vmm_memory_any_shared(uint64_t random);
void vmm_memory_swap_shared(const struct vmm_vcpu *vcpu, paddr_t first,
			    paddr_t second);
paddr_t vmm_shared_eptp(void);

/*
 * large.c: private pages of 2 MiB. Splitting gives up the lock; there may be
 * a large page still when another vCPU does the same.
 */
bool vmm_large_is(paddr_t gpa);
void vmm_large_split(const struct vmm_vcpu *vcpu, paddr_t gpa);
/* One that is blocked and tracked. */
void vmm_large_remove(paddr_t gpa);
/* True: the violation is dealt with, the guest may try again. */
bool vmm_large_violation(const struct vmm_vcpu *vcpu, paddr_t gpa,
			 uint64_t extended);

/* run.c */
noreturn void vmm_run(struct vmm_vcpu *vcpu);

/* The TD did what hardware or its host would punish: says what, and where the
 * vCPU stands, and ends the TD. */
noreturn void vmm_rule_broken(const struct vmm_vcpu *vcpu, const char *rule,
			      paddr_t gpa);

/* smp.c: the other CPUs: they join the module, and run when there is a TD. */
void vmm_smp_start(void);
void vmm_smp_release(void);
/* Makes vcpu look for work: out of the guest, or out of its sleep. */
void vmm_kick(const struct vmm_vcpu *vcpu);
/* For who waits for that, without the lock, and in a loop: kicks the CPU once
 * a millisecond, since QEMU may lose one (lapic.c); *last is the TSC then. */
void vmm_kick_again(unsigned int cpu, uint64_t *last);
/* Until an interrupt, or a kick. Gives up the lock meanwhile; an interrupt
 * that has come since the caller took it ends the sleep at once. */
void vmm_sleep(struct vmm_vcpu *vcpu);
/* Returns when no other vCPU uses translations from before the call. Gives
 * up the lock meanwhile. */
void vmm_flush_others(const struct vmm_vcpu *vcpu);

/* tdvmcall.c: handles the TDVMCALL in vcpu->regs and leaves the answer. */
void vmm_handle_tdvmcall(struct vmm_vcpu *vcpu);

/* window.c: true: the TDVMCALL was for its port and has been dealt with. */
bool vmm_window_io(struct vmm_vcpu *vcpu);
/* True: the vCPU gets an NMI instead of its timer's interrupt. */
bool vmm_window_takes_timer(struct vmm_vcpu *vcpu);
/* The vCPU halts. */
void vmm_window_halt(struct vmm_vcpu *vcpu);

/* nmi.c: from anywhere, under the lock or in an interrupt of vcpu's CPU. */
void vmm_nmi_send(struct vmm_vcpu *vcpu);
/* Of the one that the vCPU has: right before its entry. */
void vmm_nmi_pass(struct vmm_vcpu *vcpu);

/* quote.c: GHCI, TDG.VP.VMCALL<GetQuote>, the head of the shared buffer. */
struct vmm_quote_header {
	uint64_t version;
	uint64_t status;
	uint32_t in_length;
	uint32_t out_length;
};
ASSERT_FIELD(struct vmm_quote_header, status, 8, 8);
ASSERT_FIELD(struct vmm_quote_header, in_length, 16, 4);
ASSERT_SIZE(struct vmm_quote_header, 24);

/* Each returns the status of its TDVMCALL. */
uint64_t vmm_get_quote(struct vmm_vcpu *vcpu);
uint64_t vmm_setup_notify(struct vmm_vcpu *vcpu);
/* The TSC when the oldest request in flight is to be answered (0: there is
 * none); answers those that are due by now. */
uint64_t vmm_quotes_due(void);
void vmm_quotes_run(void);

/* devices.c: ports and device registers; false: not for a TD. */
uint32_t vmm_port_read(uint16_t port, unsigned int size);
void vmm_port_write(uint16_t port, unsigned int size, uint32_t value);
uint64_t vmm_mmio_read(paddr_t gpa, unsigned int size);
void vmm_mmio_write(paddr_t gpa, unsigned int size, uint64_t value);

/* lapic.c: the real local APIC, of this CPU. */
void vmm_lapic_init(void);
/* On each CPU. */
void vmm_lapic_enable(void);
void vmm_lapic_send_init_sipi(unsigned int sipi_vector);
void vmm_lapic_send(unsigned int cpu, unsigned int vector);
/* Before a CPU sleeps: no interrupt must have been forgotten. */
void vmm_lapic_ask_again(void);
/* The real timer rings so late, below 2^32; 0: not at all. */
void vmm_lapic_start_tick(uint64_t nanoseconds);
uint64_t vmm_tsc_hz(void);

/* timer.c: a vCPU that has no timer yet may only spin: a slice ends by a
 * tick. */
bool vmm_has_timer(const struct vmm_vcpu *vcpu);

/* x2apic.c: the vCPU's local APIC on top of the real one, and its sleep. */
void vmm_x2apic_attach(struct vmm_vcpu *vcpu);
void vmm_interrupt(unsigned int vector);
/* Makes an interrupt pending. */
void vmm_x2apic_post(const struct vmm_vcpu *vcpu, unsigned int vector);
/* False: no such register, or not so. */
bool vmm_x2apic_read(struct vmm_vcpu *vcpu, uint32_t msr,
		     uint64_t *value) must_check;
bool vmm_x2apic_write(struct vmm_vcpu *vcpu, uint32_t msr,
		      uint64_t value) must_check;
/* Sleeps until the vCPU has something to do; a masked interrupt counts only
 * if the guest said that it has interrupts enabled. */
void vmm_halt(struct vmm_vcpu *vcpu, bool interrupts_blocked);

/* msr.c and cpuid.c: as KVM answers a TD. */
void vmm_msr_attach(const struct vmm_vcpu *vcpu);
bool vmm_msr_read(struct vmm_vcpu *vcpu, uint32_t msr,
		  uint64_t *value) must_check;
bool vmm_msr_write(struct vmm_vcpu *vcpu, uint32_t msr,
		   uint64_t value) must_check;
void vmm_cpuid(struct vmm_vcpu *vcpu, uint32_t leaf, uint32_t subleaf,
	       uint32_t out[4]);

#endif
