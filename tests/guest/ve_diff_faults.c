/* SPDX-License-Identifier: MIT */
/*
 * String instructions between a device and memory that faults in the middle:
 * the same fault as without a device, with the same registers; once it has
 * been mended, the instruction goes on where it was. Likewise INS and OUTS,
 * and callers that asked by the exception table to be told.
 */
#include "arch/x86/trap.h"
#include "tests/guest/ve_diff.h"

#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define UART_SCRATCH 0x3FF
#define PF_PRESENT 1
#define PF_WRITE 2
#define OFFSET 0xFF0		/* where it starts: 16 bytes before the fault */
#define NOT_CANONICAL UINT64_C(0x8000000000000000)

enum { MOVSB, MOVSL, MOVSQ, INSB, OUTSB };

/* Two pages each; the second is what faults. */
static _Alignas(PAGE_SIZE) uint8_t memory[2 * PAGE_SIZE];
static _Alignas(PAGE_SIZE) uint8_t plain[2 * PAGE_SIZE];

static struct {
	unsigned int count;
	uint64_t vector, error_code, address, rip, rflags;
	uint64_t rcx, rsi, rdi;
	uint64_t skip;		/* bytes, instead of mending */
} fault;

static uintptr_t page(void)
{
	return (uintptr_t)memory + PAGE_SIZE;
}

static void set_page(enum paging_access access)
{
	CHECK_EQUAL(paging_map(page(), page() + PAGE_SIZE, access), 0);
}

static void unmap_page(void)
{
	CHECK_EQUAL(paging_unmap(page(), page() + PAGE_SIZE), 0);
}

/* Notes it, and gives the page back; the instruction is executed again. */
static void on_fault(struct trap_frame *frame)
{
	fault.count++;
	fault.vector = frame->vector;
	fault.error_code = frame->error_code;
	fault.rip = frame->rip;
	fault.rflags = frame->rflags;
	fault.rcx = frame->rcx;
	fault.rsi = frame->rsi;
	fault.rdi = frame->rdi;
	if (frame->vector == TRAP_PF)
		fault.address = cpu_read_cr2();
	if (fault.skip)
		frame->rip += fault.skip;
	else
		set_page(PAGING_WRITE);
}

static struct ve_registers start(uint64_t from, uint64_t to, uint64_t count)
{
	fault.count = 0;
	fault.skip = 0;
	fault.address = 0;
	return (struct ve_registers){
		.rcx = count, .rsi = from, .rdi = to, .rflags = 2,
	};
}

static uint64_t device(uint64_t offset)
{
	return (uintptr_t)paging_shared_pointer(DIFF_DEVICE) + offset;
}

static void fill(void)
{
	for (unsigned int i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)(i * 7 + (i >> 8));
	for (unsigned int i = OFFSET; i < OFFSET + 64; i += 8) {
		uint64_t value;

		memcpy(&value, plain + i, 8);
		tdx_mmio_write(DIFF_DEVICE + i, 8, value);
	}
	set_page(PAGING_WRITE);
	memset(memory, 0xEE, sizeof(memory));
}

/* Faults once after 16 bytes, with this error code, and then succeeds. */
static void expect_fault(const struct ve_case *what, uint64_t error_code,
			 uint64_t left)
{
	CHECK_EQUAL(fault.count, 1);
	CHECK_EQUAL(fault.vector, TRAP_PF);
	CHECK_EQUAL(fault.error_code, error_code);
	CHECK_EQUAL(fault.address, page());
	CHECK_EQUAL(fault.rip, ve_case_code(what));
	CHECK_EQUAL(fault.rcx, left);
}

/* From memory natively and then from the device: the same fault. */
static void check_load(const struct ve_case *what, unsigned int size,
		       enum paging_access access, bool is_mapped)
{
	const uint64_t to = (uintptr_t)memory + OFFSET;
	const uint64_t sources[2] = {
		(uintptr_t)plain + OFFSET, device(OFFSET),
	};

	for (int i = 0; i < 2; i++) {
		struct ve_registers regs = start(sources[i], to, 40 / size);

		fill();
		if (is_mapped)
			set_page(access);
		else
			unmap_page();
		ve_case_run(what, &regs);
		expect_fault(what, PF_WRITE | (is_mapped ? PF_PRESENT : 0),
			     24 / size);
		CHECK_EQUAL(fault.rsi, sources[i] + 16);
		CHECK_EQUAL(fault.rdi, page());
		CHECK_EQUAL(regs.rcx, 0);
		CHECK_EQUAL(regs.rsi, sources[i] + 40);
		CHECK_EQUAL(regs.rdi, to + 40);
		CHECK(!memcmp(memory + OFFSET, plain + OFFSET, 40));
		CHECK_EQUAL(memory[OFFSET + 40], 0xEE);
	}
}

/* To the device, from a page that is not there: the CPU's own #PF. */
static void check_store(void)
{
	const struct ve_case *what = &ve_diff_faults[MOVSL];
	struct ve_registers regs = start((uintptr_t)memory + OFFSET,
					 device(OFFSET), 10);

	fill();
	unmap_page();
	ve_case_run(what, &regs);
	expect_fault(what, 0, 6);
	CHECK_EQUAL(regs.rcx, 0);
	CHECK_EQUAL(tdx_mmio_read(DIFF_DEVICE + OFFSET, 4), 0xEEEEEEEE);
	CHECK_EQUAL(tdx_mmio_read(DIFF_DEVICE + OFFSET + 36, 4), 0xEEEEEEEE);
	CHECK_EQUAL(tdx_mmio_read(DIFF_DEVICE + OFFSET + 40, 1),
		    plain[OFFSET + 40]);
}

static void check_not_canonical(void)
{
	const uint64_t sources[2] = {
		(uintptr_t)plain + OFFSET, device(OFFSET),
	};

	fill();
	for (int i = 0; i < 2; i++) {
		struct ve_registers regs = start(sources[i], NOT_CANONICAL, 1);

		fault.skip = 2;		/* REX.W A5 */
		ve_case_run(&ve_diff_faults[MOVSQ], &regs);
		CHECK_EQUAL(fault.count, 1);
		CHECK_EQUAL(fault.vector, TRAP_GP);
		CHECK_EQUAL(fault.error_code, 0);
		CHECK_EQUAL(regs.rsi, sources[i]);
		CHECK_EQUAL(regs.rdi, NOT_CANONICAL);
	}
}

static void check_ins(void)
{
	const struct ve_case *what = &ve_diff_faults[INSB];
	struct ve_registers regs;

	fill();
	unmap_page();
	tdx_io_write(FW_CFG_SELECTOR, 2, 0);
	regs = start(0, page() - 2, 5);
	regs.rdx = FW_CFG_DATA;
	ve_case_run(what, &regs);
	expect_fault(what, PF_WRITE, 3);
	CHECK_EQUAL(fault.rdi, page());
	CHECK_EQUAL(regs.rcx, 0);
	CHECK_EQUAL(regs.rdi, page() + 3);
	/* "QEMU": as the SDM allows, the port was read twice for one byte. */
	CHECK(!memcmp(memory + PAGE_SIZE - 2, "QEU", 3));
}

static void check_outs(void)
{
	const struct ve_case *what = &ve_diff_faults[OUTSB];
	struct ve_registers regs;

	fill();
	memory[PAGE_SIZE - 1] = 0x11;
	memory[PAGE_SIZE] = 0x22;
	unmap_page();
	regs = start(page() - 3, 0, 4);
	regs.rdx = UART_SCRATCH;
	ve_case_run(what, &regs);
	expect_fault(what, 0, 1);
	CHECK_EQUAL(fault.rsi, page());
	CHECK_EQUAL(regs.rcx, 0);
	CHECK_EQUAL(tdx_io_read(UART_SCRATCH, 1), 0x22);
}

/* No handler, but an entry in the exception table. */
static void check_fixup(void)
{
	uint32_t value = 0;

	trap_set_handler(TRAP_PF, NULL);
	fill();
	unmap_page();
	CHECK_EQUAL(ve_diff_copy_safe(memory + PAGE_SIZE - 3,
				      (const void *)device(OFFSET), 10), 7);
	CHECK(!memcmp(memory + PAGE_SIZE - 3, plain + OFFSET, 3));
	set_page(PAGING_WRITE);
	CHECK_EQUAL(ve_diff_copy_safe(memory, (const void *)device(OFFSET),
				      10), 0);
	CHECK(cpu_read_mmio_safe((const void host_shared *)device(OFFSET),
				 &value));
	CHECK(!memcmp(&value, plain + OFFSET, 4));
	CHECK(ve_diff_write_safe((void *)device(OFFSET), 5));
	CHECK_EQUAL(tdx_mmio_read(DIFF_DEVICE + OFFSET, 4), value + 5);
}

int main(void)
{
	CHECK_EQUAL(paging_map_shared(DIFF_DEVICE,
				      DIFF_DEVICE + 2 * PAGE_SIZE), 0);
	trap_set_handler(TRAP_PF, on_fault);
	trap_set_handler(TRAP_GP, on_fault);
	check_load(&ve_diff_faults[MOVSB], 1, PAGING_READ, false);
	check_load(&ve_diff_faults[MOVSL], 4, PAGING_READ, false);
	check_load(&ve_diff_faults[MOVSB], 1, PAGING_READ, true);
	check_load(&ve_diff_faults[MOVSL], 4, PAGING_READ, true);
	check_store();
	check_not_canonical();
	check_ins();
	check_outs();
	check_fixup();
	return check_verdict();
}
