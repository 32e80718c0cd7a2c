/* SPDX-License-Identifier: MIT */
/*
 * An EFI program that executes, under the firmware's #VE handler, what raises
 * #VE, and powers off. tests/bench/paths.c looks on.
 */
#include <efi.h>

#define TIMES 100
/* Its timer, which it thinks is faster, comes every 400 ms. */
#define HALTS 10

/* ovmf_execute.S */
void ovmf_execute(void);
void ovmf_halt(void);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	(void)image;
	for (int i = 0; i < TIMES; i++)
		ovmf_execute();
	for (int i = 0; i < HALTS; i++)
		ovmf_halt();
	system->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0,
					     NULL);
	return EFI_SUCCESS;
}
