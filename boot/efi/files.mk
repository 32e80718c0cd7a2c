obj-efi +=
