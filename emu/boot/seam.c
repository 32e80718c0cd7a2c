/* SPDX-License-Identifier: MIT */
/* Who may execute SEAMCALL; reports that the CPU seals. */
#include "emu/boot/seam.h"

#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/boot/trap.h"

#define RFLAGS_CF UINT64_C(1)
#define RDRAND_TRIES 10

uint8_t seam_is_open[STACK_CPUS];

static struct {
	struct seam_platform platform;
	bool is_loaded;
	bool is_incapable;
	bool is_vmx_on[STACK_CPUS];
	uint8_t report_key[REPORT_KEY_SIZE];
} seam;

static void update(void)
{
	for (unsigned int i = 0; i < STACK_CPUS; i++)
		seam_is_open[i] = seam.is_loaded && !seam.is_incapable &&
				  seam.is_vmx_on[i];
}

static void report_key_draw(void)
{
	for (size_t at = 0; at < REPORT_KEY_SIZE; at += sizeof(uint64_t)) {
		unsigned int tries = RDRAND_TRIES;
		uint64_t word;

		while (!cpu_rdrand(&word))
			if (!--tries)
				emu_fail("the CPU has no random numbers");
		memcpy(seam.report_key + at, &word, sizeof(word));
	}
}

void seam_load(const struct seam_platform *platform)
{
	seam.platform = *platform;
	seam.is_loaded = true;
	report_key_draw();
	update();
}

const struct seam_platform *seam_platform(void)
{
	return &seam.platform;
}

void seam_report(struct report_mac_struct *mac_struct)
{
	reportmac_seal(mac_struct, seam.report_key);
}

enum reportmac_result
seam_verify_report(const struct report_mac_struct *mac_struct)
{
	return reportmac_verify(mac_struct, seam.report_key);
}

void seam_vmxon(void)
{
	seam.is_vmx_on[cpu_number()] = true;
	update();
}

void seam_vmxoff(void)
{
	seam.is_vmx_on[cpu_number()] = false;
	update();
}

void seam_set_capable(bool is_capable)
{
	seam.is_incapable = !is_capable;
	update();
}

void seam_refuse(struct trap_frame *frame)
{
	if (seam.is_incapable)
		frame->vector = TRAP_VECTOR_GP;
	if (seam.is_incapable || !seam.is_vmx_on[cpu_number()]) {
		trap_dispatch(frame);
		return;
	}
	frame->rip += SEAMCALL_LENGTH;
	frame->rflags |= RFLAGS_CF;
}
