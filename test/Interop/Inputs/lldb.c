// For lldb.test.
#include <stdio.h>
int *kept, *kept_array;
int main(int argc, char **argv)
{
    int number = 2, arr[4] = {1, 2, 3, 9};
    kept = &number;
    kept_array = arr;
    for (int i = 0; i < argc + 2; i++) {
        number++;
        printf("%d\n", number + arr[i]);  // here
    }
    return 0;
}
