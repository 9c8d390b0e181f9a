int f(void)
{
    return undeclared;
}
int z = ;
