/* The program of guest.test, compiled by the plain compiler: uses the
 * library, linked or (with an argument) loaded, from several threads, and
 * passes memory to and fro. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct node;

char *library_copy(const char *text) __attribute__((weak));
static char *(*copy)(const char *);
static void (*release)(void *);
static void *(*grow)(void *, size_t);
static int (*moved)(int);
static struct node *(*make_list)(int);
static int (*end_list)(struct node *, int);

#ifdef OWN_MALLOC
/* A program may bring its own: blocks with their size in front, from one
 * pool, never reused. */
static char pool[1 << 28];
static size_t used;

void *malloc(size_t bytes)
{
    size_t need = (bytes + 31) / 16 * 16;
    size_t at = __atomic_fetch_add(&used, need, __ATOMIC_RELAXED);
    *(size_t *)(pool + at) = bytes;
    return at + need < sizeof pool ? pool + at + 16 : NULL;
}

void free(void *block)
{
    if (block && ((char *)block < pool || (char *)block >= pool + used))
        abort();                /* not one of ours */
}

void *calloc(size_t count, size_t bytes)
{
    return malloc(count * bytes);
}

void *realloc(void *old, size_t bytes)
{
    void *block = malloc(bytes);
    if (old) {
        size_t had = ((size_t *)old)[-2];
        memcpy(block, old, had < bytes ? had : bytes);
        free(old);
    }
    return block;
}
#endif

#ifdef ONE_FILE                 /* linked statically */
void library_free(void *), *library_grow(void *, size_t);
int library_moved(int);
struct node *library_list(int);
int library_end_list(struct node *, int);

static void bind(void *handle)
{
    (void)handle;
    copy = library_copy;
    release = library_free;
    grow = library_grow;
    moved = library_moved;
    make_list = library_list;
    end_list = library_end_list;
}
#else
static void bind(void *handle)
{
    *(void **)&copy = dlsym(handle, "library_copy");
    *(void **)&release = dlsym(handle, "library_free");
    *(void **)&grow = dlsym(handle, "library_grow");
    *(void **)&moved = dlsym(handle, "library_moved");
    *(void **)&make_list = dlsym(handle, "library_list");
    *(void **)&end_list = dlsym(handle, "library_end_list");
}
#endif

static void use(void)
{
    for (int i = 0; i < 2000; i++) {
        char *theirs = copy("from the library"), *ours = strdup("ours");
        theirs = realloc(theirs, 1000);
        ours = grow(ours, 3000);
        if (strcmp(theirs, "from the library") || strcmp(ours, "ours") ||
            moved(i) != i + 1)
            abort();
        free(theirs);
        release(ours);
    }
    struct node *list = make_list(500);
    if (end_list(list, 500) != 0)
        abort();
}

static void *work(void *unused)
{
    use();
    return unused;
}

static void on_signal(int number)
{
    (void)number;
}

int main(int argc, char **argv)
{
    pthread_t threads[3];
    sigset_t all, mask;
    signal(SIGUSR1, on_signal);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int round = 0; round < (argc > 1 ? 3 : 1); round++) {
        void *handle = argc > 1 ? dlopen(argv[1], RTLD_NOW) : RTLD_DEFAULT;
        if (argc > 1 && !handle)
            return fprintf(stderr, "%s\n", dlerror()), 1;
        bind(handle);
        use();
        for (int i = 0; i < 3; i++)
            pthread_create(&threads[i], NULL, work, NULL);
        for (int i = 0; i < 3; i++)
            pthread_join(threads[i], NULL);
        pid_t child = fork();
        int status;
        if (child == 0) {
            use();
            _exit(0);
        }
        if (waitpid(child, &status, 0) != child || status != 0)
            return 2;
        if (argc > 1)
            dlclose(handle);
    }
    /* The host's signals are its own. */
    sigprocmask(SIG_SETMASK, NULL, &mask);
    struct sigaction action;
    sigaction(SIGUSR1, NULL, &action);
    printf("mask %s, handler %s\n",
           sigismember(&mask, 61) && sigismember(&mask, SIGUSR2)
               ? "kept" : "changed",
           action.sa_handler == on_signal ? "kept" : "changed");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    raise(SIGUSR1);
    puts("done");
    return 0;
}
