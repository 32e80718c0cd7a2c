/* SPDX-License-Identifier: MIT */
/*
 * The TDX module's life up to its first TD, in Linux' order: VMXON and
 * TDH.SYS.LP.INIT on every CPU, then its memory and keys.
 */
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/layout.h"
#include "emu/module/td_params.h"
#include "emu/vmm/status.h"
#include "emu/vmm/vmm.h"

static struct tdmr_info tdmr aligned(512);
static uint64_t tdmr_pointers[TDX_MAX_TDMRS] aligned(512);

void vmm_expect(uint64_t status, const char *leaf)
{
	if (status != TDX_SUCCESS)
		emu_fail("%s failed: %s (%lx)", leaf, status_name(status),
			 status);
}

void vmm_seam_load(void)
{
	const struct seam_platform platform = {
		.cpus = vmm_config.num_vcpus,
		.memory = EMU_POOL_PHYS,
		.memory_size = vmm_pages_end() - EMU_POOL_PHYS,
	};

	seam_load(&platform);
}

void vmm_module_load(void)
{
	vmm_seam_load();
	seam_vmxon();
	vmm_expect(tdh_sys_init(), "TDH.SYS.INIT");
	vmm_expect(tdh_sys_lp_init(), "TDH.SYS.LP.INIT");
}

void vmm_module_join(void)
{
	seam_vmxon();
	vmm_expect(tdh_sys_lp_init(), "TDH.SYS.LP.INIT");
}

static uint64_t sys_read(uint64_t field)
{
	uint64_t value = 0;

	vmm_expect(tdh_sys_rd(field, &value), "TDH.SYS.RD");
	return value;
}

/* What KVM and QEMU refuse to work without. */
static void module_check(void)
{
	if (!(sys_read(SYS_FIELD_TDX_FEATURES0) & TDX_FEATURES0_NO_RBP_MOD))
		emu_fail("the TDX module lacks NO_RBP_MOD");
	if (sys_read(SYS_FIELD_NUM_CPUID_CONFIG) != TD_PARAMS_CPUID_CONFIGS)
		emu_fail("the TDX module has other CPUID configurations");
	if (vmm_config.num_vcpus > sys_read(SYS_FIELD_MAX_VCPUS_PER_TD))
		emu_fail("the TDX module has not so many vCPUs for a TD");
}

/* One PAMT area of the TDMR, for pages of so many bytes. */
static paddr_t pamt_alloc(uint64_t page_size, uint64_t entry_size_field,
			  uint64_t *size)
{
	*size = align_up(tdmr.size / page_size * sys_read(entry_size_field),
			 PAGE_SIZE);
	return vmm_pages_reserve(*size);
}

static void reserve(unsigned int index, paddr_t start, paddr_t end)
{
	tdmr.reserved[index].offset = start - tdmr.base;
	tdmr.reserved[index].size = end - start;
}

/*
 * One region for the whole DIMM. Not the TDs' are the emulator itself, the
 * PAMT that stands behind it, and what the region has beyond the DIMM.
 */
static void tdmr_lay_out(void)
{
	const paddr_t memory_end = vmm_pages_end();
	paddr_t pamt_end;

	tdmr.base = EMU_PHYS;
	tdmr.size = align_up(memory_end - EMU_PHYS, GIB);
	tdmr.pamt_4k_base = pamt_alloc(PAGE_SIZE, SYS_FIELD_PAMT_4K_ENTRY_SIZE,
				       &tdmr.pamt_4k_size);
	tdmr.pamt_2m_base = pamt_alloc(PAGE_SIZE_2M,
				       SYS_FIELD_PAMT_2M_ENTRY_SIZE,
				       &tdmr.pamt_2m_size);
	tdmr.pamt_1g_base = pamt_alloc(GIB, SYS_FIELD_PAMT_1G_ENTRY_SIZE,
				       &tdmr.pamt_1g_size);
	pamt_end = tdmr.pamt_1g_base + tdmr.pamt_1g_size;
	reserve(0, EMU_PHYS, EMU_POOL_PHYS);
	reserve(1, EMU_POOL_PHYS, pamt_end);
	if (memory_end < tdmr.base + tdmr.size)
		reserve(2, memory_end, tdmr.base + tdmr.size);
}

void vmm_module_init(void)
{
	paddr_t next = EMU_PHYS;

	module_check();
	tdmr_lay_out();
	tdmr_pointers[0] = memory_pa(&tdmr);
	vmm_expect(tdh_sys_config(memory_pa(tdmr_pointers), 1,
				  VMM_HKID_GLOBAL), "TDH.SYS.CONFIG");
	vmm_expect(tdh_sys_key_config(), "TDH.SYS.KEY.CONFIG");
	while (next < tdmr.base + tdmr.size)
		vmm_expect(tdh_sys_tdmr_init(tdmr.base, &next),
			   "TDH.SYS.TDMR.INIT");
}
