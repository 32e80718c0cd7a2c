/* SPDX-License-Identifier: MIT */
/*
 * The host's CPUID leaves are rubbish; programs may ask, the kernel does not.
 * lie: cpuid-lies
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_cpuid();
	work();
	return check_verdict();
}
