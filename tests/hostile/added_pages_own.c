/* SPDX-License-Identifier: MIT */
/*
 * Pages that were accepted before we do are refused: somebody chose what is in
 * them.
 * lie: added-pages
 * exit: 3
 * expect: accept
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_take_all();
	return check_verdict();
}
