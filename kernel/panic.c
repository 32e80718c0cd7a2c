/* SPDX-License-Identifier: MIT */
/*
 * The last words: on the console in full, then to the host as 64 bytes. Uses
 * static memory only; whatever fails in here leads to the 64 bytes at once.
 */
#include "kernel/panic.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/image.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/trap.h"
#include "kernel/console.h"
#include "kernel/thread.h"

#define TEXT_SIZE 160
#define PF_PRESENT BIT(0)
#define PF_WRITE BIT(1)
#define PF_FETCH BIT(4)

static struct {
	bool is_running;
	char text[TEXT_SIZE];
	char line[TEXT_SIZE];
} report;

static void print(const char *format, ...) format_printf(1, 2);
static void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(report.line, sizeof(report.line), format, args);
	va_end(args);
	console_write(report.line, strlen(report.line));
}

/* As in the map and the ELF file; what lies elsewhere is a huge number. */
static uint64_t image_offset(uint64_t address)
{
	return address - (uintptr_t)__image_start;
}

/* Whoever comes here a second time failed while reporting. */
static void begin(void)
{
	cpu_irq_disable();
	if (report.is_running)
		tdx_report_fatal(report.text);
	report.is_running = true;
}

void panic(const char *format, ...)
{
	const uint64_t caller = (uintptr_t)__builtin_return_address(0);
	va_list args;

	begin();
	va_start(args, format);
	vsnprintf(report.text, sizeof(report.text), format, args);
	va_end(args);
	print("\npanic: %s\n", report.text);
	print("thread %s, called from image+%#lx, image at %#lx\n",
	      thread_name(thread_current()), image_offset(caller),
	      (uint64_t)(uintptr_t)__image_start);
	tdx_report_fatal(report.text);
}

static void describe_fault(const struct trap_frame *frame, const char *what)
{
	const uint64_t address = cpu_read_cr2();
	const struct thread *overflown = NULL;
	const char *verb = "read";

	if (frame->vector == TRAP_PF || frame->vector == TRAP_DF)
		overflown = thread_find_guard(address);
	if (overflown) {
		snprintf(report.text, sizeof(report.text),
			 "stack overflow in thread %s at image+%#lx",
			 thread_name(overflown), image_offset(frame->rip));
		return;
	}
	if (frame->vector != TRAP_PF) {
		snprintf(report.text, sizeof(report.text), "%s at image+%#lx",
			 what, image_offset(frame->rip));
		return;
	}
	if (frame->error_code & PF_WRITE)
		verb = "write";
	if (frame->error_code & PF_FETCH)
		verb = "execute";
	snprintf(report.text, sizeof(report.text),
		 "%s: %s %s%#lx at image+%#lx", what, verb,
		 frame->error_code & PF_PRESENT ? "protected " : "", address,
		 image_offset(frame->rip));
}

static void print_registers(const struct trap_frame *frame)
{
	print("vector %lu error %#lx rip %016lx rflags %08lx cr2 %016lx\n",
	      frame->vector, frame->error_code, frame->rip, frame->rflags,
	      cpu_read_cr2());
	print("rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", frame->rax,
	      frame->rbx, frame->rcx, frame->rdx);
	print("rsi %016lx rdi %016lx rbp %016lx rsp %016lx\n", frame->rsi,
	      frame->rdi, frame->rbp, frame->rsp);
	print("r8  %016lx r9  %016lx r10 %016lx r11 %016lx\n", frame->r8,
	      frame->r9, frame->r10, frame->r11);
	print("r12 %016lx r13 %016lx r14 %016lx r15 %016lx\n", frame->r12,
	      frame->r13, frame->r14, frame->r15);
}

static void report_trap(const struct trap_frame *frame, const char *what)
{
	begin();
	describe_fault(frame, what);
	print("\npanic: %s\n", report.text);
	print("thread %s, image at %#lx\n", thread_name(thread_current()),
	      (uint64_t)(uintptr_t)__image_start);
	print_registers(frame);
	tdx_report_fatal(report.text);
}

void panic_init(void)
{
	trap_set_fatal_sink(report_trap);
}
