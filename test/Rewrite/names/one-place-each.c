// A single place that libclang does not show is found also where nothing else
// in the function calls for reading its tokens.  (The self-check has all
// functions read, so it is off here.)
// RUN: %escc -w %s -o %t && timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc -w -O2 %s -o %t && timeout 60 %t
// REQUIRES: gcc
char *kept;

static int alignas_of_variable(void)
{
    char buf[40];
    kept = buf;
    _Alignas(sizeof(buf) == 40 ? 64 : 16) char c[1];
    return _Alignof(c) == 64;
}

static int aligned_attribute(void)
{
    char buf[40];
    kept = buf;
    char c[1] __attribute__((aligned(sizeof(buf) == 40 ? 64 : 16)));
    return _Alignof(c) == 64;
}

static int aligned_tag(void)
{
    char buf[40];
    kept = buf;
    struct __attribute__((aligned(sizeof(buf) == 40 ? 64 : 16))) s { int i; };
    return sizeof(struct s) == 64;
}

static int tag_in_tag(void)
{
    char buf[40];
    kept = buf;
    union { char c; } __attribute__((aligned(sizeof(struct {
        char z[sizeof(((struct { char x[sizeof buf]; } *)0)->x)];
    }) > 16 ? 64 : 32))) u;
    return sizeof u == 64;
}

static int parameter_type(void)
{
    char buf[40];
    kept = buf;
    int (*f)(char (*)[sizeof buf]) = 0;
    return _Generic(f, int (*)(char (*)[40]): 1, default: 0);
}

static int association(void)
{
    char buf[40];
    kept = buf;
    return _Generic((char (*)[40])0, char (*)[sizeof buf]: 1, default: 0);
}

static int vector(void)
{
    char buf[40];
    kept = buf;
    typedef float v __attribute__((vector_size(sizeof(buf) == 40 ? 32 : 16)));
    return sizeof(v) == 32;
}

/* The specifiers are those in front, not in another's initialiser. */
static int auto_elsewhere(void)
{
    char buf[40];
    kept = buf;
    int i = ({ __auto_type t = sizeof buf; t; }), list[3] = { i };
    kept = (char *)list;
    return sizeof list == 3 * sizeof i && list[0] == 40;
}

/* Its size is constant, but libclang does not know it. */
static int pointers_to_variable_arrays(int n)
{
    int list[2][n], (*first)[n] = list, (*two[2])[n] = { first, list + 1 };
    kept = (char *)&two, kept = (char *)&first, kept = (char *)list;
    list[1][n - 1] = n;
    return two[1][0][n - 1] == n && sizeof two == 2 * sizeof kept;
}

int main(void)
{
    return !(alignas_of_variable() && aligned_attribute() && aligned_tag()
             && tag_in_tag() && parameter_type() && association() && vector()
             && auto_elsewhere() && pointers_to_variable_arrays(3));
}
