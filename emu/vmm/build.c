/* SPDX-License-Identifier: MIT */
/*
 * The life of a TD up to its first instruction, in QEMU's and KVM's order,
 * which is also the order of MRTD: create the TD and its vCPUs, add the
 * firmware's sections page by page, finalize.
 */
#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/layout.h"
#include "emu/lies/lies.h"
#include "emu/module/td_params.h"
#include "emu/svm/svm.h"
#include "emu/vmm/cpuid_config.h"
#include "emu/vmm/hob.h"
#include "emu/vmm/status.h"
#include "emu/vmm/tdvf.h"
#include "emu/vmm/vmm.h"

#define TDCX_PAGES 6
#define TDVPX_PAGES 5
#define MR_CHUNK 256

paddr_t vmm_tdr;
struct vmm_vcpu vmm_vcpus[VMM_MAX_VCPUS];

static struct tdvf tdvf;
static uint8_t page_buffer[PAGE_SIZE] aligned(4096);
static uint8_t hob_list[2 * PAGE_SIZE] aligned(4096);

/*
 * All that QEMU's CPU and the module know, as KVM has it. XSETBV does not exit
 * in QEMU 7.2, which refuses what its CPU lacks: td-run makes the CPU so that
 * this is what XFAM lacks.
 */
static uint64_t supported_xfam(void)
{
	uint32_t regs[4];
	uint64_t module = 0;
	uint64_t cpu;

	cpu_cpuid(0xd, 0, regs);
	cpu = regs[0] | (uint64_t)regs[3] << 32;
	vmm_expect(tdh_sys_rd(SYS_FIELD_XFAM_FIXED0, &module), "TDH.SYS.RD");
	if (cpu & ~module)
		emu_print("td-emu: note: XSETBV takes the components %lx, "
			  "which are not in XFAM\n", cpu & ~module);
	return cpu & module;
}

static uint64_t config_flags(void)
{
	uint64_t flags = 0;

	if (vmm_config.gpaw == 52)
		flags |= TDX_CONFIG_FLAGS_GPAW;
	if (vmm_config.no_rbp_mod)
		flags |= TDX_CONFIG_FLAGS_NO_RBP_MOD;
	if (vmm_config.flexible_pending_ve)
		flags |= TDX_CONFIG_FLAGS_FLEXIBLE_PENDING_VE;
	return flags;
}

static void td_create(void)
{
	static struct td_params params aligned(1024);
	uint64_t status;
	uint64_t cpuid;

	if (vmm_config.ept_levels > svm_levels())
		emu_fail("an EPT of %u levels needs a CPU with 52 physical "
			 "address bits and 5-level paging: start QEMU with "
			 "td-run", vmm_config.ept_levels);
	params = (struct td_params){
		.attributes = vmm_config.sept_ve_disable ?
				      TDX_ATTRIBUTES_SEPT_VE_DISABLE : 0,
		.xfam = supported_xfam(),
		.max_vcpus = (uint16_t)vmm_config.num_vcpus,
		.eptp_controls = vmm_config.ept_levels == 5 ?
					 TD_PARAMS_EPTP_5_LEVELS :
					 TD_PARAMS_EPTP_4_LEVELS,
		.config_flags = config_flags(),
		.tsc_frequency = (uint16_t)((vmm_tsc_hz() +
					     TDX_CRYSTAL_HZ / 2) /
					    TDX_CRYSTAL_HZ),
	};
	memcpy(params.mrconfigid, vmm_config.mrconfigid, VMM_DIGEST);
	memcpy(params.mrowner, vmm_config.mrowner, VMM_DIGEST);
	memcpy(params.mrownerconfig, vmm_config.mrownerconfig, VMM_DIGEST);
	cpuid_config_build(vmm_config.num_vcpus, params.cpuid_config);
	vmm_tdr = vmm_page_alloc();
	vmm_td_expect(tdh_mng_create(vmm_tdr, VMM_HKID_TD), "TDH.MNG.CREATE");
	vmm_td_expect(tdh_mng_key_config(vmm_tdr), "TDH.MNG.KEY.CONFIG");
	for (int i = 0; i < TDCX_PAGES; i++)
		vmm_td_expect(tdh_mng_addcx(vmm_tdr, vmm_page_alloc()),
			      "TDH.MNG.ADDCX");
	status = tdh_mng_init(vmm_tdr, memory_pa(&params), &cpuid);
	if (status != TDX_SUCCESS)
		vmm_td_end(EMU_EXIT_EMULATOR, "TD %lx is dead: TDH.MNG.INIT: "
			   "%s (%lx), CPUID %lx", vmm_tdr, status_name(status),
			   status, cpuid);
}

static void vcpu_create(struct vmm_vcpu *vcpu, unsigned int index, paddr_t hob)
{
	vcpu->index = index;
	vcpu->tdvpr = vmm_page_alloc();
	vmm_td_expect(tdh_vp_create(vmm_tdr, vcpu->tdvpr), "TDH.VP.CREATE");
	for (int i = 0; i < TDVPX_PAGES; i++)
		vmm_td_expect(tdh_vp_addcx(vcpu->tdvpr, vmm_page_alloc()),
			      "TDH.VP.ADDCX");
	vmm_td_expect(tdh_vp_init(vcpu->tdvpr, hob, index), "TDH.VP.INIT");
	vmm_td_expect(tdh_vp_wr(vcpu->tdvpr, TDVPS_SHARED_EPTP,
				vmm_shared_eptp(), UINT64_MAX), "TDH.VP.WR");
	vmm_x2apic_attach(vcpu);
	vmm_msr_attach(vcpu);
}

static void page_add(paddr_t gpa, const void *source, bool is_measured)
{
	vmm_sept_prepare(gpa, TDX_LEVEL_4K);
	memcpy(page_buffer, source, PAGE_SIZE);
	vmm_td_expect(tdh_mem_page_add(vmm_tdr, gpa, vmm_page_alloc(),
				       memory_pa(page_buffer)),
		      "TDH.MEM.PAGE.ADD");
	for (uint64_t at = 0; is_measured && at < PAGE_SIZE; at += MR_CHUNK)
		vmm_td_expect(tdh_mr_extend(vmm_tdr, gpa + at),
			      "TDH.MR.EXTEND");
}

static void section_add(const struct tdvf_section *section)
{
	static const uint8_t zeros[PAGE_SIZE];
	const uint8_t *image = memory_at(EMU_TDVF_PHYS);
	const bool is_measured = section->attributes &
				 TDVF_ATTRIBUTE_MR_EXTEND;

	for (uint64_t at = 0; at < section->size; at += PAGE_SIZE) {
		const void *source = zeros;

		if (tdvf_section_is_copied(section))
			source = image + section->offset + at;
		else if (section == tdvf_hob_section(&tdvf) &&
			 at < sizeof(hob_list))
			source = hob_list + at;
		else if (section->type == TDVF_SECTION_TEMP_MEM)
			source = lies_temp_mem(zeros);
		page_add(section->address + at, source, is_measured);
	}
}

static void hob_prepare(const struct tdvf_section *section)
{
	static struct hob_memory memory;
	const char *why = hob_memory_init(&memory, vmm_config.ram_size, &tdvf);
	size_t size;

	if (why)
		emu_fail("TDVF: %s", why);
	size = hob_build(&memory, section->address, hob_list,
			 min_u64(sizeof(hob_list), section->size));
	if (!size)
		emu_fail("TDVF: the TD HOB does not fit into its section");
	lies_change_hob(hob_list, size);
}

void vmm_build(void)
{
	const char *why = tdvf_parse(memory_at(EMU_TDVF_PHYS),
				     vmm_config.tdvf_size, &tdvf);
	const struct tdvf_section *hob;

	if (why)
		emu_fail("TDVF: %s", why);
	hob = tdvf_hob_section(&tdvf);
	hob_prepare(hob);
	td_create();
	for (unsigned int i = 0; i < vmm_config.num_vcpus; i++)
		vcpu_create(&vmm_vcpus[i], i, hob->address);
	for (size_t i = 0; i < tdvf.count; i++)
		section_add(&tdvf.sections[i]);
	lies_add_pages();
	vmm_td_expect(tdh_mr_finalize(vmm_tdr), "TDH.MR.FINALIZE");
	/* The others are entered by CPUs of their own. */
	for (unsigned int i = 1; i < vmm_config.num_vcpus; i++)
		vmm_td_expect(tdh_vp_flush(vmm_vcpus[i].tdvpr), "TDH.VP.FLUSH");
}
