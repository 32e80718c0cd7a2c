obj-kernel += lib/insn.o lib/insn_operands.o lib/insn_tables.o lib/insn_vector.o
obj-kernel += lib/http.o lib/inet.o lib/quote.o lib/sha256.o lib/siphash.o
