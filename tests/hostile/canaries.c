/* SPDX-License-Identifier: MIT */
/*
 * Registers, stack and heap full of canaries: no call to the host shows one,
 * no shared page gets one, and nothing that the host leaves in registers
 * comes back but answers.
 * lie: look-for-canaries,scribble
 * options: --quote-service
 * network: echo
 * gpaw: 48 52
 */
#include "tests/hostile/canaries.h"

#include "arch/x86/tdx/tdcall.h"
#include "tests/hostile/work.h"

#define SCRATCH_PORT 0x81		/* a DMA page register */
#define UART_SCRATCH 0x3FF
#define PCI_ADDRESS 0xCF8
#define SCRATCH_MMIO UINT64_C(0xFED1C120)
#define LVT_ERROR 0x837
#define LVT_MASKED 0x10055
#define HOST_LEAF 0x40000000
#define HOST_MARK 0x5c41bb1e		/* of "scribble" */
#define RFLAGS_IF_SET 0x202
#define HEAP_WORDS 4096

#define FUNCTION(name) ((void (*)(void))(name))

static bool is_marked(uint64_t word)
{
	return (uint32_t)word == HOST_MARK || word >> 32 == HOST_MARK;
}

/* RSP is not among them. */
static void check_after(const struct ve_registers *regs)
{
	const uint64_t words[] = {
		regs->rax, regs->rcx, regs->rdx, regs->rbx, regs->rbp,
		regs->rsi, regs->rdi, regs->r8,	 regs->r9,  regs->r10,
		regs->r11, regs->r12, regs->r13, regs->r14, regs->r15,
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!CHECK(!is_marked(words[i])))
			printf("word %zu: %#lx\n", i, words[i]);
}

static uint64_t call(void (*function)(void), uint64_t rdi, uint64_t rsi,
		     uint64_t rdx)
{
	const uint64_t canary = canary_word();
	const uint64_t args[3] = { rdi, rsi, rdx };
	struct ve_registers after = { 0 };

	canary_call(function, args, &after, canary);
	/* Where the host stopped: a result also when it did not. */
	if (function == FUNCTION(tdvmcall_map_gpa))
		after.rdx = 0;
	check_after(&after);
	CHECK_EQUAL(after.rbx, canary);
	CHECK_EQUAL(after.rbp, canary);
	CHECK_EQUAL(after.r12, canary);
	CHECK_EQUAL(after.r13, canary);
	CHECK_EQUAL(after.r14, canary);
	CHECK_EQUAL(after.r15, canary);
	return after.rax;
}

static void check_devices(void)
{
	const uint64_t gpa = SCRATCH_MMIO | tdx_shared_bit();

	for (unsigned int size = 1; size <= 4; size *= 2) {
		call(FUNCTION(tdvmcall_io_write), SCRATCH_PORT, size, 0x5A);
		call(FUNCTION(tdvmcall_io_read), SCRATCH_PORT, size, 0);
	}
	for (unsigned int size = 1; size <= 8; size *= 2) {
		call(FUNCTION(tdvmcall_mmio_write), gpa, size, 0x5A);
		call(FUNCTION(tdvmcall_mmio_read), gpa, size, 0);
	}
}

static void check_others(void)
{
	static struct cpuid id;
	static uint64_t info[4];
	static struct tdx_hypercall_args args = {
		.r11 = TDVMCALL_GET_TD_VM_CALL_INFO,
		.expose = TDVMCALL_EXPOSE_R10 | TDVMCALL_EXPOSE_R11 |
			  TDVMCALL_EXPOSE_R12 | TDVMCALL_EXPOSE_R13 |
			  TDVMCALL_EXPOSE_R14,
	};

	CHECK_EQUAL(call(FUNCTION(tdvmcall_wrmsr), LVT_ERROR, LVT_MASKED, 0),
		    0);
	CHECK_EQUAL(call(FUNCTION(tdvmcall_rdmsr), LVT_ERROR, 0, 0), 0);
	CHECK_EQUAL(call(FUNCTION(tdvmcall_cpuid), HOST_LEAF, 0,
			 (uintptr_t)&id), 0);
	CHECK_EQUAL(call(FUNCTION(tdvmcall_get_td_vm_call_info), 0,
			 (uintptr_t)info, 0), 0);
	/* Refused: a buffer of no bytes. */
	CHECK(call(FUNCTION(tdvmcall_get_quote), tdx_shared_bit(), 0, 0));
	CHECK_EQUAL(call(FUNCTION(tdvmcall_setup_event_notify_interrupt),
			 TDX_VECTOR_SPURIOUS, 0, 0), 0);
	CHECK_EQUAL(call(FUNCTION(__tdx_hypercall), (uintptr_t)&args,
			 TDX_HCALL_HAS_OUTPUT, 0), 0);
	cpu_irq_disable();
	tdx_apic_set_deadline(1);
	call(FUNCTION(tdvmcall_hlt_sti), 0, 0, 0);
	cpu_irq_enable();
}

/* A page full of canaries changes sides and comes back. */
static void check_map_gpa(void)
{
	uint64_t *const page = page_alloc(1);
	const paddr_t gpa = page_pa(page);

	for (size_t i = 0; i < PAGE_SIZE / 8; i++)
		page[i] = canary_word();
	CHECK_EQUAL(call(FUNCTION(tdvmcall_map_gpa), gpa | tdx_shared_bit(),
			 PAGE_SIZE, 0), 0);
	CHECK_EQUAL(call(FUNCTION(tdvmcall_map_gpa), gpa, PAGE_SIZE, 0), 0);
	CHECK_EQUAL(tdx_accept(gpa, gpa + PAGE_SIZE), 0);
	CHECK_EQUAL(page[0], 0);
}

/* An instruction that raises #VE; what it needs in the low halves. */
static void run(const struct ve_case *what, uint32_t eax, uint32_t ecx,
		uint32_t edx)
{
	const uint64_t canary = canary_word();
	const uint64_t high = canary << 32;
	struct ve_registers regs = {
		.rax = high | eax, .rcx = high | ecx, .rdx = high | edx,
		.rbx = (uintptr_t)paging_shared_pointer(SCRATCH_MMIO),
		.rbp = canary, .rsi = canary, .rdi = canary, .r8 = canary,
		.r9 = canary, .r10 = canary, .r11 = canary, .r12 = canary,
		.r13 = canary, .r14 = canary, .r15 = canary,
		.rflags = RFLAGS_IF_SET,
	};

	ve_case_run(what, &regs);
	check_after(&regs);
	CHECK_EQUAL(regs.rbp, canary);
	CHECK_EQUAL(regs.rsi, canary);
	CHECK_EQUAL(regs.rdi, canary);
	CHECK_EQUAL(regs.r8, canary);
	CHECK_EQUAL(regs.r11, canary);
	CHECK_EQUAL(regs.r15, canary);
}

static void check_ve(void)
{
	const paddr_t page = align_down(SCRATCH_MMIO, PAGE_SIZE);

	CHECK_EQUAL(paging_map_shared(page, page + PAGE_SIZE), 0);
	run(ve_cpuid, HOST_LEAF, 0, 0);
	run(ve_cpuid, 6, 0, 0);
	run(ve_rdmsr, 0, LVT_ERROR, 0);
	run(ve_wrmsr, LVT_MASKED, LVT_ERROR, 0);
	run(ve_out8, 0x1234565A, 0, UART_SCRATCH);
	run(ve_out16, 0x1234565A, 0, PCI_ADDRESS);
	run(ve_out32, 0x1234565A, 0, PCI_ADDRESS);
	run(ve_in8, 0, 0, UART_SCRATCH);
	run(ve_in16, 0, 0, PCI_ADDRESS);
	run(ve_in32, 0, 0, PCI_ADDRESS);
	run(ve_mmio_load32, 0, 0, 0);
	run(&ve_mmio_cases[0], 0x5A, 0, 0);	/* movb %al, (%rbx) */
	run(&ve_mmio_cases[8], 0, 0x5A5A, 0);	/* movl %ecx, (%rbx) */
}

static void fill_heap(void)
{
	for (int i = 0; i < 16; i++) {
		uint64_t *words = malloc(HEAP_WORDS * 8);

		CHECK(words != NULL);
		for (size_t at = 0; at < HEAP_WORDS; at++)
			words[at] = canary_word();
		free(words);
	}
}

/* The buffer of a quote stays shared: it must have the report alone. */
static void check_quote(void)
{
	const uint8_t data[APP_QUOTE_DATA_SIZE] = { 1 };
	uint64_t *const room = malloc(APP_QUOTE_MAX);

	for (size_t i = 0; i < APP_QUOTE_MAX / 8; i++)
		room[i] = canary_word();
	CHECK(app_quote(data, room, APP_QUOTE_MAX,
			app_uptime() + 5 * WORK_SECONDS) > 0);
	free(room);
}

int main(void)
{
	check_devices();
	check_others();
	check_map_gpa();
	check_ve();
	fill_heap();
	check_quote();
	work();
	return check_verdict();
}
