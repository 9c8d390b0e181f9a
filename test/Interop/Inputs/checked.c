/* The program of valgrind.test: right, or wrong as its argument says. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct node *next;
    int value;
};

static struct node **kept;
static struct node *volatile freed;

static void fill(struct node **list)
{
    for (int i = 0; i < 100; i++) {
        struct node *node = malloc(sizeof *node);
        node->value = i;
        node->next = *list;
        *list = node;
    }
    kept = list;
}

static void *work(void *sum)
{
    char *text = strdup("a thread's text");
    for (struct node *node = *kept; node; node = node->next)
        *(int *)sum += node->value;
    free(text);
    return NULL;
}

__attribute__((noinline)) static int use_after_free(void)
{
    freed = calloc(1, sizeof *freed);
    free(freed);
    return freed->value;
}

__attribute__((noinline)) static void leak(void)
{
    char *volatile text = malloc(100);
    text[0] = 1;
    text = NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    struct node *list = NULL;   /* moved, and the rest is reached from it */
    int sum = 0;
    fill(&list);
    pthread_create(&thread, NULL, work, &sum);
    pthread_join(thread, NULL);
    if (argc > 1 && !strcmp(argv[1], "wrong"))
        sum += use_after_free();
    if (argc > 1 && !strcmp(argv[1], "leak"))
        leak();
    for (struct node *next; list; list = next) {
        next = list->next;
        free(list);
    }
    printf("right: %d\n", sum);
    return 0;
}
