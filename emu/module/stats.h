/* SPDX-License-Identifier: MIT */
/*
 * Counts of what crossed the module's border, and notes for people. While
 * nobody asked for counts or traces, each hook costs a test.
 */
#ifndef EMU_MODULE_STATS_H
#define EMU_MODULE_STATS_H

#include "emu/module/debug.h"
#include "emu/module/state.h"
#include "lib/compiler.h"

/* Whether there is anything to count or to trace. Only stats.c writes it. */
extern bool stats_on;

void stats_note_exit(const struct vcpu *vcpu);
void stats_note_entry(const struct vcpu *vcpu);
void stats_note_ve(const struct vcpu *vcpu, const struct ve_info *info);
void stats_note_tdcall(const struct vcpu *vcpu, uint64_t leaf);

/* After each exit and before each entry. */
static inline void stats_count_exit(const struct vcpu *vcpu)
{
	if (unlikely(stats_on))
		stats_note_exit(vcpu);
}

static inline void stats_count_entry(const struct vcpu *vcpu)
{
	if (unlikely(stats_on))
		stats_note_entry(vcpu);
}

/* What the last exit was. */
static inline void stats_count_ve(const struct vcpu *vcpu,
				  const struct ve_info *info)
{
	if (unlikely(stats_on))
		stats_note_ve(vcpu, info);
}

static inline void stats_count_tdcall(const struct vcpu *vcpu, uint64_t leaf)
{
	if (unlikely(stats_on))
		stats_note_tdcall(vcpu, leaf);
}

/* One line about vcpu with its RIP, whatever is traced. */
void stats_note(const struct vcpu *vcpu, const char *text);

#endif
