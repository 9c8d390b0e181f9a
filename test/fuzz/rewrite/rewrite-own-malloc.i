 extern int printf (const char *__restrict __format, ...);
static char pool[64];
static int used;
static void *malloc(unsigned long n) { used += (int)n; return pool; }
static int free(void *p) { return p == pool; }
int main(void)
{
    void *p = malloc(3);
    printf("%d ", free(p));
    printf("%d\n", used);
    return 0;
}
