# SPDX-License-Identifier: MIT
obj-kernel += boot/measure.o boot/ranges.o lib/sha384.o
