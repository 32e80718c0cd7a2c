# SPDX-License-Identifier: MIT
#
# The emulator: a flat image in a ROM for QEMU's -bios. Part of the Makefile.
# Its objects are its own, those of lib/ too: it runs at other addresses.

emu-objs := $(obj-emu:%=$(BUILD)/emu/obj/%)
emu-flags := $(warnings) $(common) -ffreestanding -mcmodel=kernel -fno-pic \
	-fno-pie -mno-red-zone -mgeneral-regs-only -O2 \
	-DZYAN_NO_LIBC -DZYDIS_STATIC_BUILD -DZYCORE_STATIC_BUILD \
	-isystem $(DEPS)/zydis/include

$(BUILD)/emu/obj/%.o: %.c $(DEPS)/zydis.ok Makefile emu/rules.mk | $(setup)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(emu-flags) -c $< -o $@

$(BUILD)/emu/obj/%.o: %.S $(DEPS)/zydis.ok Makefile emu/rules.mk | $(setup)
	@mkdir -p $(@D)
	$(call say,AS)$(CC) $(emu-flags) -Wa,--fatal-warnings -c $< -o $@

$(BUILD)/emu/emu.elf: $(emu-objs) emu/emu.ld $(DEPS)/zydis.ok Makefile \
		emu/rules.mk emu/files.mk
	$(call say,LD)$(LD) -nostdlib -static -z noexecstack -z max-page-size=4096 \
		--no-warn-rwx-segments --gc-sections --build-id=none -Map $(@:.elf=.map) \
		-T emu/emu.ld -o $@ $(emu-objs) $(DEPS)/zydis/libzydis.a

$(BUILD)/emu/emu.bin: $(BUILD)/emu/emu.elf
	$(call say,BIN)$(OBJCOPY) -O binary $< $@

$(BUILD)/emu/rom.elf: emu/boot/rom.S $(BUILD)/emu/emu.bin Makefile
	$(call say,AS)$(CC) $(emu-flags) -Wa,-I$(BUILD)/emu -c $< -o $(@:.elf=.o)
	@$(LD) -n -Ttext 0 -e 0 -R $(BUILD)/emu/emu.elf -o $@ $(@:.elf=.o)

$(BUILD)/emu/rom.bin: $(BUILD)/emu/rom.elf
	$(call say,BIN)$(OBJCOPY) -O binary -j .text $< $@
