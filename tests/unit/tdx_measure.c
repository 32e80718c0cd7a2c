/* SPDX-License-Identifier: MIT */
/*
 * tdx_report() and tdx_rtmr_extend() against a module that is busy for a
 * while, or for ever, or refuses: nothing but a success is one, and what the
 * module is shown is aligned as it wants it, wherever the caller's data lies.
 *
 * Links: arch/x86/tdx/tdcall.S arch/x86/tdx/call.c arch/x86/tdx/trust.c
 * Links: arch/x86/tdx/tdx.c arch/x86/tdx/memory.c arch/x86/tdx/fatal.c
 * Links: arch/x86/tdx/quote.c arch/x86/tdx/rtmr.c
 */
#define _GNU_SOURCE
#include "tests/unit/fake_td.h"

#include <errno.h>

#include "arch/x86/tdx/tdx.h"

#define BUSY UINT64_C(0x80000200000000A8)
#define INVALID UINT64_C(0xC000010000000001)
#define INFORMATION UINT64_C(0x0000081500000000)
#define BOUND 10000

/* The module: its answer after so many times BUSY, and what it was shown. */
static uint64_t answer;
static unsigned int busy, calls;
static uint64_t leaf, rcx, rdx, r8;
static uint8_t shown[64];

static void td_host(uint64_t reg[16])
{
	(void)reg;
	expect_true(false, "the host is not asked");
}

static void td_module(uint64_t reg[16])
{
	calls++;
	leaf = reg[RAX];
	rcx = reg[RCX];
	rdx = reg[RDX];
	r8 = reg[R8];
	if (leaf == 4)
		memcpy(shown, (const void *)rdx, 64);
	else
		memcpy(shown, (const void *)rcx, 48);
	reg[RAX] = busy ? BUSY : answer;
	busy -= busy != 0;
}

static struct tdreport report;
static uint8_t data[65];		/* the second byte is where it starts */

static int make_report(void)
{
	return tdx_report(&report, data + 1);
}

static int extend(void)
{
	return tdx_rtmr_extend(3, data + 1);
}

static void expect_call(int (*call)(void), unsigned int times_busy,
			uint64_t then, int want, const char *what)
{
	calls = 0;
	busy = times_busy;
	answer = then;
	expect_u64((uint64_t)call(), (uint64_t)want, what);
	expect_true(calls <= BOUND, "a bound");
	if (times_busy < BOUND)
		expect_u64(calls, times_busy + 1, what);
}

static void check_answers(int (*call)(void))
{
	expect_call(call, 0, 0, 0, "success");
	expect_call(call, 5, 0, 0, "busy for a while");
	expect_call(call, UINT32_MAX, 0, -EBUSY, "busy for ever");
	expect_call(call, 0, INVALID, -EINVAL, "refused");
	expect_call(call, 1, INVALID, -EINVAL, "busy, then refused");
	expect_call(call, 0, INFORMATION, -EINVAL, "no error, no success");
}

int main(void)
{
	td_init();
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(3 * i);
	check_answers(make_report);
	expect_u64(leaf, 4, "TDG.MR.REPORT");
	expect_u64(rcx, (uintptr_t)&report, "where the report goes");
	expect_u64(rdx % 64, 0, "data, aligned");
	expect_u64(r8, 0, "subtype");
	expect_true(!memcmp(shown, data + 1, 64), "data");
	check_answers(extend);
	expect_u64(leaf, 2, "TDG.MR.RTMR.EXTEND");
	expect_u64(rcx % 64, 0, "digest, aligned");
	expect_u64(rdx, 3, "register");
	expect_true(!memcmp(shown, data + 1, 48), "digest");
	return expect_result("tdx_measure");
}
