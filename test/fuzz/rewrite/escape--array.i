int *global;
int **global_pointer;
void one_element(void)
{
    int x = 1, y = 2;
    int *a[2];
    a[0] = &x;
    a[1] = &y;
    global = a[0];
}
int elements_stay(void)
{
    int x = 1, y = 2;
    int *a[2] = {&x, [1] = &y};
    return *a[1];
}
void array_of_arrays(void)
{
    int x = 1;
    int *a[2][2] = {{0}};
    a[1][0] = &x;
    global = a[0][1];
}
void array_leaks(void)
{
    int *a[4] = {0};
    global_pointer = a;
}
int *from_parameter(int *a[2]) { return a[0]; }
int *pointer_into_parameter(int a[4]) { return a + 1; }
void parameter_array_to_global(int *a[2]) { global_pointer = a; }
void copy_between(int *to[2], int *from[2]) { to[1] = from[0]; }
int copy_between_locals(void)
{
    int x = 1;
    int *a[2] = {&x, &x}, *b[2] = {0};
    copy_between(b, a);
    return *b[1];
}
int *variable_length(int n)
{
    int a[n];
    a[0] = 1;
    return &a[0];
}
int variable_length_stays(int n) { int a[n]; int *p = a; *p = 1; return a[0]; }
int *two_dimensions(void) { int a[2][3] = {{0}}; return a[1]; }
char *literal(void) { return "text"; }
char *copy_of_literal(void) { char text[] = "text"; return text; }
