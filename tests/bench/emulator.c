/* SPDX-License-Identifier: MIT */
/*
 * A plugin for QEMU's TCG that says which instructions of the emulator the
 * guest's shortest way through one of its functions took.
 *
 *	-plugin FILE,out=PATH,through=ADDRESS
 *
 * A way is what the emulator executes between two instructions of the guest.
 * Writes to PATH at the end: how often a way of this length was seen, and then
 * for the first of them the address of each instruction, in order.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/qemu_plugin.h"

/* Longer ones are not the shortest. */
#define LONGEST 4096

int qemu_plugin_version = QEMU_PLUGIN_API;

struct way {
	size_t length;
	bool is_through;
	uint64_t at[LONGEST];
};

static struct way now;
static struct way shortest = { .length = LONGEST };
static uint64_t times;
static uint64_t through;
static const char *out;

static void on_instruction(unsigned int vcpu, void *data)
{
	const uint64_t address = (uintptr_t)data;

	(void)vcpu;
	now.is_through |= address == through;
	if (now.length < LONGEST)
		now.at[now.length++] = address;
}

static void on_guest(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (now.is_through && now.length < shortest.length) {
		shortest = now;
		times = 0;
	}
	times += now.is_through && now.length == shortest.length;
	now.length = 0;
	now.is_through = false;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (qemu_plugin_tb_vaddr(tb) - EMULATOR >= EMULATOR_SIZE) {
		qemu_plugin_register_vcpu_tb_exec_cb(
			tb, on_guest, QEMU_PLUGIN_CB_NO_REGS, NULL);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint64_t address = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_insn_exec_cb(
			insn, on_instruction, QEMU_PLUGIN_CB_NO_REGS,
			(void *)(uintptr_t)address);
	}
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
	FILE *const file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file)
		return;
	fprintf(file, "%" PRIu64 "\n", times);
	for (size_t i = 0; times && i < shortest.length; i++)
		fprintf(file, "%016" PRIx64 "\n", shortest.at[i]);
	fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
		if (!strncmp(argv[i], "through=", 8))
			through = strtoull(argv[i] + 8, NULL, 16);
	}
	if (!out || !through)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
