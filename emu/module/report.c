/* SPDX-License-Identifier: MIT */
/* Builder of TDREPORT_STRUCT. */
#include "emu/module/report.h"

#include <string.h>

/* The first bytes of TEE_TCB_INFO that its hash covers. */
#define TEE_TCB_INFO_HASHED 239
/* One bit for each 8 bytes of TEE_TCB_INFO that mean something. */
#define TEE_TCB_INFO_VALID 0x301ff

/* TEE_TCB_SVN: minor SVN, major SVN and microcode SVN of the module. */
static const uint8_t module_svn[16] = { 5, 1, 1 };

/* MRSEAM: the digest of a text in place of a module. */
static void tee_tcb_info_build(struct tee_tcb_info *info)
{
	static const char module[] = "Tacit TD emulator, not a TDX module";

	info->valid = TEE_TCB_INFO_VALID;
	memcpy(info->tee_tcb_svn, module_svn, sizeof(module_svn));
	sha384_digest(module, sizeof(module) - 1, info->mrseam);
	memcpy(info->tee_tcb_svn2, module_svn, sizeof(module_svn));
}

void report_build(const struct tdinfo_struct *tdinfo,
		  const uint8_t report_data[REPORT_DATA_SIZE],
		  struct tdreport_struct *report)
{
	struct report_mac_struct *mac_struct = &report->mac_struct;

	memset(report, 0, sizeof(*report));
	tee_tcb_info_build(&report->tee_tcb_info);
	memcpy(&report->tdinfo, tdinfo,
	       offsetof(struct tdinfo_struct, reserved));

	mac_struct->type = REPORT_TYPE_TDX;
	sha384_digest(&report->tee_tcb_info, TEE_TCB_INFO_HASHED,
		      mac_struct->tee_tcb_info_hash);
	sha384_digest(&report->tdinfo, sizeof(report->tdinfo),
		      mac_struct->tee_info_hash);
	memcpy(mac_struct->report_data, report_data, REPORT_DATA_SIZE);
}
