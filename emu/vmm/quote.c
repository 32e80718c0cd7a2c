/* SPDX-License-Identifier: MIT */
/*
 * GetQuote and SetupEventNotifyInterrupt as QEMU answers them: a request is
 * checked and taken in, the buffer says that it is in flight, and some time
 * later has the answer of the quoting service, of which an interrupt tells.
 * Without a service the buffer says at once that it is unavailable.
 *
 * All under the emulator's lock. The service has no CPU here: the timer of the
 * one that asked rings for it, whatever its guest does meanwhile.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/lies/lies.h"
#include "emu/vmm/quoting.h"
#include "emu/vmm/timer.h"
#include "emu/vmm/vmm.h"

#define BUFFER_MAX (128 * KIB)
#define REQUESTS_MAX 16
#define SERVICE_MSEC 20
#define VECTOR_FIRST 32
#define VECTOR_LAST 255

/* A request in flight: what the guest had in the buffer when it asked. */
struct request {
	paddr_t gpa;
	uint64_t size;
	uint64_t due;		/* TSC */
	struct vmm_quote_header header;
	struct tdreport_struct report;
};

static struct {
	struct request requests[REQUESTS_MAX];	/* the oldest first */
	unsigned int count;
	struct vmm_vcpu *notified;
	unsigned int vector;			/* 0: nobody wants to know */
} quotes;

static bool is_shared_ram(paddr_t gpa, uint64_t size)
{
	return vmm_is_ram(gpa) && vmm_is_ram(gpa + size - 1);
}

/* What the service says to a request; the quote goes to *data. */
static uint64_t serve(const struct request *request, void *data)
{
	static struct quoting_quote quote;

	if (request->header.in_length != sizeof(request->report) ||
	    request->size - sizeof(request->header) < sizeof(quote) ||
	    !quoting_make(&request->report, &quote))
		return GET_QUOTE_ERROR;
	__builtin_memcpy(data, &quote, sizeof(quote));
	return GET_QUOTE_SUCCESS;
}

/* Data first, then the header: who sees the status may read the data. */
static void complete(struct request *request)
{
	struct vmm_quote_header *header = memory_at(request->gpa);

	if (lies_are_chosen() && lies_keep_quote())
		return;
	request->header.status = serve(request, header + 1);
	if (request->header.status == GET_QUOTE_SUCCESS)
		request->header.out_length = sizeof(struct quoting_quote);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	*header = request->header;
	if (lies_are_chosen())
		lies_change_quote(header, request->size);
	if (quotes.vector && !lies_lose_interrupt())
		vmm_x2apic_post(quotes.notified, quotes.vector);
}

void vmm_quotes_run(void)
{
	while (quotes.count && cpu_rdtsc() >= quotes.requests[0].due) {
		complete(&quotes.requests[0]);
		quotes.count--;
		__builtin_memmove(&quotes.requests[0], &quotes.requests[1],
				  quotes.count * sizeof(quotes.requests[0]));
	}
}

uint64_t vmm_quotes_due(void)
{
	return quotes.count ? quotes.requests[0].due : 0;
}

static void take_in(paddr_t gpa, uint64_t size)
{
	struct request *request = &quotes.requests[quotes.count++];
	struct vmm_quote_header *header = memory_at(gpa);

	request->gpa = gpa;
	request->size = size;
	request->due = cpu_rdtsc() + vmm_tsc_hz() / 1000 * SERVICE_MSEC;
	request->header = *header;
	__builtin_memcpy(&request->report, header + 1,
			 min_u64(size - sizeof(*header),
				 sizeof(request->report)));
	header->status = GET_QUOTE_IN_FLIGHT;
}

uint64_t vmm_get_quote(struct vmm_vcpu *vcpu)
{
	const paddr_t gpa = vcpu->regs.r12 & ~vmm_config.shared_bit;
	const uint64_t size = vcpu->regs.r13;
	struct vmm_quote_header *header = memory_at(gpa);

	if (!(vcpu->regs.r12 & vmm_config.shared_bit) || !size)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	if (gpa % PAGE_SIZE || size % PAGE_SIZE)
		return TDVMCALL_STATUS_ALIGN_ERROR;
	if (size > BUFFER_MAX || !is_shared_ram(gpa, size) ||
	    header->version != GET_QUOTE_VERSION ||
	    header->in_length > size - sizeof(*header))
		return TDVMCALL_STATUS_INVALID_OPERAND;
	if (!vmm_config.has_quote_service)
		header->status = GET_QUOTE_SERVICE_UNAVAILABLE;
	else if (quotes.count == REQUESTS_MAX)
		return TDVMCALL_STATUS_RETRY;
	else
		take_in(gpa, size);
	timer_look_again(vcpu);
	return TDVMCALL_STATUS_SUCCESS;
}

uint64_t vmm_setup_notify(struct vmm_vcpu *vcpu)
{
	const uint64_t vector = vcpu->regs.r12;

	if (vector < VECTOR_FIRST || vector > VECTOR_LAST)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	quotes.notified = vcpu;
	quotes.vector = (unsigned int)vector;
	return TDVMCALL_STATUS_SUCCESS;
}
