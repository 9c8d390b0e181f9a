/* The C library keeps a pointer of the program, which forgets it, and gives
 * it back, or what it points to, later: each function that does so, with
 * collections in between.  Compiled by escc: the program's memory is
 * collected, and what libc allocates is not.
 *
 * RUN: %escc_verify -I %source_root/include -O1 -g %s -o %t
 * RUN: env ESCC_DEBUG=clobber=1 timeout 60 %t | FileCheck %s
 * RUN: env ESCC_DEBUG=gcstress=3,clobber=1 timeout 120 %t | FileCheck %s
 * RUN: %escc_verify -I %source_root/include -O2 -static %s -o %t.static
 * RUN: env ESCC_DEBUG=gcstress=3,clobber=1 timeout 120 %t.static | \
 * RUN:   FileCheck %s
 * CHECK-COUNT-50: on_exit: kept by on_exit
 * CHECK-NOT: {{.}}
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <ftw.h>
#include <getopt.h>
#include <glob.h>
#include <locale.h>
#include <obstack.h>
#include <pthread.h>
#include <regex.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>
#include <wordexp.h>

#include <escc/gc.h>

#include "Inputs/condition.h"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

/* A copy of the text in memory of the collector, at an address that nobody
 * else has. */
static char *text(const char *format, ...)
{
    char buffer[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    char *copy = malloc(strlen(buffer) + 1);
    return strcpy(copy, buffer);
}

__attribute__((noinline)) static void collect(void)
{
    volatile char junk[8192];
    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = 0;
    for (int i = 0; i < 200; i++)
        free(text("garbage in place of what was lost %d", i));
    escc_gc();
}

/* ---- streams ------------------------------------------------------------- */

static void test_lines(void)
{
    FILE *file = tmpfile();
    char *line = malloc(2);
    size_t room = 2;
    fprintf(file, "a line that is longer than two bytes\nshort\n");
    rewind(file);
    CHECK(getline(&line, &room, file) == 37);
    collect();
    CHECK(!strcmp(line, "a line that is longer than two bytes\n"));
    char *first = line;
    line = NULL;
    room = 0;
    collect();
    CHECK(getdelim(&line, &room, 'r', file) == 4);
    collect();
    CHECK(!strcmp(line, "shor") && first[0] == 'a');
    free(line);
    free(line);                 /* harmless */
    CHECK(!strcmp(line, "shor"));
    fclose(file);
}

static void test_printf(void)
{
    char *out = NULL, *copy;
    CHECK(asprintf(&out, "%s %d", "number", 42) == 9);
    collect();
    copy = strdup(out);
    out = strndup(copy, 6);
    collect();
    CHECK(!strcmp(copy, "number 42") && !strcmp(out, "number"));
}

static FILE *open_stream(char ***where, size_t **bytes)
{
    *where = malloc(sizeof **where);
    *bytes = malloc(sizeof **bytes);
    return open_memstream(*where, *bytes);
}

static void test_memory_streams(void)
{
    char **where;
    size_t *bytes;
    FILE *file = open_stream(&where, &bytes);
    for (int i = 0; i < 3000; i++)
        fprintf(file, "%d,", i);
    collect();
    fclose(file);
    collect();
    CHECK(*bytes == strlen(*where) && !strncmp(*where, "0,1,2,3,", 8));
    free(*where);
    collect();
    CHECK(!strncmp(*where, "0,1,2,3,", 8));     /* while it is reachable */
    file = fmemopen(text("read from memory"), 16, "r");
    collect();
    char word[20];
    CHECK(fscanf(file, "read from %19s", word) == 1);
    CHECK(!strcmp(word, "memory"));
    fclose(file);
}

struct cookie {
    char *text;
    size_t at;
};

static ssize_t read_cookie(void *cookie, char *buffer, size_t bytes)
{
    struct cookie *from = cookie;
    size_t left = strlen(from->text) - from->at;
    bytes = bytes < left ? bytes : left;
    memcpy(buffer, from->text + from->at, bytes);
    from->at += bytes;
    return (ssize_t)bytes;
}

static FILE *open_cookie(void)
{
    struct cookie *cookie = malloc(sizeof *cookie);
    *cookie = (struct cookie){text("from a cookie"), 0};
    return fopencookie(cookie, "r",
                       (cookie_io_functions_t){.read = read_cookie});
}

static void test_cookie(void)
{
    FILE *file = open_cookie();
    char word[20];
    collect();
    CHECK(fscanf(file, "from a %19s", word) == 1);
    CHECK(!strcmp(word, "cookie"));
    fclose(file);
}

/* The buffer of stdout is only stdout's, to the very end. */
static void test_buffer(void)
{
    setvbuf(stdout, malloc(4000), _IOFBF, 4000);
    collect();
}

/* ---- the environment ----------------------------------------------------- */

static void test_environment(void)
{
    char name[20];
    for (int i = 0; i < 50; i++)
        putenv(text("KEPT%d=value %d", i, i));
    collect();
    setenv("KEPT7", text("another"), 1);
    collect();
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "KEPT%d", i);
        const char *value = getenv(name);
        CHECK(value);
        CHECK(i == 7 ? !strcmp(value, "another")
                     : atoi(value + strlen("value ")) == i);
    }
    /* An environment of the program's own. */
    char **own = malloc(3 * sizeof *own);
    own[0] = text("ONE=1");
    own[1] = text("TWO=2");
    own[2] = NULL;
    environ = own;
    own = NULL;
    collect();
    CHECK(!strcmp(getenv("TWO"), "2"));
    putenv(text("THREE=3"));
    collect();
    CHECK(!strcmp(getenv("ONE"), "1") && !strcmp(getenv("THREE"), "3"));
}

/* ---- tables and trees ---------------------------------------------------- */

static int compare_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int nvisited;

static void visit(const void *node, VISIT order, int depth)
{
    (void)depth;
    if (order == postorder || order == leaf) {
        CHECK(!strncmp(*(const char *const *)node, "key ", 4));
        nvisited++;
    }
}

static void test_tree(void)
{
    void *root = NULL;
    for (int i = 0; i < 300; i++)
        CHECK(tsearch(text("key %03d", i * 7 % 300), &root, compare_text));
    collect();
    for (int i = 0; i < 300; i += 2) {
        char key[20];
        snprintf(key, sizeof key, "key %03d", i);
        CHECK(tfind(key, &root, compare_text));
        CHECK(tdelete(key, &root, compare_text));
    }
    collect();
    twalk(root, visit);
    CHECK(nvisited == 150);
    tdestroy(root, free);
}

static void test_hash(void)
{
    CHECK(hcreate(500));
    for (int i = 0; i < 300; i++)
        CHECK(hsearch((ENTRY){text("key %d", i), text("%d", i)}, ENTER));
    collect();
    for (int i = 0; i < 300; i++) {
        char key[20];
        snprintf(key, sizeof key, "key %d", i);
        ENTRY *found = hsearch((ENTRY){key, NULL}, FIND);
        CHECK(found && atoi(found->data) == i && !strcmp(found->key, key));
    }
    hdestroy();
}

static int compare_elements(const void *a, const void *b)
{
    static int ncompared;
    if (++ncompared % 400 == 0)
        collect();              /* in the middle: the temporary is a root */
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_first(const void *a, const void *b)
{
    return strcmp(a, *(char *const *)b);
}

struct link {
    struct link *next, *prev;
    char *text;
};

static void test_sort(void)
{
    enum { N = 500 };
    char **array = malloc(N * sizeof *array), **found, **end;
    size_t n = 0;
    for (int i = 0; i < N; i++)
        array[i] = text("%04d", i * 7919 % N);
    qsort(array, N, sizeof *array, compare_elements);
    collect();
    for (int i = 0; i < N; i++)
        CHECK(atoi(array[i]) == i);
    found = bsearch("0123", array, N, sizeof *array, compare_first);
    CHECK(found == array + 123);
    end = malloc(4 * sizeof *end);
    found = malloc(sizeof *found);
    for (int i = 0; i < 4; i++) {
        *found = text("%d", i % 2);
        lsearch(found, end, &n, sizeof *end, compare_elements);
    }
    collect();
    CHECK(n == 2 && !strcmp(end[1], "1"));
    struct link *head = calloc(1, sizeof *head);
    for (int i = 0; i < 20; i++) {
        struct link *link = calloc(1, sizeof *link);
        link->text = text("link %d", i);
        insque(link, head);
    }
    collect();
    int left = 20;
    for (struct link *l = head->next; l; l = l->next)
        CHECK(atoi(l->text + 5) == --left);
    CHECK(left == 0);
}

/* ---- results ------------------------------------------------------------- */

static void test_files(void)
{
    struct dirent **names;
    glob_t paths;
    wordexp_t words;
    char folder[] = "libc-test-XXXXXX", *path;
    CHECK(mkdtemp(folder));
    path = text("%s/file", folder);
    fclose(fopen(path, "w"));
    int n = scandir(folder, &names, NULL, alphasort);
    collect();
    CHECK(n == 3 && !strcmp(names[2]->d_name, "file"));
    while (n-- > 0)
        free(names[n]);
    free(names);
    CHECK(glob(text("%s/*", folder), 0, NULL, &paths) == 0);
    collect();
    CHECK(paths.gl_pathc == 1 && !strcmp(paths.gl_pathv[0], path));
    globfree(&paths);
    CHECK(wordexp(text("one $HOME two"), &words, WRDE_NOCMD) == 0);
    collect();
    CHECK(!strcmp(words.we_wordv[words.we_wordc - 1], "two"));
    wordfree(&words);
    char *real = realpath(path, NULL), *here = getcwd(NULL, 0);
    collect();
    CHECK(!strncmp(real, here, strlen(here)) && strstr(real, folder));
    free(real);
    free(here);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

static void test_patterns(void)
{
    regex_t *pattern = malloc(sizeof *pattern);
    regmatch_t match[2];
    CHECK(regcomp(pattern, text("a(b+)c"), REG_EXTENDED) == 0);
    collect();
    CHECK(regexec(pattern, "xxabbbcyy", 2, match, 0) == 0);
    CHECK(match[1].rm_so == 3 && match[1].rm_eo == 6);
    collect();
    CHECK(regexec(pattern, "ac", 2, match, 0) == REG_NOMATCH);
    regfree(pattern);
}

static void test_words(void)
{
    char *rest, *word = strtok(text("one two three"), " ");
    CHECK(!strcmp(word, "one"));
    word = NULL;
    collect();
    CHECK(!strcmp(strtok(NULL, " "), "two"));
    collect();
    CHECK(!strcmp(strtok(NULL, " "), "three"));
    word = strtok_r(text("four five"), " ", &rest);
    collect();
    CHECK(!strcmp(strtok_r(NULL, " ", &rest), "five"));
    CHECK(!strcmp(word, "four"));
    /* Interior pointers alone: nobody has the start. */
    word = strchr(text("before=after"), '=') + 1;
    collect();
    CHECK(!strcmp(word, "after") && !strcmp(word - 7, "before=after"));
}

static void test_state(void)
{
    char *old = initstate(1, malloc(64), 64);
    long first = random();
    srandom(1);
    collect();
    CHECK(random() == first);
    CHECK(setstate(old));
    openlog(text("identity"), 0, LOG_USER);
    char **arguments = malloc(5 * sizeof *arguments);
    arguments[0] = text("program");
    arguments[1] = text("-abvalue");
    arguments[2] = text("word");
    arguments[3] = arguments[4] = NULL;
    optind = 1;
    CHECK(getopt(3, arguments, "ab:") == 'a');
    collect();
    CHECK(getopt(3, arguments, "ab:") == 'b');
    collect();
    CHECK(!strcmp(optarg, "value"));
    closelog();
}

static void test_obstack(void)
{
    struct obstack *stack = malloc(sizeof *stack);
    obstack_init(stack);
    char *first = obstack_copy0(stack, "first", 5), *word = first;
    for (int i = 0; i < 2000; i++)
        word = obstack_printf(stack, "word %d", i)
                   ? (obstack_1grow(stack, 0), obstack_finish(stack))
                   : NULL;
    collect();
    CHECK(!strcmp(first, "first") && !strcmp(word, "word 1999"));
    obstack_free(stack, NULL);
}

/* ---- the end ------------------------------------------------------------- */

static pthread_key_t key;
static int ended;

static void end_value(void *value)
{
    CHECK(!strcmp(value, "a thread's value"));
    ended++;
}

static void *set_value(void *unused)
{
    pthread_setspecific(key, text("a thread's value"));
    collect();
    return unused;
}

static void test_thread(void)
{
    pthread_t thread;
    CHECK(pthread_key_create(&key, end_value) == 0);
    CHECK(pthread_create(&thread, NULL, set_value, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0 && ended == 1);
}

static void at_exit(int status, void *argument)
{
    (void)status;
    collect();
    printf("on_exit: %s\n", (char *)argument);
}

int main(void)
{
    test_buffer();
    for (int i = 0; i < 50; i++)
        on_exit(at_exit, text("kept by on_exit"));
    test_lines();
    test_printf();
    test_memory_streams();
    test_cookie();
    test_tree();
    test_hash();
    test_sort();
    test_files();
    test_patterns();
    test_words();
    test_state();
    test_obstack();
    test_thread();
    test_environment();
    return 0;
}
