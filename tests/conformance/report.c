/* SPDX-License-Identifier: MIT */
/*
 * Measurement and attestation: TDG.MR.REPORT. Its section of the reference and
 * "TDREPORT_STRUCT".
 */
#include <string.h>

#include "kernel/page.h"
#include "lib/sha384.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define DEVICE UINT64_C(0xFED1C000)
#define RTMR_OF(index) (RTMR + 6 * (uint64_t)(index))

static uint8_t *data;		/* a page; data, REPORTDATA */
static uint8_t *report;		/* a page; TDREPORT_STRUCT */

static uint64_t extend(uint64_t address, uint64_t index)
{
	return tdcall3(TDG_MR_RTMR_EXTEND, address, index);
}

static void expect_zero(const char *what, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		expect(what, report[i], 0);
}

/* TDG.MR.REPORT. */
static uint64_t mr_report(uint64_t rcx, uint64_t rdx, uint64_t r8)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_MR_REPORT;
	trial.gpr[RCX] = rcx;
	trial.gpr[RDX] = rdx;
	trial.gpr[R8] = r8;
	return trial_tdcall(&trial);
}

static void report_alignment(void)
{
	expect("512", mr_report(page_pa(report) + 512, page_pa(data), 0),
	       OPERAND_INVALID(ID_RCX));
	expect("64", mr_report(page_pa(report) + 64, page_pa(data), 0),
	       OPERAND_INVALID(ID_RCX));
}

static void report_data_alignment(void)
{
	expect("32", mr_report(page_pa(report), page_pa(data) + 32, 0),
	       OPERAND_INVALID(ID_RDX));
	expect("1", mr_report(page_pa(report), page_pa(data) + 1, 0),
	       OPERAND_INVALID(ID_RDX));
}

static void report_subtype(void)
{
	expect("1", mr_report(page_pa(report), page_pa(data), 1),
	       OPERAND_INVALID(ID_R8));
	expect("bit 8", mr_report(page_pa(report), page_pa(data), BIT(8)),
	       OPERAND_INVALID(ID_R8));
	expect("bit 63", mr_report(page_pa(report), page_pa(data), BIT(63)),
	       OPERAND_INVALID(ID_R8));
}

/* Order: a bad RCX that is aligned is reported last. */
static void report_order(void)
{
	expect("RCX alignment first", mr_report(8, 8, 1),
	       OPERAND_INVALID(ID_RCX));
	expect("then RDX alignment", mr_report(BIT(62), 8, 1),
	       OPERAND_INVALID(ID_RDX));
	expect("then RDX validity", mr_report(BIT(62), BIT(61), 1),
	       OPERAND_INVALID(ID_RDX));
	expect("then R8", mr_report(BIT(62), page_pa(data), 1),
	       OPERAND_INVALID(ID_R8));
	expect("RCX validity last", mr_report(BIT(62), page_pa(data), 0),
	       OPERAND_INVALID(ID_RCX));
}

static void report_registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_MR_REPORT;
	before.gpr[RCX] = page_pa(report);
	before.gpr[RDX] = page_pa(data);
	before.gpr[R8] = 0;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX));
}

/* A report to look at: garbage before, known REPORTDATA. */
static void make_report(void)
{
	memset(report, 0xEE, 2048);
	for (unsigned int i = 0; i < 64; i++)
		data[i] = (uint8_t)(0x80 + i);
	expect("RAX", mr_report(page_pa(report), page_pa(data), 0), 0);
}

static void report_size(void)
{
	make_report();
	expect("behind it", report[1024], 0xEE);
}

static void report_type(void)
{
	static const uint8_t type[4] = { 0x81, 0, 0, 0 };

	make_report();
	expect_bytes("REPORTTYPE", report, type, 4);
}

static void report_reserved(void)
{
	make_report();
	expect_zero("4..15", 4, 16);
	expect_zero("192..223", 192, 224);
	expect_zero("400..511", 400, 512);
	expect_zero("960..1023", 960, 1024);
}

static void report_data_echoed(void)
{
	make_report();
	expect_bytes("REPORTDATA", report + 128, data, 64);
	make_report();
	data[5] ^= 0xFF;
	expect("RAX", mr_report(page_pa(report), page_pa(data), 0), 0);
	expect_bytes("REPORTDATA", report + 128, data, 64);
}

static void report_tcb_info_hash(void)
{
	uint8_t digest[SHA384_SIZE];

	make_report();
	sha384_digest(report + 256, 239, digest);
	expect_bytes("TEE_TCB_INFO_HASH", report + 32, digest, SHA384_SIZE);
}

static void report_info_hash(void)
{
	uint8_t digest[SHA384_SIZE];

	make_report();
	sha384_digest(report + 512, 512, digest);
	expect_bytes("TEE_INFO_HASH", report + 80, digest, SHA384_SIZE);
}

static uint64_t word(size_t offset)
{
	uint64_t value;

	memcpy(&value, report + offset, 8);
	return value;
}

static void report_valid(void)
{
	make_report();
	expect_true("0x1FF or 0x301FF",
		    word(256) == 0x1FF || word(256) == 0x301FF);
	if (word(256) == 0x1FF)
		expect_zero("TEE_TCB_SVN2", 384, 400);
}

static void report_attributes(void)
{
	make_report();
	expect("ATTRIBUTES", word(512), vm_rd(ATTRIBUTES));
	expect("XFAM", word(520), vm_rd(XFAM));
}

static void expect_field(const char *what, size_t offset, uint64_t field)
{
	uint8_t digest[SHA384_SIZE];

	vm_rd_digest(field, digest);
	expect_bytes(what, report + offset, digest, SHA384_SIZE);
}

static void report_mrtd(void)
{
	make_report();
	expect_field("MRTD", 528, MRTD);
	expect_true("not zero", word(528) | word(536));
}

static void report_owner_fields(void)
{
	make_report();
	expect_field("MRCONFIGID", 576, MRCONFIGID);
	expect_field("MROWNER", 624, MROWNER);
	expect_field("MROWNERCONFIG", 672, MROWNERCONFIG);
	expect_field("SERVTD_HASH", 912, SERVTD_HASH);
	expect_zero("no service TD", 912, 960);
}

static void report_rtmrs(void)
{
	make_report();
	for (unsigned int i = 0; i < 4; i++)
		expect_field("RTMR", 720 + 48 * i, RTMR_OF(i));
}

static void report_follows_rtmr(void)
{
	uint8_t before[SHA384_SIZE];

	make_report();
	memcpy(before, report + 864, SHA384_SIZE);
	expect("EXTEND", extend(page_pa(data), 3), 0);
	make_report();
	expect_true("changed", memcmp(before, report + 864, SHA384_SIZE));
	expect_field("RTMR3", 864, RTMR_OF(3));
}

/* The output may be shared memory. */
static void report_to_shared(void)
{
	const uint64_t gpa = page_pa(page_alloc(1)) | shared_bit;
	const uint8_t *shared;

	expect_map_gpa(gpa, PAGE_SIZE);
	make_report();
	expect("RAX", mr_report(gpa, page_pa(data), 0), 0);
	shared = (const uint8_t *)trial_map(0, gpa | 3);
	expect_bytes("TDINFO", shared + 512, report + 512, 512);
}

/* Common GPA-operand rules: shared, unmapped, convertible. */
static void report_device(void)
{
	const uint64_t device = DEVICE | shared_bit;

	expect_operand_ve(TDG_MR_REPORT, device, page_pa(data), device);
	expect_operand_ve(TDG_MR_REPORT, page_pa(report), device + 64,
			  device + 64);
}

static const struct rule rules[] = {
	{ "report.alignment", report_alignment },
	{ "report.data_alignment", report_data_alignment },
	{ "report.subtype", report_subtype },
	{ "report.order", report_order },
	{ "report.registers", report_registers },
	{ "report.size", report_size },
	{ "report.type", report_type },
	{ "report.reserved", report_reserved },
	{ "report.data_echoed", report_data_echoed },
	{ "report.tcb_info_hash", report_tcb_info_hash },
	{ "report.info_hash", report_info_hash },
	{ "report.valid", report_valid },
	{ "report.attributes", report_attributes },
	{ "report.mrtd", report_mrtd },
	{ "report.owner_fields", report_owner_fields },
	{ "report.rtmrs", report_rtmrs },
	{ "report.follows_rtmr", report_follows_rtmr },
	{ "report.to_shared", report_to_shared },
	{ "report.device_ve", report_device },
};

int main(void)
{
	trial_init();
	data = page_alloc(1);
	report = page_alloc(1);
	RULES_CHECK(rules);
	return rules_verdict();
}
