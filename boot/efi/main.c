/* SPDX-License-Identifier: MIT */
/*
 * Boot path "efi": a program for the firmware of a TD (OVMF). Collects what
 * the kernel needs into struct bootinfo, ends the firmware's services and
 * calls the kernel. Outside of a TD it says so and returns.
 *
 * GNU-EFI gives the types and crt0.o, which relocates the image and calls
 * efi_main(); its library is not used.
 */
#include <efi.h>

#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "boot/bootinfo.h"
#include "boot/efi/map.h"
#include "boot/measure.h"

/* As Linux measures its own; the firmware has 0 and 1, and its log of them. */
#define RTMR_CMDLINE 2

#define MAP_PAGES 16
#define EXIT_TRIES 8

/* EDK2's protocol by which a kernel says that it accepts memory itself. */
#define MEMORY_ACCEPTANCE_GUID                           \
	{ 0xC5A010FE, 0x38A7, 0x4531,                    \
	  { 0x8A, 0x4A, 0x05, 0x00, 0xD2, 0xFD, 0x16, 0x49 } }

struct memory_acceptance {
	EFI_STATUS(EFIAPI *allow_unaccepted)(struct memory_acceptance *self);
};

ASSERT_SIZE(EFI_MEMORY_DESCRIPTOR, sizeof(struct efi_map_descriptor));
_Static_assert(sizeof(CHAR16) == sizeof(u""[0]), "CHAR16 has no literals");

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* Lies in the image, which the kernel never gives away. */
static struct bootinfo info = { .path = "efi" };

static noreturn void fail(const char *text)
{
	tdx_report_fatal(text);
}

/* UCS-2 of any origin becomes printable ASCII: other characters blanks. */
static void copy_command_line(const EFI_LOADED_IMAGE *loaded)
{
	const UINTN size = loaded->LoadOptionsSize / sizeof(CHAR16);
	UINTN count = 0;

	while (loaded->LoadOptions && count < size &&
	       count < BOOTINFO_CMDLINE - 1) {
		CHAR16 c;

		memcpy(&c, (const uint8_t *)loaded->LoadOptions +
			   count * sizeof(c), sizeof(c));
		if (!c)
			break;
		info.cmdline[count++] = c > ' ' && c <= '~' ? (char)c : ' ';
	}
	info.cmdline[count] = '\0';
}

/* Without this word the firmware accepts all memory before it goes. */
static void keep_unaccepted(EFI_BOOT_SERVICES *services)
{
	EFI_GUID guid = MEMORY_ACCEPTANCE_GUID;
	struct memory_acceptance *protocol = NULL;
	void *found = NULL;

	if (EFI_ERROR(services->LocateProtocol(&guid, NULL, &found)))
		return;
	protocol = found;
	if (EFI_ERROR(protocol->allow_unaccepted(protocol)))
		fail("efi: the firmware insists on accepting all memory");
}

/* The map's key is old as soon as anything changes: then once more. */
static void exit_services(EFI_HANDLE image, EFI_BOOT_SERVICES *services,
			  struct efi_map *map)
{
	EFI_PHYSICAL_ADDRESS buffer = 0;
	EFI_STATUS status;

	status = services->AllocatePages(AllocateAnyPages, EfiLoaderData,
					 MAP_PAGES, &buffer);
	if (EFI_ERROR(status))
		fail("efi: no memory for the memory map");
	map->descriptors = (const uint8_t *)(uintptr_t)buffer;
	for (int i = 0; i < EXIT_TRIES; i++) {
		UINTN size = MAP_PAGES * PAGE_SIZE;
		UINTN descriptor_size;
		UINT32 version;
		UINTN key;

		status = services->GetMemoryMap(
			&size, (EFI_MEMORY_DESCRIPTOR *)(uintptr_t)buffer,
			&key, &descriptor_size, &version);
		if (EFI_ERROR(status))
			fail("efi: the memory map cannot be had");
		map->size = size;
		map->descriptor_size = descriptor_size;
		status = services->ExitBootServices(image, key);
		if (!EFI_ERROR(status))
			return;
	}
	fail("efi: ExitBootServices fails");
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	const uint64_t entry_tsc = cpu_rdtsc();
	EFI_GUID guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
	EFI_LOADED_IMAGE *loaded;
	void *found = NULL;
	struct efi_map map;
	paddr_t image_end;

	if (!tdx_detect()) {
		static CHAR16 refusal[] = u"tacit: this is not a TDX trust "
					  u"domain; refusing to run.\r\n";

		system->ConOut->OutputString(system->ConOut, refusal);
		return EFI_UNSUPPORTED;
	}
	if (EFI_ERROR(system->BootServices->HandleProtocol(image, &guid,
							   &found)))
		fail("efi: no loaded image protocol");
	loaded = found;
	info.entry_tsc = entry_tsc;
	info.image_base = (uintptr_t)loaded->ImageBase;
	copy_command_line(loaded);
	/* The firmware has measured this program, not what it was given. */
	measure_extend(RTMR_CMDLINE, info.cmdline, strlen(info.cmdline));
	keep_unaccepted(system->BootServices);
	image_end = align_up(info.image_base + loaded->ImageSize, PAGE_SIZE);

	exit_services(image, system->BootServices, &map);
	cpu_irq_disable();
	if (efi_map_translate(&info, &map, align_down(info.image_base,
						      PAGE_SIZE), image_end))
		fail("efi: the memory map makes no sense");
	kernel_main(&info);
}
