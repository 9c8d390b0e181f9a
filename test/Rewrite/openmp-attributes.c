// Directives that are attributes, which clang takes: the variables of their
// loops and what they name stay what they are, and nothing stands between
// them and the loop.
//
// RUN: env ESCC_CC=%clang %escc -w -O1 -std=gnu23 -fopenmp -c %s -o %t.o
// RUN: env ESCC_CC=%clang %escc -w -std=gnu23 -fopenmp -fescc-emit-source=%t.i -c %s
// RUN: FileCheck %s <%t.i
struct node { struct node *next; long stamp; };
void keep(void *);

long walk(struct node **all, int n)
{
    long sum = 0, x = 1;
    struct node *p = all[0];
    keep(&x);
    keep(&sum);
    // CHECK: {{^ *[{] *\[\[omp::directive.parallel for}}
    // CHECK-NEXT: {{^    for \(int i = 0; i < n; i\+\+\)}}
    [[omp::directive(parallel for reduction(+:sum) firstprivate(p))]]
    for (int i = 0; i < n; i++) {
        for (p = all[i]; p; p = p->next)
            sum += p->stamp;
        keep(&i);
    }
    // CHECK: {{^ *for \(int i = 0; i < n; i\+\+\)}}
    // CHECK-NEXT: {{^ *for \(int j = 0; j < 2; j\+\+\)}}
    [[omp::sequence(directive(parallel), directive(for collapse(2)))]]
    for (int i = 0; i < n; i++)
        for (int j = 0; j < 2; j++)
            keep(&i), keep(&j);
    // CHECK: {{^ *[{] x\+\+;}}
    [[omp::directive(task)]]
    { x++; }
    // CHECK: {{^ *[{] sum = }}
    [[omp::directive(atomic capture)]]
    { sum = x; x += n; }
    return sum + x;
}
