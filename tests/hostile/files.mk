obj-guest += tests/hostile/canary_call.o
