# SPDX-License-Identifier: MIT
#
# One make for everything: no recursion, all output under $(BUILD), the lists
# of objects in each folder's files.mk. `make help` says what can be typed:
#
#help make run            boot the HTTP service as a TD, on http://localhost:8080
#help     APP=hello       another program of apps/
#help     ACCEL=tdx       on TDX hardware instead of the emulator
#help     BOOT=tdvf       the image is the firmware: no OVMF
#help     TD_MEMORY=128M  HTTP_PORT=8080  APPEND="command line"  DRYRUN=1
#help     QUOTES=1        a quoting service answers the TD
#help make debug          the same, stopped at the first instruction for gdb
#help make check          every test; TESTS=unit/ only those with that in their name
#help make fuzz           fuzz targets, SECONDS=60 each; what they find is kept
#help make docs           the table of trust in docs/trust.md, from the code
#help make bench          what is claimed of speed and size, measured
#help make bench-linux    what calls and #VE cost Linux and OVMF, beside this kernel
#help make bench-compare  A=one.json B=other.json: two results side by side
#help make all            images and emulator, nothing is run; V=1 shows commands
#help make setup          only packages and dependencies; DEPS_DIR=folder has them
#help make clean          away with all but the dependencies

BUILD ?= build
DEPS ?= $(BUILD)/deps
ifeq ($(origin CC),default)
CC := gcc
endif
HOST_CC ?= gcc
LD := ld
OBJCOPY := objcopy

APP ?= httpd
BOOT ?= efi
ACCEL ?= emu
TD_MEMORY ?= 128M
HTTP_PORT ?= 8080

ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += -rR
# V=1 shows whole commands, make -s nothing.
quiet := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V),,@$(if $(quiet),,echo '  $(1)	$(@:$(BUILD)/%=%)';))
.SECONDEXPANSION:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all programs images run debug bench bench-linux bench-compare setup clean help
all: programs

# --- What there is: the folders say ----------------------------------------
lists := $(sort $(wildcard */files.mk */*/files.mk */*/*/files.mk))
include $(lists)

kernel-objs := $(obj-kernel:%=$(BUILD)/obj/%) $(obj-lwip:%=$(BUILD)/lwip/%)
efi-objs := $(obj-efi:%=$(BUILD)/obj/%)
apps := $(patsubst %/,%,$(sort $(dir $(wildcard apps/*/*.c))))
guests := $(basename $(wildcard $(patsubst %,tests/%/*.c,guest hostile \
	conformance)))
rom := $(if $(obj-emu),$(BUILD)/emu/rom.bin)

programs: $(apps:%=$(BUILD)/%.efi) $(apps:%=$(BUILD)/%.fd) $(rom)
images: $(guests:%=$(BUILD)/%.efi)

# --- Flags -----------------------------------------------------------------
# $(call once,name,command): runs when first needed, so that make also starts
# on a machine that has no compiler yet.
once = $(eval $(1) := $$(shell $(2)))$($(1))
cc-include = $(call once,cc-include,$(CC) -print-file-name=include)
libgcc = $(call once,libgcc,gcc -print-libgcc-file-name)

warnings := -std=c17 -pedantic -Wall -Wextra -Werror -Wshadow -Wconversion \
	-Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes
common := -g -MD -MP -I. -fno-common -fno-strict-aliasing \
	-fno-asynchronous-unwind-tables -fno-stack-protector \
	-ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=.
image := -fpie -fvisibility=hidden -ftls-model=local-exec -mno-red-zone
libc = -nostdinc -isystem $(DEPS)/picolibc/include -isystem $(cc-include)
lwip := -isystem kernel/net/port -isystem $(DEPS)/lwip/src/include \
	-isystem $(DEPS)/lwip/src/include/compat/posix

kernel-flags = $(warnings) $(common) $(image) $(libc) -ffreestanding \
	-mgeneral-regs-only -Os
app-flags = $(warnings) $(common) $(image) $(libc) $(lwip) -O2
vendor-flags = -std=c17 -w $(common) $(image) $(libc) $(lwip) -O2
elf-flags := -pie -static --no-dynamic-linker -nostdlib -z text \
	-z noexecstack -z max-page-size=4096 -z norelro --gc-sections \
	--fatal-warnings --build-id=none

# What differs by folder.
$(BUILD)/obj/arch/x86/tdx/%: extra := -O2
$(BUILD)/obj/lib/insn%: extra := -O2
$(BUILD)/obj/boot/efi/%: extra := -isystem /usr/include/efi \
	-isystem /usr/include/efi/x86_64 -DGNU_EFI_USE_MS_ABI
$(BUILD)/obj/kernel/net/%: extra = $(lwip)
$(BUILD)/obj/apps/% $(BUILD)/obj/tests/%: kernel-flags = $(app-flags)
$(BUILD)/obj/tests/%: extra := -fno-builtin

# --- Objects ---------------------------------------------------------------
setup := $(BUILD)/.setup-build
libc-ok := $(DEPS)/picolibc.ok
$(BUILD)/obj/%.o: %.c $(libc-ok) $(DEPS)/lwip.ok Makefile | $(setup)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(kernel-flags) $(extra) -c $< -o $@

$(BUILD)/obj/%.o: %.S $(libc-ok) Makefile | $(setup)
	@mkdir -p $(@D)
	$(call say,AS)$(CC) $(kernel-flags) $(extra) -Wa,--fatal-warnings -c $< -o $@

$(BUILD)/lwip/%.o: $(libc-ok) $(DEPS)/lwip.ok Makefile | $(setup)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(vendor-flags) -c $(DEPS)/lwip/src/$*.c -o $@

# --- Images: apps/<name>/*.c or tests/<group>/<name>.c, and a kernel ---------
app-objs = $(patsubst %.c,$(BUILD)/obj/%.o,$(or $(wildcard $(1)/*.c),$(1).c)) \
	$(if $(filter tests/%,$(1)),$(obj-guest:%=$(BUILD)/obj/%))
libs = $(DEPS)/picolibc/lib/libc.a $(libgcc)

$(BUILD)/%.elf: $(kernel-objs) $(efi-objs) $$(call app-objs,$$*) linker.ld \
		Makefile $(lists) | $(setup)
	@mkdir -p $(@D)
	$(call say,LD)$(LD) $(elf-flags) -T linker.ld -Map $(@:.elf=.map) -o $@ \
		/usr/lib/crt0-efi-x86_64.o $(filter %.o,$^) \
		--start-group $(libs) /usr/lib/libgnuefi.a --end-group
	@tools/check-elf $@

pe-sections := .text .rodata .reloc .rela .dynamic .relro .tdata .data .bss
$(BUILD)/%.efi: $(BUILD)/%.elf
	$(call say,EFI)$(OBJCOPY) --target efi-app-x86_64 --subsystem 10 \
		$(pe-sections:%=-j %) $< $@

# --- What others made ----------------------------------------------------------
$(BUILD)/.setup%: tools/setup
	@tools/setup $(patsubst -%,%,$*)
	@mkdir -p $(@D) && touch $@

$(DEPS)/%.ok: tools/get-dep tools/fetch-deps $$(wildcard tools/build-$$* tools/unpack-$$*) | $(setup)
	@DEPS='$(DEPS)' DEPS_DIR='$(DEPS_DIR)' tools/get-dep $*

# --- What a user types ---------------------------------------------------------
ifneq ($(filter run debug,$(MAKECMDGOALS)),)
ifeq ($(filter apps/$(APP),$(apps)),)
$(error there is no program $(APP); APP= may be: $(notdir $(apps)))
endif
endif
image-file-efi := $(BUILD)/apps/$(APP).efi
image-file-tdvf := $(BUILD)/apps/$(APP).fd
boot-args-efi := --tdvf $(DEPS)/OVMF.fd --kernel $(image-file-efi)
boot-args-tdvf := --tdvf $(image-file-tdvf)
symbols-efi := $(BUILD)/apps/$(APP).elf
symbols-tdvf := $(BUILD)/apps/$(APP).tdvf.elf
image-file := $(image-file-$(BOOT))
ifeq ($(image-file),)
$(error BOOT=$(BOOT): the kernel boots by efi or tdvf)
endif
ifeq ($(filter emu tdx,$(ACCEL)),)
$(error ACCEL=$(ACCEL): a TD runs in emu, the emulator, or by tdx, on hardware)
endif
launch := env BUILD='$(BUILD)' DEPS='$(DEPS)' \
	$(if $(filter tdx,$(ACCEL)),tools/tdx-run,emu/td-run) $(boot-args-$(BOOT)) \
	--memory '$(TD_MEMORY)' --http '$(HTTP_PORT)' \
	$(if $(QUOTES),--quote-service) $(if $(APPEND),--append '$(APPEND)') $(if $(DRYRUN),--dry-run)

run debug: $(image-file) $(rom) $(if $(filter efi,$(BOOT)),$(DEPS)/ovmf.ok)
run:
	@$(launch)

debug: $(BUILD)/.setup-debug
	@tools/debug $(symbols-$(BOOT)) $(launch)

bench: programs $(DEPS)/ovmf.ok $(BUILD)/tests/bench/steps \
		$(BUILD)/tests/bench/plugin.so $(BUILD)/tests/bench/emulator.so
	@BUILD='$(BUILD)' DEPS='$(DEPS)' tests/bench/run

bench-linux: programs $(DEPS)/ovmf.ok $(DEPS)/linux.ok \
		$(BUILD)/tests/bench/paths.so $(BUILD)/tests/bench/linux_init \
		$(BUILD)/tests/bench/ovmf.efi $(BUILD)/tests/bench/steps
	@BUILD='$(BUILD)' DEPS='$(DEPS)' tests/bench/linux

bench-compare:
	@tests/bench/compare '$(A)' '$(B)'

setup: $(setup) $(DEPS)/picolibc.ok $(DEPS)/lwip.ok $(DEPS)/zydis.ok \
	$(DEPS)/ovmf.ok

# Not the dependencies: they do not change, and may be shared.
clean:
	rm -rf $(filter-out $(BUILD)/deps,$(wildcard $(BUILD)/* $(BUILD)/.setup*))

help:
	@sed -n 's/^#help //p' Makefile

print-%:
	@echo '$($*)'

include boot/tdvf/rules.mk emu/rules.mk tests/rules.mk
-include $(shell find $(BUILD) -path $(BUILD)/deps -prune -o -path \
	$(BUILD)/clang -prune -o -name '*.d' -print 2>/dev/null)
