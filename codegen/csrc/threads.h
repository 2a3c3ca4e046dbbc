/* Splitting a long loop over threads.
 *
 * A pool of threads is started when first needed and then waits. Waking a thread costs more than a short loop takes, so
 * the caller begins alone, measures how fast it goes, and shares the rest only where that is worth it; ranges are handed
 * out one by one, so that a thread which wakes up late, or shares its processor, delays nobody.
 * One call at a time has the pool. A call that finds it taken runs alone: with so many callers every processor is busy.
 * After a fork the child has no pool and starts its own. The threads hold nothing that a process has to give back at
 * its end: they are left waiting. A shared library with this code in it must therefore stay loaded. */
#ifndef PYACT_THREADS_H
#define PYACT_THREADS_H

#include <stddef.h>

/* How many threads one call may use: what was set, else PYACT_NUM_THREADS as it was when first needed, else the CPUs the
 * process may run on. */
int pyact_get_num_threads(void);

/* n >= 1 threads from now on, in the whole process; 0 goes back to the default. */
void pyact_set_num_threads(int n);

typedef void (*pyact_range)(void *context, size_t begin, size_t end);

/* Calls run(context, begin, end) on ranges that make up [0, n), and waits for all. Their ends are multiples of `step`.
 * Each of the n stands for `weight` >= 1 elements. */
void pyact_parallel(pyact_range run, void *context, size_t n, size_t weight, size_t step);

#endif
