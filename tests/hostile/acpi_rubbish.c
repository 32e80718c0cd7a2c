/* SPDX-License-Identifier: MIT */
/*
 * The kernel believes no ACPI table.
 * lie: acpi-rubbish
 * boot: efi
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
