/* SPDX-License-Identifier: MIT */
/* Who may execute SEAMCALL. */
#include "emu/boot/seam.h"

#include "emu/boot/trap.h"

#define RFLAGS_CF UINT64_C(1)

uint8_t seam_is_open[STACK_CPUS];

static struct {
	struct seam_platform platform;
	bool is_loaded;
	bool is_incapable;
	bool is_vmx_on[STACK_CPUS];
} seam;

static void update(void)
{
	for (unsigned int i = 0; i < STACK_CPUS; i++)
		seam_is_open[i] = seam.is_loaded && !seam.is_incapable &&
				  seam.is_vmx_on[i];
}

void seam_load(const struct seam_platform *platform)
{
	seam.platform = *platform;
	seam.is_loaded = true;
	update();
}

const struct seam_platform *seam_platform(void)
{
	return &seam.platform;
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
