/* SPDX-License-Identifier: MIT */
/*
 * Reads the TD HOB. Blocks are copied out one by one, since nothing says that
 * they are aligned; each step takes at least a header.
 */
#include "boot/tdvf/hob.h"

#include <errno.h>
#include <string.h>

#include "boot/ranges.h"

#define HOB_ALIGNMENT 8

/* Other types have any length: they are stepped over. */
static bool is_length_valid(const struct hob_header *header)
{
	switch (header->type) {
	case HOB_TYPE_HANDOFF:
		return header->length == sizeof(struct hob_handoff);
	case HOB_TYPE_RESOURCE_DESCRIPTOR:
		return header->length == sizeof(struct hob_resource);
	default:
		return header->length >= sizeof(*header) &&
		       header->length % HOB_ALIGNMENT == 0;
	}
}

size_t hob_size(const void *list, size_t limit)
{
	const uint8_t *bytes = list;
	struct hob_header header;

	for (size_t at = 0; limit - at >= sizeof(header);
	     at += header.length) {
		memcpy(&header, bytes + at, sizeof(header));
		if (!at != (header.type == HOB_TYPE_HANDOFF))
			return 0;
		if (header.type == HOB_TYPE_END_OF_HOB_LIST)
			return header.length == sizeof(header) ? at : 0;
		if (!is_length_valid(&header) || header.length > limit - at)
			return 0;
	}
	return 0;
}

static int add_resource(struct bootinfo *info,
			const struct hob_resource *resource,
			paddr_t image_start, paddr_t image_end)
{
	struct bootinfo_range ram = { .start = resource->start };

	if (resource->type == HOB_RESOURCE_MEMORY_UNACCEPTED)
		ram.type = BOOTINFO_UNACCEPTED;
	else if (resource->type == HOB_RESOURCE_SYSTEM_MEMORY)
		ram.type = BOOTINFO_KEEP;
	else
		return 0;
	/* Not start + length: the sum of what the host gave may wrap. */
	if (((resource->start | resource->length) & PAGE_MASK) ||
	    resource->start > RANGES_GPA_LIMIT ||
	    resource->length > RANGES_GPA_LIMIT - resource->start)
		return -EINVAL;
	ram.end = min_u64(ram.start + resource->length, HOB_MEMORY_END);
	return ranges_add_ram(info, &ram, image_start, image_end);
}

static bool has_memory(const struct bootinfo *info)
{
	for (unsigned int i = 0; i < info->num_ranges; i++) {
		const struct bootinfo_range *range = &info->ranges[i];

		if (range->type == BOOTINFO_UNACCEPTED &&
		    range->end - range->start >= HOB_MEMORY_MIN)
			return true;
	}
	return false;
}

int hob_translate(struct bootinfo *info, const void *list, size_t size,
		  paddr_t image_start, paddr_t image_end)
{
	int err = ranges_init(info, image_start, image_end);
	const uint8_t *bytes = list;
	struct hob_header header;

	for (size_t at = 0; !err && at < size; at += header.length) {
		struct hob_resource resource;

		memcpy(&header, bytes + at, sizeof(header));
		if (header.type != HOB_TYPE_RESOURCE_DESCRIPTOR)
			continue;
		memcpy(&resource, bytes + at, sizeof(resource));
		err = add_resource(info, &resource, image_start, image_end);
	}
	if (!err && !has_memory(info))
		err = -ENOMEM;
	return err;
}
