/* SPDX-License-Identifier: MIT */
/* Memory and measurement of a TD, as the host drives them. */
#include <string.h>

#include "emu/boot/memory.h"
#include "emu/module/host.h"
#include "emu/module/pamt.h"
#include "emu/module/sept.h"

#define STATES_LIVE                       \
	(STATE_BIT(OP_STATE_INITIALIZED) | STATE_BIT(OP_STATE_RUNNABLE))

/* MOD: on errors of the walk RCX and RDX show the entry, else they are 0. */
static uint64_t report_entry(struct trap_frame *host, struct td *td,
			     uint64_t status, paddr_t gpa)
{
	struct sept_walk walk;

	host->rcx = host->rdx = 0;
	if ((status & TDX_STATUS_MASK) != TDX_EPT_WALK_FAILED &&
	    (status & TDX_STATUS_MASK) != TDX_EPT_ENTRY_STATE_INCORRECT)
		return status;
	walk = sept_walk(td, gpa, SEPT_4K);
	host->rcx = *walk.entry;
	host->rdx = walk.level | (uint64_t)sept_state(*walk.entry) << 8;
	return status;
}

uint64_t host_mem_sept_add(struct trap_frame *host)
{
	struct td *td;
	paddr_t gpa;
	unsigned int level;
	uint64_t status = host_find_td(host->rdx, TDX_OPERAND_ID_RDX,
				       STATES_LIVE, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!sept_operand(td, host->rcx, SEPT_512G, &gpa, &level) || !level)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	status = sept_add_table(td, gpa, level, host->r8);
	return report_entry(host, td, status, gpa);
}

uint64_t host_mem_page_add(struct trap_frame *host)
{
	struct td *td;
	paddr_t gpa;
	unsigned int level;
	uint64_t status = host_find_td(host->rdx, TDX_OPERAND_ID_RDX,
				       STATE_BIT(OP_STATE_INITIALIZED), &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!sept_operand(td, host->rcx, SEPT_4K, &gpa, &level))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (host->r9 % PAGE_SIZE || host->r9 >= MEMORY_MAPPED)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R9;
	status = sept_add_page(td, gpa, host->r8);
	if (status == TDX_SUCCESS) {
		memcpy(memory_at(host->r8), memory_at(host->r9), PAGE_SIZE);
		measure_page_add(&td->mrtd_stream, gpa);
	}
	return report_entry(host, td, status, gpa);
}

uint64_t host_mem_page_aug(struct trap_frame *host)
{
	struct td *td;
	paddr_t gpa;
	unsigned int level;
	uint64_t status = host_find_td(host->rdx, TDX_OPERAND_ID_RDX,
				       STATES_LIVE, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!sept_operand(td, host->rcx, SEPT_2M, &gpa, &level))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	status = sept_aug_page(td, gpa, level, host->r8);
	return report_entry(host, td, status, gpa);
}

uint64_t host_mem_range_block(struct trap_frame *host)
{
	struct td *td;
	paddr_t gpa;
	unsigned int level;
	uint64_t status = host_find_td(host->rdx, TDX_OPERAND_ID_RDX,
				       STATES_LIVE, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!sept_operand(td, host->rcx, SEPT_512G, &gpa, &level))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	status = sept_block(td, gpa, level);
	return report_entry(host, td, status, gpa);
}

/* Is a vCPU still inside since before the current epoch? */
static bool is_any_behind(const struct td *td)
{
	for (unsigned int i = 0; i < td->num_created; i++)
		if (vcpu_is_behind(&td->vcpus[i], td->epoch))
			return true;
	return false;
}

uint64_t host_mem_track(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_td(host->rcx, TDX_OPERAND_ID_RCX,
					     STATES_LIVE, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (is_any_behind(td))
		return TDX_PREVIOUS_TLB_EPOCH_BUSY;
	td->epoch++;
	td->is_tracked = true;
	return TDX_SUCCESS;
}

uint64_t host_mem_page_remove(struct trap_frame *host)
{
	struct td *td;
	paddr_t gpa;
	paddr_t page = 0;
	unsigned int level;
	uint64_t status = host_find_td(host->rdx, TDX_OPERAND_ID_RDX,
				       STATES_LIVE, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!sept_operand(td, host->rcx, SEPT_1G, &gpa, &level))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (td->op_state == OP_STATE_RUNNABLE && is_any_behind(td))
		return TDX_TLB_TRACKING_NOT_DONE | TDX_OPERAND_ID_RCX;
	status = sept_remove_page(td, gpa, level, &page);
	report_entry(host, td, status, gpa);
	if (status == TDX_SUCCESS)
		host->rcx = page;
	return status;
}

uint64_t host_mr_extend(struct trap_frame *host)
{
	const paddr_t gpa = host->rcx;
	struct td *td;
	const void *chunk;
	const uint64_t status = host_find_td(
		host->rdx, TDX_OPERAND_ID_RDX,
		STATE_BIT(OP_STATE_INITIALIZED), &td);

	if (status != TDX_SUCCESS)
		return status;
	if (gpa % MEASURE_CHUNK_SIZE || gpa >= td_shared_bit(td))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	chunk = sept_pointer(td, gpa);
	if (!chunk)
		return TDX_EPT_ENTRY_NOT_PRESENT | TDX_OPERAND_ID_RCX;
	measure_extend(&td->mrtd_stream, gpa, chunk);
	return TDX_SUCCESS;
}

uint64_t host_mr_finalize(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_td(
		host->rcx, TDX_OPERAND_ID_RCX,
		STATE_BIT(OP_STATE_INITIALIZED), &td);

	if (status != TDX_SUCCESS)
		return status;
	if (!td->num_vcpus)
		return TDX_NO_VCPUS;
	measure_finalize(&td->mrtd_stream, td->mrtd);
	td->op_state = OP_STATE_RUNNABLE;
	return TDX_SUCCESS;
}
