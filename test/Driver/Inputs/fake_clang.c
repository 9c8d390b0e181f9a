/* A back end that copies its input to its output and notes, in the file
 * $FAKE_LOG, each time that it is loaded and each time that it is run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void note(const char *what, const char *more)
{
    FILE *log = fopen(getenv("FAKE_LOG"), "a");
    fprintf(log, "%s %s\n", what, more);
    fclose(log);
}

__attribute__((constructor)) static void loaded(void)
{
    note("loaded", "");
}

static int copy(const char *from, const char *to)
{
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    if (!in || !out)
        return 1;
    for (int c; (c = getc(in)) != EOF;)
        putc(c, out);
    return fclose(in) | fclose(out);
}

int main(int argc, char **argv)
{
    const char *out = "a.out", *in = NULL;
    note("run", argv[1]);
    for (char **e = environ; *e; e++)
        if (!strncmp(*e, "LD_PRELOAD=", 11)
            || !strncmp(*e, "ESCC_TWICE=", 11))
            note("sees", *e);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-o"))
            out = argv[++i];
        else if (!strcmp(argv[i], "-Xclang") || !strcmp(argv[i], "-x"))
            i++;
        else if (argv[i][0] != '-' || !argv[i][1])
            in = argv[i][1] ? argv[i] : "/dev/stdin";
    }
    if (getenv("FAKE_FAILS") && !strcmp(getenv("FAKE_FAILS"), argv[1])) {
        fprintf(stderr, "fatal error: %s\n", argv[1]);
        return 3;
    }
    return copy(in, out);
}
