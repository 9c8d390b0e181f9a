/* What the library and the program of guest-locals.test say to each other. */
#ifndef GUEST_LOCALS_H
#define GUEST_LOCALS_H

/* The program's: may come back, late, twice or never.  As the library cannot
 * know what becomes of the address, its local moves. */
typedef void callback(void *local);

/* Each leaves its moved locals in one way, having checked their contents. */
void library_leaves(callback *, int way);
void library_recurses(callback *, int depth);
void library_loops(callback *, int passes);
void library_makes_arrays(callback *, int passes);
void library_takes(callback *, int n);
/* Calls `deep` from a few frames with moved locals. */
void library_calls(callback *deep, int depth);
/* The same under a setjmp of its own, which library_jumps ends at. */
int library_catches(callback *deep, int depth);
void library_jumps(void);
/* Adds up what it was called with. */
long library_counts(callback *, long add);

#endif
