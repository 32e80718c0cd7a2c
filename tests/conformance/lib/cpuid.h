/* SPDX-License-Identifier: MIT */
/* CPUID under control of a trial. */
#ifndef TESTS_CONFORMANCE_LIB_CPUID_H
#define TESTS_CONFORMANCE_LIB_CPUID_H

#include "tests/conformance/lib/trial.h"

/* All registers afterwards; those that CPUID does not write had values. */
struct trial cpuid_mode(uint64_t leaf, uint64_t subleaf, enum trial_mode mode);
/* In the kernel; it must have completed. */
struct trial cpuid(uint64_t leaf, uint64_t subleaf);
/* It ended in the #VE of a CPUID. */
void expect_ve_cpuid(const struct trial *after);

#endif
