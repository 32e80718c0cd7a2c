/* SPDX-License-Identifier: MIT */
/*
 * Boot path "tdvf": the kernel as its own firmware. The host has built the TD
 * from our image and listed the TD's memory (the TD HOB); the loader in
 * firmware.S has copied and start.S relocated the kernel. What firmware would
 * do besides is done here: the host's word is measured before it is used, and
 * the chip set gets a place for its power button.
 *
 * Exceptions are fatal without a word until the kernel has its handlers.
 */
#include <errno.h>
#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/image.h"
#include "arch/x86/tdx/tdx.h"
#include "boot/bootinfo.h"
#include "boot/measure.h"
#include "boot/ranges.h"
#include "boot/tdvf/fw_cfg.h"
#include "boot/tdvf/hob.h"
#include "boot/tdvf/layout.h"
#include "boot/tdvf/tdvf.h"

#define CMDLINE_FILE "opt/org.tacit/cmdline"

/* As OVMF: 0 is for what the host configures, 1 for what it loads. */
#define RTMR_HOB 0
#define RTMR_CMDLINE 1

/* ICH9, LPC bridge: device 31 of bus 0. */
#define PCI_ADDRESS 0xCF8
#define PCI_DATA 0xCFC
#define ICH9_LPC 0x8000F800U
#define ICH9_LPC_ID 0x29188086
#define ICH9_PMBASE 0x40
#define ICH9_PMBASE_VALUE 0x601		/* ports from 0x600 on */
#define ICH9_ACPI_CNTL 0x44
#define ICH9_ACPI_CNTL_ENABLE 0x80

/* Both lie in the image, which the kernel never gives away. */
static struct bootinfo info = { .path = "tdvf" };
static uint8_t hob_list[TDVF_HOB_SIZE] aligned(8);

static noreturn void fail(const char *text)
{
	tdx_report_fatal(text);
}

static void read_memory_list(void)
{
	const paddr_t image = (uintptr_t)__image_start;
	size_t size;
	int err;

	memcpy(hob_list, (const void *)TDVF_HOB, sizeof(hob_list));
	size = hob_size(hob_list, sizeof(hob_list));
	if (!size)
		fail("tdvf: the TD HOB is no list of blocks");
	measure_extend(RTMR_HOB, hob_list, size);
	err = hob_translate(&info, hob_list, size, image,
			    (uintptr_t)__image_end);
	if (err == -ENOMEM)
		fail("tdvf: the TD HOB has no memory for the kernel");
	if (err)
		fail("tdvf: the memory in the TD HOB makes no sense");
}

/* Bytes of any origin become printable ASCII: other characters blanks. */
static void read_command_line(void)
{
	const size_t size = fw_cfg_read(CMDLINE_FILE, info.cmdline,
					BOOTINFO_CMDLINE - 1);

	measure_extend(RTMR_CMDLINE, info.cmdline, size);
	for (size_t i = 0; i < size; i++) {
		char *const c = &info.cmdline[i];

		if (*c <= ' ' || *c > '~')
			*c = ' ';
	}
}

static void write_lpc(uint32_t offset, unsigned int size, uint32_t value)
{
	tdx_io_write(PCI_ADDRESS, 4, ICH9_LPC | offset);
	tdx_io_write(PCI_DATA, size, value);
}

/* kernel/power.c powers off by port 0x604, where firmware has put it. */
static void place_power_management(void)
{
	tdx_io_write(PCI_ADDRESS, 4, ICH9_LPC);
	if (tdx_io_read(PCI_DATA, 4) != ICH9_LPC_ID)
		return;
	write_lpc(ICH9_PMBASE, 4, ICH9_PMBASE_VALUE);
	write_lpc(ICH9_ACPI_CNTL, 1, ICH9_ACPI_CNTL_ENABLE);
}

void tdvf_main(uint64_t entry_tsc, paddr_t firmware)
{
	tdx_init();
	info.entry_tsc = entry_tsc;
	info.image_base = (uintptr_t)__image_start;
	read_memory_list();
	/* The page tables that we are on, and the loop of the other vCPUs. */
	if (ranges_add(&info, firmware, 4 * GIB, BOOTINFO_KEEP))
		fail("tdvf: the TD HOB has memory where the firmware is");
	read_command_line();
	place_power_management();
	kernel_main(&info);
}
