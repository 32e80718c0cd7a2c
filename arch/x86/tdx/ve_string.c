/* SPDX-License-Identifier: MIT */
/*
 * INS and OUTS, and MOVS and STOS on device memory, with all that they can
 * carry: REP, RFLAGS.DF, 32-bit addresses and segment prefixes. As on the CPU,
 * a long REP is left and entered again in between, so that interrupts get
 * their turn; so it is where device memory goes on in another page.
 *
 * A fault of a memory operand is the instruction's own: registers say what
 * has been done, and #PF or #GP is raised at its address, to be dealt with as
 * if the CPU had raised it (handler, exception table, fatal report). By then
 * the element has been read from the device, as the SDM allows for INS; where
 * the instruction is executed again, so is the read.
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/trap.h"
#include "arch/x86/trap_entry.h"

#define CHUNK 256
#define PF_PRESENT BIT(0)
#define PF_WRITE BIT(1)

/* Where one element comes from or goes to, if not to memory. */
struct element {
	struct trap_frame *frame;
	const struct insn *insn;
	paddr_t gpa;		/* of the device */
	uint16_t port;
	uint64_t memory;	/* linear address of the other operand */
};

/* What the CPU would raise for the access that has just failed. */
static void raise_fault(struct trap_frame *frame, uint64_t address,
			bool is_write)
{
	const uint64_t top = cpu_read_cr4() & CR4_LA57 ? BIT(56) : BIT(47);
	const uint64_t sign = address & ~(top - 1);
	uint64_t value;

	frame->vector = TRAP_GP;
	frame->error_code = 0;
	if (!sign || sign == ~(top - 1)) {
		frame->vector = TRAP_PF;
		/* All that is mapped can be read. */
		if (ve_memory_read(cpu_read_cr2(), 1, &value))
			frame->error_code |= PF_PRESENT;
		if (is_write)
			frame->error_code |= PF_WRITE;
	}
	trap_dispatch(frame);
}

/*
 * The operand that has not raised this #VE. A device there raises its own; if
 * the host refuses that, it is as in ve_device_read().
 */
static bool read_memory(const struct element *element, uint64_t *value)
{
	const uint64_t devices = tdx_counts[TDX_COUNT_VE_MMIO];

	if (likely(ve_memory_read(element->memory, element->insn->memory_size,
				  value)))
		return true;
	if (tdx_counts[TDX_COUNT_VE_MMIO] == devices) {
		raise_fault(element->frame, element->memory, false);
		return false;
	}
	*value = UINT64_MAX;
	return !trap_fixup(element->frame);
}

static bool write_memory(const struct element *element, uint64_t value)
{
	const uint64_t devices = tdx_counts[TDX_COUNT_VE_MMIO];

	if (likely(ve_memory_write(element->memory, element->insn->memory_size,
				   value)))
		return true;
	if (tdx_counts[TDX_COUNT_VE_MMIO] == devices) {
		raise_fault(element->frame, element->memory, true);
		return false;
	}
	return !trap_fixup(element->frame);
}

/* reg += by in the width of an address: 32 bits clear the upper half. */
static void advance(uint64_t *reg, uint64_t by, unsigned int address_size)
{
	ve_write_register(reg, address_size, *reg + by);
}

/* Counts an element and moves on the registers with these numbers. */
static void next(struct trap_frame *frame, const struct insn *insn,
		 uint64_t registers)
{
	const uint64_t step = frame->rflags & RFLAGS_DF ?
				      -(uint64_t)insn->memory_size :
				      insn->memory_size;

	if (registers & BIT(INSN_RSI))
		advance(&frame->rsi, step, insn->address_size);
	if (registers & BIT(INSN_RDI))
		advance(&frame->rdi, step, insn->address_size);
	if (insn->repeat != INSN_REPEAT_NONE)
		advance(&frame->rcx, UINT64_MAX, insn->address_size);
}

static uint64_t count_of(const struct trap_frame *frame,
			 const struct insn *insn)
{
	if (insn->repeat == INSN_REPEAT_NONE)
		return 1;
	return insn->address_size == 4 ? (uint32_t)frame->rcx : frame->rcx;
}

/* How many elements at once: one where each has its own #DB. */
static uint64_t chunk_of(const struct trap_frame *frame, uint64_t count)
{
	return frame->rflags & RFLAGS_TF ? min_u64(count, 1) :
					   min_u64(count, CHUNK);
}

static bool is_expected(const struct insn *insn, const struct tdg_veinfo *ve)
{
	const uint64_t io = ve->qualification;

	return insn->op == (io & TDX_VE_IO_IN ? INSN_INS : INSN_OUTS) &&
	       insn->operand_size == (io & TDX_VE_IO_SIZE_MASK) + 1 &&
	       insn->length == ve->length;
}

static bool move_port(const struct element *element)
{
	const unsigned int size = element->insn->operand_size;
	uint64_t value;

	if (element->insn->op == INSN_INS) {
		value = tdx_io_read(element->port, size);
		return write_memory(element, value);
	}
	if (!read_memory(element, &value))
		return false;
	tdx_io_write(element->port, size, (uint32_t)value);
	return true;
}

int ve_string_io(struct trap_frame *frame, const struct tdg_veinfo *ve)
{
	struct insn insn;
	struct element element = {
		.frame = frame,
		.insn = &insn,
		.port = (uint16_t)(ve->qualification >> TDX_VE_IO_PORT_SHIFT),
	};
	uint64_t count;
	uint64_t chunk;

	ve_decode(frame, &insn);
	if (!is_expected(&insn, ve))
		ve_fatal(frame, "#VE: string I/O decoded wrong:",
			 ve->qualification);
	count = count_of(frame, &insn);
	chunk = chunk_of(frame, count);
	for (uint64_t i = 0; i < chunk; i++) {
		element.memory = ve_address(frame, &insn);
		if (!move_port(&element))
			return VE_FAULTED;
		next(frame, &insn, BIT(insn.base));
	}
	return count == chunk ? insn.length : 0;
}

/* The elements from linear on that lie in its page. */
static uint64_t left_in_page(const struct trap_frame *frame,
			     const struct insn *insn, uint64_t linear)
{
	const uint64_t offset = linear & PAGE_MASK;

	if (frame->rflags & RFLAGS_DF)
		return offset / insn->memory_size + 1;
	return (PAGE_SIZE - offset) / insn->memory_size;
}

/* One of MOVS between the device and memory, or of STOS. */
static bool move_element(const struct element *element, bool is_load)
{
	struct trap_frame *frame = element->frame;
	const unsigned int size = element->insn->memory_size;
	uint64_t value = frame->rax;

	if (is_load)
		return ve_device_read(frame, element->gpa, size, &value) &&
		       write_memory(element, value);
	if (element->insn->op == INSN_MOVS && !read_memory(element, &value))
		return false;
	return ve_device_write(frame, element->gpa, size, value);
}

/* Where MOVS and STOS write: in the flat segment, at RDI. */
static uint64_t destination(const struct trap_frame *frame,
			    const struct insn *insn)
{
	return insn->address_size == 4 ? (uint32_t)frame->rdi : frame->rdi;
}

int ve_string_mmio(struct trap_frame *frame, const struct tdg_veinfo *ve,
		   const struct insn *insn)
{
	const bool is_movs = insn->op == INSN_MOVS;
	const uint64_t count = count_of(frame, insn);
	const bool is_load = is_movs && ve_is_at(ve, ve_address(frame, insn));
	const uint64_t device = is_load ? ve_address(frame, insn) :
					  destination(frame, insn);
	struct element element = { .frame = frame, .insn = insn };
	uint64_t chunk = chunk_of(frame, count);

	ve_check_address(frame, ve, device, insn->memory_size);
	chunk = min_u64(chunk, left_in_page(frame, insn, device));
	for (uint64_t i = 0; i < chunk; i++) {
		/* The offset in the page: DF may go either way. */
		const uint64_t now = is_load ? ve_address(frame, insn) :
					       destination(frame, insn);

		element.gpa = ve->gpa + (now - device);
		element.memory = is_load ? destination(frame, insn) :
					   ve_address(frame, insn);
		if (!move_element(&element, is_load))
			return VE_FAULTED;
		next(frame, insn, BIT(INSN_RDI) |
					  (is_movs ? BIT(INSN_RSI) : 0));
	}
	return count == chunk ? insn->length : 0;
}
