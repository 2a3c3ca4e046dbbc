/* See threads.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { MOST_THREADS = 64 };

/* ---- how many ---- */

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

static int at_most(long count) { return count < MOST_THREADS ? (int)count : MOST_THREADS; }

/* Read once: another thread may change the environment later, and getenv must not look at it then. */
static int environment_threads(void)
{
    static atomic_int known = -1;
    int count = atomic_load_explicit(&known, memory_order_relaxed);
    if (count < 0) {
        const char *text = getenv("PYACT_NUM_THREADS");
        const long wanted = text == NULL ? 0 : strtol(text, NULL, 10);
        count = wanted >= 1 ? at_most(wanted) : 0;
        atomic_store_explicit(&known, count, memory_order_relaxed);
    }
    return count;
}

static int default_threads(void)
{
    const int wanted = environment_threads();
    return wanted > 0 ? wanted : at_most(usable_cpus());
}

int pyact_get_num_threads(void)
{
    const int set = atomic_load_explicit(&chosen, memory_order_relaxed);
    return set > 0 ? set : default_threads();
}

void pyact_set_num_threads(int n)
{
    atomic_store_explicit(&chosen, n < 0 ? 0 : at_most(n), memory_order_relaxed);
}

/* ---- the pool ---- */

typedef struct {
    pyact_range run;
    void *context;
    size_t n, length;     /* of the whole, and of a range */
    atomic_size_t next;   /* where the next range begins; beyond n when all are taken */
} loop;

static struct {
    pthread_mutex_t lock;        /* for all of it; never held while a range runs */
    pthread_cond_t has_work, is_done;
    loop *current;               /* what is shared now, or NULL */
    int threads;                 /* started */
    int wanted;                  /* how many more may join */
    atomic_int at_work;          /* those that joined and have not finished; written under the lock */
    int handles_fork;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .has_work = PTHREAD_COND_INITIALIZER, .is_done = PTHREAD_COND_INITIALIZER};

/* Takes ranges until none are left; how many. */
static size_t run_ranges(loop *shared)
{
    for (size_t taken = 0;; taken++) {
        const size_t begin = atomic_fetch_add_explicit(&shared->next, shared->length, memory_order_relaxed);
        if (begin >= shared->n)
            return taken;
        const size_t left = shared->n - begin;
        shared->run(shared->context, begin, begin + (left < shared->length ? left : shared->length));
    }
}

static void *serve(void *unused)
{
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        while (pool.wanted == 0) pthread_cond_wait(&pool.has_work, &pool.lock);
        pool.wanted--;
        atomic_fetch_add(&pool.at_work, 1);
        loop *shared = pool.current;
        pthread_mutex_unlock(&pool.lock);
        run_ranges(shared);
        pthread_mutex_lock(&pool.lock);
        if (atomic_fetch_sub(&pool.at_work, 1) == 1)
            pthread_cond_signal(&pool.is_done);
    }
    return unused;
}

/* A fork copies the memory but not the threads: the child starts with an empty pool. The lock is taken around it, so
 * that it is in a known state. */
static void before_fork(void) { pthread_mutex_lock(&pool.lock); }

static void in_parent(void) { pthread_mutex_unlock(&pool.lock); }

static void in_child(void)
{
    pthread_mutex_init(&pool.lock, NULL);
    pthread_cond_init(&pool.has_work, NULL);
    pthread_cond_init(&pool.is_done, NULL);
    pool.current = NULL;
    pool.threads = pool.wanted = 0;
    atomic_store(&pool.at_work, 0);
}

/* Under the lock. Fewer threads than asked for, or none, are all right. */
static void start_threads(int count)
{
    sigset_t all, before;
    if (pool.threads >= count)
        return;
    if (!pool.handles_fork) {
        if (pthread_atfork(before_fork, in_parent, in_child) != 0)
            return;
        pool.handles_fork = 1;
    }
    sigfillset(&all); /* signals are for the threads of the program */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; pool.threads < count; pool.threads++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, NULL) != 0)
            break;
        pthread_detach(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* A thread that is about to finish is waited for without sleeping: it may take less time than waking up would. */
static void wait_briefly(void)
{
    enum { LOOKS = 2000 }; /* 20 to 60 microseconds */
    for (int i = 0; i < LOOKS && atomic_load_explicit(&pool.at_work, memory_order_acquire) > 0; i++) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
}

/* ---- whether it is worth it ---- */

static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* Where other programs keep the processors busy, a thread can be interrupted in the middle of its range, and the loop
 * takes longer than it would have alone. After such a loss the next loop runs alone, after another one the next two,
 * and so on; a loop that gains from being shared ends that. */
enum { MOST_ALONE = 64 };
static atomic_int to_run_alone = 0, after_a_loss = 1;

static int runs_alone(void)
{
    int left = atomic_load_explicit(&to_run_alone, memory_order_relaxed);
    while (left > 0)
        if (atomic_compare_exchange_weak(&to_run_alone, &left, left - 1))
            return 1;
    return 0;
}

/* `own` and `all`: the ranges the caller took, of how many; the nanoseconds it took for them, and until all were done. */
static void learn(size_t own, size_t all, double own_time, double time)
{
    const int lost = time > own_time / (double)own * (double)all;
    const int penalty = atomic_load_explicit(&after_a_loss, memory_order_relaxed);
    if (lost)
        atomic_store_explicit(&to_run_alone, penalty, memory_order_relaxed);
    atomic_store_explicit(&after_a_loss, !lost ? 1 : penalty < MOST_ALONE ? 2 * penalty : MOST_ALONE,
                          memory_order_relaxed);
}

/* ---- sharing ---- */

/* Runs the loop together with up to `threads` - 1 others; alone if another call has the pool. */
static void share(loop *shared, size_t threads)
{
    const size_t begin = atomic_load(&shared->next), ranges = (shared->n - begin + shared->length - 1) / shared->length;
    const int helpers = (int)(ranges < threads ? ranges : threads) - 1;
    const double start = nanoseconds();
    pthread_mutex_lock(&pool.lock);
    const int is_free = pool.current == NULL;
    if (is_free) {
        start_threads(helpers);
        pool.current = shared;
        pool.wanted = helpers < pool.threads ? helpers : pool.threads;
        for (int i = 0; i < pool.wanted; i++) pthread_cond_signal(&pool.has_work);
    }
    pthread_mutex_unlock(&pool.lock);
    const size_t own = run_ranges(shared);
    if (!is_free)
        return;
    const double own_time = nanoseconds() - start;
    pthread_mutex_lock(&pool.lock);
    pool.wanted = 0; /* who did not come yet has nothing left to do */
    pthread_mutex_unlock(&pool.lock);
    wait_briefly();
    pthread_mutex_lock(&pool.lock);
    while (atomic_load(&pool.at_work) > 0) pthread_cond_wait(&pool.is_done, &pool.lock);
    pool.current = NULL;
    pthread_mutex_unlock(&pool.lock);
    if (own > 0)
        learn(own, ranges, own_time, nanoseconds() - start);
}

static size_t round_up(size_t n, size_t step) { return (n + step - 1) / step * step; }

/* The rest of a loop is shared if it would take one thread longer than this. Measured with a pause before each loop, so
 * that the other thread slept: two threads break even at 45 microseconds, and are 1.1 times faster from 53 on, 1.3 times
 * from 90, 1.5 times from 160. */
static const double WORTH_SHARING = 50e3; /* nanoseconds */

enum {
    FEW_ELEMENTS = 1 << 15,       /* so few take the fastest kernels less than 10 microseconds */
    MANY_ELEMENTS = 1 << 17,      /* so many are worth sharing, where nothing can be measured */
    LEAST_ELEMENTS = 1 << 12,     /* of a range */
    FIRST_PART = 16,              /* the caller measures itself on about this part of the loop */
    RANGES_PER_THREAD = 8         /* enough that threads which differ in speed end together */
};

void pyact_parallel(pyact_range run, void *context, size_t n, size_t weight, size_t step)
{
    int threads = 1;
    const size_t few = FEW_ELEMENTS / weight;
    if (n < few || n < 2 * step || (threads = pyact_get_num_threads()) < 2) {
        run(context, 0, n);
        return;
    }
    const size_t part = few / 2 < n / FIRST_PART ? few / 2 : n / FIRST_PART;
    const size_t begin = part >= step ? part / step * step : n >= 4 * step && n >= FIRST_PART ? step : 0;
    if (begin > 0) {
        const double start = nanoseconds();
        run(context, 0, begin);
        const double rest = (nanoseconds() - start) / (double)begin * (double)(n - begin);
        if (rest < WORTH_SHARING || runs_alone()) {
            run(context, begin, n);
            return;
        }
    } else if (n < MANY_ELEMENTS / weight) { /* a few long rows, of which none can be spared for a measurement */
        run(context, 0, n);
        return;
    }
    const size_t even = (n - begin) / ((size_t)threads * RANGES_PER_THREAD), least = LEAST_ELEMENTS / weight + 1;
    loop shared = {.run = run, .context = context, .n = n, .length = round_up(even > least ? even : least, step)};
    if (shared.length >= n - begin) {
        run(context, begin, n);
        return;
    }
    atomic_init(&shared.next, begin);
    share(&shared, (size_t)threads);
}
