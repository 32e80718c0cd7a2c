obj-kernel += arch/x86/tdx/apic.o
obj-kernel += arch/x86/tdx/call.o
obj-kernel += arch/x86/tdx/fatal.o
obj-kernel += arch/x86/tdx/memory.o
obj-kernel += arch/x86/tdx/tdcall.o
obj-kernel += arch/x86/tdx/tdx.o
