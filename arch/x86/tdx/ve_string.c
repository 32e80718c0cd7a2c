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

#include "arch/x86/trap_entry.h"

#define CHUNK 256
#define PF_PRESENT BIT(0)
#define PF_WRITE BIT(1)

/* Where MOVS, STOS and INS write: in the flat segment, at RDI. */
static inline uint64_t destination(const struct ve *ve)
{
	return insn_has(&ve->insn, INSN_HAS_67) ? (uint32_t)ve->frame.rdi :
						  ve->frame.rdi;
}

/* What the CPU would raise for the access to memory that has just failed. */
static void raise_fault(struct ve *ve, uint64_t address, bool is_write)
{
	const uint64_t top = cpu_read_cr4() & CR4_LA57 ? BIT(56) : BIT(47);
	const uint64_t sign = address & ~(top - 1);

	ve->frame.vector = TRAP_GP;
	ve->frame.error_code = 0;
	if (!sign || sign == ~(top - 1)) {
		ve->frame.vector = TRAP_PF;
		/* All that is mapped can be read. */
		if (ve_memory_read(cpu_read_cr2(), 1).is_done)
			ve->frame.error_code |= PF_PRESENT;
		if (is_write)
			ve->frame.error_code |= PF_WRITE;
	}
	trap_dispatch(&ve->frame);
}

/*
 * The operand that has not raised this #VE. A device there raises its own,
 * which is counted; if the host refuses that, it is as in ve_device_read().
 */
static noinline bool has_refused(struct ve *ve, bool is_write)
{
	if (ve->string.devices != (uint32_t)tdx_counts[TDX_COUNT_VE_MMIO])
		return ve_overlook(ve);
	raise_fault(ve, is_write ? destination(ve) : ve_address(ve), is_write);
	return false;
}

static inline struct ve_memory read_memory(struct ve *ve)
{
	const uint64_t address = ve_address(ve);

	ve->string.devices = (uint32_t)tdx_counts[TDX_COUNT_VE_MMIO];
	return ve_memory_read(address, ve->insn.memory_size);
}

static inline bool write_memory(struct ve *ve, uint64_t value)
{
	ve->string.devices = (uint32_t)tdx_counts[TDX_COUNT_VE_MMIO];
	return likely(ve_memory_write(destination(ve), ve->insn.memory_size,
				      value)) ||
	       has_refused(ve, true);
}

/* How many elements are left. */
static inline uint64_t count_of(const struct ve *ve)
{
	if (ve->insn.repeat == INSN_REPEAT_NONE)
		return 1;
	return insn_has(&ve->insn, INSN_HAS_67) ? (uint32_t)ve->frame.rcx :
						  ve->frame.rcx;
}

/* How many elements at once: one where each has its own #DB. */
static inline uint64_t chunk_of(const struct ve *ve)
{
	const uint64_t most = ve->frame.rflags & RFLAGS_TF ? 1 : CHUNK;

	return min_u64(count_of(ve), most);
}

static inline uint64_t step_of(const struct ve *ve)
{
	return ve->frame.rflags & RFLAGS_DF ? -(uint64_t)ve->insn.memory_size :
					      ve->insn.memory_size;
}

/* reg += by in the width of an address: 32 bits clear the upper half. */
static inline void advance(const struct ve *ve, uint64_t *reg, uint64_t by)
{
	*reg += by;
	if (unlikely(insn_has(&ve->insn, INSN_HAS_67)))
		*reg = (uint32_t)*reg;
}

static inline void count_down(struct ve *ve)
{
	if (ve->insn.repeat != INSN_REPEAT_NONE)
		advance(ve, &ve->frame.rcx, UINT64_MAX);
}

/*
 * After so many elements. As on the CPU, RF stays where the instruction has to
 * go on: its breakpoint was taken.
 */
static inline void end_chunk(struct ve *ve)
{
	if (ve->insn.repeat == INSN_REPEAT_NONE || !count_of(ve))
		ve_end(ve, ve->insn.length);
	else if (ve->frame.rflags & RFLAGS_TF)
		ve_single_step(ve);
}

static bool is_expected(const struct ve *ve)
{
	const uint64_t io = ve->qualification;

	return ve->insn.op == (io & TDX_VE_IO_IN ? INSN_INS : INSN_OUTS) &&
	       ve->insn.operand_size == (io & TDX_VE_IO_SIZE_MASK) + 1 &&
	       ve->insn.length == ve->length;
}

static inline uint16_t port_of(const struct ve *ve)
{
	return (uint16_t)(ve->qualification >> TDX_VE_IO_PORT_SHIFT);
}

/* As tdx_io_read() and tdx_io_write(). */
static inline uint64_t read_port(const struct ve *ve)
{
	struct tdvmcall_result got = { .status = 1 };

	if (tdx_may_use_port(port_of(ve), ve->insn.memory_size)) {
		tdx_count_up(TDX_COUNT_CALL_IO);
		got = tdvmcall_io_read(port_of(ve), ve->insn.memory_size);
	}
	return likely(!got.status) ? got.value : UINT64_MAX;
}

static noinline bool write_port(const struct ve *ve, uint64_t value)
{
	const unsigned int size = ve->insn.memory_size;

	if (!tdx_may_use_port(port_of(ve), size))
		return true;
	tdx_count_up(TDX_COUNT_CALL_IO);
	tdvmcall_io_write(port_of(ve), size,
			  (uint32_t)tdx_low_bytes(value, size));
	return true;
}

/*
 * One element. Not inlined, as those below: a loop around it would keep so
 * much of it in registers that a small stack would be full.
 */
static noinline bool in_element(struct ve *ve)
{
	const uint64_t value = read_port(ve);

	return write_memory(ve, value);
}

static noinline bool out_refused(struct ve *ve)
{
	return has_refused(ve, false) && write_port(ve, UINT64_MAX);
}

static noinline bool out_element(struct ve *ve)
{
	const struct ve_memory got = read_memory(ve);

	return likely(got.is_done) ? write_port(ve, got.value) :
				     out_refused(ve);
}

static noinline void step_ports(struct ve *ve)
{
	advance(ve, ve_register(ve, ve->insn.base), step_of(ve));
	count_down(ve);
}

static noinline void move_ports(struct ve *ve)
{
	for (; ve->string.left; ve->string.left--) {
		if (!(ve->insn.op == INSN_INS ? in_element(ve) :
						out_element(ve)))
			return;
		step_ports(ve);
	}
	end_chunk(ve);
}

void ve_string_io(struct ve *ve)
{
	ve_decode(ve);
	if (!is_expected(ve))
		ve_fatal(ve, "#VE: string I/O decoded wrong:",
			 ve->qualification);
	ve->string.left = (uint32_t)chunk_of(ve);
	move_ports(ve);
}

/* Of MOVS. */
static noinline bool load_element(struct ve *ve)
{
	uint64_t value;

	if (!ve_device_read(ve, &value))
		return false;
	return write_memory(ve, value);
}

static noinline bool store_value(struct ve *ve, uint64_t value)
{
	return ve_device_write(ve, value);
}

static noinline bool store_refused(struct ve *ve)
{
	return has_refused(ve, false) && store_value(ve, UINT64_MAX);
}

static noinline bool store_element(struct ve *ve)
{
	const struct ve_memory got = read_memory(ve);

	return likely(got.is_done) ? store_value(ve, got.value) :
				     store_refused(ve);
}

static inline bool move_element(struct ve *ve)
{
	if (ve->insn.op == INSN_STOS)
		return store_value(ve, ve->frame.rax);
	return insn_is_load(&ve->insn) ? load_element(ve) : store_element(ve);
}

static noinline void move_elements(struct ve *ve)
{
	uint64_t step;

	for (; ve->string.left; ve->string.left--) {
		if (!move_element(ve))
			return;
		step = step_of(ve);
		ve->gpa += step;
		advance(ve, &ve->frame.rdi, step);
		if (ve->insn.op == INSN_MOVS)
			advance(ve, &ve->frame.rsi, step);
		count_down(ve);
	}
	end_chunk(ve);
}

/* The elements from linear on that lie in its page. */
static uint64_t left_in_page(const struct ve *ve, uint64_t linear)
{
	const uint64_t offset = linear & PAGE_MASK;

	if (ve->frame.rflags & RFLAGS_DF)
		return offset / ve->insn.memory_size + 1;
	return (PAGE_SIZE - offset) / ve->insn.memory_size;
}

void ve_string_mmio(struct ve *ve)
{
	uint64_t device = destination(ve);

	if (ve->insn.op == INSN_MOVS && ve_is_at(ve, ve_address(ve))) {
		device = ve_address(ve);
		ve->insn.form |= INSN_IS_LOAD;
	}
	ve_check_address(ve, device);
	ve->string.left = (uint32_t)min_u64(chunk_of(ve),
					    left_in_page(ve, device));
	move_elements(ve);
}
