obj-kernel += lib/insn.o
obj-kernel += lib/http.o lib/inet.o lib/sha256.o lib/siphash.o
