obj-kernel += tests/guest/ve_cases.o
