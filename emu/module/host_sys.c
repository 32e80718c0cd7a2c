/* SPDX-License-Identifier: MIT */
/* The platform: SYS.INIT, SYS.LP.INIT, SYS.CONFIG, KEY.CONFIG, TDMR.INIT. */
#include "emu/boot/memory.h"
#include "emu/module/decode.h"
#include "emu/module/host.h"
#include "emu/module/pamt.h"
#include "emu/module/td_params.h"

#define TDMR_ALIGN GIB
#define TDMR_POINTERS_ALIGN 512

enum sys_state {
	SYS_INIT_PENDING,
	SYS_LP_INIT_PENDING,
	SYS_CONFIG_PENDING,
	SYS_KEY_CONFIG_PENDING,
	SYS_READY,
};

static struct {
	enum sys_state state;
	paddr_t tdmr_base;
	uint64_t tdmr_size;
	bool is_tdmr_ready;
} sys;

uint64_t host_sys_check_ready(void)
{
	return sys.state == SYS_READY && sys.is_tdmr_ready ? TDX_SUCCESS :
							     TDX_SYS_NOT_READY;
}

uint64_t host_sys_init(struct trap_frame *host)
{
	if (sys.state != SYS_INIT_PENDING)
		return TDX_SYS_INIT_NOT_PENDING;
	if (host->rcx)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	decode_init();
	sys.state = SYS_LP_INIT_PENDING;
	return TDX_SUCCESS;
}

uint64_t host_sys_lp_init(unused struct trap_frame *host)
{
	if (sys.state < SYS_LP_INIT_PENDING)
		return TDX_SYS_LP_INIT_NOT_DONE;
	if (sys.state > SYS_CONFIG_PENDING)
		return TDX_SYS_LP_INIT_DONE;
	sys.state = SYS_CONFIG_PENDING;
	return TDX_SUCCESS;
}

uint64_t host_sys_config(struct trap_frame *host)
{
	const uint64_t *pointers = memory_at(host->rcx);
	const struct tdmr_info *info;

	if (sys.state != SYS_CONFIG_PENDING)
		return TDX_SYS_CONFIG_NOT_PENDING;
	if (host->rcx % TDMR_POINTERS_ALIGN || host->rcx >= MEMORY_MAPPED)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (host->rdx != 1)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	info = memory_at(pointers[0]);
	if (info->base % TDMR_ALIGN)
		return TDX_INVALID_TDMR;
	sys.tdmr_base = info->base;
	sys.tdmr_size = info->size;
	sys.state = SYS_KEY_CONFIG_PENDING;
	return TDX_SUCCESS;
}

uint64_t host_sys_key_config(unused struct trap_frame *host)
{
	if (sys.state != SYS_KEY_CONFIG_PENDING)
		return sys.state == SYS_READY ? TDX_KEY_CONFIGURED :
						TDX_SYS_KEY_CONFIG_NOT_PENDING;
	sys.state = SYS_READY;
	return TDX_SUCCESS;
}

uint64_t host_sys_tdmr_init(struct trap_frame *host)
{
	if (sys.state != SYS_READY)
		return TDX_SYS_NOT_READY;
	if (host->rcx != sys.tdmr_base)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	pamt_init(sys.tdmr_base, sys.tdmr_size);
	sys.is_tdmr_ready = true;
	host->rdx = sys.tdmr_base + sys.tdmr_size;
	return TDX_SUCCESS;
}
