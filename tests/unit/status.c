/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/status: each status that the emulator's own headers name has that
 * name, whatever its details; SEAMCALL's own faults, and numbers that are none.
 */
#include "tests/unit/expect.h"

#include "emu/module/host_abi.h"
#include "emu/vmm/status.h"

#define NAMED(name) { TDX_##name, #name }

static const struct {
	uint64_t status;
	const char *name;
} named[] = {
	NAMED(NON_RECOVERABLE_VCPU),
	NAMED(NON_RECOVERABLE_TD),
	NAMED(OPERAND_INVALID),
	NAMED(OPERAND_ADDR_RANGE_ERROR),
	NAMED(OPERAND_BUSY),
	NAMED(PREVIOUS_TLB_EPOCH_BUSY),
	NAMED(SYS_BUSY),
	NAMED(RND_NO_ENTROPY),
	NAMED(PAGE_METADATA_INCORRECT),
	NAMED(SYS_INIT_NOT_PENDING),
	NAMED(SYS_LP_INIT_NOT_DONE),
	NAMED(SYS_LP_INIT_DONE),
	NAMED(SYS_NOT_READY),
	NAMED(SYS_KEY_CONFIG_NOT_PENDING),
	NAMED(SYS_CONFIG_NOT_PENDING),
	NAMED(TD_FATAL),
	NAMED(TDCS_NOT_ALLOCATED),
	NAMED(LIFECYCLE_STATE_INCORRECT),
	NAMED(OP_STATE_INCORRECT),
	NAMED(NO_VCPUS),
	NAMED(TDCX_NUM_INCORRECT),
	NAMED(VCPU_STATE_INCORRECT),
	NAMED(NO_VALID_VE_INFO),
	NAMED(MAX_VCPUS_EXCEEDED),
	NAMED(KEY_CONFIGURED),
	NAMED(TD_KEYS_NOT_CONFIGURED),
	NAMED(HKID_NOT_FREE),
	NAMED(INVALID_TDMR),
	NAMED(EPT_WALK_FAILED),
	NAMED(EPT_ENTRY_NOT_PRESENT),
	NAMED(GPA_RANGE_NOT_BLOCKED),
	NAMED(GPA_RANGE_ALREADY_BLOCKED),
	NAMED(TLB_TRACKING_NOT_DONE),
	NAMED(PAGE_ALREADY_ACCEPTED),
	NAMED(PAGE_SIZE_MISMATCH),
	NAMED(EPT_ENTRY_STATE_INCORRECT),
	NAMED(METADATA_FIELD_ID_INCORRECT),
	NAMED(METADATA_FIELD_NOT_WRITABLE),
	NAMED(METADATA_FIELD_NOT_READABLE),
	NAMED(METADATA_FIELD_VALUE_NOT_VALID),
	NAMED(METADATA_LIST_OVERFLOW),
	NAMED(METADATA_FIRST_FIELD_ID_IN_CONTEXT),
	NAMED(INTERRUPTED_RESUMABLE),
	NAMED(PAGE_NOT_FREE),
	NAMED(TD_ASSOCIATED_PAGES_EXIST),
	NAMED(SYS_SHUTDOWN),
	NAMED(SYS_LP_INIT_NOT_PENDING),
	NAMED(TD_NON_DEBUG),
	NAMED(VCPU_ASSOCIATED),
	NAMED(VCPU_NOT_ASSOCIATED),
	NAMED(WBCACHE_NOT_COMPLETE),
	NAMED(NO_HKID_READY_TO_WBCACHE),
	NAMED(WBCACHE_RESUME_ERROR),
	NAMED(FLUSHVP_NOT_DONE),
	NAMED(NON_ORDERED_TDMR),
	NAMED(TDMR_OUTSIDE_CMRS),
	NAMED(TDMR_ALREADY_INITIALIZED),
	NAMED(INVALID_PAMT),
	NAMED(PAMT_OUTSIDE_CMRS),
	NAMED(PAMT_OVERLAP),
	NAMED(INVALID_RESERVED_IN_TDMR),
	NAMED(NON_ORDERED_RESERVED_IN_TDMR),
	NAMED(EPT_INVALID_PROMOTE_CONDITIONS),
	NAMED(EPT_PAGE_NOT_FREE),
};

static void expect_name(uint64_t status, const char *want)
{
	if (!expect_true(!strcmp(status_name(status), want), want))
		fprintf(stderr, "  %llx is called %s\n",
			(unsigned long long)status, status_name(status));
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		expect_name(named[i].status, named[i].name);
		expect_name(named[i].status | 0xa5, named[i].name);
		expect_name(named[i].status | 0xffffffff, named[i].name);
	}
	/* What only newer headers would name. */
	expect_name(0xc0000b0100000001, "EPT_ENTRY_FREE");
	expect_name(0xc000092000000000, "INCONSISTENT_MSR");
	expect_name(0x8000ff0000000006, "an exception at SEAMCALL");
	expect_name(0x8000ff000000000d, "an exception at SEAMCALL");
	expect_name(0x8000ff00ffff0000, "VMfailInvalid");
	expect_name(0x1234567800000000, "a status without a name");
	expect_name(0xffffffffffffffff, "a status without a name");
	return expect_result("status");
}
