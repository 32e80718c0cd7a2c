# SPDX-License-Identifier: MIT
#
# What only tests need: `make check`, programs of the build machine, headers
# compiled alone. Part of the Makefile.

.PHONY: check units headers format
units := $(basename $(wildcard tests/unit/*.c))
units: $(units:%=$(BUILD)/%)

check: $(BUILD)/.setup-check
	@BUILD='$(BUILD)' DEPS='$(DEPS)' tests/run $(TESTS)

format:
	find lib arch boot kernel drivers apps emu tests -name '*.[ch]' \
		-exec clang-format -i {} +

# --- Unit tests: each with the .c beside every header of lib/ and emu/ that it
# includes. Lines " * Links: a.c b.c" and " * Libraries: -la" in its head add
# to them.
head-words = $(shell sed -n -e '1,20s,^ \* $(2): ,,p' $(1))
links = $(sort $(wildcard $(call head-words,$(1),Links) \
	$(shell sed -n 's,^.include "\(\(lib\|emu\)/.*\)h"$$,\1c,p' $(1))))
unit-flags := $(warnings) -g -O1 -MMD -MP -I. -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all
$(BUILD)/host/%.o: %.c Makefile | $(setup)
	@mkdir -p $(@D)
	$(call say,HOSTCC)$(HOST_CC) $(unit-flags) -c $< -o $@

$(BUILD)/tests/unit/%: $(BUILD)/host/tests/unit/%.o \
		$$(patsubst %.c,$(BUILD)/host/%.o,$$(call links,tests/unit/$$*.c))
	@mkdir -p $(@D)
	$(call say,HOSTLD)$(HOST_CC) $(unit-flags) -o $@ \
		$(filter %.o %.c %.S,$^) \
		$(call head-words,tests/unit/$*.c,Libraries)

# --- Fuzz targets: as unit tests, by clang for libFuzzer ------------------------
.PHONY: fuzz fuzzers
FUZZ_CC ?= clang
fuzz-names := $(basename $(notdir $(wildcard tests/fuzz/*.c)))
fuzzers: $(fuzz-names:%=$(BUILD)/tests/fuzz/%)
fuzz: fuzzers
	@BUILD='$(BUILD)' tests/fuzz/run $(or $(SECONDS),60) $(fuzz-names)

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $$(call links,tests/fuzz/$$*.c) \
		$(wildcard tests/fuzz/*.h tests/unit/*.h lib/*.h) tests/rules.mk
	@mkdir -p $(@D)
	$(call say,FUZZ)$(FUZZ_CC) $(filter-out -MMD -MP,$(unit-flags)) \
		-fsanitize=fuzzer -o $@ $(filter %.c,$^) \
		$(call head-words,tests/fuzz/$*.c,Libraries)

# --- The table of trust as a document -------------------------------------------
.PHONY: docs
$(BUILD)/host/tools/trust-doc: $(BUILD)/host/tools/trust-doc.o
	$(call say,HOSTLD)$(HOST_CC) $(unit-flags) -o $@ $^

docs: $(BUILD)/host/tools/trust-doc
	@$< <docs/trust.md >$(BUILD)/trust.md && cp $(BUILD)/trust.md docs/trust.md

# --- Counting instructions: the kernel's objects in a program of this machine ---
steps-objs := $(patsubst %,$(BUILD)/obj/%,tests/guest/ve_cases.o \
	$(filter arch/x86/entry.o arch/x86/trap.o arch/x86/tdx/% lib/insn%, \
	$(obj-kernel)))
steps-flags := -pie -z noexecstack -Wl,--defsym=__text_end=etext \
	-Wl,--defsym=__text_start=__executable_start \
	-Wl,--defsym=__extable_start=__executable_start \
	-Wl,--defsym=__extable_end=__executable_start
$(BUILD)/tests/bench/steps: tests/bench/steps.c tests/unit/fake_td.h \
		$(wildcard arch/x86/tdx/*.h) $(steps-objs)
	@mkdir -p $(@D)
	$(call say,HOSTLD)$(HOST_CC) $(warnings) -g -O1 -I. -o $@ \
		$(filter %.c %.o,$^) $(steps-flags)

host-program = @mkdir -p $(@D) && $(HOST_CC) -std=gnu17 -O2 -Wall -Wextra \
	-Werror -I. -o $@ $(filter %.c,$^)
$(BUILD)/tests/bench/paths.so: tests/bench/block.c tests/bench/results.c \
	$(wildcard tests/bench/*.h)
$(BUILD)/tests/bench/%.so: tests/bench/%.c tests/bench/qemu_plugin.h | $(setup)
	$(host-program) -shared -fPIC
$(BUILD)/tests/bench/linux_init: tests/bench/linux_init.c | $(setup)
	$(host-program) -static -s

# A program for the firmware alone, by GNU-EFI's own linker script.
ovmf-parts := $(BUILD)/tests/bench/ovmf.o $(BUILD)/tests/bench/ovmf_execute.o
ovmf-compile = @mkdir -p $(@D) && $(CC) $(warnings) -O2 -ffreestanding -fpic \
	-mno-red-zone -fno-stack-protector -DGNU_EFI_USE_MS_ABI \
	-isystem /usr/include/efi -isystem /usr/include/efi/x86_64 -c $< -o $@
$(BUILD)/tests/bench/%.o: tests/bench/%.c | $(setup)
	$(ovmf-compile)
$(BUILD)/tests/bench/%.o: tests/bench/%.S | $(setup)
	$(ovmf-compile)
$(BUILD)/tests/bench/ovmf.efi: $(ovmf-parts)
	$(call say,EFI)$(LD) -nostdlib -shared -Bsymbolic -z noexecstack \
		-z norelro -T /usr/lib/elf_x86_64_efi.lds -o $(@:.efi=.elf) \
		/usr/lib/crt0-efi-x86_64.o $^ /usr/lib/libgnuefi.a
	@$(OBJCOPY) --target efi-app-x86_64 --subsystem 10 -j .text -j .sdata \
		-j .data -j .dynamic -j .dynsym -j .rel -j .rela -j .reloc \
		$(@:.efi=.elf) $@

# --- Headers: each must compile alone ------------------------------------------
here = $(wildcard $(patsubst %,%/*.h,$(1)))
headers: $(patsubst %,$(BUILD)/obj/%.ok,$(call here,lib arch/x86 arch/x86/tdx \
		boot boot/* drivers/virtio kernel kernel/net apps/* tests/guest \
		tests/conformance tests/conformance/lib)) \
	$(patsubst %,$(BUILD)/emu/obj/%.ok,$(call here,emu emu/*))

alone = @mkdir -p $(@D) && printf '\#include "%s"\ntypedef int alone;\n' $< | \
	$(1) -fsyntax-only -MF $(@:.ok=.d) -MT $@ -x c - && touch $@
$(BUILD)/obj/%.h.ok: %.h $(libc-ok) $(DEPS)/lwip.ok Makefile | $(setup)
	$(call alone,$(CC) $(kernel-flags) $(extra))
$(BUILD)/emu/obj/%.h.ok: %.h $(DEPS)/zydis.ok Makefile emu/rules.mk | $(setup)
	$(call alone,$(CC) $(emu-flags))
