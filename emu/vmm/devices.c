/* SPDX-License-Identifier: MIT */
/*
 * Ports and device registers: QEMU's own devices, reached directly, but for
 * those that belong to the emulator or would show its memory.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/layout.h"
#include "emu/vmm/vmm.h"

/* ACPI memory hotplug: would show the DIMM. Reads as no memory device. */
#define HOTPLUG_FIRST 0xa00
#define HOTPLUG_LAST 0xa17

#define XAPIC_BASE UINT64_C(0xfee00000)

/* ACPI, PM1 Control Register: where q35 firmware puts it. */
#define PM1A_CNT 0x604
#define PM1_SLP_EN 0x2000

/* Ways to reset a PC: ICH9, Reset Control; the keyboard; System Control A. */
#define RESET_CONTROL 0xcf9
#define RESET_CPU 0x04
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET 0xfe
#define SYSTEM_CONTROL_A 0x92
#define FAST_RESET 0x01

static bool is_hotplug(uint16_t port)
{
	return port >= HOTPLUG_FIRST && port <= HOTPLUG_LAST;
}

/* Ports of isa-debugcon and isa-debug-exit, with what an access may touch. */
static bool is_ours(uint16_t port, unsigned int size)
{
	const unsigned int last = port + size - 1;

	return (port <= EMU_PORT_LOG && last >= EMU_PORT_LOG) ||
	       (port <= EMU_PORT_EXIT + 3 && last >= EMU_PORT_EXIT);
}

uint32_t vmm_port_read(uint16_t port, unsigned int size)
{
	if (is_hotplug(port))
		return 0;
	if (is_ours(port, size))
		return UINT32_MAX >> (32 - 8 * size);
	switch (size) {
	case 1:
		return cpu_inb(port);
	case 2:
		return cpu_inw(port);
	default:
		return cpu_inl(port);
	}
}

/* QEMU, which does not reboot here, ends with that. */
static bool is_the_end(uint16_t port, uint32_t value)
{
	switch (port) {
	case PM1A_CNT:
		return value & PM1_SLP_EN;
	case RESET_CONTROL:
		return value & RESET_CPU;
	case KEYBOARD_COMMAND:
		return (uint8_t)value == KEYBOARD_RESET;
	case SYSTEM_CONTROL_A:
		return value & FAST_RESET;
	default:
		return false;
	}
}

void vmm_port_write(uint16_t port, unsigned int size, uint32_t value)
{
	if (is_hotplug(port) || is_ours(port, size))
		return;
	if (is_the_end(port, value))
		emu_run_stop_hook();
	switch (size) {
	case 1:
		cpu_outb(port, (uint8_t)value);
		break;
	case 2:
		cpu_outw(port, (uint16_t)value);
		break;
	default:
		cpu_outl(port, value);
	}
}

/*
 * The DIMM, to the end of what QEMU could place there, and the APIC: a TD's
 * is in x2APIC mode, so that no register of it is memory.
 */
static bool is_emulator(paddr_t gpa, unsigned int size)
{
	return (gpa + size > EMU_PHYS && gpa < EMU_PHYS + 64 * GIB) ||
	       (gpa + size > XAPIC_BASE && gpa < XAPIC_BASE + PAGE_SIZE);
}

static inline uint64_t read_at(const volatile void *at, unsigned int size)
{
	switch (size) {
	case 1:
		return *(const volatile uint8_t *)at;
	case 2:
		return *(const volatile uint16_t *)at;
	case 4:
		return *(const volatile uint32_t *)at;
	default:
		return *(const volatile uint64_t *)at;
	}
}

static inline void write_at(volatile void *at, unsigned int size,
			    uint64_t value)
{
	switch (size) {
	case 1:
		*(volatile uint8_t *)at = (uint8_t)value;
		break;
	case 2:
		*(volatile uint16_t *)at = (uint16_t)value;
		break;
	case 4:
		*(volatile uint32_t *)at = (uint32_t)value;
		break;
	default:
		*(volatile uint64_t *)at = value;
	}
}

/* Apart, for a call would cost the others registers to save. */
static noinline uint64_t read_far(paddr_t gpa, unsigned int size)
{
	return read_at(memory_window(gpa), size);
}

static noinline void write_far(paddr_t gpa, unsigned int size, uint64_t value)
{
	write_at(memory_window(gpa), size, value);
}

uint64_t vmm_mmio_read(paddr_t gpa, unsigned int size)
{
	if (is_emulator(gpa, size))
		return UINT64_MAX >> (64 - 8 * size);
	return gpa < MEMORY_MAPPED ? read_at(memory_at(gpa), size) :
				     read_far(gpa, size);
}

void vmm_mmio_write(paddr_t gpa, unsigned int size, uint64_t value)
{
	if (is_emulator(gpa, size))
		return;
	if (gpa < MEMORY_MAPPED)
		write_at(memory_at(gpa), size, value);
	else
		write_far(gpa, size, value);
}
