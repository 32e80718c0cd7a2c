/* SPDX-License-Identifier: MIT */
/*
 * Where the emulator lies. QEMU's own RAM is the TD's: a device that is given
 * a guest physical address finds the shared backing there. All else lives in
 * a DIMM at EMU_PHYS that no e820 map, CMOS byte or RAM size shows. C and asm.
 *
 *   EMU_PHYS             the emulator: text, data, bss, the module's tables
 *   EMU_PHYS + 16 MiB    the TDVF image, laid there by -device loader
 *   EMU_PHYS + 32 MiB    pages for the TD: private memory, Secure EPT, control
 */
#ifndef EMU_LAYOUT_H
#define EMU_LAYOUT_H

#define EMU_ROM_SIZE 0x80000
#define EMU_PHYS 0x1000000000
#define EMU_VIRT 0xffffffff80000000
#define EMU_TDVF_PHYS (EMU_PHYS + 0x1000000)
#define EMU_TDVF_MAX 0x1000000
#define EMU_POOL_PHYS (EMU_PHYS + 0x2000000)

/* Ports of QEMU's debug devices; the guest cannot reach them. */
#define EMU_PORT_LOG 0x5e9
#define EMU_PORT_EXIT 0x5f4

/* Values for EMU_PORT_EXIT: QEMU's exit status is (value << 1) | 1. */
#define EMU_EXIT_FATAL_REPORT 0x10	/* 33: the guest reported an error */
#define EMU_EXIT_RULE_BROKEN 0x11	/* 35: what hardware would punish */
#define EMU_EXIT_EMULATOR 0x12		/* 37: the emulator cannot go on */

#endif
