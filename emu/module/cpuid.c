/* SPDX-License-Identifier: MIT */
/*
 * CPUID of a TD: applies the tables of cpuid_table.c, and does as code what
 * depends on another leaf, on the vCPU or on the moment.
 */
#include "emu/module/cpuid.h"

#include <string.h>

#include "emu/module/cpuid_table.h"

#define CR4_OSXSAVE (1U << 18)
#define CR4_PKE (1U << 22)

/* A CPU answers for a leaf beyond its last with data of the last. */
static void native_get(const struct td_cpuid_context *context, uint32_t leaf,
		       uint32_t subleaf, uint32_t out[REGS])
{
	struct cpuid_regs last;
	struct cpuid_regs value = { 0 };

	context->native(leaf & 0x80000000, 0, &last);
	if (leaf <= last.eax && (last.eax & 0x80000000) == (leaf & 0x80000000))
		context->native(leaf, subleaf, &value);
	memcpy(out, &value, sizeof(value));
}

/* What the host configured; zero for leaves that it cannot. */
static void config_get(const struct td_cpuid_context *context, uint32_t leaf,
		       uint32_t subleaf, uint32_t out[REGS])
{
	const struct cpuid_regs *config = context->config;

	memset(out, 0, REGS * sizeof(out[0]));
	for (unsigned int i = 0; i < TD_CPUID_CONFIGS; i++) {
		if (cpuid_configs[i].leaf == leaf &&
		    cpuid_is_subleaf(cpuid_configs[i].subleaf, subleaf))
			memcpy(out, &config[i], sizeof(config[i]));
	}
}

static void rule_apply(const struct cpuid_rule *rule,
		       const uint32_t native[REGS], const uint32_t config[REGS],
		       uint32_t value[REGS])
{
	for (unsigned int reg = 0; reg < REGS; reg++) {
		if (rule->reg != reg && rule->reg != EVERY)
			continue;
		value[reg] |= rule->fixed | (native[reg] & rule->follow) |
			      (native[reg] & rule->native) |
			      (native[reg] & config[reg] & rule->allow) |
			      (config[reg] & rule->config);
	}
}

static void gate_apply(const struct td_cpuid_context *context,
		       const struct cpuid_gate *gate, uint32_t value[REGS])
{
	if ((context->xfam & gate->xfam) == gate->xfam &&
	    (context->attributes & gate->attributes) == gate->attributes)
		return;
	for (unsigned int reg = 0; reg < REGS; reg++) {
		if (gate->reg == reg || gate->reg == EVERY)
			value[reg] &= ~gate->bits;
	}
}

/* Bytes of an XSAVE area for these components (SDM, XSAVE Area). */
static uint32_t xsave_size(const struct td_cpuid_context *context,
			   uint64_t components, bool is_compacted)
{
	uint32_t size = 576;

	for (uint32_t i = 2; i < 63; i++) {
		uint32_t native[REGS];
		uint32_t start;

		if (!(components >> i & 1))
			continue;
		native_get(context, 0xd, i, native);
		if (!native[EAX])
			continue;
		start = native[EBX];
		if (is_compacted)
			start = native[ECX] & 2 ? (size + 63) & ~63U : size;
		if (start + native[EAX] > size)
			size = start + native[EAX];
	}
	return size;
}

static void patch_leaf_1(const struct td_cpuid_context *context,
			 uint32_t config_eax, uint32_t value[REGS])
{
	if (config_eax)
		value[EAX] = config_eax & 0x0fff3fff;
	value[EBX] |= context->vcpu_index << 24;
	if (context->cr4 & CR4_OSXSAVE)
		value[ECX] |= 1U << 27;
	if (!context->has_cx16)
		value[ECX] &= ~(1U << 13);
}

static void patch_leaf_7(const struct td_cpuid_context *context,
			 uint32_t value[REGS])
{
	const uint32_t tsx = 1U << 4 | 1U << 11; /* HLE, RTM */

	if (context->is_tsx_cleared)
		value[EBX] &= ~tsx;
	if (context->cr4 & CR4_PKE)
		value[ECX] |= 1U << 4;
}

static void patch_leaf_d(const struct td_cpuid_context *context,
			 uint32_t subleaf, const uint32_t native[REGS],
			 uint32_t value[REGS])
{
	const uint64_t xcr0 = context->xcr0 & context->xfam;
	const uint64_t xss = context->xss & context->xfam;

	if (subleaf == 0) {
		value[EAX] &= (uint32_t)context->xfam | 3;
		value[EBX] = xsave_size(context, xcr0, false);
		value[ECX] = xsave_size(context, value[EAX], false);
	} else if (subleaf == 1) {
		value[ECX] &= (uint32_t)context->xfam;
		if (value[EAX] & 1U << 3)
			value[EBX] = xsave_size(context, xcr0 | xss, true);
		else if (value[EAX] & 1U << 1)
			value[EBX] = xsave_size(context, xcr0, true);
	} else if (context->xfam >> subleaf & 1) {
		memcpy(value, native, EDX * sizeof(value[0]));
	}
}

/* What no table knows: it depends on another leaf, the vCPU or the moment. */
static void patch(const struct td_cpuid_context *context, uint32_t leaf,
		  uint32_t subleaf, uint32_t value[REGS])
{
	uint32_t other[REGS];

	switch (leaf) {
	case 0x1:
		config_get(context, leaf, subleaf, other);
		patch_leaf_1(context, other[EAX], value);
		break;
	case 0x5:
		/* MONITOR/MWAIT, if the TD has them. */
		if (!(td_cpuid_value(context, 1, 0).ecx & 1U << 3))
			memset(value, 0, REGS * sizeof(value[0]));
		break;
	case 0x7:
		if (subleaf == 0)
			patch_leaf_7(context, value);
		break;
	case 0xd:
		native_get(context, leaf, subleaf, other);
		patch_leaf_d(context, subleaf, other, value);
		break;
	case 0x15:
		value[EBX] = context->tsc_frequency;
		break;
	case 0x80000001:
		/* SYSCALL is of 64-bit mode alone. */
		if (context->is_64bit)
			value[EDX] |= 1U << 11;
		break;
	case 0x80000008:
		/* Linear addresses: 57 bits with LA57. */
		value[EAX] |= td_cpuid_value(context, 7, 0).ecx & 1U << 16 ?
				      57U << 8 :
				      48U << 8;
		break;
	default:
		break;
	}
}

/* MOD, CPUID Virtualization: leaves that are not there read as the last. */
static uint32_t redirect(uint32_t leaf)
{
	if (leaf >= 0x40000000 && leaf <= 0x4fffffff)
		return leaf;
	if (leaf > TD_CPUID_LAST_EXTENDED ||
	    (leaf > TD_CPUID_LAST_BASIC && leaf < 0x80000000))
		return TD_CPUID_LAST_BASIC;
	return leaf;
}

struct cpuid_regs td_cpuid_value(const struct td_cpuid_context *context,
				 uint32_t leaf, uint32_t subleaf)
{
	uint32_t value[REGS] = { 0 };
	uint32_t native[REGS];
	uint32_t config[REGS];
	struct cpuid_regs out = { 0 };

	leaf = redirect(leaf);
	if (td_cpuid_entry(leaf, subleaf) < 0)
		return out;
	native_get(context, leaf, subleaf, native);
	config_get(context, leaf, subleaf, config);
	for (size_t i = 0; i < CPUID_RULES; i++) {
		const struct cpuid_rule *rule = &cpuid_rules[i];

		if (rule->leaf == leaf &&
		    cpuid_is_subleaf(rule->subleaf, subleaf))
			rule_apply(rule, native, config, value);
	}
	for (size_t i = 0; i < CPUID_GATES; i++) {
		const struct cpuid_gate *gate = &cpuid_gates[i];

		if (gate->leaf == leaf &&
		    cpuid_is_subleaf(gate->subleaf, subleaf))
			gate_apply(context, gate, value);
	}
	patch(context, leaf, subleaf, value);
	memcpy(&out, value, sizeof(out));
	return out;
}

int td_cpuid_entry(uint32_t leaf, uint32_t subleaf)
{
	uint32_t entry = 0;

	for (size_t i = 0; i < CPUID_LEAVES; i++) {
		const struct cpuid_range *range = &cpuid_leaves[i];
		const bool is_any = range->last == ANY;

		if (range->leaf == leaf)
			return subleaf > range->last ? -1 :
			       is_any		     ? (int)entry :
						       (int)(entry + subleaf);
		entry += is_any ? 1 : range->last + 1;
	}
	return -1;
}

struct td_cpuid_leaf td_cpuid_entry_leaf(unsigned int entry)
{
	const struct cpuid_range *range = cpuid_leaves;

	for (; range->last == ANY ? entry : entry > range->last; range++)
		entry -= range->last == ANY ? 1 : range->last + 1;
	return (struct td_cpuid_leaf){
		range->leaf,
		range->last == ANY ? TD_CPUID_NO_SUBLEAF : entry,
	};
}

enum td_cpuid_result td_cpuid(const struct td_cpuid_context *context,
			      uint32_t leaf, uint32_t subleaf,
			      struct cpuid_regs *out)
{
	const int entry = td_cpuid_entry(redirect(leaf), subleaf);
	const unsigned int level = context->cpl ? 1 : 0;
	unsigned int requests = context->cpuid_ve;

	memset(out, 0, sizeof(*out));
	if (entry < 0)
		return TD_CPUID_VE;
	if (context->control && entry < TD_CPUID_CONTROLS)
		requests |= context->control[entry];
	if (requests >> level & 1)
		return TD_CPUID_VE;
	*out = td_cpuid_value(context, leaf, subleaf);
	return TD_CPUID_VALUE;
}

void td_cpuid_config_leaf(unsigned int index, uint32_t *leaf, uint32_t *subleaf)
{
	*leaf = cpuid_configs[index].leaf;
	*subleaf = cpuid_configs[index].subleaf;
}

struct cpuid_regs td_cpuid_config_mask(unsigned int index)
{
	const struct cpuid_leaf *config = &cpuid_configs[index];
	struct cpuid_regs mask;
	uint32_t value[REGS] = { 0 };

	for (size_t i = 0; i < CPUID_RULES; i++) {
		const struct cpuid_rule *rule = &cpuid_rules[i];

		if (rule->leaf == config->leaf &&
		    rule->subleaf == config->subleaf && rule->reg != EVERY)
			value[rule->reg] |= rule->allow | rule->config;
	}
	memcpy(&mask, value, sizeof(mask));
	return mask;
}

/* Family, model and stepping: as they are, by naming them or by 0. */
static bool config_is_legal(const struct td_cpuid_context *context,
			    unsigned int index)
{
	const struct cpuid_regs mask = td_cpuid_config_mask(index);
	const struct cpuid_regs *config = &context->config[index];
	uint32_t native[REGS];

	if ((config->eax & ~mask.eax) || (config->ebx & ~mask.ebx) ||
	    (config->ecx & ~mask.ecx) || (config->edx & ~mask.edx))
		return false;
	if (cpuid_configs[index].leaf != 1 || !config->eax)
		return true;
	native_get(context, 1, 0, native);
	return config->eax == (native[EAX] & mask.eax);
}

unsigned int td_cpuid_config_check(const struct td_cpuid_context *context)
{
	uint32_t features;

	for (unsigned int i = 0; i < TD_CPUID_CONFIGS; i++) {
		if (!config_is_legal(context, i))
			return i;
	}
	features = td_cpuid_value(context, 7, 0).ebx;
	return (features >> 4 & 1) == (features >> 11 & 1) ?
		       TD_CPUID_CONFIGS_LEGAL :
		       TD_CPUID_CONFIGS_TSX;
}
