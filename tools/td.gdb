# SPDX-License-Identifier: MIT
#
# Reading a TD's private memory in gdb. QEMU's gdb server knows nothing of
# nested paging, so that it cannot: these walk the Secure EPT of the emulator
# (its symbols must be loaded) and read the memory behind it.
#
#   td ADDRESS   leaves in $td where the private page lies, with the offset;
#                from then on gdb reads physical memory: x/8gx $td
#   td-stack     the 32 words at the stack pointer, return addresses by name
#   td-off       back to the addresses of the CPU

define td
	set $td_gpa = (unsigned long)($arg0)
	pipe maintenance packet Qqemu.PhyMemMode:1 | cat >/dev/null
	# EMU_VIRT and EMU_PHYS of emu/layout.h.
	set $td_offset = 0x1000000000 - 0xffffffff80000000
	set $td_table = (unsigned long)&tds[0].sept_root + $td_offset
	set $td_shift = 12 + 9 * *(unsigned int *)((unsigned long)&tds[0].sept_top + $td_offset)
	set $td_entry = *(unsigned long *)($td_table + (($td_gpa >> $td_shift) & 511) * 8)
	# Down to a page, of 4 KiB or, with bit 7 set, of more.
	while $td_shift > 12 && ($td_entry & 0x81) == 1
		set $td_table = $td_entry & 0xffffffffff000
		set $td_shift = $td_shift - 9
		set $td_entry = *(unsigned long *)($td_table + (($td_gpa >> $td_shift) & 511) * 8)
	end
	if $td_entry & 1
		set $td_mask = (1UL << $td_shift) - 1
		set $td = ($td_entry & 0xffffffffff000 & ~$td_mask) + ($td_gpa & $td_mask)
		printf "private address %#lx is physical %#lx\n", $td_gpa, $td
	else
		set $td = 0
		printf "private address %#lx is not mapped\n", $td_gpa
	end
end
document td
td ADDRESS (without blanks): finds the memory behind a private address of the TD, as $td.
From then on gdb reads physical memory (x/8gx $td, print *(type *)$td);
td-off ends that.
end

define td-stack
	td $rsp
	x/32ga $td
end
document td-stack
td-stack: shows the 32 words at the TD's stack pointer.
end

define td-off
	pipe maintenance packet Qqemu.PhyMemMode:0 | cat >/dev/null
end
document td-off
td-off: gdb reads memory by the CPU's addresses again.
end
