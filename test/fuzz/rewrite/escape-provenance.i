 typedef unsigned long int uintptr_t;
 typedef long unsigned int size_t;
 extern size_t strlen (const char *__s) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
 extern char *index (const char *__s, int __c) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
uintptr_t global;
uintptr_t other;
void cast(void) { int i = 0; global = (uintptr_t)&i; }
void sum(void) { int i = 0; global = 8 + (uintptr_t)&i; }
void subtracted(void) { int i = 0; global = (uintptr_t)&i - 8; }
void masked(void) { int i = 0; global = (uintptr_t)&i & ~(uintptr_t)7; }
void tagged(void) { int i = 0; global = (uintptr_t)&i | 1; }
void flipped(void) { int i = 0; global = ~(uintptr_t)&i; }
void mixed(void) { int i = 0; global = (uintptr_t)&i ^ other; }
void shifted(void) { int i = 0; global = (uintptr_t)&i << 16; }
void chosen(int n) { int i = 0; global = n ? (uintptr_t)&i : 0; }
void comma(int n) { int i = 0; global = (n++, (uintptr_t)&i); }
void signed_word(void) { int i = 0; global = (uintptr_t)(long)&i; }
void assigned(void) { int i = 0; uintptr_t n; global = n = (uintptr_t)&i; }
void wide(void) { int i = 0; global = (uintptr_t)(__int128)(uintptr_t)&i; }
void low_bits(void) { int i = 0; global = (uintptr_t)&i & 7; }
void narrow(void) { int i = 0; global = (unsigned)(uintptr_t)&i; }
void product(void) { int i = 0; global = (uintptr_t)&i * 31; }
void quotient(void) { int i = 0; global = (uintptr_t)&i / 8; }
void remainder_(void) { int i = 0; global = (uintptr_t)&i % 31; }
void comparison(void) { int i = 0; global = (uintptr_t)&i < other; }
void negation(void) { int i = 0; global = !(uintptr_t)&i; }
void floating(void) { int i = 0; global = (uintptr_t)(double)(uintptr_t)&i; }
void pointers(void) { int i = 0; global = (uintptr_t)((char *)&i - (char *)0); }
void variable(int n)
{
    int i = 0;
    uintptr_t word = 0;
    if (n)
        word = (uintptr_t)&i;
    word += 4;
    global = word;
}
void index_variable(int *p, long n)
{
    int i = 0, *q = &i;
    long index = 0;
    for (; index < n; index++)
        *q += p[index];
    global = (uintptr_t)index;
}
static uintptr_t tag(uintptr_t word, uintptr_t bits) { return word | bits; }
void tags(void) { int i = 0; global = tag((uintptr_t)&i, 1); }
static uintptr_t length(const char *s) { return strlen(s); }
void lengths(void) { char text[] = "x"; global = length(text); }
struct entry { uintptr_t key; unsigned hash; };
void member(struct entry *e) { int i = 0; e->key = (uintptr_t)&i; }
void narrow_member(struct entry *e) { int i = 0; e->hash = (uintptr_t)&i; }
