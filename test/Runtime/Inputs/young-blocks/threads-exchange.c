/* Threads pass blocks on by words, copies and pieces, through old memory, each
 * other's young blocks and atomic words; who takes one frees it. */
#include "young.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { THREADS = 3, SHELVES = 64, ROUNDS = 20000 };

struct packet { struct packet *next; char *text; int number; char rest[2000]; };

static struct packet *shelves[SHELVES];
static _Atomic(struct packet *) last;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int nbad;

static struct packet *pack(int number) {
    struct packet *packet = malloc(sizeof *packet);
    packet->next = NULL;
    packet->number = number;
    packet->text = make(number);
    return packet;
}
static void unpack(struct packet *packet) {
    for (struct packet *next; packet; packet = next) {
        next = packet->next;
        nbad += !is_whole(packet->text, packet->number);
        free(packet->text);
        free(packet);
    }
}
/* In halves, as a byte-wise protocol would. */
static void put_halves(struct packet **shelf, struct packet *packet) {
    uint32_t halves[2];
    memcpy(halves, &packet, sizeof packet);
    ((uint32_t *)shelf)[0] = halves[0];
    ((uint32_t *)shelf)[1] = halves[1];
}
static void swap(struct packet **shelf, struct packet *packet, int how) {
    struct packet *before = *shelf;
    if (how == 0)
        *shelf = packet;
    else if (how == 1)
        memcpy(shelf, &packet, sizeof packet);
    else
        put_halves(shelf, packet);
    if (how == 0 && before && !before->next && packet)
        packet->next = before;
    else
        unpack(before);
}
static void *work(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument * 7919 + 1;
    for (int i = 0; i < ROUNDS; i++) {
        struct packet *packet = pack((int)(seed % 100));
        seed = seed * 1103515245 + 12345;
        pthread_mutex_lock(&lock);
        swap(&shelves[seed / 65536 % SHELVES], packet, i % 3);
        pthread_mutex_unlock(&lock);
        unpack(atomic_exchange(&last, pack((int)(seed % 100))));
    }
    return NULL;
}
int main(void) {
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < SHELVES; i++)
        unpack(shelves[i]);
    return finish(nbad);
}
