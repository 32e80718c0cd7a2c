/* SPDX-License-Identifier: MIT */
/*
 * One CPU of QEMU's for each vCPU. The others start through the ROM's alias
 * below 1 MiB, join the TDX module, sleep until the TD is built, and run their
 * vCPU from reset.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/lock.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/boot/stack.h"
#include "emu/boot/trap.h"
#include "emu/module/debug.h"
#include "emu/vmm/vmm.h"

/* The ROM's last page, as real mode sees it: 0xFF000. */
#define SIPI_VECTOR 0xff
/* For CPUs that are threads of a busy machine. */
#define START_SECONDS 60
#define FLUSH_SECONDS 60

static unsigned int arrived;
static bool is_released;

/* entry.S: the first C function of another CPU. */
void emu_ap_main(unsigned int cpu);

void emu_ap_main(unsigned int cpu)
{
	memory_load();
	trap_load();
	emu_lock();
	vmm_lapic_enable();
	vmm_module_join();
	emu_unlock();
	vmm_vcpus[cpu].is_asleep = true;
	__atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&is_released, __ATOMIC_SEQ_CST))
		cpu_sleep();
	emu_lock();
	vmm_vcpus[cpu].is_asleep = false;
	vmm_run(&vmm_vcpus[cpu]);
}

void vmm_smp_start(void)
{
	const uint64_t start = cpu_rdtsc();
	const unsigned int others = vmm_config.num_vcpus - 1;

	if (!others)
		return;
	vmm_lapic_send_init_sipi(SIPI_VECTOR);
	emu_unlock();
	while (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < others) {
		if (cpu_rdtsc() - start > START_SECONDS * vmm_tsc_hz())
			emu_fail("only %u of %u other CPUs started", arrived,
				 others);
		cpu_pause();
	}
	emu_lock();
}

void vmm_smp_release(void)
{
	__atomic_store_n(&is_released, true, __ATOMIC_SEQ_CST);
	for (unsigned int i = 1; i < vmm_config.num_vcpus; i++)
		vmm_lapic_send(i, TRAP_VECTOR_KICK);
}

void vmm_kick(const struct vmm_vcpu *vcpu)
{
	if (vcpu->index != cpu_number() &&
	    (vcpu->is_inside || vcpu->is_asleep))
		vmm_lapic_send(vcpu->index, TRAP_VECTOR_KICK);
}

void vmm_sleep(struct vmm_vcpu *vcpu)
{
	const uint64_t start = cpu_rdtsc();

	vcpu->is_asleep = true;
	vmm_lapic_ask_again();
	emu_unlock();
	cpu_sleep();
	emu_lock();
	vcpu->is_asleep = false;
	vmm_td_check(vcpu);
	stats_skip(vcpu->index, cpu_rdtsc() - start);
}

void vmm_kick_again(unsigned int cpu, uint64_t *last)
{
	const uint64_t now = cpu_rdtsc();

	if (now - *last < vmm_tsc_hz() / 1000)
		return;
	*last = now;
	emu_lock();
	vmm_lapic_send(cpu, TRAP_VECTOR_KICK);
	emu_unlock();
}

static bool is_still_inside(const struct vmm_vcpu *vcpu, uint64_t exits)
{
	return __atomic_load_n(&vcpu->is_inside, __ATOMIC_SEQ_CST) &&
	       __atomic_load_n(&vcpu->exits, __ATOMIC_SEQ_CST) == exits;
}

void vmm_flush_others(const struct vmm_vcpu *vcpu)
{
	const uint64_t start = cpu_rdtsc();
	uint64_t kicked = start;
	uint64_t exits[VMM_MAX_VCPUS];

	for (unsigned int i = 0; i < vmm_config.num_vcpus; i++) {
		exits[i] = vmm_vcpus[i].exits;
		if (i != vcpu->index)
			vmm_kick(&vmm_vcpus[i]);
	}
	emu_unlock();
	for (unsigned int i = 0; i < vmm_config.num_vcpus; i++) {
		while (i != vcpu->index &&
		       is_still_inside(&vmm_vcpus[i], exits[i])) {
			if (cpu_rdtsc() - start > FLUSH_SECONDS * vmm_tsc_hz())
				emu_fail("vCPU %u does not leave its guest",
					 i);
			vmm_kick_again(i, &kicked);
			cpu_pause();
		}
	}
	emu_lock();
}
