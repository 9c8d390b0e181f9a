struct pair { int *first, *second; };

/* callees.c */
int get(int *p, int n);
void keep(int *p);
int *last(void);
int *same(int *p);
int *elsewhere(int *p);
int *first_of(struct pair *p);
void link_pair(struct pair *a, int *p);
int pass(int *p);
int pass_to_keeper(int *p);
int even(int *p, int n);
int even_or_keep(int *p, int n);
int forth(int *p, int n);
int sum_pair(const struct pair *p);
int keep_content(struct pair *p);
int call(int (*function)(int *), int *p);
int sum_all(int count, ...);
int keep_second(int count, ...);
int sum_of(struct pair p, int n);
int keep_of(int n, struct pair p);
int after(struct pair p, int *q);
int *keep_all(int *p);
int kept_sum(void);
void throw(void *environment, int *p);
void put(char *to, const char *from);
void copy_bytes(char *to, const char *from, unsigned long bytes);
void other(int **p);

/* third.c */
int odd(int *p, int n);
int odd_or_keep(int *p, int n);
int third(int *p);
int *same_far(int *p);
int keep_far(int *p);
int sum_list(int count, void *list);

/* main.c */
int back(int *p, int n);

/* in no unit */
int nowhere(int *p);
