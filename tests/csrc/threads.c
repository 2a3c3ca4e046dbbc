/* Sharing loops from many threads at once, for a thread sanitizer: ranges cover the loop once, whatever happens beside.
 * Prints how many loops were wrong. */
#include "threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { CALLERS = 16, LOOPS = 60, LENGTH = 1 << 15, STEP = 256 };

static atomic_int wrong = 0;

typedef struct {
    unsigned char seen[LENGTH]; /* not atomic: two ranges that overlap are a data race */
    atomic_int bad_ends;
} marks;

static void mark(void *context, size_t begin, size_t end)
{
    marks *all = context;
    if (begin % STEP != 0 || (end % STEP != 0 && end != LENGTH))
        atomic_fetch_add(&all->bad_ends, 1);
    for (size_t i = begin; i < end; i++) {
        volatile double slow = (double)i;
        for (int k = 0; k < 4; k++) slow = slow / 3.0;
        all->seen[i]++;
    }
}

static void one_loop(void)
{
    marks *all = calloc(1, sizeof *all);
    pyact_parallel(mark, all, LENGTH, 1, STEP);
    int bad = all->bad_ends;
    for (size_t i = 0; i < LENGTH; i++) bad += all->seen[i] != 1;
    atomic_fetch_add(&wrong, bad != 0);
    free(all);
}

static void *caller(void *number)
{
    for (int i = 0; i < LOOPS; i++) {
        pyact_set_num_threads(1 + (i + (int)(size_t)number) % 9);
        one_loop();
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[CALLERS];
    pyact_set_num_threads(4);
    one_loop();
    for (size_t i = 0; i < CALLERS; i++) pthread_create(&threads[i], NULL, caller, (void *)i);
    for (size_t i = 0; i < CALLERS; i++) pthread_join(threads[i], NULL);
    printf("%d\n", wrong);
    return wrong != 0;
}
