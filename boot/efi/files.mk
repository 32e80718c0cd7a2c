# SPDX-License-Identifier: MIT
obj-efi += boot/efi/main.o boot/efi/map.o
