/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* collector.h - what tests of the collector's thread ask: how many collections
 * there were, and which thread it is. */
#ifndef COLLECTOR_H
#define COLLECTOR_H

#include <escc/gc.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((unused)) static unsigned long count_collections(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.gc_cycles;
}

/* Those that marked beside the threads. */
__attribute__((unused)) static unsigned long count_beside(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.gc_beside_cycles;
}

/* 0: there is none. */
__attribute__((unused)) static int find_collector(void)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *task;
    int found = 0;
    while (tasks && !found && (task = readdir(tasks))) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        FILE *comm = fopen(path, "r");
        if (comm && fgets(name, sizeof name, comm) &&
            !strcmp(name, "escc-gc\n"))
            found = atoi(task->d_name);
        if (comm)
            fclose(comm);
    }
    if (tasks)
        closedir(tasks);
    return found;
}

#endif
