/* SPDX-License-Identifier: MIT */
/*
 * An EFI program that executes, under the firmware's #VE handler, what raises
 * #VE, and powers off. tests/bench/paths.c looks on.
 */
#include <efi.h>

#include <stdint.h>

#define TIMES 100
/* The HPET, in memory that OVMF maps as shared. */
#define HPET UINT64_C(0xFED00000)
#define HPET_CONFIGURATION 0x10
#define PORT_POST 0x80
#define MSR_APIC_BASE 0x1B
#define MSR_UCODE_REV 0x8B

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

static void execute_cpuid(uint32_t leaf)
{
	uint32_t a = leaf;
	uint32_t b;
	uint32_t c = 0;
	uint32_t d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
}

static void execute_msrs(void)
{
	uint32_t a;
	uint32_t d;

	__asm__ volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(MSR_APIC_BASE));
	__asm__ volatile("wrmsr" : : "a"(0), "d"(0), "c"(MSR_UCODE_REV));
}

static void execute_io(void)
{
	const uint16_t port = PORT_POST;
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port));
	__asm__ volatile("outb %0, %1" : : "a"(value), "d"(port));
}

static void execute_mmio(void)
{
	uint64_t at = HPET + HPET_CONFIGURATION;
	uint32_t value;

	__asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(at));
	__asm__ volatile("movl %0, (%1)" : : "r"(value), "r"(at));
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	(void)image;
	for (int i = 0; i < TIMES; i++) {
		execute_cpuid(0x40000000);
		execute_msrs();
		execute_io();
		execute_mmio();
	}
	system->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0,
					     NULL);
	return EFI_SUCCESS;
}
