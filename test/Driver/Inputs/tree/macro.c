#define IS_SET(x) (x == 1)
#ifdef PRAGMA
#pragma clang diagnostic error "-Wparentheses-equality"
#endif
int is_set(int x)
{
    if (IS_SET(x))
        return 2;
    return 0;
}
