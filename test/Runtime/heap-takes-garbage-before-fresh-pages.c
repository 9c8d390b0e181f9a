/* Blocks of their own pages: those of the last collection are taken before the
 * heap has fresh ones.  Else it would hold them and as many again, half as much
 * more than the goal.
 *
 * RUN: %escc -I %source_root/include -O1 -w %s -o %t
 * RUN: env ESCC_DEBUG=stw=1,wait=0 %t
 */
#include <escc/gc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
    LIVE = 600 * 1000, BLOCKS = 20 * 1000, BLOCK_BYTES = 48 * 1024
};

struct node {
    struct node *next;
    long payload[10];
};

static struct node *list;
static char *volatile block;

int main(void)
{
    struct escc_stats stats;
    struct rusage usage;
    for (int i = 0; i < LIVE; i++) {
        struct node *node = malloc(sizeof *node);
        node->next = list;
        list = node;
    }
    escc_gc();
    for (int i = 0; i < BLOCKS; i++) {
        block = malloc(BLOCK_BYTES);
        block[0] = 1;
    }
    escc_stats_get(&stats, sizeof stats);
    getrusage(RUSAGE_SELF, &usage);
    uint64_t most = (uint64_t)usage.ru_maxrss << 10;
    uint64_t goal = stats.heap_goal_bytes;
    printf("%lu collections, %lu MB at most, goal %lu MB\n",
           (unsigned long)stats.gc_cycles, (unsigned long)(most >> 20),
           (unsigned long)(goal >> 20));
    return stats.gc_cycles < 5 || most > goal + goal / 5 + (16 << 20);
}
