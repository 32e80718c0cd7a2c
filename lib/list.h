/* SPDX-License-Identifier: MIT */
/* A circular doubly linked list; a head is a node that holds no element. */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include "lib/types.h"

struct list {
	struct list *next;
	struct list *prev;
};

static inline void list_init(struct list *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool list_is_empty(const struct list *head)
{
	return head->next == head;
}

/* Inserts node before position; before the head is the end of the list. */
static inline void list_insert(struct list *position, struct list *node)
{
	node->next = position;
	node->prev = position->prev;
	position->prev->next = node;
	position->prev = node;
}

static inline void list_remove(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	node->next = node;
	node->prev = node;
}

#endif
