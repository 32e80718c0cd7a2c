/* SPDX-License-Identifier: MIT */
/*
 * The platform: TDH.SYS.INIT, SYS.LP.INIT on every CPU, SYS.CONFIG, KEY.CONFIG
 * on the one package that there is, TDMR.INIT; and SYS.SHUTDOWN.
 */
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/boot/stack.h"
#include "emu/module/decode.h"
#include "emu/module/host.h"
#include "emu/module/pamt.h"
#include "emu/module/td_params.h"
#include "emu/module/tdmr.h"

#define OPERAND_ID_TDMR_INFO 96

enum sys_state {
	SYS_UNINITIALIZED,
	SYS_INITIALIZED,
	SYS_CONFIGURED,
	SYS_READY,
	SYS_SHUT_DOWN,
};

static struct {
	enum sys_state state;
	bool is_cpu_ready[STACK_CPUS];
	unsigned int cpus_ready;
} sys;

bool host_sys_is_cpu_ready(void)
{
	return sys.is_cpu_ready[cpu_number()];
}

bool host_sys_is_ready(void)
{
	return sys.state == SYS_READY && host_sys_is_cpu_ready();
}

bool host_sys_is_shut_down(void)
{
	return sys.state == SYS_SHUT_DOWN;
}

uint64_t host_sys_init(struct trap_frame *host)
{
	if (sys.state != SYS_UNINITIALIZED)
		return TDX_SYS_INIT_NOT_PENDING;
	if (host->rcx)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	decode_init();
	sys.state = SYS_INITIALIZED;
	return TDX_SUCCESS;
}

uint64_t host_sys_lp_init(unused struct trap_frame *host)
{
	if (sys.state == SYS_UNINITIALIZED)
		return TDX_SYS_LP_INIT_NOT_PENDING;
	if (host_sys_is_cpu_ready())
		return TDX_SYS_LP_INIT_DONE;
	sys.is_cpu_ready[cpu_number()] = true;
	sys.cpus_ready++;
	return TDX_SUCCESS;
}

/* Copies what the host may change meanwhile, then looks at it. */
static uint64_t read_regions(const uint64_t *pointers, unsigned int count,
			     struct tdmr_info *tdmrs)
{
	const struct seam_platform *platform = seam_platform();
	const struct cmr_info cmr = { platform->memory,
				      platform->memory_size };
	const struct tdmr_memory memory = { &cmr, 1 };
	uint64_t status = TDX_SUCCESS;

	for (unsigned int i = 0; status == TDX_SUCCESS && i < count; i++) {
		const paddr_t at = pointers[i];

		if (at % TDX_TDMR_POINTERS_ALIGN || at >> SEAM_HKID_SHIFT)
			return TDX_OPERAND_INVALID | OPERAND_ID_TDMR_INFO;
		tdmrs[i] = *(const struct tdmr_info *)memory_at(at);
		status = tdmr_check(&memory, tdmrs, i);
	}
	return status;
}

uint64_t host_sys_config(struct trap_frame *host)
{
	static struct tdmr_info tdmrs[TDX_MAX_TDMRS];
	const uint64_t count = host->rdx;
	uint64_t status;

	if (sys.state != SYS_INITIALIZED ||
	    sys.cpus_ready < seam_platform()->cpus)
		return TDX_SYS_CONFIG_NOT_PENDING;
	if (host->rcx % TDX_TDMR_POINTERS_ALIGN ||
	    host->rcx >> SEAM_HKID_SHIFT)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (!count || count > TDX_MAX_TDMRS)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	status = host_hkid_take_global(host->r8);
	if (status != TDX_SUCCESS)
		return status | TDX_OPERAND_ID_R8;
	status = read_regions(memory_at(host->rcx), (unsigned int)count,
			      tdmrs);
	if (status != TDX_SUCCESS)
		return status;
	for (unsigned int i = 0; i < count; i++)
		pamt_add_region(&tdmrs[i]);
	sys.state = SYS_CONFIGURED;
	return TDX_SUCCESS;
}

uint64_t host_sys_key_config(unused struct trap_frame *host)
{
	if (sys.state == SYS_READY)
		return TDX_KEY_CONFIGURED;
	if (sys.state != SYS_CONFIGURED)
		return TDX_SYS_KEY_CONFIG_NOT_PENDING;
	sys.state = SYS_READY;
	return TDX_SUCCESS;
}

uint64_t host_sys_tdmr_init(struct trap_frame *host)
{
	paddr_t next = 0;
	const uint64_t status = pamt_init_step(host->rcx, &next);

	host->rdx = next;
	return status;
}

/*
 * Whoever would replace this module is not there: nothing is handed off, and
 * nothing works any more.
 */
uint64_t host_sys_shutdown(struct trap_frame *host)
{
	if (host->rcx != MODULE_HANDOFF_VERSION)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	/* A vCPU in its guest is a leaf that has not returned. */
	if (host_td_is_any_inside())
		return TDX_SYS_BUSY;
	sys.state = SYS_SHUT_DOWN;
	return TDX_SUCCESS;
}
