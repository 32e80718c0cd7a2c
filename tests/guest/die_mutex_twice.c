/* SPDX-License-Identifier: MIT */
/*
 * A mutex is not recursive.
 * exit: 3
 * expect: mutex_lock: already held by main
 */
#include "kernel/app.h"
#include "kernel/sync.h"
#include "tests/guest/check.h"

int main(void)
{
	static struct mutex mutex;

	mutex_lock(&mutex);
	mutex_lock(&mutex);
	return check_survived();
}
