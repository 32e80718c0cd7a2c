# SPDX-License-Identifier: MIT
obj-tdvf += boot/tdvf/start.o boot/tdvf/main.o
obj-tdvf += boot/tdvf/fw_cfg.o boot/tdvf/hob.o
