#include <cstdio>

extern "C" int *from_archive(int n);
extern "C" int *from_shared(int n);

int main()
{
    int *own = new int(7);
    std::printf("%d %d %d\n", *from_archive(1), *from_shared(2), *own);
    delete own;
}
