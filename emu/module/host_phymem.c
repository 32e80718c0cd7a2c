/* SPDX-License-Identifier: MIT */
/* Physical pages: whose they are, and how the host gets them back. */
#include "emu/boot/seam.h"
#include "emu/module/host.h"
#include "emu/module/pamt.h"

/* MOD: what both RDMD and RECLAIM return. */
static void show_page(struct trap_frame *host, const struct pamt_page *page)
{
	host->rcx = page->type;
	host->rdx = page->owner;
	host->r8 = page->level;
	host->r9 = host->r10 = host->r11 = 0;
}

uint64_t host_phymem_page_rdmd(struct trap_frame *host)
{
	struct pamt_page page;
	const uint64_t status = pamt_read(host->rcx, TDX_OPERAND_ID_RCX,
					  &page);

	show_page(host, &page);
	if (page.type == PAMT_REG || page.type == PAMT_EPT)
		host->r9 = page.epoch;
	return status;
}

static uint64_t reclaim_tdr(struct td *td)
{
	if (td->lifecycle != TD_TEARDOWN)
		return TDX_LIFECYCLE_STATE_INCORRECT;
	if (td->num_children)
		return TDX_TD_ASSOCIATED_PAGES_EXIST;
	pamt_release(NULL, td->tdr, 0);
	td->tdr = 0;
	return TDX_SUCCESS;
}

uint64_t host_phymem_page_reclaim(struct trap_frame *host)
{
	const paddr_t at = host->rcx;
	struct pamt_page page;
	struct td *td;
	const uint64_t status = pamt_read(at, TDX_OPERAND_ID_RCX, &page);

	show_page(host, &(struct pamt_page){ .type = PAMT_NDA });
	if (status != TDX_SUCCESS)
		return status;
	if (page.type == PAMT_NDA || page.type == PAMT_RSVD)
		return TDX_PAGE_METADATA_INCORRECT | TDX_OPERAND_ID_RCX;
	show_page(host, &page);
	if (at & ((PAGE_SIZE << (9 * page.level)) - 1))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (page.type == PAMT_TDR)
		return reclaim_tdr(host_td_of(at));
	td = host_td_of(page.owner);
	if (td->lifecycle != TD_TEARDOWN)
		return TDX_LIFECYCLE_STATE_INCORRECT;
	pamt_release(td, at, page.level);
	return TDX_SUCCESS;
}

/* No cache holds anything here, with whatever key id: the checks are left. */
uint64_t host_phymem_page_wbinvd(struct trap_frame *host)
{
	const paddr_t page = host->rcx & ~SEAM_HKID_MASK;

	return pamt_check(page, PAMT_NDA, TDX_OPERAND_ID_RCX);
}
