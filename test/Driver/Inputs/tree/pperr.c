#error bad
int f(void)
{
    return undeclared;
}
