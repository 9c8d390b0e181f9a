struct u { char *s; char **p; };
struct v { struct u u; struct u *up; struct u **upp; };
char *global;
char *by_pointer_s(struct u *u) { return u->s; }
char **by_pointer_p(struct u *u) { return u->p; }
char *by_pointer_pp(struct u *u) { return *u->p; }
char **by_pointer_address(struct u *u) { return &u->s; }
char *by_value_s(struct u u) { return u.s; }
char *by_value_pp(struct u u) { return *u.p; }
char *nested_s(struct v *v) { return v->u.s; }
char *nested_pp(struct v *v) { return *v->u.p; }
char *nested_up(struct v *v) { return v->up->s; }
char *nested_up_pp(struct v *v) { return *v->up->p; }
char *nested_upp(struct v *v) { return *(*v->upp)->p; }
struct u *nested_address(struct v *v) { return &v->u; }
char *value_nested_s(struct v v) { return v.u.s; }
char *value_nested_up(struct v v) { return v.up->s; }
void by_pointer_leaks(struct v *v) { global = v->up->s; }
void by_value_leaks(struct v v) { global = v.u.s; }
void content_leaks(void)
{
    char c = 'x';
    struct u u = {&c, 0};
    global = by_pointer_s(&u);
}
void value_leaks(void)
{
    char c = 'x';
    struct u u = {&c, 0};
    global = by_value_s(u);
}
char value_stays(void)
{
    char c = 'x';
    struct u u = {&c, 0};
    return *by_value_s(u);
}
void level2_leaks(void)
{
    char c = 'x';
    char *s = &c;
    struct u u = {0, &s};
    global = by_pointer_pp(&u);
}
