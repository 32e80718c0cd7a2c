/* SPDX-License-Identifier: MIT */
/*
 * A metadata list as TDG.SYS.RDALL and TDH.SYS.RDALL write it (MOD, Metadata
 * List): a header of 8 bytes with the list's size and number of sequences;
 * then sequences, each a header and 8 bytes for each element of the fields
 * that follow one another from the one that the header names. Pure.
 */
#ifndef EMU_MODULE_MDLIST_H
#define EMU_MODULE_MDLIST_H

#include "lib/compiler.h"
#include "lib/types.h"

#define MDLIST_WORDS 512	/* of 8 bytes, in a list's page */

struct mdlist {
	uint64_t *words;	/* the page; others may write it, too */
	size_t used;		/* words */
	size_t sequences;
	size_t header;		/* the word of the last sequence's header */
	uint64_t sequence;	/* that header */
	uint64_t last;		/* the field added last */
};

/* An empty list in a page. */
void mdlist_begin(struct mdlist *list, uint64_t words[MDLIST_WORDS]);

/*
 * Adds one whole field of count elements, whose identifier names its first one
 * alone. It joins the last sequence where it continues it. False: the page has
 * no room for it, and the list is as before.
 */
bool mdlist_add(struct mdlist *list, uint64_t id, const uint64_t *elements,
		unsigned int count) must_check;

#endif
