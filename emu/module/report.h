/* SPDX-License-Identifier: MIT */
/*
 * TDREPORT_STRUCT (MOD, TDG.MR.REPORT): what a TD is and was measured as, for
 * a quote. The hashes in it are right. What only a CPU and a module of Intel
 * can know is made up, the same in each report: CPUSVN, TEE_TCB_SVN and
 * MRSEAM spell that they come from an emulator. Nobody may trust such a
 * report, and no verifier that asks Intel will.
 */
#ifndef EMU_MODULE_REPORT_H
#define EMU_MODULE_REPORT_H

#include "emu/boot/reportmac.h"
#include "lib/compiler.h"
#include "lib/sha384.h"
#include "lib/types.h"

struct tee_tcb_info {
	uint64_t valid;
	uint8_t tee_tcb_svn[16];
	uint8_t mrseam[SHA384_SIZE];
	uint8_t mrsignerseam[SHA384_SIZE];
	uint64_t attributes;
	uint8_t tee_tcb_svn2[16];
	uint8_t reserved[95];
	uint8_t unhashed[17];
};

ASSERT_FIELD(struct tee_tcb_info, valid, 0, 8);
ASSERT_FIELD(struct tee_tcb_info, tee_tcb_svn, 8, 16);
ASSERT_FIELD(struct tee_tcb_info, mrseam, 24, 48);
ASSERT_FIELD(struct tee_tcb_info, mrsignerseam, 72, 48);
ASSERT_FIELD(struct tee_tcb_info, attributes, 120, 8);
ASSERT_FIELD(struct tee_tcb_info, tee_tcb_svn2, 128, 16);
ASSERT_FIELD(struct tee_tcb_info, reserved, 144, 95);
ASSERT_FIELD(struct tee_tcb_info, unhashed, 239, 17);
ASSERT_SIZE(struct tee_tcb_info, 256);

struct tdinfo_struct {
	uint64_t attributes;
	uint64_t xfam;
	uint8_t mrtd[SHA384_SIZE];
	uint8_t mrconfigid[SHA384_SIZE];
	uint8_t mrowner[SHA384_SIZE];
	uint8_t mrownerconfig[SHA384_SIZE];
	uint8_t rtmr[4][SHA384_SIZE];
	uint8_t servtd_hash[SHA384_SIZE];
	uint8_t reserved[64];
};

ASSERT_FIELD(struct tdinfo_struct, attributes, 0, 8);
ASSERT_FIELD(struct tdinfo_struct, xfam, 8, 8);
ASSERT_FIELD(struct tdinfo_struct, mrtd, 16, 48);
ASSERT_FIELD(struct tdinfo_struct, mrconfigid, 64, 48);
ASSERT_FIELD(struct tdinfo_struct, mrowner, 112, 48);
ASSERT_FIELD(struct tdinfo_struct, mrownerconfig, 160, 48);
ASSERT_FIELD(struct tdinfo_struct, rtmr, 208, 192);
ASSERT_FIELD(struct tdinfo_struct, servtd_hash, 400, 48);
ASSERT_FIELD(struct tdinfo_struct, reserved, 448, 64);
ASSERT_SIZE(struct tdinfo_struct, 512);

struct tdreport_struct {
	struct report_mac_struct mac_struct;
	struct tee_tcb_info tee_tcb_info;
	struct tdinfo_struct tdinfo;
};

ASSERT_FIELD(struct tdreport_struct, mac_struct, 0, 256);
ASSERT_FIELD(struct tdreport_struct, tee_tcb_info, 256, 256);
ASSERT_FIELD(struct tdreport_struct, tdinfo, 512, 512);
ASSERT_SIZE(struct tdreport_struct, 1024);

/*
 * The report for a TD whose TDINFO_STRUCT is *tdinfo (reserved bytes are taken
 * to be 0 whatever they are), before the CPU has sealed it: without CPUSVN and
 * MAC (emu/boot/seam.h, seam_report()).
 */
void report_build(const struct tdinfo_struct *tdinfo,
		  const uint8_t report_data[REPORT_DATA_SIZE],
		  struct tdreport_struct *report);

#endif
