/* SPDX-License-Identifier: MIT */
/*
 * The physical address metadata table: who owns each page of the memory that
 * the host turned over. The host gives its memory, too (TDMR_INFO); only the
 * area for 4 KiB pages is used, a large page is its 4 KiB pages.
 */
#ifndef EMU_MODULE_PAMT_H
#define EMU_MODULE_PAMT_H

#include "emu/module/state.h"
#include "emu/module/td_params.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* TDH.SYS.CONFIG: the regions, which tdmr_check() found good. */
void pamt_add_region(const struct tdmr_info *tdmr);

/*
 * TDH.SYS.TDMR.INIT: the next GiB of the region that starts at base; *next is
 * where it ends.
 */
uint64_t pamt_init_step(paddr_t base, paddr_t *next) must_check;

/* What TDH.PHYMEM.PAGE.RDMD shows. */
struct pamt_page {
	enum pamt_type type;
	unsigned int level;
	paddr_t owner;		/* TDR, 0 for a TDR and without one */
	uint64_t epoch;		/* the TD's, when it was blocked last */
};

/*
 * Checks in MOD's order: aligned and without key id (OPERAND_INVALID), inside
 * an initialized region (OPERAND_ADDR_RANGE_ERROR). operand names the
 * register in the error.
 */
uint64_t pamt_read(paddr_t page, unsigned int operand,
		   struct pamt_page *out) must_check;
/* The same, and the page must be of that type: PAGE_METADATA_INCORRECT. */
uint64_t pamt_check(paddr_t page, enum pamt_type type,
		    unsigned int operand) must_check;

/*
 * A free page, of 4 KiB or larger, becomes one of type that belongs to owner
 * (NULL for the page of a TDR) and counts as its child; all of it or nothing.
 */
uint64_t pamt_take(struct td *owner, paddr_t page, unsigned int level,
		   enum pamt_type type, unsigned int operand) must_check;
/* The opposite. */
void pamt_release(struct td *owner, paddr_t page, unsigned int level);

/* Pages in use, so many of 4 KiB: the size of the leaf that maps them. */
void pamt_set_level(paddr_t page, uint64_t pages, unsigned int level);
/* A page in use: when it was blocked. */
void pamt_set_epoch(paddr_t page, uint64_t epoch);
uint64_t pamt_epoch(paddr_t page);

#endif
