/* SPDX-License-Identifier: MIT */
/*
 * Between struct td and the pure tables: metadata fields and TDREPORT.
 */
#ifndef EMU_MODULE_TDFIELDS_H
#define EMU_MODULE_TDFIELDS_H

#include "emu/module/metadata.h"
#include "emu/module/state.h"

/* TDG.VM.RD, VM.WR, VP.RD, VP.WR, SYS.RD: operands and outputs in gpr. */
uint64_t tdfields_access(struct vcpu *vcpu);

/*
 * TDG.SYS.RDALL: makes page a list of the fields from the one in R8 on, from
 * the first for the null identifier; R8 becomes the first that did not fit
 * (METADATA_LIST_OVERFLOW), or all ones.
 */
uint64_t tdfields_list(struct vcpu *vcpu, uint64_t *page);

/*
 * TDH.MNG.RD and TDH.MNG.WR: *value is the field's, or what it was before;
 * *next the identifier of the next one that can be read (not by a write).
 */
struct tdfields_host {
	bool is_write;
	struct metadata_change change; /* for a read, id alone */
};
uint64_t tdfields_host_access(struct td *td, const struct tdfields_host *access,
			      uint64_t *value, uint64_t *next);

/* TDG.MR.REPORT: 1024 bytes at to for 64 bytes of REPORTDATA. */
void tdfields_report(const struct td *td, const uint8_t data[64], void *to);

#endif
