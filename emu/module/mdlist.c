/* SPDX-License-Identifier: MIT */
/* Writes metadata lists. What it wrote is never read back from the page. */
#include "emu/module/mdlist.h"

#include <string.h>

/* MOD, Metadata Field Identifier, and as the header of a sequence. */
#define ID_CODE UINT64_C(0xffffff)
#define ID_CLASS (UINT64_C(0x3f) << 56)
#define ID_ELEMENT_SIZE (UINT64_C(3) << 32)
#define LAST_ELEMENT_SHIFT 34
#define LAST_ELEMENT (UINT64_C(0xf) << LAST_ELEMENT_SHIFT)
/* Bits 46:38: more than a page has room for. */
#define LAST_FIELD_SHIFT 38

/* The list's own header: its size in bytes, then the number of sequences. */
#define SEQUENCES_SHIFT 16

static void write_header(const struct mdlist *list)
{
	list->words[0] = list->used * sizeof(uint64_t) |
			 (uint64_t)list->sequences << SEQUENCES_SHIFT;
}

void mdlist_begin(struct mdlist *list, uint64_t words[MDLIST_WORDS])
{
	*list = (struct mdlist){ .words = words, .used = 1 };
	write_header(list);
}

static unsigned int last_element(uint64_t header)
{
	return (unsigned int)((header & LAST_ELEMENT) >> LAST_ELEMENT_SHIFT);
}

/* Of the same class and shape, and the very next one. */
static bool is_next(const struct mdlist *list, uint64_t id,
		    unsigned int count)
{
	return list->sequences &&
	       last_element(list->sequence) + 1 == count &&
	       !((list->last ^ id) & (ID_CLASS | ID_ELEMENT_SIZE)) &&
	       (list->last & ID_CODE) + count == (id & ID_CODE);
}

bool mdlist_add(struct mdlist *list, uint64_t id, const uint64_t *elements,
		unsigned int count)
{
	const bool is_new = !is_next(list, id, count);

	if (list->used + is_new + count > MDLIST_WORDS)
		return false;
	if (is_new) {
		list->sequence = id | (uint64_t)(count - 1)
					      << LAST_ELEMENT_SHIFT;
		list->header = list->used++;
		list->sequences++;
	} else {
		list->sequence += UINT64_C(1) << LAST_FIELD_SHIFT;
	}
	list->words[list->header] = list->sequence;
	memcpy(&list->words[list->used], elements, count * sizeof(*elements));
	list->used += count;
	list->last = id;
	write_header(list);
	return true;
}
