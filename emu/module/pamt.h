/* SPDX-License-Identifier: MIT */
/*
 * The physical address metadata table: who owns each 4 KiB page of the memory
 * that the host turned over with TDH.SYS.CONFIG.
 */
#ifndef EMU_MODULE_PAMT_H
#define EMU_MODULE_PAMT_H

#include "emu/module/host_abi.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* The one TDMR, [start, start + size): TDX_SUCCESS or an error of the call. */
void pamt_init(paddr_t start, uint64_t size);
bool pamt_covers(paddr_t page);
enum pamt_type pamt_type(paddr_t page);

/*
 * Checks that page is aligned, inside the TDMR and free (MOD, order of
 * checks), and gives it type. operand names the register in the error.
 */
uint64_t pamt_take(paddr_t page, enum pamt_type type,
		   unsigned int operand) must_check;
/* As pamt_take(), but only looks: the page must have type already. */
uint64_t pamt_check(paddr_t page, enum pamt_type type,
		    unsigned int operand) must_check;
void pamt_release(paddr_t page);

#endif
