/* SPDX-License-Identifier: MIT */
/*
 * Zydis as the judge of lib/insn: what is accepted must mean the same, what
 * Zydis calls one of the claimed instructions must be accepted, and no byte
 * may be read that the instruction does not have. Included by one file per
 * program.
 */
#ifndef TESTS_UNIT_INSN_CHECK_H
#define TESTS_UNIT_INSN_CHECK_H

#include "tests/unit/expect.h"

#include <Zydis/Zydis.h>
#include <errno.h>

#include "lib/insn.h"
#include "tests/unit/insn_names.h"

#define TEXT_ADDRESS UINT64_C(0x7FFF12345000)
#define FS_BASE UINT64_C(0x1234567800)
#define GS_BASE UINT64_C(0xFFFF800000001000)

static ZydisDecoder zydis;
static ZydisDecodedInstruction theirs;
static ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
static uint64_t registers[16];
static unsigned long accepted;

static uint64_t random_u64(void)
{
	static uint64_t state = 0x9E3779B97F4A7C15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void fail(const uint8_t *bytes, const char *what, uint64_t got,
		 uint64_t want)
{
	char text[128];
	int at = snprintf(text, sizeof(text), "%s of", what);

	for (int i = 0; i < INSN_LENGTH_MAX; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at, " %02x",
			       bytes[i]);
	expect_u64(got, want, text);
}

static void same(const uint8_t *bytes, const char *what, uint64_t got,
		 uint64_t want)
{
	expect_checks++;
	if (got != want) {
		expect_checks--;
		fail(bytes, what, got, want);
	}
	/* Thousands of lines would say no more than the first ones. */
	if (expect_failures > 20)
		exit(expect_result("insn"));
}

static const ZydisDecodedOperand *find_operand(ZydisOperandType type)
{
	for (unsigned int i = 0; i < theirs.operand_count; i++)
		if (operands[i].type == type)
			return &operands[i];
	return NULL;
}

static bool is_string(const struct insn *ours)
{
	return ours->op >= INSN_INS && ours->op <= INSN_STOS;
}

/* Zydis' memory operand that ours->base names. */
static const ZydisDecodedOperand *find_memory(const struct insn *ours)
{
	if (ours->op == INSN_MOVS)
		return &operands[1];
	return find_operand(ZYDIS_OPERAND_TYPE_MEMORY);
}

/*
 * A fault of Zydis 4: with address size 32, ModRM.mod = 0 and REX.B it takes
 * SIB.base = 5 for R13D. SDM, Special Cases of REX Encodings: it means "no
 * base, a displacement" whatever REX.B is. (LLVM agrees.)
 */
static bool is_r13_fault(const ZydisDecodedOperand *memory)
{
	return memory->mem.base == ZYDIS_REGISTER_R13D &&
	       theirs.raw.modrm.mod == 0 && theirs.raw.modrm.rm == 4;
}

static uint64_t their_address(const ZydisDecodedOperand *memory)
{
	ZydisRegisterContext values = { 0 };
	ZydisDecodedOperand mended = *memory;
	uint64_t address = 0;

	if (is_r13_fault(memory)) {
		mended.mem.base = ZYDIS_REGISTER_NONE;
		mended.mem.disp.has_displacement = true;
		mended.mem.disp.value = theirs.raw.disp.value;
		memory = &mended;
	}

	for (unsigned int i = 0; i < 16; i++) {
		values.values[ZYDIS_REGISTER_RAX + i] = registers[i];
		values.values[ZYDIS_REGISTER_EAX + i] = (uint32_t)registers[i];
	}
	expect_true(ZYAN_SUCCESS(ZydisCalcAbsoluteAddressEx(
			    &theirs, memory, TEXT_ADDRESS, &values, &address)),
		    "ZydisCalcAbsoluteAddressEx");
	if (memory->mem.segment == ZYDIS_REGISTER_FS)
		address += FS_BASE;
	if (memory->mem.segment == ZYDIS_REGISTER_GS)
		address += GS_BASE;
	return address;
}

static uint64_t our_address(const struct insn *ours)
{
	const uint64_t base =
		ours->base == INSN_RIP ? TEXT_ADDRESS + ours->length :
		ours->base < 16 ? registers[ours->base] : 0;
	const uint64_t index = insn_has(ours, INSN_HAS_INDEX) ?
				       registers[ours->index] : 0;
	const uint64_t segment =
		ours->segment == INSN_SEGMENT_FS ? FS_BASE :
		ours->segment == INSN_SEGMENT_GS ? GS_BASE : 0;

	return insn_address(ours, base, index, segment);
}

static void check_memory(const uint8_t *bytes, const struct insn *ours)
{
	const ZydisDecodedOperand *memory = find_memory(ours);
	const bool is_written =
		memory->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;

	same(bytes, "memory size", ours->memory_size * 8u, memory->size);
	same(bytes, "address size", insn_address_size(ours) * 8u,
	     theirs.address_width);
	same(bytes, "address", our_address(ours), their_address(memory));
	if (ours->op == INSN_MOV || ours->op == INSN_MOVBE ||
	    ours->op == INSN_VECTOR)
		same(bytes, "direction", !insn_is_load(ours), is_written);
	if (ours->op >= INSN_ADD && ours->op <= INSN_CMP)
		same(bytes, "direction", !insn_is_load(ours),
		     is_written || (ours->op == INSN_CMP &&
				    operands[0].type ==
					    ZYDIS_OPERAND_TYPE_MEMORY));
}

/* The ModRM register or the accumulator, as Zydis would call it. */
static void check_register(const uint8_t *bytes, const struct insn *ours)
{
	static const ZydisRegister first[33] = {
		[2] = ZYDIS_REGISTER_AX,
		[4] = ZYDIS_REGISTER_EAX,
		[8] = ZYDIS_REGISTER_RAX,
		[16] = ZYDIS_REGISTER_XMM0,
		[32] = ZYDIS_REGISTER_YMM0,
	};
	const ZydisDecodedOperand *reg =
		find_operand(ZYDIS_OPERAND_TYPE_REGISTER);
	ZydisRegister want = first[ours->operand_size] + ours->reg;

	if (ours->operand_size == 1) {
		want = ours->is_high_byte ? ZYDIS_REGISTER_AH + ours->reg - 4 :
		       ours->reg < 4 ? ZYDIS_REGISTER_AL + ours->reg :
		       ZYDIS_REGISTER_SPL + ours->reg - 4;
	}
	/* MOVD and MOVSS to and from YMM: the lower part, whatever its name. */
	if (ours->op == INSN_VECTOR && ours->memory_size < 16)
		want = ZYDIS_REGISTER_XMM0 + ours->reg;
	if (ours->op == INSN_OUT)
		reg = &operands[1];
	same(bytes, "register", want, reg->reg.value);
}

static bool is_unary(const struct insn *ours)
{
	return ours->op >= INSN_INC && ours->op <= INSN_NOT;
}

static void check_accepted(const uint8_t *bytes, const struct insn *ours)
{
	const ZydisDecodedOperand *immediate =
		find_operand(ZYDIS_OPERAND_TYPE_IMMEDIATE);
	const ZydisDecodedOperand *memory =
		find_operand(ZYDIS_OPERAND_TYPE_MEMORY);

	accepted++;
	same(bytes, "length", ours->length, theirs.length);
	same(bytes, "op", ours->op, op_of(&theirs));
	same(bytes, "has memory", insn_has(ours, INSN_HAS_MEMORY),
	     memory != NULL);
	same(bytes, "has immediate", ours->has_immediate, immediate != NULL);
	same(bytes, "lock", insn_has(ours, INSN_HAS_LOCK),
	     !!(theirs.attributes & ZYDIS_ATTRIB_HAS_LOCK));
	if (ours->has_immediate && immediate) {
		const uint64_t mask = UINT64_MAX >>
				      (64 - 8 * ours->operand_size);

		same(bytes, "immediate", ours->immediate & mask,
		     immediate->imm.value.u & mask);
	}
	if (is_string(ours) && ours->op != INSN_MOVS)
		same(bytes, "rep", ours->repeat != INSN_REPEAT_NONE,
		     !!(theirs.attributes & (ZYDIS_ATTRIB_HAS_REP |
					     ZYDIS_ATTRIB_HAS_REPNE)));
	if (insn_has(ours, INSN_HAS_MEMORY) && memory)
		check_memory(bytes, ours);
	same(bytes, "VEX", insn_has(ours, INSN_HAS_VEX),
	     theirs.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX);
	if (memory && !is_string(ours) && !is_unary(ours) &&
	    !(ours->has_immediate && ours->op != INSN_IN))
		check_register(bytes, ours);
	if (ours->op == INSN_IN || ours->op == INSN_OUT)
		same(bytes, "port size", ours->operand_size * 8u,
		     operands[ours->op == INSN_IN ? 0 : 1].size);
}

/* Which of what Zydis understands is not claimed. */
static bool may_be_refused(void)
{
	if (op_of(&theirs) == INSN_REFUSED ||
	    (theirs.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
	     theirs.encoding != ZYDIS_INSTRUCTION_ENCODING_VEX))
		return true;
	/* MOVD, MOVQ and MOVNTQ of MMX registers. */
	if (ZydisRegisterGetClass(operands[0].reg.value) ==
		    ZYDIS_REGCLASS_MMX ||
	    ZydisRegisterGetClass(operands[1].reg.value) ==
		    ZYDIS_REGCLASS_MMX)
		return true;
	if (!find_operand(ZYDIS_OPERAND_TYPE_MEMORY))
		return op_of(&theirs) != INSN_IN &&
		       op_of(&theirs) != INSN_OUT;
	switch (theirs.opcode) {
	case 0x8C:
	case 0x8E:
		return true;	/* MOV with a segment register */
	case 0xF6:
	case 0xF7:
		return theirs.raw.modrm.reg == 1;	/* TEST's double */
	case 0x63:
		return theirs.operand_width == 16;
	default:
		return false;
	}
}

static void check(const uint8_t *bytes)
{
	struct insn ours;
	const int err = insn_decode(&ours, bytes,
				    bytes + INSN_LENGTH_MAX);
	const bool is_valid = ZYAN_SUCCESS(ZydisDecoderDecodeFull(
		&zydis, bytes, INSN_LENGTH_MAX, &theirs, operands));

	if (!err) {
		same(bytes, "validity", true, is_valid);
		if (is_valid)
			check_accepted(bytes, &ours);
	} else if (is_valid) {
		same(bytes, "may be refused", may_be_refused(), true);
		same(bytes, "error", (uint64_t)-err, ENOTSUP);
	} else {
		same(bytes, "error", err == -ENOTSUP || err == -EINVAL, true);
	}
}

/* Exactly size bytes that the sanitizer watches. */
static void check_bounds(const uint8_t *bytes)
{
	struct insn ours;

	if (insn_decode(&ours, bytes,
				    bytes + INSN_LENGTH_MAX))
		return;
	for (size_t size = 0; size <= ours.length; size++) {
		uint8_t *copy = malloc(size + !size);
		struct insn again;

		memcpy(copy, bytes, size);
		same(bytes, "error when cut",
		     (uint64_t)(int64_t)insn_decode(&again, copy,
					     copy + size),
		     size == ours.length ? 0 : (uint64_t)-EINVAL);
		free(copy);
	}
}

static void check_init(void)
{
	ZydisDecoderInit(&zydis, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	for (int i = 0; i < 16; i++)
		registers[i] = random_u64();
}

#endif
