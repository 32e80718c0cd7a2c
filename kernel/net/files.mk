obj-kernel +=
obj-lwip +=
