/* See threads.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { MOST_THREADS = 64 };

static atomic_int chosen = 0; /* 0: not set */

static int usable_cpus(void)
{
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return CPU_COUNT(&allowed);
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

static int default_threads(void)
{
    const char *text = getenv("PYACT_NUM_THREADS");
    const long wanted = text == NULL ? 0 : strtol(text, NULL, 10);
    const long count = wanted >= 1 ? wanted : usable_cpus();
    return count < MOST_THREADS ? (int)count : MOST_THREADS;
}

int pyact_get_num_threads(void)
{
    const int set = atomic_load_explicit(&chosen, memory_order_relaxed);
    return set > 0 ? set : default_threads();
}

void pyact_set_num_threads(int n)
{
    atomic_store_explicit(&chosen, n < 0 ? 0 : n < MOST_THREADS ? n : MOST_THREADS, memory_order_relaxed);
}

typedef struct {
    pyact_range run;
    void *context;
    size_t begin, end;
} part;

static void *run_part(void *argument)
{
    const part *mine = argument;
    mine->run(mine->context, mine->begin, mine->end);
    return NULL;
}

void pyact_parallel(pyact_range run, void *context, size_t n, size_t grain, size_t step)
{
    size_t count = n / grain;
    if (count > 1) {
        const size_t most = (size_t)pyact_get_num_threads();
        if (count > most)
            count = most;
    }
    if (count < 2) {
        run(context, 0, n);
        return;
    }
    pthread_t threads[MOST_THREADS];
    part parts[MOST_THREADS];
    int started[MOST_THREADS];
    const size_t length = (n / count + step - 1) / step * step;
    for (size_t i = 1; i < count; i++) {
        const size_t begin = i * length < n ? i * length : n, end = begin + length;
        const part one = {run, context, begin, i + 1 == count || end > n ? n : end};
        parts[i] = one;
        started[i] = pthread_create(&threads[i], NULL, run_part, &parts[i]) == 0;
    }
    run(context, 0, length);
    for (size_t i = 1; i < count; i++) {
        if (started[i])
            pthread_join(threads[i], NULL);
        else
            run_part(&parts[i]);
    }
}
