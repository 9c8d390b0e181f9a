int *p0;
int **p1;
int ***p2;
void level0(void)
{
    int i = 0;
    int *a = &i, **b = &a, ***c = &b;
    p2 = c;
}
void level1(void)
{
    int i = 0;
    int *a = &i, **b = &a, ***c = &b;
    p1 = *c;
}
void level2(void)
{
    int i = 0;
    int *a = &i, **b = &a, ***c = &b;
    p0 = **c;
}
int level3(void)
{
    int i = 0;
    int *a = &i, **b = &a, ***c = &b;
    return ***c;
}
void level1_of_two(void)
{
    int i = 0;
    int *a = &i, **b = &a;
    p0 = *b;
}
void address_and_back(void)
{
    int i = 0;
    int *a = &i, **b = &a;
    p0 = *&*&*b;
}
void parameter(int ***c) { p0 = **c; }
void parameter_middle(int ***c) { p1 = *c; }
void parameter_outer(int ***c) { p2 = c; }
int *result_level2(int ***c) { return **c; }
void from_level2(void)
{
    int i = 0;
    int *a = &i, **b = &a;
    p0 = result_level2(&b);
}
