/* SPDX-License-Identifier: MIT */
/*
 * The rules for the regions that the host turns over with TDH.SYS.CONFIG (MOD,
 * TDMR and PAMT). Pure.
 */
#ifndef EMU_MODULE_TDMR_H
#define EMU_MODULE_TDMR_H

#include "emu/module/td_params.h"

/* Memory that may become private, as the platform found it. */
struct tdmr_memory {
	const struct cmr_info *cmrs;
	unsigned int count;
};

/*
 * Judges tdmrs[index], after those before it were found good. Details of the
 * status: bits 7:0 index, 15:8 the PAMT's level or the reserved area, 23:16
 * the other region.
 */
uint64_t tdmr_check(const struct tdmr_memory *memory,
		    const struct tdmr_info *tdmrs, unsigned int index);

#endif
