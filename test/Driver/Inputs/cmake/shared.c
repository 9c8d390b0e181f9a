int *from_shared(int n);

int *from_shared(int n)
{
    int value = n;
    return &value;
}
