/* The library of guest.test, compiled by escc. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct node *next;
    char *text;
};

char *library_copy(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return strcpy(copy, text);
}

void library_free(void *block)
{
    free(block);
}

void *library_grow(void *block, size_t bytes)
{
    return realloc(block, bytes);
}

/* Of each thread: hosts call library_moved from several. */
static __thread int *last;

/* A local that moves, and memory that only it leads to. */
int library_moved(int value)
{
    int moved = value;
    last = &moved;
    return ++*last;
}

struct node *library_list(int length)
{
    struct node *list = NULL;
    for (int i = 0; i < length; i++) {
        struct node *node = calloc(1, sizeof *node);
        char *text = NULL;
        if (asprintf(&text, "node %d", i) < 0)
            abort();
        node->text = strdup(text);
        free(text);
        node->next = list;
        list = node;
    }
    return list;
}

/* 0 if the list is as library_list made it; frees it. */
int library_end_list(struct node *list, int length)
{
    int wrong = 0;
    char text[32];
    while (list) {
        struct node *next = list->next;
        snprintf(text, sizeof text, "node %d", --length);
        wrong += strcmp(text, list->text) != 0;
        free(list->text);
        free(list);
        list = next;
    }
    return wrong + length;
}
