/* SPDX-License-Identifier: MIT */
/*
 * A plugin for QEMU's TCG that counts executed instructions by where they lie:
 * for each page below 4 GiB, and for the emulator, whose text is where no
 * guest of this measurement has any. A translation block counts as a whole
 * when it is entered.
 *
 *	-plugin FILE,out=PREFIX,control=FIFO
 *
 * Each line written to FIFO makes a file PREFIX.N, N from 0 up, with lines
 * "page instructions", the emulator's as "emulator".
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/qemu_plugin.h"

#define PAGE_SHIFT 12
#define PAGES (UINT64_C(1) << (32 - PAGE_SHIFT))

int qemu_plugin_version = QEMU_PLUGIN_API;

/* Written by the vCPU's thread alone. */
static uint64_t *pages;
static uint64_t emulator;
static uint64_t elsewhere;

static const char *out;
static const char *control;

static uint64_t *counter_of(uint64_t address)
{
	if (address >= EMULATOR)
		return &emulator;
	if (address >> PAGE_SHIFT >= PAGES)
		return &elsewhere;
	return &pages[address >> PAGE_SHIFT];
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(
		tb, QEMU_PLUGIN_INLINE_ADD_U64,
		counter_of(qemu_plugin_tb_vaddr(tb)),
		qemu_plugin_tb_n_insns(tb));
}

static void write_counts(unsigned int number)
{
	char part[4096];
	char name[4096];
	FILE *file;

	snprintf(part, sizeof(part), "%s.part", out);
	snprintf(name, sizeof(name), "%s.%u", out, number);
	file = fopen(part, "w");
	if (!file)
		return;
	fprintf(file, "emulator %" PRIu64 "\nelsewhere %" PRIu64 "\n",
		emulator, elsewhere);
	for (uint64_t i = 0; i < PAGES; i++)
		if (pages[i])
			fprintf(file, "%" PRIu64 " %" PRIu64 "\n", i,
				pages[i]);
	/* Whoever waits for the file finds it complete. */
	if (!fclose(file))
		rename(part, name);
}

static void *serve(void *argument)
{
	char line[16];
	unsigned int number = 0;

	(void)argument;
	for (;;) {
		FILE *const orders = fopen(control, "r");

		if (!orders)
			return NULL;
		while (fgets(line, sizeof(line), orders))
			write_counts(number++);
		fclose(orders);
	}
}

static const char *value_of(const char *option, const char *key)
{
	const size_t size = strlen(key);

	return strncmp(option, key, size) ? NULL : option + size;
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	pthread_t thread;

	(void)info;
	for (int i = 0; i < argc; i++) {
		const char *value = value_of(argv[i], "out=");

		if (value)
			out = strdup(value);
		value = value_of(argv[i], "control=");
		if (value)
			control = strdup(value);
	}
	pages = calloc(PAGES, sizeof(pages[0]));
	if (!out || !control || !pages)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return pthread_create(&thread, NULL, serve, NULL);
}
