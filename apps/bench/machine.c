/* SPDX-License-Identifier: MIT */
/* What was measured: processor, TDX module, host. */
#include "apps/bench/bench.h"

#include <stdio.h>
#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/abi.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"

#define LEAF_BRAND 0x80000002
#define LEAF_HYPERVISOR 0x40000000

static void cut(char *text)
{
	size_t size = strlen(text);

	while (size && text[size - 1] == ' ')
		text[--size] = '\0';
}

/* Where the brand is blank: the vendor, and the signature of leaf 1. */
static void read_signature(char brand[49])
{
	const struct cpuid vendor = cpu_cpuid(0, 0);
	char name[13] = { 0 };

	memcpy(name, &vendor.ebx, 4);
	memcpy(name + 4, &vendor.edx, 4);
	memcpy(name + 8, &vendor.ecx, 4);
	snprintf(brand, 49, "%s %#x", name,
		 (unsigned int)cpu_cpuid(1, 0).eax);
}

static void read_brand(char brand[49])
{
	for (uint32_t i = 0; i < 3; i++) {
		const struct cpuid id = cpu_cpuid(LEAF_BRAND + i, 0);

		memcpy(brand + i * sizeof(id), &id, sizeof(id));
	}
	brand[48] = '\0';
	cut(brand);
	if (!brand[0])
		read_signature(brand);
}

/* The host's word; sink_quote() lets only printable characters through. */
static void read_hypervisor(char signature[13])
{
	const struct cpuid id = cpu_cpuid(LEAF_HYPERVISOR, 0);

	memcpy(signature, &id.ebx, 4);
	memcpy(signature + 4, &id.ecx, 4);
	memcpy(signature + 8, &id.edx, 4);
	signature[12] = '\0';
}

/* A module from before 1.5 lets no guest read its fields. */
static void read_module(char text[16])
{
	uint64_t major;
	uint64_t minor;

	if (tdg_sys_rd(TDX_FIELD_MAJOR_VERSION, &major) ||
	    tdg_sys_rd(TDX_FIELD_MINOR_VERSION, &minor))
		return;
	snprintf(text, 16, "%u.%u", (unsigned int)(uint16_t)major,
		 (unsigned int)(uint16_t)minor);
}

static const char *option(const char *name)
{
	const char *const value = app_option(name);

	return value ? value : "unknown";
}

const struct machine *machine_get(void)
{
	static struct machine machine;

	if (machine.tsc_hz)
		return &machine;
	read_brand(machine.brand);
	read_hypervisor(machine.hypervisor);
	read_module(machine.module);
	machine.commit = option("commit");
	machine.qemu = option("qemu");
	machine.tsc_hz = tdx_tsc_hz();
	return &machine;
}
