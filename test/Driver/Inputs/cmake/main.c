int *from_archive(int n);
int *from_shared(int n);

int main(void)
{
    printf("%d %d %d\n", *from_archive(1), *from_shared(2), *from_header(3));
    return 0;
}
