/* SPDX-License-Identifier: MIT */
/* How a TD ends: once, by whoever finds first that it cannot go on. */
#include "emu/vmm/teardown.h"

#include "emu/boot/cpu.h"
#include "emu/boot/lock.h"
#include "emu/boot/log.h"
#include "emu/boot/seam.h"
#include "emu/boot/stack.h"
#include "emu/layout.h"
#include "emu/vmm/status.h"

#define LEAVE_SECONDS 60
#define CACHE_WB_TRIES 10000

static struct {
	bool is_dead;
	bool is_gone[VMM_MAX_VCPUS];	/* flushed; its CPU does no more */
} td_end;

static bool is_status(uint64_t status, uint64_t wanted)
{
	return (status & TDX_STATUS_MASK) == wanted;
}

/* True: it is as it should be. */
static bool note(struct teardown *teardown, const char *leaf, paddr_t page,
		 uint64_t status)
{
	if (status == TDX_SUCCESS)
		return true;
	teardown->errors++;
	emu_print("td-emu: teardown: %s of %lx: %s (%lx)\n", leaf, page,
		  status_name(status), status);
	return false;
}

/* A vCPU that no CPU had, or not this one any more, is flushed. */
static void flush_vcpus(struct teardown *teardown)
{
	for (unsigned int i = 0; i < VMM_MAX_VCPUS; i++) {
		const paddr_t tdvpr = vmm_vcpus[i].tdvpr;
		uint64_t status;

		if (!tdvpr)
			continue;
		status = tdh_vp_flush(tdvpr);
		/* It was being made. */
		if (!is_status(status, TDX_VCPU_NOT_ASSOCIATED) &&
		    !is_status(status, TDX_PAGE_METADATA_INCORRECT) &&
		    !is_status(status, TDX_TDCX_NUM_INCORRECT) &&
		    !is_status(status, TDX_TD_KEYS_NOT_CONFIGURED))
			note(teardown, "TDH.VP.FLUSH", tdvpr, status);
	}
}

static uint64_t write_back(void)
{
	uint64_t status = tdh_phymem_cache_wb(false);

	for (int i = 0; is_status(status, TDX_INTERRUPTED_RESUMABLE) &&
			i < CACHE_WB_TRIES; i++)
		status = tdh_phymem_cache_wb(true);
	return is_status(status, TDX_NO_HKID_READY_TO_WBCACHE) ? TDX_SUCCESS :
								 status;
}

/* What was done in an earlier try answers LIFECYCLE_STATE_INCORRECT. */
static uint64_t unless_done(uint64_t status)
{
	return is_status(status, TDX_LIFECYCLE_STATE_INCORRECT) ? TDX_SUCCESS :
								  status;
}

static bool free_key(struct teardown *teardown)
{
	const paddr_t tdr = teardown->tdr;

	return note(teardown, "TDH.MNG.VPFLUSHDONE", tdr,
		    unless_done(tdh_mng_vpflushdone(tdr))) &&
	       note(teardown, "TDH.PHYMEM.CACHE.WB", 0, write_back()) &&
	       note(teardown, "TDH.MNG.KEY.FREEID", tdr,
		    unless_done(tdh_mng_key_freeid(tdr)));
}

static bool reclaim(struct teardown *teardown, paddr_t page,
		    unsigned int level)
{
	struct tdh_page info;
	const uint64_t status = tdh_phymem_page_reclaim(page, &info);

	if (!note(teardown, "TDH.PHYMEM.PAGE.RECLAIM", page, status))
		return false;
	teardown->returned += UINT64_C(1) << (9 * level);
	return true;
}

/* The module knows best whose a page is, whoever lost count of it. */
static bool reclaim_pages(struct teardown *teardown)
{
	bool is_good = true;
	paddr_t page = teardown->start;

	while (page < teardown->end) {
		struct tdh_page info;
		const uint64_t status = tdh_phymem_page_rdmd(page, &info);
		const unsigned int level = status == TDX_SUCCESS ?
						   (unsigned int)info.level : 0;

		if (status == TDX_SUCCESS && info.owner == teardown->tdr)
			is_good &= reclaim(teardown, page, level);
		page += PAGE_SIZE << (9 * level);
	}
	return is_good;
}

/* With the TDR goes what named the TD; its lines are written back last. */
static bool reclaim_tdr(struct teardown *teardown)
{
	const paddr_t tdr = teardown->tdr;

	return reclaim(teardown, tdr, TDX_LEVEL_4K) &&
	       note(teardown, "TDH.PHYMEM.PAGE.WBINVD", tdr,
		    tdh_phymem_page_wbinvd(
			    tdr | (uint64_t)VMM_HKID_GLOBAL
					  << SEAM_HKID_SHIFT));
}

bool teardown_td(struct teardown *teardown)
{
	struct tdh_page info;

	teardown->returned = 0;
	teardown->errors = 0;
	/* MNG.CREATE itself may be what failed. */
	if (tdh_phymem_page_rdmd(teardown->tdr, &info) != TDX_SUCCESS ||
	    info.type != PAMT_TDR)
		return true;
	flush_vcpus(teardown);
	return free_key(teardown) && reclaim_pages(teardown) &&
	       reclaim_tdr(teardown);
}

/*
 * What a CPU does with a vCPU of a dead TD, and nothing else, ever again. If
 * the flush fails TDH.MNG.VPFLUSHDONE will tell.
 */
static noreturn void leave(struct vmm_vcpu *vcpu)
{
	(void)!tdh_vp_flush(vcpu->tdvpr);
	vcpu->is_asleep = true;
	__atomic_store_n(&td_end.is_gone[vcpu->index], true, __ATOMIC_SEQ_CST);
	emu_unlock();
	for (;;)
		cpu_sleep();
}

void vmm_td_check(struct vmm_vcpu *vcpu)
{
	if (td_end.is_dead)
		leave(vcpu);
}

static bool is_waited_for(unsigned int i)
{
	return i != cpu_number() && vmm_vcpus[i].is_running &&
	       !__atomic_load_n(&td_end.is_gone[i], __ATOMIC_SEQ_CST);
}

/* Until no other CPU has a vCPU of the TD; with the lock given up. */
static void wait_for_others(void)
{
	const uint64_t start = cpu_rdtsc();

	emu_unlock();
	for (unsigned int i = 0; i < vmm_config.num_vcpus; i++) {
		uint64_t kicked = 0;

		while (is_waited_for(i)) {
			if (cpu_rdtsc() - start >
			    LEAVE_SECONDS * vmm_tsc_hz())
				break;
			vmm_kick_again(i, &kicked);
			cpu_pause();
		}
	}
	emu_lock();
}

static void tear_down(void)
{
	struct teardown teardown = {
		.tdr = vmm_tdr,
		.start = EMU_POOL_PHYS,
		.end = vmm_pages_used(),
	};
	const bool is_whole = teardown_td(&teardown);

	emu_print("td-emu: TD %lx is torn down%s: %lu pages given back, "
		  "%u errors\n", vmm_tdr, is_whole ? "" : " in part",
		  teardown.returned, teardown.errors);
}

void vmm_td_end(unsigned int code, const char *format, ...)
{
	va_list args;

	/* Another CPU was first, and gave up the lock meanwhile. */
	if (td_end.is_dead)
		leave(&vmm_vcpus[cpu_number()]);
	td_end.is_dead = true;
	va_start(args, format);
	emu_print("td-emu: ");
	emu_vprint(format, args);
	emu_print("\n");
	va_end(args);
	wait_for_others();
	tear_down();
	emu_end(code);
}

void vmm_td_failed(const char *leaf, uint64_t status)
{
	vmm_td_end(EMU_EXIT_EMULATOR, "TD %lx is dead: %s: %s (%lx)", vmm_tdr,
		   leaf, status_name(status), status);
}

void vmm_td_failed_at(const char *leaf, paddr_t gpa, uint64_t status)
{
	vmm_td_end(EMU_EXIT_EMULATOR, "TD %lx is dead: %s of GPA %lx: %s (%lx)",
		   vmm_tdr, leaf, gpa, status_name(status), status);
}

void vmm_td_expect(uint64_t status, const char *leaf)
{
	if (status != TDX_SUCCESS)
		vmm_td_failed(leaf, status);
}
