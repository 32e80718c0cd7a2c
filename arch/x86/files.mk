obj-kernel +=
