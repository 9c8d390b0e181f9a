// A program may declare setjmp to return nothing; there is no result to keep.
//
// RUN: env ESCC_CC=clang-19 %escc -w -O0 -c %s -o %t.o
// RUN: env ESCC_CC=clang-19 %escc -w -O2 -c %s -o %t.o
// RUN: env ESCC_CC=gcc %escc -w -O0 -c %s -o %t.o
// RUN: env ESCC_CC=gcc %escc -w -O2 -c %s -o %t.o
typedef int buffer[10];

void setjmp(buffer);
void use(int *);

void in_an_object(int *p)
{
    setjmp(p);
    use(p);
}

void in_a_local(void)
{
    buffer local;
    setjmp(local);
    use(local);
}
