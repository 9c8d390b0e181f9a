// A set-user-ID program, or one with capabilities, does not obey who starts it:
// settings of the runtime count for nothing in it, say nothing, and do not get
// to the programs that it runs.  Variables of the compiler do.
//
// RUN: %escc -O2 -I%S/../../include %s -o %t
// RUN: env ESCC_CC=gcc %escc -O2 -I%S/../../include -static %s -o %t.static
// RUN: env ESCC_GC=off ESCC_DEBUG=gctrace=1 ESCC_CC=gcc %t 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OBEYED
// OBEYED: gc 1
// OBEYED: percent -1, ESCC_GC=off, ESCC_DEBUG=gctrace=1, ESCC_CC=gcc
//
// Needs root and a file system where such programs keep their rights.
// RUN: if [ $(id -u) != 0 ] || findmnt -no OPTIONS -T . | grep -q nosuid; then \
// RUN:   echo skipped; exit 0; fi; \
// RUN: folder=$(mktemp -d /var/tmp/escc-rights-XXXXXX) || exit 1; \
// RUN: trap 'rm -rf "$folder"' EXIT; chmod 755 $folder; \
// RUN: for program in %t %t.static; do \
// RUN:   cp $program $folder/user && cp $program $folder/capable || exit 1; \
// RUN:   chown 1 $folder/user && chmod 4755 $folder/user || exit 1; \
// RUN:   programs=$folder/user; \
// RUN:   setcap cap_chown+ep $folder/capable && programs="$programs $folder/capable"; \
// RUN:   for copy in $programs; do \
// RUN:     env ESCC_GC=off ESCC_SIGNAL=999 ESCC_GCC=1 ESCC_FREE=trust \
// RUN:       ESCC_DEBUG=gctrace=1,help=1,nonsense=1 ESCC_CC=gcc \
// RUN:       setpriv --reuid=65534 --regid=65534 --clear-groups $copy \
// RUN:       > %t.out 2>&1 || exit 1; \
// RUN:     FileCheck %s --check-prefix=IGNORED --input-file=%t.out || exit 1; \
// RUN:   done; \
// RUN: done
// IGNORED-NOT: {{.}}
// IGNORED: {{^}}percent 100, none, none, ESCC_CC=gcc
// IGNORED-NOT: {{.}}
#include <escc/gc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static const char *find(const char *name)
{
    for (char **e = environ; *e; e++)
        if (strncmp(*e, name, strlen(name)) == 0)
            return *e;
    return "none";
}

int main(void)
{
    escc_gc();
    int percent = escc_set_gc_percent(100);
    printf("percent %d, %s, %s, %s\n", percent, find("ESCC_GC="),
           find("ESCC_DEBUG="), find("ESCC_CC="));
    return 0;
}
