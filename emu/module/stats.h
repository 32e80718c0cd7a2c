/* SPDX-License-Identifier: MIT */
/* Counts of what crossed the module's border, and notes for people. */
#ifndef EMU_MODULE_STATS_H
#define EMU_MODULE_STATS_H

#include "emu/module/debug.h"
#include "emu/module/state.h"

void stats_count_ve(const struct vcpu *vcpu, const struct ve_info *info);
void stats_count_tdcall(const struct vcpu *vcpu, uint64_t leaf);
void stats_count_exit(void);

/* One line about vcpu with its RIP, whatever is traced. */
void stats_note(const struct vcpu *vcpu, const char *text);

#endif
