/* SPDX-License-Identifier: MIT */
/*
 * #VE for port I/O: every form of IN, OUT, INS and OUTS, with the registers
 * that the CPU would leave. The devices are COM1's scratch register, fw_cfg and
 * PCI's address register. Ports with a number of 8 bits are all refused.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define RTC_DATA 0x71
#define UART_SCRATCH 0x3FF
#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_SIGNATURE 0
#define PCI_ADDRESS 0xCF8
#define RFLAGS_DF BIT(10)

#define ONES UINT64_MAX

static uint64_t ve_count;

/* Everything that string instructions do is in here. */
static uint8_t buffer[2048];

static struct ve_registers registers(uint64_t rax, uint64_t port)
{
	return (struct ve_registers){
		.rax = rax, .rcx = ONES, .rdx = port,
		.rsi = (uintptr_t)buffer, .rdi = (uintptr_t)buffer,
		.rflags = cpu_read_flags(),
	};
}

static void expect_ve(uint64_t number)
{
	ve_count += number;
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_IO), ve_count);
}

static uint64_t in(const struct ve_case *what, uint64_t port)
{
	struct ve_registers regs = registers(ONES, port);

	ve_case_run(what, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rcx, ONES);
	CHECK_EQUAL(regs.rdx, port);
	return regs.rax;
}

static void out(const struct ve_case *what, uint64_t port, uint64_t rax)
{
	struct ve_registers regs = registers(rax, port);

	ve_case_run(what, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rax, rax);
}

static void check_single(void)
{
	/* 8 bits leave the rest of RAX alone, and write no more than AL. */
	tdx_io_write(UART_SCRATCH, 1, 0xA5);
	CHECK_EQUAL(in(ve_in8, UART_SCRATCH), 0xFFFFFFFFFFFFFFA5);
	out(ve_out8, UART_SCRATCH, 0x123456789ABCDE5A);
	CHECK_EQUAL(tdx_io_read(UART_SCRATCH, 1), 0x5A);
	/* 32 bits clear the upper half. */
	out(ve_out32, PCI_ADDRESS, 0xFFFFFFFF8000F800);
	CHECK_EQUAL(tdx_io_read(PCI_ADDRESS, 4), 0x8000F800);
	CHECK_EQUAL(in(ve_in32, PCI_ADDRESS), 0x8000F800);
	/* The device there is the LPC bridge: Intel's. */
	CHECK_EQUAL(in(ve_in16, 0xCFC), 0xFFFFFFFFFFFF8086);
	out(ve_out16, FW_CFG_SELECTOR, 0xABCDEF0000000000 | FW_CFG_SIGNATURE);
	CHECK_EQUAL(tdx_io_read(FW_CFG_DATA, 1), 'Q');
}

/* The host hears nothing of these; the RTC is one that would answer. */
static void check_refused(void)
{
	static const struct ve_case *const what[] = {
		ve_in8, ve_in16, ve_in32,
	};
	const uint64_t ones[] = { 0xFF, 0xFFFF, 0xFFFFFFFF };
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_IO);
	const uint64_t refused = tdx_count(TDX_COUNT_VE_REFUSED_IO);
	struct ve_registers regs = registers(0, 0);

	out(ve_out8_imm, 0, 0x5A);
	ve_case_run(ve_in8_imm, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rax, 0xFF);
	for (unsigned int i = 0; i < ARRAY_SIZE(what); i++) {
		regs = registers(0, 0xFFFF);
		ve_case_run(what[i], &regs);
		CHECK_EQUAL(regs.rax, ones[i]);
		/* One byte of it is the UART's, the rest is not. */
		regs = registers(0, 0x3F7 + (i == 0 ? 9 : 0));
		ve_case_run(what[i], &regs);
		CHECK_EQUAL(regs.rax, ones[i]);
		expect_ve(2);
	}
	regs = registers(0, RTC_DATA);
	regs.rcx = 4;
	ve_case_run(ve_rep_ins8, &regs);
	expect_ve(1);
	CHECK(memcmp(buffer, "\xFF\xFF\xFF\xFF", 4) == 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_IO), calls);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_REFUSED_IO), refused + 12);
}

static void select_signature(void)
{
	tdx_io_write(FW_CFG_SELECTOR, 2, FW_CFG_SIGNATURE);
	memset(buffer, 0xEE, sizeof(buffer));
}

static void check_ins(void)
{
	struct ve_registers regs = registers(ONES, FW_CFG_DATA);

	select_signature();
	ve_case_run(ve_ins8, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rdi, (uintptr_t)buffer + 1);
	CHECK_EQUAL(regs.rcx, ONES);
	CHECK_EQUAL(regs.rax, ONES);
	CHECK(memcmp(buffer, "Q\xEE", 2) == 0);

	select_signature();
	regs = registers(ONES, FW_CFG_DATA);
	regs.rcx = 4;
	ve_case_run(ve_rep_ins8, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rdi, (uintptr_t)buffer + 4);
	CHECK_EQUAL(regs.rcx, 0);
	CHECK(memcmp(buffer, "QEMU\xEE", 5) == 0);
}

/* Downwards, and with the address size of 32 bits. */
static void check_ins_backwards(void)
{
	struct ve_registers regs = registers(ONES, FW_CFG_DATA);

	select_signature();
	regs.rcx = 4;
	regs.rdi = (uintptr_t)buffer + 3;
	regs.rflags |= RFLAGS_DF;
	ve_case_run(ve_rep_ins8, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rdi, (uintptr_t)buffer - 1);
	CHECK(memcmp(buffer, "UMEQ\xEE", 5) == 0);
	CHECK(regs.rflags & RFLAGS_DF);

	select_signature();
	CHECK_EQUAL((uintptr_t)buffer >> 32, 0);
	regs = registers(ONES, FW_CFG_DATA);
	regs.rcx = 0xFFFFFFFF00000004;
	regs.rdi = 0x1234567800000000 | (uintptr_t)buffer;
	ve_case_run(ve_rep_ins8_a32, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rdi, (uintptr_t)buffer + 4);
	CHECK_EQUAL(regs.rcx, 0);
	CHECK(memcmp(buffer, "QEMU\xEE", 5) == 0);
}

/* More than one #VE's worth: left and entered again, nothing twice. */
static void check_long(void)
{
	struct ve_registers regs = registers(ONES, FW_CFG_DATA);

	select_signature();
	regs.rcx = 600;
	ve_case_run(ve_rep_ins8, &regs);
	expect_ve(3);
	CHECK_EQUAL(regs.rcx, 0);
	CHECK_EQUAL(regs.rdi, (uintptr_t)buffer + 600);
	CHECK(memcmp(buffer, "QEMU", 5) == 0);
	CHECK_EQUAL(buffer[599], 0);
	CHECK_EQUAL(buffer[600], 0xEE);

	/* Nothing to do: the CPU would not even look at the port. */
	regs = registers(ONES, FW_CFG_DATA);
	regs.rcx = 0;
	ve_case_run(ve_rep_ins8, &regs);
	CHECK_EQUAL(regs.rdi, (uintptr_t)buffer);
	ve_count = tdx_count(TDX_COUNT_VE_IO);
}

static void check_outs(void)
{
	const uint32_t addresses[3] = { 0x80000000, 0x80000800, 0x8000F810 };
	struct ve_registers regs = registers(ONES, UART_SCRATCH);

	buffer[0] = 0x77;
	ve_case_run(ve_outs8, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rsi, (uintptr_t)buffer + 1);
	CHECK_EQUAL(tdx_io_read(UART_SCRATCH, 1), 0x77);

	memcpy(buffer, addresses, sizeof(addresses));
	regs = registers(ONES, PCI_ADDRESS);
	regs.rcx = 3;
	ve_case_run(ve_rep_outs32, &regs);
	expect_ve(1);
	CHECK_EQUAL(regs.rsi, (uintptr_t)buffer + 12);
	CHECK_EQUAL(regs.rcx, 0);
	CHECK_EQUAL(tdx_io_read(PCI_ADDRESS, 4), 0x8000F810);

	memcpy(buffer, "\x01\x00\x00\x00", 4);
	regs = registers(ONES, FW_CFG_SELECTOR);
	regs.rcx = 2;
	ve_case_run(ve_rep_outs16, &regs);
	expect_ve(1);
	CHECK_EQUAL(tdx_io_read(FW_CFG_DATA, 1), 'Q');
}

/* The segment prefix moves what OUTS reads. */
static void check_outs_segment(void)
{
	struct ve_registers regs = registers(ONES, UART_SCRATCH);

	buffer[8] = 0x11;
	buffer[9] = 0x22;
	regs.rsi = 8;
	regs.rcx = 2;
	cpu_wrmsr(MSR_GS_BASE, (uintptr_t)buffer);
	ve_case_run(ve_rep_outs8_gs, &regs);
	cpu_wrmsr(MSR_GS_BASE, 0);
	expect_ve(1);
	CHECK_EQUAL(regs.rsi, 10);
	CHECK_EQUAL(tdx_io_read(UART_SCRATCH, 1), 0x22);
}

int main(void)
{
	ve_count = tdx_count(TDX_COUNT_VE_IO);
	check_single();
	check_refused();
	check_ins();
	check_ins_backwards();
	check_long();
	check_outs();
	check_outs_segment();
	return check_verdict();
}
