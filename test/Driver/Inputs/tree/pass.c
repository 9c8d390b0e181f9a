/* What clang's code generation warns about. */
extern void gone(void) __attribute__((warning("not gone")));
extern int step(int *);
int *place;
int chain(int *a, int n)
{
    int big[100], at = 0;
    place = &at;
#pragma clang loop vectorize(enable)
    for (int i = 0; i < n; i++)
        big[i % 100] = step(a + i);
    gone();
    return big[n % 100];
}
