/* SPDX-License-Identifier: MIT */
/* The emulator's use of Zydis. */
#include "emu/module/decode.h"

#include <Zydis/Decoder.h>

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/module/guest.h"

static struct {
	ZydisDecoder mode64, mode32, mode16;
} decoders;

struct decoded {
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

void decode_init(void)
{
	ZydisDecoderInit(&decoders.mode64, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	ZydisDecoderInit(&decoders.mode32, ZYDIS_MACHINE_MODE_LONG_COMPAT_32,
			 ZYDIS_STACK_WIDTH_32);
	ZydisDecoderInit(&decoders.mode16, ZYDIS_MACHINE_MODE_LONG_COMPAT_16,
			 ZYDIS_STACK_WIDTH_16);
}

static const ZydisDecoder *decoder_for(const struct vcpu *vcpu)
{
	if (vcpu_is_64bit(vcpu))
		return &decoders.mode64;
	return vcpu->vmcb.cs.attributes & BIT(10) ? &decoders.mode32 :
						    &decoders.mode16;
}

static bool decode(struct vcpu *vcpu, struct decoded *out)
{
	uint8_t bytes[GUEST_INSN_MAX];
	const size_t size = guest_fetch(vcpu, bytes);

	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(
		decoder_for(vcpu), bytes, size, &out->insn, out->operands));
}

unsigned int decode_length(struct vcpu *vcpu)
{
	uint8_t bytes[GUEST_INSN_MAX] = { 0 };
	struct decoded d;

	/* The plain forms of what exits most: CPUID, RDMSR, WRMSR, HLT. */
	guest_fetch(vcpu, bytes);
	if (bytes[0] == 0x0f && (bytes[1] == 0xa2 || bytes[1] == 0x32 ||
				 bytes[1] == 0x30))
		return 2;
	if (bytes[0] == 0xf4)
		return 1;
	return decode(vcpu, &d) ? d.insn.length : 0;
}

enum decode_kind decode_kind(struct vcpu *vcpu, unsigned int *length)
{
	struct decoded d;

	*length = 0;
	if (!decode(vcpu, &d))
		return DECODE_OTHER;
	*length = d.insn.length;
	switch (d.insn.mnemonic) {
	case ZYDIS_MNEMONIC_TDCALL:
		return DECODE_TDCALL;
	case ZYDIS_MNEMONIC_SEAMCALL:
		return DECODE_SEAMCALL;
	case ZYDIS_MNEMONIC_VMCALL:
		return DECODE_VMCALL;
	case ZYDIS_MNEMONIC_INVD:
		return DECODE_INVD;
	default:
		return DECODE_OTHER;
	}
}

/* Address size 16, 32, 64 as 0, 1, 2 in bits 9:7; segment in 17:15. */
uint32_t decode_string_io(struct vcpu *vcpu)
{
	struct decoded d;

	if (!decode(vcpu, &d))
		return 0;
	for (unsigned int i = 0; i < d.insn.operand_count; i++) {
		const ZydisDecodedOperand *operand = &d.operands[i];

		if (operand->type == ZYDIS_OPERAND_TYPE_MEMORY)
			return (uint32_t)d.insn.address_width / 32 << 7 |
			       (uint32_t)ZydisRegisterGetId(
				       operand->mem.segment) << 15;
	}
	return 0;
}

/* Value of a general register, instruction pointer or none. */
static uint64_t register_value(struct vcpu *vcpu, const struct decoded *d,
			       ZydisRegister reg)
{
	const ZydisRegisterClass class = ZydisRegisterGetClass(reg);
	const ZyanI8 id = ZydisRegisterGetId(reg);

	switch (class) {
	case ZYDIS_REGCLASS_GPR64:
		return *vcpu_register(vcpu, (unsigned int)id);
	case ZYDIS_REGCLASS_GPR32:
		return (uint32_t)*vcpu_register(vcpu, (unsigned int)id);
	case ZYDIS_REGCLASS_GPR16:
		return (uint16_t)*vcpu_register(vcpu, (unsigned int)id);
	case ZYDIS_REGCLASS_IP:
		return vcpu->vmcb.rip + d->insn.length;
	default:
		return 0;
	}
}

static uint64_t segment_base(struct vcpu *vcpu, ZydisRegister segment)
{
	const bool is_long = vcpu_is_64bit(vcpu);

	/* FS and GS stay in the CPU across exits; fetch them. */
	if (segment == ZYDIS_REGISTER_FS || segment == ZYDIS_REGISTER_GS)
		cpu_vmsave(memory_pa(&vcpu->vmcb));
	switch (segment) {
	case ZYDIS_REGISTER_FS:
		return vcpu->vmcb.fs.base;
	case ZYDIS_REGISTER_GS:
		return vcpu->vmcb.gs.base;
	case ZYDIS_REGISTER_CS:
		return is_long ? 0 : vcpu->vmcb.cs.base;
	case ZYDIS_REGISTER_SS:
		return is_long ? 0 : vcpu->vmcb.ss.base;
	case ZYDIS_REGISTER_ES:
		return is_long ? 0 : vcpu->vmcb.es.base;
	default:
		return is_long ? 0 : vcpu->vmcb.ds.base;
	}
}

static uint64_t operand_address(struct vcpu *vcpu, const struct decoded *d,
				const ZydisDecodedOperandMem *mem)
{
	uint64_t address = register_value(vcpu, d, mem->base) +
			   register_value(vcpu, d, mem->index) * mem->scale +
			   (uint64_t)mem->disp.value;

	if (d->insn.address_width == 32)
		address &= UINT32_MAX;
	else if (d->insn.address_width == 16)
		address &= UINT16_MAX;
	address += segment_base(vcpu, mem->segment);
	return vcpu_is_64bit(vcpu) ? address : address & UINT32_MAX;
}

/*
 * The fault may lie anywhere in the operand, on its second page too: gpa is
 * where an access of size bytes at address first meets that page.
 */
static bool reaches(struct vcpu *vcpu, uint64_t address, uint64_t size,
		    paddr_t gpa, uint64_t *linear)
{
	const uint64_t next_page = align_down(address, PAGE_SIZE) + PAGE_SIZE;
	paddr_t at;

	*linear = address;
	if (guest_translate(vcpu, address, &at) && at == gpa)
		return true;
	*linear = next_page;
	return address + size > next_page &&
	       guest_translate(vcpu, next_page, &at) && at == gpa;
}

/* PUSH, CALL and their like write below RSP: it is what they move it by. */
static bool is_push(const ZydisDecodedOperand *operand)
{
	return operand->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN &&
	       operand->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE &&
	       operand->mem.segment == ZYDIS_REGISTER_SS;
}

bool decode_linear_address(struct vcpu *vcpu, paddr_t gpa, uint64_t *linear)
{
	struct decoded d;

	*linear = 0;
	if (!decode(vcpu, &d))
		return false;
	for (unsigned int i = 0; i < d.insn.operand_count; i++) {
		const ZydisDecodedOperand *operand = &d.operands[i];
		uint64_t address;

		if (operand->type != ZYDIS_OPERAND_TYPE_MEMORY ||
		    operand->mem.type != ZYDIS_MEMOP_TYPE_MEM)
			continue;
		address = operand_address(vcpu, &d, &operand->mem);
		if (is_push(operand))
			address -= operand->size / 8;
		if (reaches(vcpu, address, operand->size / 8, gpa, linear))
			return true;
	}
	*linear = 0;
	return false;
}

static bool decode_mov_cr(struct vcpu *vcpu, const struct decoded *d,
			  struct cr_access *access)
{
	const bool is_write = ZydisRegisterGetClass(
		d->operands[0].reg.value) == ZYDIS_REGCLASS_CONTROL;
	const ZydisRegister cr = d->operands[is_write ? 0 : 1].reg.value;
	const ZydisRegister gpr = d->operands[is_write ? 1 : 0].reg.value;

	access->type = is_write ? CR_MOV_TO : CR_MOV_FROM;
	access->cr = (unsigned int)ZydisRegisterGetId(cr);
	access->gpr = (unsigned int)ZydisRegisterGetId(gpr);
	access->value = register_value(vcpu, d, gpr);
	return true;
}

static bool decode_lmsw(struct vcpu *vcpu, const struct decoded *d,
			struct cr_access *access)
{
	const ZydisDecodedOperand *source = &d->operands[0];
	const void *at;
	paddr_t gpa;

	access->type = CR_LMSW;
	access->is_memory = source->type == ZYDIS_OPERAND_TYPE_MEMORY;
	if (!access->is_memory) {
		access->value = (uint16_t)register_value(vcpu, d,
							 source->reg.value);
		return true;
	}
	if (!guest_translate(vcpu, operand_address(vcpu, d, &source->mem),
			     &gpa))
		return false;
	at = guest_pointer(vcpu->td, gpa);
	if (at)
		__builtin_memcpy(&access->value, at, sizeof(uint16_t));
	return at != NULL;
}

bool decode_cr_access(struct vcpu *vcpu, struct cr_access *access)
{
	struct decoded d;

	if (!decode(vcpu, &d))
		return false;
	*access = (struct cr_access){ .length = d.insn.length };
	switch (d.insn.mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
		return decode_mov_cr(vcpu, &d, access);
	case ZYDIS_MNEMONIC_LMSW:
		return decode_lmsw(vcpu, &d, access);
	case ZYDIS_MNEMONIC_CLTS:
		access->type = CR_CLTS;
		return true;
	case ZYDIS_MNEMONIC_SMSW:
		access->type = CR_MOV_FROM;
		access->gpr = (unsigned int)ZydisRegisterGetId(
			d.operands[0].reg.value);
		return d.operands[0].type == ZYDIS_OPERAND_TYPE_REGISTER;
	default:
		return false;
	}
}
