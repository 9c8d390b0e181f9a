struct pair { int **first; int *second; };
int *global;
struct pair make(int **p, int *q) { return (struct pair){p, q}; }
int stays(void)
{
    int i = 1;
    int *p = &i;
    struct pair s = make(&p, p);
    return **s.first;
}
void member_leaks(void)
{
    int i = 1;
    int *p = 0;
    struct pair s = make(&p, &i);
    global = s.second;
}
struct pair returned(void)
{
    int i = 1;
    int *p = 0;
    return make(&p, &i);
}
struct pair *address_of_result(int *q)
{
    struct pair s = make(0, q);
    return &s;
}
