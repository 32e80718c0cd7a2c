obj-guest += tests/guest/ve_cases.o tests/guest/ve_diff_cases.o
