/* SPDX-License-Identifier: MIT */
/*
 * Builder of TDREPORT_STRUCT. The MAC is HMAC (RFC 2104) with SHA-384, cut to
 * 32 bytes, over all that stands before it; the CPU's own algorithm and key
 * are not known to anyone.
 */
#include "emu/module/report.h"

#include <string.h>

/* The first bytes of TEE_TCB_INFO that its hash covers. */
#define TEE_TCB_INFO_HASHED 239
/* One bit for each 8 bytes of TEE_TCB_INFO that mean something. */
#define TEE_TCB_INFO_VALID 0x301ff

static const char mac_key[SHA512_BLOCK_SIZE] =
	"Tacit TD emulator: a report key that everyone knows";
static const char cpusvn[16] = "TD emulator CPU";
/* TEE_TCB_SVN: minor SVN, major SVN and microcode SVN of the module. */
static const uint8_t module_svn[16] = { 5, 1, 1 };

static void hash_keyed(struct sha384 *sha, uint8_t pad)
{
	uint8_t block[SHA512_BLOCK_SIZE];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)mac_key[i] ^ pad;
	sha384_init(sha);
	sha384_update(sha, block, sizeof(block));
}

static void mac_compute(const struct report_mac_struct *mac_struct,
			uint8_t mac[REPORT_MAC_SIZE])
{
	uint8_t digest[SHA384_SIZE];
	struct sha384 sha;

	hash_keyed(&sha, 0x36);
	sha384_update(&sha, mac_struct,
		      offsetof(struct report_mac_struct, mac));
	sha384_final(&sha, digest);
	hash_keyed(&sha, 0x5c);
	sha384_update(&sha, digest, sizeof(digest));
	sha384_final(&sha, digest);
	memcpy(mac, digest, REPORT_MAC_SIZE);
}

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
	memcpy(mac_struct->cpusvn, cpusvn, sizeof(cpusvn));
	sha384_digest(&report->tee_tcb_info, TEE_TCB_INFO_HASHED,
		      mac_struct->tee_tcb_info_hash);
	sha384_digest(&report->tdinfo, sizeof(report->tdinfo),
		      mac_struct->tee_info_hash);
	memcpy(mac_struct->report_data, report_data, REPORT_DATA_SIZE);
	mac_compute(mac_struct, mac_struct->mac);
}

bool report_verify(const struct report_mac_struct *mac_struct)
{
	uint8_t mac[REPORT_MAC_SIZE];

	mac_compute(mac_struct, mac);
	return memcmp(mac, mac_struct->mac, sizeof(mac)) == 0;
}

bool report_has_cpusvn(const struct report_mac_struct *mac_struct)
{
	return memcmp(mac_struct->cpusvn, cpusvn, sizeof(cpusvn)) == 0;
}
