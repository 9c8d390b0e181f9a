#define UNUSED 1
#warning hello
static int unused;
int f(int x)
{
    if (x = 1)
        return 2;
    return 3;
}
