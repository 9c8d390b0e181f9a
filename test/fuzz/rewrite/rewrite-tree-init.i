struct inner { int a[2]; struct { int x, y; }; int *p; };
union either { char c[16]; long l; };
int target;
struct inner elided[] = { 1, 2, 3, 4, &target, { { 5 }, { .y = 6 } } };
struct inner designated[4] = {
    [2].y = 1, &target, [0 ... 1] = { .p = 0 }, 7, [1].a[1] = 8, 9 };
struct { unsigned a : 3, : 5, b : 4; char s[2][4]; union either u; int z; }
    mixed = { 1, 2, { "ab", { 'c' } }, { "text" }, 3 };
void locals(struct inner *q)
{
    struct inner copies[2] = { *q, [1] = *q }, old = { p: &target };
    int scalar = { 3 }, *literal = (int[]){ [1] = 2, 3 };
    int excess[1] = { 1, 2 };
}
