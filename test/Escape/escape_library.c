// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* The C library by its table. */
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int *global;
char *global_text;

long strtol_end(const char *s)
// CHECK: :[[#@LINE-1]]:{{.*}} s does not escape
{
    char *end;
    long n = strtol(s, &end, 10);
    return *end ? -1 : n;
}

char *strtol_end_returned(void)
{
    char text[] = "12x";
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    char *end;
    strtol(text, &end, 10);
    return end;
}

char *found(void)
{
    char text[] = "a=b";
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    return strchr(text, '=');
}

size_t found_stays(void)
{
    char text[] = "a=b";
    char *p = strchr(text, '=');
    return p ? strlen(p) : 0;
}

char *token(void)
{
    char text[] = "a b";
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    return strtok(text, " ");
}

int token_r(void)
{
    char text[] = "a b", *save;
    int n = 0;
    for (char *p = strtok_r(text, " ", &save); p;
         p = strtok_r(NULL, " ", &save))
        n++;
    return n;
}

int formatted(char *out, size_t bytes)
// CHECK: :[[#@LINE-1]]:{{.*}} out does not escape
{
    char text[32];
    int n = 3;
    sscanf("4", "%d", &n);
    snprintf(text, sizeof text, "%d", n);
    return snprintf(out, bytes, "%s", text);
}

char *line(FILE *f)
// CHECK: :[[#@LINE-1]]:{{.*}} f does not escape
{
    char text[80];
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    return fgets(text, sizeof text, f);
}

void buffer_is_kept(FILE *f)
// CHECK: :[[#@LINE-1]]:{{.*}} f does not escape
{
    char text[BUFSIZ];
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    setvbuf(f, text, _IOFBF, sizeof text);
}

void environment(void)
{
    char text[] = "A=1";
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    putenv(text);
}

size_t stream(void)
{
    char *text;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: text
    size_t bytes;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: bytes
    FILE *f = open_memstream(&text, &bytes);
    fclose(f);
    free(text);
    return bytes;
}

long size_of_file(const char *path)
// CHECK: :[[#@LINE-1]]:{{.*}} path does not escape
{
    struct stat st;
    return stat(path, &st) ? -1 : (long)st.st_size;
}

int today(void)
{
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    return tm.tm_mday;
}

struct tm *today_returned(time_t now)
{
    struct tm tm;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: tm
    return localtime_r(&now, &tm);
}

static int compare(const void *a, const void *b)
// CHECK: :[[#@LINE-1]]:{{.*}} a does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} b does not escape
{
    return *(const int *)a - *(const int *)b;
}

static int keeping_compare(const void *a, const void *b)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: a
// CHECK: :[[#@LINE-2]]:{{.*}} b does not escape
{
    global = (int *)a;
    return *(const int *)a - *(const int *)b;
}

int sorted(void)
{
    int a[3] = {3, 1, 2};
    qsort(a, 3, sizeof *a, compare);
    return a[0];
}

int sorted_and_kept(void)
{
    int a[3] = {3, 1, 2};
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    qsort(a, 3, sizeof *a, keeping_compare);
    return a[0];
}

int sorted_by_unknown(int (*order)(const void *, const void *))
// CHECK: :[[#@LINE-1]]:{{.*}} order does not escape
{
    int a[3] = {3, 1, 2};
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    qsort(a, 3, sizeof *a, order);
    return a[0];
}

int *searched(int key)
{
    int a[3] = {1, 2, 3};
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    return bsearch(&key, a, 3, sizeof *a, compare);
}

static void *run(void *argument) { return argument; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: argument to result ~r0 level=0

void thread(void)
{
    pthread_t t;
    int value = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: value
    pthread_create(&t, NULL, run, &value);
    pthread_join(t, NULL);
}

void locked(void)
{
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}

static void handler(int number)
{
    int seen = number;
    // CHECK: :[[#@LINE-1]]:{{.*}} seen escapes but {{.*}}signal handler's
    global = &seen;
}

static void other_handler(int number)
{
    int seen = number;
    // CHECK: :[[#@LINE-1]]:{{.*}} seen escapes but {{.*}}signal handler's
    global = &seen;
}

void handlers(void)
{
    struct sigaction sa = {.sa_handler = handler};
    sigaction(SIGINT, &sa, NULL);
    signal(SIGTERM, other_handler);
}

void tree(void)
{
    void *root = NULL;
    int key = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: key
    tsearch(&key, &root, compare);
}
