/* SPDX-License-Identifier: MIT */
/*
 * Counters and trace lines. Nothing of the emulation depends on them.
 *
 * What an exit costs is the emulator's time from it to the next entry, in
 * ticks of the TSC: with icount, one is one instruction. It is booked on what
 * the exit turned out to be.
 */
#include "emu/module/stats.h"

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"

#define REASONS 80
#define LEAVES 32
/* TDVMCALLs: those by exit reason, those of 0x10000 and up, all others. */
#define CALLS 72
#define CALLS_HIGH 64
#define CALL_HIGH_FIRST UINT64_C(0x10000)

struct tally {
	uint64_t count;
	uint64_t ticks;
};

bool stats_on;

static struct {
	unsigned int trace;
	bool counts;
	uint64_t exits;
	uint64_t ticks_inside;
	struct tally ve[REASONS];
	struct tally tdcall[LEAVES];
	struct tally call[CALLS];
	struct tally other;
	struct {
		struct tally *what;	/* its last exit was */
		uint64_t since;		/* its last exit or entry */
	} vcpus[MODULE_MAX_VCPUS];
} stats = {
	.vcpus = {
		{ &stats.other, 0 }, { &stats.other, 0 },
		{ &stats.other, 0 }, { &stats.other, 0 },
	},
};
_Static_assert(MODULE_MAX_VCPUS == 4, "one initialiser for each");

void stats_set_trace(unsigned int kinds)
{
	stats.trace = kinds;
	stats_on = stats.trace || stats.counts;
}

void stats_set_counts(bool counts)
{
	stats.counts = counts;
	stats_on = stats.trace || stats.counts;
}

bool stats_traces(unsigned int kind)
{
	return stats.trace & kind;
}

/* The last exit of vcpu was this. */
static void book(const struct vcpu *vcpu, struct tally *what)
{
	what->count++;
	stats.vcpus[vcpu->index].what = what;
}

void stats_note_ve(const struct vcpu *vcpu, const struct ve_info *info)
{
	book(vcpu, &stats.ve[info->reason < REASONS ? info->reason : 0]);
	if (stats.trace & TRACE_VE)
		emu_print("ve cpu=%u rip=%lx reason=%u name=%s qual=%lx "
			  "gpa=%lx gla=%lx length=%u\n", vcpu->index,
			  vcpu->vmcb.rip, info->reason,
			  debug_ve_name(info->reason), info->qualification,
			  info->gpa, info->gla, info->length);
}

static struct tally *call_tally(const struct vcpu *vcpu)
{
	const uint64_t leaf = vcpu->gpr[GPR_R11];
	const uint64_t high = leaf - CALL_HIGH_FIRST;

	if (vcpu->gpr[GPR_R10])
		return &stats.call[CALLS - 1];
	if (leaf < CALLS_HIGH)
		return &stats.call[leaf];
	return &stats.call[min_u64(CALLS_HIGH + high, CALLS - 1)];
}

void stats_note_tdcall(const struct vcpu *vcpu, uint64_t leaf)
{
	struct tally *const tdcall =
		&stats.tdcall[leaf < LEAVES ? leaf : LEAVES - 1];

	if (leaf == TDG_VP_VMCALL) {
		tdcall->count++;
		book(vcpu, call_tally(vcpu));
	} else {
		book(vcpu, tdcall);
	}
	if (stats.trace & TRACE_TDCALL)
		emu_print("tdcall cpu=%u rip=%lx leaf=%lx name=%s rcx=%lx "
			  "rdx=%lx r8=%lx r10=%lx r11=%lx r12=%lx r13=%lx "
			  "r14=%lx r15=%lx\n", vcpu->index, vcpu->vmcb.rip,
			  leaf, debug_tdcall_name(leaf), vcpu->gpr[GPR_RCX],
			  vcpu->gpr[GPR_RDX], vcpu->gpr[GPR_R8],
			  vcpu->gpr[GPR_R10], vcpu->gpr[GPR_R11],
			  vcpu->gpr[GPR_R12], vcpu->gpr[GPR_R13],
			  vcpu->gpr[GPR_R14], vcpu->gpr[GPR_R15]);
}

/* The time since the last border, which now is crossed again. */
static uint64_t cross(unsigned int index)
{
	const uint64_t now = cpu_rdtsc();
	const uint64_t since = stats.vcpus[index].since;

	stats.vcpus[index].since = now;
	return since ? now - since : 0;
}

void stats_note_exit(const struct vcpu *vcpu)
{
	stats.exits++;
	stats.ticks_inside += cross(vcpu->index);
	stats.vcpus[vcpu->index].what = &stats.other;
}

void stats_note_entry(const struct vcpu *vcpu)
{
	struct tally *const what = stats.vcpus[vcpu->index].what;

	what->ticks += cross(vcpu->index);
	if (what == &stats.other)
		what->count++;
}

void stats_skip(unsigned int index, uint64_t ticks)
{
	stats.vcpus[index].since += ticks;
}

void stats_note(const struct vcpu *vcpu, const char *text)
{
	emu_print("td-emu: note: cpu %u rip %lx: %s\n", vcpu->index,
		  vcpu->vmcb.rip, text);
}

static void print_tally(const char *what, uint64_t number, const char *name,
			const struct tally *tally, const char *unit)
{
	if (tally->count)
		emu_print("stats %s=%lu name=%s count=%lu %s=%lu\n", what,
			  number, name, tally->count, unit, tally->ticks);
}

static void print_tdcalls(const char *unit)
{
	for (unsigned int i = 0; i < LEAVES; i++)
		print_tally("tdcall leaf", i, debug_tdcall_name(i),
			    &stats.tdcall[i], unit);
}

static void print_calls(const char *unit)
{
	for (unsigned int i = 0; i < CALLS - 1; i++) {
		const uint64_t leaf = i < CALLS_HIGH ?
				i : i - CALLS_HIGH + CALL_HIGH_FIRST;

		print_tally("vmcall leaf", leaf, debug_tdvmcall_name(leaf),
			    &stats.call[i], unit);
	}
	if (stats.call[CALLS - 1].count)
		emu_print("stats vmcall leaf=other count=%lu %s=%lu\n",
			  stats.call[CALLS - 1].count, unit,
			  stats.call[CALLS - 1].ticks);
}

static void print_exceptions(const char *unit)
{
	for (unsigned int i = 0; i < REASONS; i++)
		print_tally("ve reason", i, debug_ve_name(i), &stats.ve[i],
			    unit);
}

void stats_print(const char *unit)
{
	for (unsigned int i = 0; i < CALLS; i++)
		stats.tdcall[TDG_VP_VMCALL].ticks += stats.call[i].ticks;
	emu_print("stats exits=%lu guest_%s=%lu\n", stats.exits, unit,
		  stats.ticks_inside);
	print_tdcalls(unit);
	print_calls(unit);
	print_exceptions(unit);
	emu_print("stats other count=%lu %s=%lu\n", stats.other.count, unit,
		  stats.other.ticks);
}
