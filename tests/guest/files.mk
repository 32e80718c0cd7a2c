obj-guest += tests/guest/ve_cases.o
