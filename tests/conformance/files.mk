# What the conformance tests share: part of all tests' objects, and dropped
# by the linker from those that do not use it.
obj-guest += tests/conformance/lib/cpuid.o \
	tests/conformance/lib/metadata.o tests/conformance/lib/raw.o \
	tests/conformance/lib/rule.o tests/conformance/lib/trial.o lib/sha384.o
