# SPDX-License-Identifier: MIT
#
# The kernel as its own firmware: the same objects without GNU-EFI, linked
# likewise, flat, in the frame of firmware.S. Part of the Makefile.

tdvf-objs := $(obj-tdvf:%=$(BUILD)/obj/%)

$(BUILD)/%.tdvf.elf: $(kernel-objs) $(tdvf-objs) $$(call app-objs,$$*) \
		linker.ld Makefile boot/tdvf/rules.mk $(lists) | $(setup)
	@mkdir -p $(@D)
	$(call say,LD)$(LD) $(elf-flags) -T linker.ld -Map $(@:.elf=.map) -o $@ \
		$(filter %.o,$^) --start-group $(libs) --end-group
	@tools/check-elf $@

$(BUILD)/%.tdvf.bin: $(BUILD)/%.tdvf.elf
	$(call say,BIN)$(OBJCOPY) -O binary $< $@

$(BUILD)/%.fd: $(BUILD)/%.tdvf.bin boot/tdvf/firmware.S boot/tdvf/layout.h \
		arch/x86/tdx/abi.h boot/tdvf/rules.mk Makefile
	$(call say,FD)$(CC) -I. -DKERNEL='"$<"' -Wa,--fatal-warnings -c \
		boot/tdvf/firmware.S -o $(<:.bin=.o)
	@$(OBJCOPY) -O binary -j .firmware $(<:.bin=.o) $@
