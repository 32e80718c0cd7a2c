/* SPDX-License-Identifier: MIT */
/*
 * A TD that starts with #VE on pending pages, and may turn it off itself: the
 * kernel has done so before anything else, and goes on.
 *
 * options: --sept-ve-disable=off --flexible-pending-ve=on
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/pending.h"

int main(void)
{
	const struct tdx_info *info = tdx_info();

	CHECK(!(info->attributes & TDX_ATTRIBUTES_SEPT_VE_DISABLE));
	CHECK(info->config_flags & TDX_CONFIG_FLAGS_FLEXIBLE_PENDING_VE);
	CHECK_EQUAL(pending_td_ctls() & TDX_TD_CTLS_PENDING_VE_DISABLE,
		    TDX_TD_CTLS_PENDING_VE_DISABLE);
	return check_verdict();
}
