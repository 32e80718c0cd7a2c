/* SPDX-License-Identifier: MIT */
/* Counters and trace lines. Nothing of the emulation depends on them. */
#include "emu/module/stats.h"

#include "emu/boot/log.h"

#define REASONS 80
#define LEAVES 32

static struct {
	unsigned int trace;
	uint64_t exits;
	uint64_t ve[REASONS];
	uint64_t tdcall[LEAVES];
} stats;

void stats_set_trace(unsigned int kinds)
{
	stats.trace = kinds;
}

bool stats_traces(unsigned int kind)
{
	return stats.trace & kind;
}

void stats_count_ve(const struct vcpu *vcpu, const struct ve_info *info)
{
	stats.ve[info->reason < REASONS ? info->reason : 0]++;
	if (stats.trace & TRACE_VE)
		emu_print("ve cpu=%u rip=%lx reason=%u qual=%lx gpa=%lx "
			  "gla=%lx length=%u\n", vcpu->index, vcpu->vmcb.rip,
			  info->reason, info->qualification, info->gpa,
			  info->gla, info->length);
}

void stats_count_tdcall(const struct vcpu *vcpu, uint64_t leaf)
{
	stats.tdcall[leaf < LEAVES ? leaf : LEAVES - 1]++;
	if (stats.trace & TRACE_TDCALL)
		emu_print("tdcall cpu=%u rip=%lx leaf=%lx rcx=%lx rdx=%lx "
			  "r8=%lx r10=%lx r11=%lx r12=%lx r13=%lx r14=%lx "
			  "r15=%lx\n", vcpu->index, vcpu->vmcb.rip, leaf,
			  vcpu->gpr[GPR_RCX], vcpu->gpr[GPR_RDX],
			  vcpu->gpr[GPR_R8], vcpu->gpr[GPR_R10],
			  vcpu->gpr[GPR_R11], vcpu->gpr[GPR_R12],
			  vcpu->gpr[GPR_R13], vcpu->gpr[GPR_R14],
			  vcpu->gpr[GPR_R15]);
}

void stats_count_exit(void)
{
	stats.exits++;
}

void stats_note(const struct vcpu *vcpu, const char *text)
{
	emu_print("td-emu: note: cpu %u rip %lx: %s\n", vcpu->index,
		  vcpu->vmcb.rip, text);
}

void stats_print(void)
{
	emu_print("stats exits=%lu\n", stats.exits);
	for (unsigned int i = 0; i < LEAVES; i++)
		if (stats.tdcall[i])
			emu_print("stats tdcall leaf=%u count=%lu\n", i,
				  stats.tdcall[i]);
	for (unsigned int i = 0; i < REASONS; i++)
		if (stats.ve[i])
			emu_print("stats ve reason=%u count=%lu\n", i,
				  stats.ve[i]);
}
