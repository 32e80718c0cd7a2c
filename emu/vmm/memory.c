/* SPDX-License-Identifier: MIT */
/*
 * The TD's memory as KVM and QEMU keep it: a page of RAM is private or shared
 * (an attribute of the guest physical address), private ones are backed by
 * pages of the DIMM through the Secure EPT, shared ones by QEMU's RAM of the
 * same address through the shared EPT, which is this file's.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/layout.h"
#include "emu/vmm/hob.h"
#include "emu/vmm/vmm.h"

#define TABLE 0x67
/* No instruction may come from shared memory: not executable (bit 63). */
#define PAGE_RW (BIT(63) | 0x67)
#define EEQ_TYPE 0xf
#define EEQ_PENDING 6
#define POISON UINT64_C(0x5ec0de5ec0de5ec0)

/* Not RAM in QEMU's machine, though a TD has RAM there: never shared. */
#define LEGACY_HOLE_START 0xa0000
#define LEGACY_HOLE_END 0x100000

static struct {
	paddr_t shared_root;
	uint64_t is_shared[VMM_RAM_MAX / PAGE_SIZE / 64];
	bool said_implicit;
} memory;

static uint64_t ram_low(void)
{
	return hob_low_memory(vmm_config.ram_size);
}

bool vmm_is_ram(paddr_t gpa)
{
	const uint64_t low = ram_low();

	return gpa < low ||
	       (gpa >= 4 * GIB && gpa - 4 * GIB < vmm_config.ram_size - low);
}

/* The first page of RAM from there on; a range may be mostly devices. */
static paddr_t ram_from(paddr_t gpa)
{
	if (vmm_is_ram(gpa))
		return gpa;
	return gpa < 4 * GIB && vmm_is_ram(4 * GIB) ? 4 * GIB : UINT64_MAX;
}

/* Index of a page of RAM, without the gap below 4 GiB. */
static uint64_t ram_index(paddr_t gpa)
{
	return (gpa >= 4 * GIB ? gpa - 4 * GIB + ram_low() : gpa) / PAGE_SIZE;
}

paddr_t vmm_ram_page(uint64_t number)
{
	const paddr_t gpa = number * PAGE_SIZE;

	return gpa < ram_low() ? gpa : gpa - ram_low() + 4 * GIB;
}

static bool is_shared(paddr_t gpa)
{
	const uint64_t i = ram_index(gpa);

	return memory.is_shared[i / 64] & BIT(i % 64);
}

static void set_shared(paddr_t gpa, bool shared)
{
	const uint64_t i = ram_index(gpa);

	if (shared)
		memory.is_shared[i / 64] |= BIT(i % 64);
	else
		memory.is_shared[i / 64] &= ~BIT(i % 64);
}

/* A table of the shared EPT; an absent entry of KVM's raises no #VE. */
static paddr_t shared_table_alloc(void)
{
	const paddr_t table = vmm_page_alloc();

	cpu_fill(memory_at(table), EPT_SUPPRESS_VE, 512);
	return table;
}

static uint64_t *shared_next(uint64_t *entry)
{
	if (!(*entry & 1))
		*entry = shared_table_alloc() | TABLE;
	return memory_at(*entry & UINT64_C(0xfffffffff000));
}

static uint64_t *shared_entry(paddr_t gpa)
{
	uint64_t *table = memory_at(memory.shared_root);

	if (vmm_config.ept_levels > 4)
		table = shared_next(&table[(gpa >> 48) & 511]);
	for (unsigned int shift = 39; shift > PAGE_SHIFT; shift -= 9)
		table = shared_next(&table[(gpa >> shift) & 511]);
	return &table[(gpa >> PAGE_SHIFT) & 511];
}

void vmm_memory_init(void)
{
	if (vmm_config.ram_size > VMM_RAM_MAX)
		emu_fail("more than %lu MiB of memory", VMM_RAM_MAX / MIB);
	memory.shared_root = shared_table_alloc();
}

paddr_t vmm_shared_eptp(void)
{
	return memory.shared_root;
}

bool vmm_is_private_block(paddr_t gpa)
{
	for (uint64_t at = 0; at < PAGE_SIZE_2M; at += PAGE_SIZE)
		if (!vmm_is_ram(gpa + at) || is_shared(gpa + at))
			return false;
	return true;
}

void vmm_sept_prepare(paddr_t gpa, unsigned int leaf_level)
{
	const unsigned int top = vmm_config.ept_levels - 1;

	for (unsigned int level = top; level > leaf_level; level--) {
		const paddr_t at = align_down(gpa, PAGE_SIZE << (9 * level));
		const paddr_t page = vmm_page_alloc();
		const uint64_t status = tdh_mem_sept_add(vmm_tdr, at, level,
							 page);

		if (status == TDX_SUCCESS)
			continue;
		vmm_page_free(page);
		if ((status & TDX_STATUS_MASK) !=
		    TDX_EPT_ENTRY_STATE_INCORRECT)
			vmm_td_failed_at("TDH.MEM.SEPT.ADD", at, status);
	}
}

static void private_aug(paddr_t gpa)
{
	const paddr_t page = vmm_page_alloc();
	uint64_t status = tdh_mem_page_aug(vmm_tdr, gpa, 0, page);

	if ((status & TDX_STATUS_MASK) == TDX_EPT_WALK_FAILED) {
		vmm_sept_prepare(gpa, TDX_LEVEL_4K);
		status = tdh_mem_page_aug(vmm_tdr, gpa, 0, page);
	}
	if (status == TDX_SUCCESS)
		return;
	vmm_page_free(page);
	/* Another vCPU's violation may have brought it already. */
	if ((status & TDX_STATUS_MASK) != TDX_EPT_ENTRY_STATE_INCORRECT)
		vmm_td_failed_at("TDH.MEM.PAGE.AUG", gpa, status);
}

/* Blocks the page if there is one; true: it is blocked. */
static bool private_block(paddr_t gpa, unsigned int level)
{
	const uint64_t status = tdh_mem_range_block(vmm_tdr, gpa, level);

	switch (status & TDX_STATUS_MASK) {
	case TDX_SUCCESS:
	case TDX_GPA_RANGE_ALREADY_BLOCKED:
		return true;
	case TDX_EPT_WALK_FAILED:
	case TDX_EPT_ENTRY_STATE_INCORRECT:
		return false;
	default:
		vmm_td_failed_at("TDH.MEM.RANGE.BLOCK", gpa, status);
	}
}

/*
 * After TDH.MEM.TRACK each vCPU must leave the guest once before a blocked
 * page may go: one that is inside is kicked until it has.
 */
void vmm_track(const struct vmm_vcpu *vcpu)
{
	uint64_t status = tdh_mem_track(vmm_tdr);

	/* Others may track at the same time, each an epoch. */
	for (int i = 1; status == TDX_PREVIOUS_TLB_EPOCH_BUSY &&
			i < TDH_TRIES; i++) {
		vmm_flush_others(vcpu);
		status = tdh_mem_track(vmm_tdr);
	}
	if (status != TDX_SUCCESS)
		vmm_td_failed("TDH.MEM.TRACK", status);
	vmm_flush_others(vcpu);
}

static void private_remove(paddr_t gpa)
{
	paddr_t page;
	const uint64_t status = tdh_mem_page_remove(vmm_tdr, gpa, 0, &page);

	if (status == TDX_SUCCESS)
		vmm_page_free(page);
	else if ((status & TDX_STATUS_MASK) != TDX_EPT_WALK_FAILED &&
		 (status & TDX_STATUS_MASK) != TDX_EPT_ENTRY_STATE_INCORRECT)
		vmm_td_failed_at("TDH.MEM.PAGE.REMOVE", gpa, status);
}

static bool is_backed(paddr_t gpa)
{
	return gpa < LEGACY_HOLE_START || gpa >= LEGACY_HOLE_END;
}

/* Makes small what of [gpa, gpa + left) is only part of a large page. */
static bool is_whole_large(struct vmm_vcpu *vcpu, paddr_t gpa, uint64_t left)
{
	for (int i = 0; vmm_large_is(gpa); i++) {
		if (!(gpa % PAGE_SIZE_2M) && left >= PAGE_SIZE_2M)
			return true;
		if (i == TDH_TRIES)
			vmm_td_end(EMU_EXIT_EMULATOR,
				   "TD %lx is dead: its page of 2 MiB at "
				   "GPA %lx cannot be split", vmm_tdr, gpa);
		vmm_large_split(vcpu, gpa);
	}
	return false;
}

static bool block_range(struct vmm_vcpu *vcpu, paddr_t gpa, uint64_t size)
{
	const paddr_t end = gpa + size;
	bool blocked = false;

	while ((gpa = ram_from(gpa)) < end) {
		const bool is_large = !is_shared(gpa) &&
				      is_whole_large(vcpu, gpa, end - gpa);

		if (!is_shared(gpa))
			blocked |= private_block(gpa, is_large);
		gpa += is_large ? PAGE_SIZE_2M : PAGE_SIZE;
	}
	return blocked;
}

static void make_shared(paddr_t gpa)
{
	if (vmm_large_is(gpa))
		vmm_large_remove(gpa);
	else
		private_remove(gpa);
	set_shared(gpa, true);
	if (is_backed(gpa))
		cpu_fill(memory_at(gpa), 0, 512);
}

void vmm_memory_share(struct vmm_vcpu *vcpu, paddr_t gpa, uint64_t size)
{
	if (block_range(vcpu, gpa, size))
		vmm_track(vcpu);
	for (paddr_t at = gpa; (at = ram_from(at)) < gpa + size;
	     at += PAGE_SIZE)
		if (!is_shared(at))
			make_shared(at);
}

void vmm_memory_unshare(struct vmm_vcpu *vcpu, paddr_t gpa, uint64_t size)
{
	const paddr_t end = gpa + size;
	bool was_any_shared = false;

	/* As KVM does it, private first: a vCPU that uses it as shared, while
	 * the lock is given up, makes it so again. */
	for (paddr_t at = gpa; (at = ram_from(at)) < end; at += PAGE_SIZE) {
		if (!is_shared(at))
			continue;
		set_shared(at, false);
		*shared_entry(at | vmm_config.shared_bit) = EPT_SUPPRESS_VE;
		/* QEMU discards it; rubbish finds who still reads it. */
		if (is_backed(at))
			cpu_fill(memory_at(at), POISON, 512);
		was_any_shared = true;
	}
	if (was_any_shared)
		vmm_flush_others(vcpu);
}

paddr_t vmm_memory_any_shared(uint64_t random)
{
	const uint64_t words = vmm_config.ram_size / PAGE_SIZE / 64;
	const uint64_t first_bit = random >> 58;

	for (uint64_t i = 0; i < words; i++) {
		const uint64_t at = (random + i) % words;
		const uint64_t word = memory.is_shared[at];
		const uint64_t later = word >> first_bit << first_bit;

		if (word)
			return vmm_ram_page(64 * at + (uint64_t)__builtin_ctzll(
							later ? later : word));
	}
	return 0;
}

void vmm_memory_swap_shared(const struct vmm_vcpu *vcpu, paddr_t first,
			    paddr_t second)
{
	*shared_entry(first | vmm_config.shared_bit) = second | PAGE_RW;
	*shared_entry(second | vmm_config.shared_bit) = first | PAGE_RW;
	vmm_flush_others(vcpu);
}

static void note_implicit(paddr_t gpa, const char *to)
{
	if (!memory.said_implicit)
		emu_print("td-emu: note: gpa %lx becomes %s without MapGPA, as "
			  "QEMU does it; its contents are lost\n", gpa, to);
	memory.said_implicit = true;
}

static void shared_violation(struct vmm_vcpu *vcpu, paddr_t gpa)
{
	const paddr_t page =
		align_down(gpa & ~vmm_config.shared_bit, PAGE_SIZE);

	if (!vmm_is_ram(page)) {
		/* A device: the next access shall be a #VE. */
		*shared_entry(page | vmm_config.shared_bit) = 0;
		return;
	}
	if (!is_shared(page)) {
		note_implicit(page, "shared");
		vmm_memory_share(vcpu, page, PAGE_SIZE);
	}
	*shared_entry(page | vmm_config.shared_bit) = page | PAGE_RW;
}

static void private_violation(struct vmm_vcpu *vcpu, paddr_t gpa,
			      uint64_t extended)
{
	if ((extended & EEQ_TYPE) == EEQ_PENDING)
		vmm_rule_broken(vcpu, "a private page was used before "
				"TDG.MEM.PAGE.ACCEPT", gpa);
	if (!vmm_is_ram(gpa))
		vmm_rule_broken(vcpu, "a private address was used where there "
				"is no memory; device registers are shared",
				gpa);
	if (is_shared(gpa)) {
		note_implicit(gpa, "private");
		vmm_memory_unshare(vcpu, gpa, PAGE_SIZE);
	}
	if (!vmm_large_violation(vcpu, gpa, extended))
		private_aug(gpa);
}

void vmm_handle_violation(struct vmm_vcpu *vcpu)
{
	const paddr_t gpa = vcpu->regs.r8;

	if (gpa & vmm_config.shared_bit)
		shared_violation(vcpu, gpa);
	else
		private_violation(vcpu, gpa, vcpu->regs.rdx);
}
