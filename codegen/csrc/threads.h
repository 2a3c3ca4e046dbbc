/* Splitting a long loop over threads.
 *
 * Threads are started for the call and joined before it returns. That costs 20 to 100 microseconds, so only long loops
 * are split; and it leaves nothing behind that a fork, an interpreter that shuts down or another thread calling at the
 * same time could find in a bad state. */
#ifndef PYACT_THREADS_H
#define PYACT_THREADS_H

#include <stddef.h>

/* How many threads one call may use: what was set, else PYACT_NUM_THREADS, else the CPUs the process may run on. */
int pyact_get_num_threads(void);

/* n >= 1 threads from now on, in the whole process; 0 goes back to the default. */
void pyact_set_num_threads(int n);

typedef void (*pyact_range)(void *context, size_t begin, size_t end);

/* Calls run(context, begin, end) on ranges that make up [0, n), at least `grain` long each, whose ends are multiples
 * of `step`, and waits for all. A range whose thread cannot be started is run by the caller. */
void pyact_parallel(pyact_range run, void *context, size_t n, size_t grain, size_t step);

#endif
