// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* What is declared for debuggers in the place of moved parameters and of the
   variables of loops' heads stands in blocks of its own [inv.local.poison]:
   names that are declared again, jumps, labels of a block, case labels in loops
   and old definitions mean what they did. */
// REQUIRES: gcc
// RUN: for cc in %clang gcc; do for level in -O0 -O2; do \
// RUN:   $cc -w $level %s -o %t.plain && %t.plain > %t.expected && \
// RUN:   for more in "" "-g -fescc-locals=all"; do \
// RUN:   ESCC_CC=$cc %escc_verify -w $level $more %s -o %t && \
// RUN:   ESCC_DEBUG=gcstress=3,clobber=1 timeout 60 %t \
// RUN:     | diff %t.expected - || \
// RUN:   exit 1; done || exit 1; done || exit 1; done
#include <stdio.h>
#include <stdlib.h>
#include <stdarg.h>
int*k;int**kk;struct s{int a;int*p;};struct s*ks;
static void use(int*p){k=p;}
int f1(int a){use(&a);return a;}
int f2(int a,int b){use(&a);kk=&k;for(int i=0,j=1;i<3;i++){use(&i);use(&j);
    j+=*k;a+=i*j;}return a+b;}
int f3(int n){int t=0;for(int i=0;i<n;i++){int i=7;use(&i);t+=i;}return t;}
int f4(int n){use(&n);for(int i=0;i<n;i++){use(&i);if(i==1)continue;if(i==3){
    n+=*k;break;}}return n;}
int f5(int n){int c=0;switch(n&3){for(int i=0;i<5;i++){case 0:use(&c);c+=2;
    case 1:c+=3;break;case 2:use(&n);c+=n;}default:c+=100;}return c;}
int f6(int n){use(&n);if(n>5)goto out;for(int i=0;;i++){use(&i);
    again:if(i>4)goto out;i++;if(i==2)goto again;}
out:return n;}
int f7(int n,...){va_list a;int t=0;use(&n);va_start(a,n);for(int i=0;i<n;
    i++){use(&i);t+=va_arg(a,int);}va_end(a);return t;}
int f8(int n){__label__ l;use(&n);l:if(n-->0)goto l;return n;}
int f9(int n){int v[n];int(*q)[n]=&v;kk=(int**)q;for(int i=0;i<n;i++){
    use(&v[i]);v[i]=i;}int t=0;for(int(*r)[n]=&v,i=0;i<n;i++){ks=(void*)&r;
    t+=(*r)[i];}return t;}
struct s f10(struct s x){ks=&x;x.a++;return x;}
int f11(a,b)int a;char b;{use(&a);a+=b;return a;}
int f12(int n){int t=0;for(struct s x={n,&n},*y=&x;y->a>0;y->a--){ks=&x;
    ks->p=&x.a;t+=*ks->p;({for(int z=0;z<2;z++){use(&z);t+=z;}});}return t;}
int f13(int n){static void*l[]={&&a,&&b};use(&n);goto*l[n&1];a:n+=5;return n;
    b:for(int i=0;i<2;i++){use(&i);n+=i;}return n;}
int main(void){int n=3;printf("%d %d %d %d %d %d %d %d %d %d\n",f1(1),f2(2,3),
    f3(4),f4(5),f5(0)+f5(1)*10+f5(2)*1000+f5(3),f6(3),f7(3,10,20,30),f8(4),
    f9(5),f12(4));struct s x=f10((struct s){4,&n});printf("%d %d %d %d\n",x.a,
    f11(4,'c'),f13(0),f13(1));return 0;}
