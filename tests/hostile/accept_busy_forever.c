/* SPDX-License-Identifier: MIT */
/*
 * A module that stays busy for ever is given up.
 * lie: accept-busy-forever
 * boot: efi
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_conversion(0, -EBUSY);
	work_alone();
	return check_verdict();
}
