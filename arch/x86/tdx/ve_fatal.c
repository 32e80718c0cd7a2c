/* SPDX-License-Identifier: MIT */
/*
 * The readable ends of the TD that this folder knows: #VE that nobody can
 * handle, and TDVMCALLs that the module refused.
 */
#include "arch/x86/tdx/ve.h"

#define TEXT_SIZE 64
#define OPCODE_UD2 0x0B0F
#define OPCODE_CALL 0xE8
#define CALL_LENGTH 5
/* No function there saves more registers. */
#define SAVED_MAX 7

/* One line of at most 64 bytes; text stays where it fits. */
struct line {
	char text[TEXT_SIZE + 1];
	size_t size;
};

static void put(struct line *line, const char *text)
{
	while (*text && line->size < TEXT_SIZE)
		line->text[line->size++] = *text++;
}

static void put_hex(struct line *line, uint64_t value)
{
	char digits[19];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	*--at = 'x';
	*--at = '0';
	put(line, at);
}

void ve_fatal(struct ve *ve, const char *what, uint64_t value)
{
	struct line line = { .size = 0 };

	put(&line, what);
	put(&line, " ");
	put_hex(&line, value);
	/* Where the VE info was: what everybody expects there. */
	ve->frame.vector = TRAP_VE;
	ve->frame.error_code = 0;
	trap_fatal(&ve->frame, line.text);
}

static bool is_between(uint64_t rip, uintptr_t start, uintptr_t end)
{
	return rip >= start && rip < end;
}

static bool is_refused_call(const struct trap_frame *frame)
{
	return (is_between(frame->rip, (uintptr_t)tdcall_start,
			   (uintptr_t)tdcall_end) ||
		is_between(frame->rip, (uintptr_t)ve_entry,
			   (uintptr_t)ve_entry_end)) &&
	       *(const uint16_t *)frame->rip == OPCODE_UD2;
}

/* Is address behind a CALL of something in tdcall.S? */
static bool is_return_address(uint64_t address)
{
	int32_t distance;

	if (!is_between(address, (uintptr_t)__text_start + CALL_LENGTH,
			(uintptr_t)__text_end) ||
	    *(const uint8_t *)(address - CALL_LENGTH) != OPCODE_CALL)
		return false;
	__builtin_memcpy(&distance, (const void *)(address - sizeof(distance)),
			 sizeof(distance));
	return is_between(address + (uint64_t)(int64_t)distance,
			  (uintptr_t)tdcall_start, (uintptr_t)tdcall_end);
}

/* Who called the function that failed; that, where nobody is found. */
static uint64_t caller(const struct trap_frame *frame)
{
	const uint64_t *const stack = (const uint64_t *)frame->rsp;

	if (is_between(frame->rip, (uintptr_t)tdcall_start,
		       (uintptr_t)tdcall_end))
		for (unsigned int i = 0; i <= SAVED_MAX; i++)
			if (is_return_address(stack[i]))
				return stack[i];
	return frame->rip;
}

/* MOD, TDG.VP.VMCALL: what it may answer, and what any leaf may. */
static void put_status(struct line *line, uint64_t status)
{
	switch (status & TDX_STATUS_MASK) {
	case TDX_OPERAND_INVALID:
		put(line, "OPERAND_INVALID ");
		break;
	case TDX_OPERAND_BUSY:
		put(line, "OPERAND_BUSY ");
		break;
	default:
		put(line, "status ");
		put_hex(line, status);
		return;
	}
	put_hex(line, (uint32_t)status);
}

void ve_undefined_opcode(struct trap_frame *frame)
{
	struct line line = { .size = 0 };

	if (!is_refused_call(frame))
		trap_fatal(frame, "invalid opcode");
	/* The module has not touched R11: it is still the leaf. */
	put(&line, "TDVMCALL ");
	put_hex(&line, frame->r11);
	put(&line, ": ");
	put_status(&line, frame->rax);
	/* The leaf says which function that is; what matters is its caller. */
	frame->rip = caller(frame);
	trap_fatal(frame, line.text);
}
