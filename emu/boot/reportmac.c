/* SPDX-License-Identifier: MIT */
/* REPORTMACSTRUCT: sealed and verified with a key that stays in the CPU. */
#include "emu/boot/reportmac.h"

#include <string.h>

#include "lib/sha256.h"

#define HMAC_INNER 0x36
#define HMAC_OUTER 0x5c

/* No CPU of Intel's says so: who looks at it sees where it comes from. */
static const uint8_t cpusvn[16] = "TD emulator CPU";

static void hash_key(struct sha256 *sha, const uint8_t key[REPORT_KEY_SIZE],
		     uint8_t pad)
{
	uint8_t block[SHA256_BLOCK];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = pad ^ (i < REPORT_KEY_SIZE ? key[i] : 0);
	sha256_init(sha);
	sha256_update(sha, block, sizeof(block));
}

static void mac_compute(const struct report_mac_struct *mac_struct,
			const uint8_t key[REPORT_KEY_SIZE],
			uint8_t mac[REPORT_MAC_SIZE])
{
	struct sha256 sha;

	hash_key(&sha, key, HMAC_INNER);
	sha256_update(&sha, mac_struct,
		      offsetof(struct report_mac_struct, mac));
	sha256_final(&sha, mac);
	hash_key(&sha, key, HMAC_OUTER);
	sha256_update(&sha, mac, SHA256_SIZE);
	sha256_final(&sha, mac);
}

void reportmac_seal(struct report_mac_struct *mac_struct,
		    const uint8_t key[REPORT_KEY_SIZE])
{
	memcpy(mac_struct->cpusvn, cpusvn, sizeof(cpusvn));
	mac_compute(mac_struct, key, mac_struct->mac);
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	while (size--)
		if (bytes[size])
			return false;
	return true;
}

enum reportmac_result
reportmac_verify(const struct report_mac_struct *mac_struct,
		 const uint8_t key[REPORT_KEY_SIZE])
{
	uint8_t mac[REPORT_MAC_SIZE];

	if (mac_struct->type != REPORT_TYPE_TDX || mac_struct->subtype ||
	    mac_struct->version ||
	    !is_zero(mac_struct->reserved1, sizeof(mac_struct->reserved1)) ||
	    !is_zero(mac_struct->reserved2, sizeof(mac_struct->reserved2)))
		return REPORTMAC_INVALID;
	if (memcmp(mac_struct->cpusvn, cpusvn, sizeof(cpusvn)))
		return REPORTMAC_INVALID_CPUSVN;
	mac_compute(mac_struct, key, mac);
	return memcmp(mac, mac_struct->mac, sizeof(mac)) ? REPORTMAC_INVALID :
							   REPORTMAC_VALID;
}
