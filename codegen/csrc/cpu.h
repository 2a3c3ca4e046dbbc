/* Which instruction set the kernels run on: the best one the CPU and the operating system support, or the one that
 * the environment variable PYACT_ISA names. */
#ifndef PYACT_CPU_H
#define PYACT_CPU_H

/* "baseline", "avx2", "avx512" or "neon"; NULL when PYACT_ISA cannot be honoured. */
const char *pyact_isa(void);

/* NULL, or what is wrong with PYACT_ISA. */
const char *pyact_isa_error(void);

/* The usable names, best last, separated by ", ". */
const char *pyact_isa_choices(void);

/* Changes the instruction set of the whole process; 0, or -1 when `name` cannot be used. For tests. */
int pyact_set_isa(const char *name);

/* The slot of the kernel tables in use; -1 when PYACT_ISA cannot be honoured. */
int pyact_isa_slot(void);

#endif
