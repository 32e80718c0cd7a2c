/* SPDX-License-Identifier: MIT */
/*
 * The door to the TDX module and the host: all that floors above may use.
 *
 * Two kinds of failure, two paths. When TDCALL itself fails (RAX != 0) the
 * call executes ud2 and the #UD handler ends the TD with a report: nothing
 * here returns that. When the host refuses (R10 != 0) the function returns a
 * negative errno: -EINVAL for INVALID_OPERAND and ALIGN_ERROR, -EAGAIN for
 * RETRY, -ENOSYS for SUBFUNC_UNSUPPORTED, -EIO for anything else.
 */
#ifndef ARCH_X86_TDX_TDX_H
#define ARCH_X86_TDX_TDX_H

#include "lib/compiler.h"
#include "lib/quote.h"
#include "lib/types.h"

/* What the module says of this TD (TDG.VP.INFO, TDG.VM.RD); never changes. */
struct tdx_info {
	uint64_t attributes;
	uint64_t config_flags;
	unsigned int gpaw;	/* bits: 48 or 52 */
	unsigned int num_vcpus;
	unsigned int max_vcpus;
	unsigned int vcpu_index;
};

/*
 * True inside a TD: CPUID leaf 0x21. Callable at any time, from any mode,
 * before tdx_init(), and outside of a TD.
 */
bool tdx_detect(void);

/*
 * Reads struct tdx_info and refuses a TD in which a host could turn accepted
 * pages into #VE (neither SEPT_VE_DISABLE nor TD_CTLS.PENDING_VE_DISABLE can
 * be had): that ends in a fatal report. Needs no exception handlers, so that
 * boot paths may call it too; a second call changes nothing.
 */
void tdx_init(void);
const struct tdx_info *tdx_info(void);

/* The GPA bit that makes an address shared: bit 47 or 51. */
paddr_t tdx_shared_bit(void);

/*
 * Accepts the private pages of [start, end), both 4 KiB aligned; contents
 * become zero. 2 MiB at a time where the host mapped so, else 4 KiB.
 * -EEXIST: a page had been accepted before (the host may be replaying one),
 * -EBUSY: the module stayed busy, -EINVAL: not page aligned.
 */
int must_check tdx_accept(paddr_t start, paddr_t end);

/*
 * Asks the host to convert [start, start + size), 4 KiB aligned, without the
 * shared bit; contents are lost. After tdx_share() the caller uses the alias
 * with tdx_shared_bit(); tdx_unshare() accepts the pages again, zeroed.
 * -EIO: the host answered nonsense, -ETIMEDOUT: it asked for too many
 * retries without progress, -EINVAL: alignment.
 * After a failure the state of the range is unknown: never use it again.
 */
int must_check tdx_share(paddr_t start, uint64_t size);
int must_check tdx_unshare(paddr_t start, uint64_t size);

/*
 * Extends one of the TD's four measurement registers by a digest (SHA-384);
 * memory must be mapped at its own address. -EINVAL: no such register,
 * -EBUSY: the module stayed busy.
 */
#define TDX_DIGEST_SIZE 48
int must_check tdx_rtmr_extend(unsigned int index,
			       const uint8_t digest[TDX_DIGEST_SIZE]);

/*
 * The TD's report of itself, with 64 bytes that are the caller's to choose;
 * memory must be mapped at its own address. -EBUSY: the module stayed busy,
 * -EINVAL: no such memory.
 */
int must_check tdx_report(struct tdreport *report,
			  const uint8_t data[TDREPORT_DATA_SIZE]);

/*
 * GHCI, GetQuote: asks the host for a quote of report. buffer is shared and
 * of size bytes, whole pages. It is the host's to write from a success of
 * tdx_quote_ask() until tdx_quote_is_in_flight() denies it, however long that
 * takes: it must not be used for anything else, nor made private, before.
 * -EAGAIN: the host has too much to do, else as all calls to the host.
 */
int must_check tdx_quote_ask(void host_shared *buffer, size_t size,
			     const struct tdreport *report);
/* A hint: the host may say something else a moment later. */
bool tdx_quote_is_in_flight(const void host_shared *buffer);
/*
 * Copies the answer to private memory, reading all of it once; its size, at
 * most room, or -ENODEV: the host has no quoting service, -EIO: the service
 * failed, or a status that is none of an answer's, -ENODATA: no bytes,
 * -EBADMSG: more bytes than the buffer has, -ENOSPC: more than room. The
 * bytes are what the host left there: quote_check() is next.
 */
int must_check tdx_quote_take(const void host_shared *buffer, size_t size,
			      void *to, size_t room);
/* SetupEventNotifyInterrupt: how the host says that a quote is there. */
int must_check tdx_quote_notify(unsigned int vector);

/*
 * Port I/O by TDVMCALL; size is 1, 2 or 4. What the host refuses, or the table
 * of trust (arch/x86/tdx/trust_table.inc), reads as ones.
 */
uint32_t tdx_io_read(uint16_t port, unsigned int size);
void tdx_io_write(uint16_t port, unsigned int size, uint32_t value);

/*
 * Device registers by TDVMCALL; size is 1, 2, 4 or 8, gpa without the shared
 * bit. A refused read returns all ones of that size.
 */
uint64_t tdx_mmio_read(paddr_t gpa, unsigned int size);
void tdx_mmio_write(paddr_t gpa, unsigned int size, uint64_t value);

/*
 * MSRs that the host emulates; the value is the host's: check it. -EPERM:
 * the table of trust does not let the host answer.
 */
int must_check tdx_rdmsr(uint32_t msr, uint64_t *value);
int must_check tdx_wrmsr(uint32_t msr, uint64_t value);

/*
 * Called with interrupts off; returns with interrupts on, after an interrupt
 * or a spurious wake-up. A wake-up that comes after the caller's last look
 * cannot be lost: either STI stands immediately before the TDCALL, or, masked,
 * interrupts are turned on only after it.
 */
void tdx_safe_halt(void);
void tdx_set_masked_halt(bool is_masked);

/*
 * Ends the TD with at most 64 bytes of printable ASCII text (the rest is cut).
 * Callable from any context, needs no memory and no stack to speak of.
 */
noreturn void tdx_report_fatal(const char *text);

/*
 * Local APIC in x2APIC mode: EOI, TPR and SELF_IPI are native, the other
 * registers are the host's. Vectors are those of the IDT.
 */
#define TDX_VECTOR_TIMER 0xEC
#define TDX_VECTOR_SPURIOUS 0xFF
void tdx_apic_init(void);
void tdx_apic_eoi(void);
uint32_t tdx_apic_id(void);
/* One interrupt on TDX_VECTOR_TIMER once the TSC reaches deadline; 0 stops. */
void tdx_apic_set_deadline(uint64_t tsc);

/* TSC ticks per second, from CPUID 0x15: fixed by the module, not the host. */
uint64_t tdx_tsc_hz(void);

/* Installs the #VE and the #UD handler (arch/x86/trap.h). */
void tdx_ve_init(void);
/* Installs the NMI's; before trap_init(), so that no NMI finds none. */
void tdx_nmi_init(void);

/* Counts since start. Read without a lock: each is a single 64-bit word. */
enum tdx_count {
	TDX_COUNT_VE_CPUID,
	TDX_COUNT_VE_HLT,
	TDX_COUNT_VE_IO,
	TDX_COUNT_VE_RDMSR,
	TDX_COUNT_VE_WRMSR,
	TDX_COUNT_VE_MMIO,
	TDX_COUNT_CALL_CPUID,
	TDX_COUNT_CALL_HLT,
	TDX_COUNT_CALL_IO,
	TDX_COUNT_CALL_RDMSR,
	TDX_COUNT_CALL_WRMSR,
	TDX_COUNT_CALL_MMIO,
	TDX_COUNT_CALL_MAP_GPA,
	TDX_COUNT_CALL_GET_QUOTE,
	TDX_COUNT_CALL_OTHER,
	TDX_COUNT_PAGES_ACCEPTED,	/* in 4 KiB */
	TDX_COUNT_PAGES_SHARED,		/* in 4 KiB */
	/* Not asked of the host, as the table of trust says. */
	TDX_COUNT_VE_REFUSED_CPUID,
	TDX_COUNT_VE_REFUSED_IO,
	TDX_COUNT_VE_REFUSED_RDMSR,
	TDX_COUNT_VE_REFUSED_WRMSR,
	TDX_COUNT_NMI,
	TDX_COUNT_NMI_AT_HALT,		/* of them between STI and a halt */
	TDX_COUNTS,
};
uint64_t tdx_count(enum tdx_count which);
/* A short lower-case name, "ve_cpuid"; never NULL for a valid count. */
const char *tdx_count_name(enum tdx_count which);

#endif
