/* SPDX-License-Identifier: MIT */
/*
 * Which lies are on, how often each was told, and the random numbers that
 * they share. All under the emulator's lock.
 */
#include "emu/lies/lies.h"

#include <string.h>

#include "emu/boot/log.h"
#include "emu/lies/parts.h"

/* EDK2's TdVmCall shows these with every call, with or without RBP; the
 * first call that shows others is the next program's. */
#define FIRMWARE_SHOWS UINT64_C(0xffcc)

/* "random": how many calls a lie lasts, and how many lie between two. */
#define RANDOM_LASTS 8
#define RANDOM_PAUSE 16

bool lies_chosen;

static struct {
	bool is_chosen[LIES];
	uint64_t told[LIES];
	bool is_random;
	bool has_begun;
	uint64_t state;
	enum lie moment;	/* of "random" */
	uint64_t lasts;
	uint64_t pause;
} lies = { .state = 1, .moment = LIES };

void lies_set_seed(uint64_t seed)
{
	/* xorshift knows no way out of 0. */
	lies.state = seed * 2 + 1;
}

/* Marsaglia's xorshift64, with a multiplication for the low bits. */
uint64_t lies_random(void)
{
	lies.state ^= lies.state >> 12;
	lies.state ^= lies.state << 25;
	lies.state ^= lies.state >> 27;
	return lies.state * UINT64_C(0x2545f4914f6cdd1d);
}

bool lies_chance(unsigned int n)
{
	return lies_random() >> 32 < (UINT64_C(1) << 32) / n;
}

static void choose(const char *name, size_t length)
{
	if (length == 6 && !memcmp(name, "random", length)) {
		lies.is_random = true;
		return;
	}
	for (unsigned int i = 0; i < LIES; i++) {
		if (strlen(lies_table[i].name) != length ||
		    memcmp(lies_table[i].name, name, length))
			continue;
		lies.is_chosen[i] = true;
		return;
	}
	emu_fail("configuration: lie '%s' is not known", name);
}

void lies_choose(const char *names)
{
	lies_chosen = true;
	while (*names) {
		size_t length = 0;

		while (names[length] && names[length] != ',')
			length++;
		choose(names, length);
		names += length + (names[length] == ',');
	}
}

bool lie_is_on(enum lie which)
{
	if (!lies.has_begun && !(lies_table[which].flags & LIE_IS_EARLY))
		return false;
	return lies.is_chosen[which] || lies.moment == which;
}

bool lie_tell(enum lie which)
{
	if (!lie_is_on(which))
		return false;
	lies.told[which]++;
	return true;
}

void lies_note_call(uint64_t shown)
{
	if ((shown | TDVMCALL_EXPOSE_RBP) !=
	    (FIRMWARE_SHOWS | TDVMCALL_EXPOSE_RBP))
		lies.has_begun = true;
	if (!lies.is_random || !lies.has_begun)
		return;
	if (lies.lasts) {
		lies.lasts--;
		return;
	}
	lies.moment = LIES;
	if (lies.pause) {
		lies.pause--;
		return;
	}
	lies.moment = (enum lie)(lies_random() % LIES);
	if (!(lies_table[lies.moment].flags & LIE_IS_FLEETING))
		lies.moment = LIES;
	lies.lasts = lies_random() % RANDOM_LASTS;
	lies.pause = lies_random() % RANDOM_PAUSE;
}

void lies_print(void)
{
	for (unsigned int i = 0; i < LIES; i++)
		if (lies.is_chosen[i] || lies.told[i])
			emu_print("td-emu: lie %s told %lu times\n",
				  lies_table[i].name, lies.told[i]);
}
