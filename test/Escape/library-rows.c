// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not='moved to heap' %s
// RUN: %S/Inputs/everywhere %escc %clang %gcc %s
/* One row of each kind of the library beyond ISO C: what keeps nothing, what
 * keeps an argument or what it leads to, returns one, stores one in another,
 * and calls back with which.  Objects that only the library holds are there
 * when it gives them back.  What needs a system's files is not run.
 */
#include "Inputs/carried.h"

#include <aio.h>
#include <argz.h>
#include <error.h>
#include <fcntl.h>
#include <fenv.h>
#include <inttypes.h>
#include <link.h>
#include <mntent.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <resolv.h>
#include <search.h>
#include <stdarg.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>
#include <utmpx.h>
#include <wchar.h>

static const void *kept;

/* ---- keeps nothing ------------------------------------------------------- */

NOINLINE int nothing(void)
{
    struct termios modes = {0};
    fenv_t floats;
    char value[8];
    struct mq_attr queue = {0};
    cfsetospeed(&modes, B9600);
    tcgetattr(-1, &modes);
    fegetenv(&floats);
    mq_getattr((mqd_t)-1, &queue);
    return cfgetospeed(&modes) == B9600 &&
        getxattr("/", "user.none", value, sizeof value) < 0;
}

/* ---- keeps --------------------------------------------------------------- */

static struct hsearch_data table;

NOINLINE int enter(void)
{
    char key[] = "key";             // CHECK: moved to heap: key
    int data = 7;                   // CHECK: moved to heap: data
    ENTRY *entry = NULL;
    hsearch_r((ENTRY){key, &data}, ENTER, &entry, &table);
    return entry != NULL;
}

NOINLINE int find(void)
{
    char key[] = "key";             // CHECK: moved to heap: key
    ENTRY *entry = NULL;
    hsearch_r((ENTRY){key, NULL}, FIND, &entry, &table);
    return entry && *(int *)entry->data == 7;
}

static ssize_t read_cookie(void *cookie, char *to, size_t bytes)
{
    memcpy(to, cookie, 2);
    return 2;
}

NOINLINE FILE *cookie(void)
{
    char text[] = "ab";             // CHECK: moved to heap: text
    return fopencookie(text, "r", (cookie_io_functions_t){read_cookie});
}

NOINLINE void place(void)
{
    char file[] = "file";           // CHECK: moved to heap: file
    error_one_per_line = 1;
    error_at_line(0, 0, file, 1, "%s", "");
}

NOINLINE void asynchronous(int file)
{
    char buffer[4];                 // CHECK: moved to heap: buffer
    struct aiocb request = {0};     // CHECK: moved to heap: request
    struct aiocb asked = {0};
    request.aio_fildes = file;
    request.aio_buf = buffer;
    request.aio_nbytes = sizeof buffer;
    aio_read(&request);
    aio_error(&asked);
}

NOINLINE int scan(const char *text, const char *form, ...)
{
    va_list list;
    va_start(list, form);
    int got = vsscanf(text, form, list);
    va_end(list);
    return got;
}

NOINLINE int scanned(void)
{
    int number = 0;                 // CHECK: moved to heap: number
    return scan("5", "%d", &number) == 1 && number == 5;
}

/* ---- returns, stores ----------------------------------------------------- */

NOINLINE char *next(void)
{
    char words[] = "a\0b";          // CHECK: moved to heap: words
    return argz_next(words, sizeof words, words);
}

NOINLINE int counted(void)
{
    char words[] = "a\0b", *parts[3];
    argz_extract(words, sizeof words, parts);
    return parts[1][0] == 'b' && argz_count(words, sizeof words) == 2;
}

NOINLINE char *option(void)
{
    char text[] = "ro,size=3";      // CHECK: moved to heap: text
    struct mntent entry = {.mnt_opts = text};
    return hasmntopt(&entry, "size");
}

NOINLINE char *name_of_first(FILE *table_of_mounts)
{
    char buffer[80];                // CHECK: moved to heap: buffer
    struct mntent entry;
    getmntent_r(table_of_mounts, &entry, buffer, sizeof buffer);
    return entry.mnt_fsname;
}

NOINLINE struct utmpx *put(void)
{
    struct utmpx entry = {0};       // CHECK: moved to heap: entry
    return pututxline(&entry);
}

struct names { unsigned char *at[3]; };

NOINLINE void compress(struct names *names)
{
    unsigned char message[64] = {0};    // CHECK: moved to heap: message
    dn_comp("a.b", message + 12, 20, names->at, names->at + 3);
}

NOINLINE wchar_t *end_of_number(void)
{
    wchar_t text[] = L"12x", *end;      // CHECK: moved to heap: text
    wcstoimax(text, &end, 10);
    return end;
}

/* ---- calls back ---------------------------------------------------------- */

static int count(struct dl_phdr_info *info, size_t bytes, void *data)
{
    ++*(int *)data;
    return 0;
}

static int keep(struct dl_phdr_info *info, size_t bytes, void *data)
{
    kept = data;
    return 1;
}

NOINLINE int objects(void)
{
    int found = 0;
    dl_iterate_phdr(count, &found);
    return found;
}

NOINLINE void keep_by_callback(void)
{
    int value = 9;                  // CHECK: moved to heap: value
    dl_iterate_phdr(keep, &value);
}

static int order(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void sum(const void *node, VISIT visit, void *closure)
{
    if (visit == leaf)
        *(int *)closure += **(const int *const *)node;
}

static void hold(const void *node, VISIT visit, void *closure)
{
    kept = closure;
}

static void *root;
static int stored = 4;

NOINLINE int walk(void)
{
    int all = 0;
    twalk_r(root, sum, &all);
    return all;
}

NOINLINE void walk_and_hold(void)
{
    int all = 6;                    // CHECK: moved to heap: all
    twalk_r(root, hold, &all);
}

NOINLINE int taken_out(void)
{
    int key = 4;
    return tdelete(&key, &root, order) != NULL;
}

int main(void)
{
    CHECK(nothing());
    CHECK(hcreate_r(10, &table) && enter() && find());
    CHECK(scanned());
    CHECK(strcmp(next(), "b") == 0 && counted());
    CHECK(strcmp(option(), "size=3") == 0);
    CHECK(end_of_number()[0] == L'x');
    CHECK(objects() > 0);
    keep_by_callback();
    CHECK(*(const int *)kept == 9);
    tsearch(&stored, &root, order);
    CHECK(walk() == 4);
    walk_and_hold();
    CHECK(*(const int *)kept == 6);
    CHECK(taken_out());
    FILE *stream = cookie();
    CHECK(stream && getc(stream) == 'a' && getc(stream) == 'b');
    return failures != 0;
}
