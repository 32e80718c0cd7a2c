/* SPDX-License-Identifier: MIT */
/*
 * Keeps the words of the command line, in order, in one buffer. Settings are
 * for whoever asks, the program included; flags are the kernel's alone.
 */
#include "kernel/cmdline.h"

#include <string.h>

#include "boot/bootinfo.h"
#include "kernel/console.h"

static const char *const known_flags[] = { "quiet" };

static struct {
	char words[BOOTINFO_CMDLINE + 1];	/* each ends in '\0' */
	size_t size;
} cmdline;

void cmdline_init(const char *text)
{
	size_t size = strlen(text);

	if (size > BOOTINFO_CMDLINE - 1)
		size = BOOTINFO_CMDLINE - 1;
	memcpy(cmdline.words, text, size);
	cmdline.words[size] = '\0';
	for (size_t i = 0; i < size; i++)
		if (cmdline.words[i] == ' ')
			cmdline.words[i] = '\0';
	cmdline.size = size;
}

/* The word after word, or the first one for NULL; NULL: no more. */
static const char *next_word(const char *word)
{
	const char *end = cmdline.words + cmdline.size;

	word = word ? word + strlen(word) : cmdline.words;
	while (word < end && !*word)
		word++;
	return word < end ? word : NULL;
}

const char *cmdline_value(const char *key)
{
	const size_t size = strlen(key);
	const char *value = NULL;

	for (const char *word = next_word(NULL); word; word = next_word(word))
		if (!strncmp(word, key, size) && word[size] == '=')
			value = word + size + 1;
	return value;
}

bool cmdline_has(const char *flag)
{
	for (const char *word = next_word(NULL); word; word = next_word(word))
		if (!strcmp(word, flag))
			return true;
	return false;
}

static bool is_known(const char *word)
{
	if (strchr(word, '='))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(known_flags); i++)
		if (!strcmp(word, known_flags[i]))
			return true;
	return false;
}

void cmdline_log_unknown(void)
{
	for (const char *word = next_word(NULL); word; word = next_word(word))
		if (!is_known(word))
			log_line("command line: '%s' is not known", word);
}
