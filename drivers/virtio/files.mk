obj-kernel += drivers/virtio/net.o drivers/virtio/pci.o
obj-kernel += drivers/virtio/transport.o drivers/virtio/virtq.o
