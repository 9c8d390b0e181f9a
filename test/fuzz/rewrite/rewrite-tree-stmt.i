int statements(int n)
{
    for (;;) break;
    for (int i = 0, j = (n, 1);; i++) { continue; }
    for (; n ? (n) : 2; );
    for (n = 3
         ;
         ; n--
        ) ;
    if (n) if (n) n = 1; else n = 2;
    do n--; while (n) ;
    switch (n) {
    case 1: case 2 ... 4: n++; __attribute__((fallthrough));
    default: inside: n = 0;
    }
    void *where = &&inside; goto *where;
    n = ({ __label__ again; again: if (n--) goto again; n; });
    return n
        ;
}
