obj-kernel += lib/insn.o
