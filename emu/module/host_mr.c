/* SPDX-License-Identifier: MIT */
/* What of a TD's memory the host measures, and of a DEBUG TD's reads. */
#include <string.h>

#include "emu/module/host.h"
#include "emu/module/sept.h"

uint64_t host_mr_extend(struct trap_frame *host)
{
	const paddr_t gpa = host->rcx;
	struct td *td;
	struct sept_walk walk;
	uint64_t status = host_find_td(host, host->rdx, TDX_OPERAND_ID_RDX,
				       &td);

	host->rcx = host->rdx = 0;
	if (status != TDX_SUCCESS)
		return status;
	if (gpa % MEASURE_CHUNK_SIZE || gpa >= td->shared_bit)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	walk = sept_walk(td, gpa, SEPT_4K);
	if (sept_state(*walk.entry) == SEPT_FREE || !sept_is_leaf(&walk)) {
		sept_show(td, gpa, SEPT_4K, &host->rcx, &host->rdx);
		return TDX_EPT_ENTRY_NOT_PRESENT | TDX_OPERAND_ID_RCX;
	}
	if (sept_next(sept_state(*walk.entry), SEPT_EXTEND) == SEPT_REFUSED)
		return TDX_EPT_ENTRY_NOT_PRESENT;
	measure_extend(&td->mrtd_stream, gpa, sept_pointer(td, gpa));
	return TDX_SUCCESS;
}

uint64_t host_mr_finalize(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_td(host, host->rcx,
					     TDX_OPERAND_ID_RCX, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!td->num_vcpus)
		return TDX_NO_VCPUS;
	measure_finalize(&td->mrtd_stream, td->mrtd);
	td->op_state = OP_STATE_RUNNABLE;
	return TDX_SUCCESS;
}

/* The eight bytes that a debugger means. */
static uint64_t find_word(struct trap_frame *host, uint64_t **word)
{
	const paddr_t gpa = host->rcx;
	struct td *td;
	struct sept_walk walk;
	const uint64_t status = host_find_td(host, host->rdx,
					     TDX_OPERAND_ID_RDX, &td);

	host->rcx = host->rdx = 0;
	if (status != TDX_SUCCESS)
		return status;
	if (!(td->attributes & TDX_ATTRIBUTES_DEBUG))
		return TDX_TD_NON_DEBUG;
	if (gpa % sizeof(**word) || gpa >= td->shared_bit)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	*word = sept_pointer(td, gpa);
	if (*word)
		return TDX_SUCCESS;
	walk = sept_walk(td, gpa, SEPT_4K);
	sept_show(td, gpa, SEPT_4K, &host->rcx, &host->rdx);
	if (sept_state(*walk.entry) == SEPT_FREE || !sept_is_leaf(&walk))
		return TDX_EPT_ENTRY_NOT_PRESENT | TDX_OPERAND_ID_RCX;
	return TDX_EPT_ENTRY_STATE_INCORRECT | TDX_OPERAND_ID_RCX;
}

uint64_t host_mem_rd(struct trap_frame *host)
{
	uint64_t *word;
	const uint64_t status = find_word(host, &word);

	host->r8 = status == TDX_SUCCESS ? *word : 0;
	return status;
}

uint64_t host_mem_wr(struct trap_frame *host)
{
	const uint64_t value = host->r8;
	uint64_t *word;
	const uint64_t status = find_word(host, &word);

	host->r8 = 0;
	if (status != TDX_SUCCESS)
		return status;
	host->r8 = *word;
	*word = value;
	return TDX_SUCCESS;
}
