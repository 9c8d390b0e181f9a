int cxx()
{
    return 1;
}
