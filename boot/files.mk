# SPDX-License-Identifier: MIT
obj-kernel += boot/ranges.o
