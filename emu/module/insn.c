/* SPDX-License-Identifier: MIT */
/*
 * From an exit to the tables of cpuid.c and msr.c and back: gathers what the
 * tables ask for, writes the guest's registers, injects what they decide.
 */
#include "emu/module/insn.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/module/apic.h"
#include "emu/module/cpuid.h"
#include "emu/module/cr.h"
#include "emu/module/decode.h"
#include "emu/module/guest.h"
#include "emu/module/inject.h"
#include "emu/module/msr.h"
#include "emu/module/msr_native.h"

#define MSRS_PER_RANGE 0x2000
#define MSR_HIGH_FIRST UINT32_C(0xc0000000)
#define MSR_MAP_RANGE 0x800
#define RDMSR_LENGTH 2
#define SPEC_CTRL_DDPD_U BIT(8)
#define OPCODE_IN_OUT_IMMEDIATE 0xe4

static uint8_t msr_map[8192] aligned(4096);

static void native_cpuid(uint32_t leaf, uint32_t subleaf,
			 struct cpuid_regs *out)
{
	uint32_t regs[4];

	cpu_cpuid(leaf, subleaf, regs);
	*out = (struct cpuid_regs){ regs[0], regs[1], regs[2], regs[3] };
}

struct td_cpuid_context insn_cpuid_of_td(const struct td *td)
{
	return (struct td_cpuid_context){
		.native = native_cpuid,
		/* This QEMU's CMPXCHG16B leaves wrong flags behind it. */
		.has_cx16 = false,
		.config = td->cpuid_config,
		.attributes = td->attributes,
		.xfam = td->xfam,
		.tsc_frequency = td->tsc_frequency,
	};
}

static struct td_cpuid_context cpuid_context(const struct vcpu *vcpu)
{
	struct td_cpuid_context context = insn_cpuid_of_td(vcpu->td);

	context.vcpu_index = vcpu->index;
	context.cr4 = vcpu->cr4;
	/* XSETBV does not exit in QEMU 7.2. */
	context.xcr0 = vcpu->state == VCPU_RUNNING ? cpu_xgetbv(0) :
						     vcpu->xcr0;
	context.xss = vcpu->xss;
	context.is_64bit = vcpu_is_64bit(vcpu);
	context.cpl = vcpu->vmcb.cpl;
	context.cpuid_ve = vcpu->cpuid_ve;
	context.control = vcpu->cpuid_control;
	return context;
}

bool insn_handle_cpuid(struct vcpu *vcpu)
{
	const struct td_cpuid_context context = cpuid_context(vcpu);
	const unsigned int length = decode_length(vcpu);
	struct cpuid_regs regs;

	if (!length || td_cpuid(&context, (uint32_t)vcpu->vmcb.rax,
				(uint32_t)vcpu->gpr[GPR_RCX],
				&regs) == TD_CPUID_VE) {
		inject_ve_instruction(vcpu, TDX_VE_CPUID, length);
		return true;
	}
	vcpu->vmcb.rax = regs.eax;
	vcpu->gpr[GPR_RBX] = regs.ebx;
	vcpu->gpr[GPR_RCX] = regs.ecx;
	vcpu->gpr[GPR_RDX] = regs.edx;
	vcpu_advance(vcpu, length);
	return true;
}

static struct td_msr_context msr_context(const struct vcpu *vcpu,
					 const struct td_cpuid_context *cpuid)
{
	return (struct td_msr_context){
		.cpuid = cpuid,
		.arch_capabilities_config = vcpu->td->arch_capabilities,
		.efer = cr_read_efer(vcpu),
		.debugctl = vcpu->debugctl,
	};
}

static void map_native(const struct td_msr_context *context, uint32_t msr,
		       uint8_t *map)
{
	const uint32_t i = msr % MSRS_PER_RANGE;
	const unsigned int shift = 2 * (i % 4);

	if (msr != MSR_IA32_EFER && msr != MSR_IA32_TSC &&
	    td_msr_action(context, msr, false) == TD_MSR_NATIVE &&
	    !msr_native_exits(msr, false))
		map[i / 4] &= (uint8_t)~(1U << shift);
	if (td_msr_action(context, msr, true) == TD_MSR_NATIVE &&
	    !msr_native_exits(msr, true))
		map[i / 4] &= (uint8_t)~(2U << shift);
}

paddr_t insn_msr_bitmap(const struct vcpu *vcpu)
{
	const struct td_cpuid_context cpuid = cpuid_context(vcpu);
	const struct td_msr_context context = msr_context(vcpu, &cpuid);

	cpu_fill(msr_map, UINT64_MAX, sizeof(msr_map) / 8);
	for (uint32_t i = 0; i < MSRS_PER_RANGE; i++) {
		map_native(&context, i, msr_map);
		map_native(&context, MSR_HIGH_FIRST + i,
			   msr_map + MSR_MAP_RANGE);
	}
	return memory_pa(msr_map);
}

/* #VE if the action says so, or #GP. */
static void msr_inject(struct vcpu *vcpu, enum td_msr_action action,
		       uint32_t reason, unsigned int length)
{
	if (action == TD_MSR_VE)
		inject_ve_instruction(vcpu, reason, length);
	else
		inject_exception(vcpu, VECTOR_GP);
}

/* What exits though it is native: LMA is made up, and QEMU has no TSC here. */
static uint64_t read_native(struct vcpu *vcpu, uint32_t msr)
{
	const uint64_t *kept = msr_native_kept(&vcpu->msrs, msr);

	if (kept)
		return *kept;
	switch (msr) {
	case MSR_IA32_EFER:
		return cr_read_efer(vcpu);
	case MSR_IA32_TSC:
		return cpu_rdtsc() + vcpu->td->tsc_offset;
	default:
		return cpu_rdmsr(msr);
	}
}

static void write_native(struct vcpu *vcpu, uint32_t msr, uint64_t value)
{
	uint64_t *kept = msr_native_kept(&vcpu->msrs, msr);

	/* MOD, IA32_SPEC_CTRL: hidden from a TD whose CPU has it not. */
	if (msr == MSR_IA32_SPEC_CTRL)
		value &= ~SPEC_CTRL_DDPD_U;
	if (kept)
		*kept = value;
	else
		cpu_wrmsr(msr, value);
}

static void read_msr(struct vcpu *vcpu, const struct td_msr_context *context,
		     uint32_t msr, unsigned int length)
{
	const enum td_msr_action action = td_msr_action(context, msr, false);
	uint64_t value = 0;

	if (action == TD_MSR_EMULATED) {
		value = td_msr_read(context, msr);
	} else if (action == TD_MSR_APIC_NATIVE) {
		value = apic_read(vcpu, msr);
	} else if (action == TD_MSR_NATIVE && msr_native_may_read(msr)) {
		value = read_native(vcpu, msr);
	} else {
		msr_inject(vcpu, action, TDX_VE_RDMSR, length);
		return;
	}
	vcpu->vmcb.rax = (uint32_t)value;
	vcpu->gpr[GPR_RDX] = value >> 32;
	vcpu_advance(vcpu, length);
}

/* The register behind an emulated write takes its new value. */
static void store_msr(struct vcpu *vcpu, uint32_t msr, uint64_t value)
{
	if (msr == MSR_IA32_DEBUGCTL) {
		vcpu->debugctl = value;
	} else if (msr == MSR_IA32_XSS) {
		vcpu->xss = value;
		cpu_wrmsr(MSR_IA32_XSS, value);
	} else if (msr == MSR_IA32_EFER) {
		/* The table let only SCE change. */
		if (!cr_write_efer(vcpu, value))
			inject_ve_instruction(vcpu, TDX_VE_WRMSR,
					      RDMSR_LENGTH);
	}
}

static void write_apic(struct vcpu *vcpu, uint32_t msr, uint64_t value,
		       unsigned int length)
{
	const enum td_msr_action action = td_msr_write_apic(msr, value);
	const struct ve_info info = {
		.reason = TDX_VE_APIC_WRITE,
		.qualification = (msr & 0xff) << 4,
	};

	if (action == TD_MSR_GP || !apic_write(vcpu, msr, value)) {
		inject_exception(vcpu, VECTOR_GP);
		return;
	}
	vcpu_advance(vcpu, length);
	if (action == TD_MSR_APIC_VE)
		inject_ve(vcpu, &info);
}

static void write_msr(struct vcpu *vcpu, const struct td_msr_context *context,
		      uint32_t msr, unsigned int length)
{
	const uint64_t value = (uint32_t)vcpu->vmcb.rax |
			       vcpu->gpr[GPR_RDX] << 32;
	enum td_msr_action action = td_msr_action(context, msr, true);
	uint64_t store = 0;

	if (action == TD_MSR_APIC_NATIVE) {
		write_apic(vcpu, msr, value, length);
		return;
	}
	if (action == TD_MSR_EMULATED)
		action = td_msr_write(context, msr, value, &store);
	if (action == TD_MSR_EMULATED) {
		store_msr(vcpu, msr, store);
	} else if (action == TD_MSR_NATIVE &&
		   msr_native_may_write(msr, value)) {
		write_native(vcpu, msr, value);
	} else {
		msr_inject(vcpu, action, TDX_VE_WRMSR, length);
		return;
	}
	vcpu_advance(vcpu, length);
}

bool insn_handle_msr(struct vcpu *vcpu)
{
	const struct td_cpuid_context cpuid = cpuid_context(vcpu);
	const struct td_msr_context context = msr_context(vcpu, &cpuid);
	const uint32_t msr = (uint32_t)vcpu->gpr[GPR_RCX];
	const unsigned int length = decode_length(vcpu);

	if (!length)
		inject_exception(vcpu, VECTOR_UD);
	else if (vcpu->vmcb.exit_info1)
		write_msr(vcpu, &context, msr, length);
	else
		read_msr(vcpu, &context, msr, length);
	return true;
}

/* E4 to E7 name the port in the instruction, EC to EF in DX. */
static bool is_immediate_form(struct vcpu *vcpu)
{
	uint8_t bytes[GUEST_INSN_MAX];
	const size_t size = guest_fetch(vcpu, bytes);
	const size_t length = (size_t)(vcpu->vmcb.exit_info2 -
				       vcpu->vmcb.rip);

	return length >= 2 && length <= size &&
	       (bytes[length - 2] & 0xfc) == OPCODE_IN_OUT_IMMEDIATE;
}

bool insn_handle_io(struct vcpu *vcpu)
{
	const uint64_t exit_info = vcpu->vmcb.exit_info1;
	const uint64_t size = (exit_info >> VMCB_IOIO_SIZE_SHIFT) & 7;
	const bool is_string = exit_info & VMCB_IOIO_STRING;
	struct ve_info info = {
		.reason = TDX_VE_IO,
		.qualification = (size - 1) |
			(exit_info >> VMCB_IOIO_PORT_SHIFT & UINT16_MAX)
				<< TDX_VE_IO_PORT_SHIFT,
		.length = (uint32_t)(vcpu->vmcb.exit_info2 - vcpu->vmcb.rip),
		.information = is_string ? decode_string_io(vcpu) : 0,
	};

	if (exit_info & VMCB_IOIO_IN)
		info.qualification |= TDX_VE_IO_IN;
	if (is_string)
		info.qualification |= TDX_VE_IO_STRING;
	if (exit_info & VMCB_IOIO_REP)
		info.qualification |= TDX_VE_IO_REP;
	if (!is_string && is_immediate_form(vcpu))
		info.qualification |= TDX_VE_IO_IMMEDIATE;
	inject_ve(vcpu, &info);
	return true;
}
