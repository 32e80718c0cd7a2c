# SPDX-License-Identifier: MIT
obj-kernel += arch/x86/cpu.o arch/x86/entry.o arch/x86/paging.o
obj-kernel += arch/x86/probe.o arch/x86/string.o arch/x86/switch.o
obj-kernel += arch/x86/trap.o
