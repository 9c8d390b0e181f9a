/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* handoff.c - one thread allocates, another frees.
 *
 *     handoff KILOMESSAGES THREADS
 *
 * Each pair of threads has a queue of batches.  The producer allocates
 * messages of 16 to 528 bytes, the consumer reads and frees them.  With one
 * thread the two take turns in it.
 */
#include "bench.h"

enum { BATCH = 64, QUEUE = 16 };

struct message {
    uint64_t tag;
    size_t bytes;
    char *text;
};

struct batch {
    struct message *messages[BATCH];
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    unsigned head, tail;
    struct batch *ring[QUEUE];
};

static struct queue *queues;

static struct batch *produce(uint64_t *random)
{
    struct batch *batch = bench_alloc(sizeof *batch);
    for (int i = 0; i < BATCH; i++) {
        struct message *message = bench_alloc(sizeof *message);
        uint64_t drawn = bench_random(random);
        message->tag = drawn;
        message->bytes = 16 + (size_t)(drawn >> 40) % 513;
        message->text = bench_alloc_plain(message->bytes);
        memset(message->text, (int)(drawn & 0x7f), message->bytes);
        batch->messages[i] = message;
    }
    return batch;
}

static uint64_t consume(struct batch *batch)
{
    uint64_t sum = 0;
    for (int i = 0; i < BATCH; i++) {
        struct message *message = batch->messages[i];
        sum += bench_hash(message->tag, message->text, 16) + message->bytes;
        bench_free(message->text);
        bench_free(message);
    }
    bench_free(batch);
    return sum;
}

static void put(struct queue *queue, struct batch *batch)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->head - queue->tail == QUEUE)
        pthread_cond_wait(&queue->emptied, &queue->lock);
    queue->ring[queue->head++ % QUEUE] = batch;
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

static struct batch *get(struct queue *queue)
{
    struct batch *batch;
    pthread_mutex_lock(&queue->lock);
    while (queue->head == queue->tail)
        pthread_cond_wait(&queue->filled, &queue->lock);
    batch = queue->ring[queue->tail % QUEUE];
    queue->ring[queue->tail++ % QUEUE] = NULL;
    pthread_cond_signal(&queue->emptied);
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

/* Even threads produce, odd ones consume. */
static uint64_t body(const struct bench *bench, int index)
{
    uint64_t pairs = bench->threads < 2 ? 1 : (uint64_t)bench->threads / 2;
    uint64_t batches = bench->size * 1024 / BATCH / pairs, sum = 0;
    struct queue *queue = &queues[index / 2];
    uint64_t random = (uint64_t)index / 2;

    for (uint64_t i = 0; i < batches; i++) {
        if (bench->threads < 2)
            sum += consume(produce(&random));
        else if (index % 2 == 0)
            put(queue, produce(&random));
        else
            sum += consume(get(queue));
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "handoff");
    int pairs = (bench.threads + 1) / 2;
    uint64_t sum;

    queues = bench_alloc_zeroed((size_t)pairs, sizeof *queues);
    for (int i = 0; i < pairs; i++) {
        pthread_mutex_init(&queues[i].lock, NULL);
        pthread_cond_init(&queues[i].filled, NULL);
        pthread_cond_init(&queues[i].emptied, NULL);
    }
    /* An odd thread of more than one would have nobody to talk to. */
    sum = bench_threads(&bench, bench.threads < 2 ? 1 : bench.threads & ~1,
                        body);
    bench_free(queues);
    bench_close(&bench, sum, bench.size * 1024, NULL);
    return 0;
}
