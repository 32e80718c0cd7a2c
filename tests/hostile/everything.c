/* SPDX-License-Identifier: MIT */
/*
 * All lies at once that a program must not notice.
 * lie: scribble,r11-range,cpuid-lies,spurious-interrupts,spurious-nmi,timer-late,mapgpa-slow,accept-busy
 * network: echo
 * gpaw: 48 52
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_cpuid();
	work();
	return check_verdict();
}
