/* SPDX-License-Identifier: MIT */
/* Segment selectors, shared by the GDT and by assembly. */
#ifndef ARCH_X86_DESCRIPTORS_H
#define ARCH_X86_DESCRIPTORS_H

#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define SELECTOR_TSS 0x18

#endif
