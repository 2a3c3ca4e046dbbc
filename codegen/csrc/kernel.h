/* The kernel ABI: what the generated cores, the drivers and the registry agree on. */
#ifndef PYACT_KERNEL_H
#define PYACT_KERNEL_H

#include <stddef.h>

#include "run.h"

enum {
    PYACT_BLOCK = 256,      /* elements converted and evaluated at a time; a multiple of every vector length */
    PYACT_FLOAT_BLOCK = 1024, /* the same for blocks of floats */
    PYACT_MAX_INPUTS = 6,   /* data inputs and parameters of one kernel together */
    PYACT_ROUND_TO_ODD = 1  /* core flag: round the wide result to odd, so that a second rounding is harmless */
};

/* Another core flag, of float64 cores: each parameter is the same for all elements; only its first vector is there. */
enum { PYACT_SAME_PARAMETERS = 2 };

/* Evaluates n <= PYACT_BLOCK elements, n a multiple of the vector length. `out` may be an input. A float64 core
 * that is f64_direct takes any such n where PYACT_SAME_PARAMETERS is set; the others need not know that flag. */
typedef void (*pyact_core)(const double *const *in, double *const *out, size_t n, unsigned flags);

/* The float32 core: every element of every float32 call of a kernel that is not wide_only, or has a finer core, and the
 * first try for the half formats. n is a multiple of FLANES. Data inputs are arrays of n floats, parameters FLANES
 * doubles, all equal unless the signature says single_by_lane. `out` may be one of the inputs. The result of an element
 * depends on that element alone. It is within 1 ULP of the exact value; a gradient, within 1 ULP before its one
 * multiplication by grad_output. */
typedef void (*pyact_float_core)(const char *const *in, char *out, size_t n);

/* A core for float16 or bfloat16 arrays, whose results are the exact values rounded once. Like the float32 core, but every
 * parameter is the same in all lanes. Returns 0, having written nothing, if it is not made for these parameters. */
typedef int (*pyact_half_core)(const char *const *in, char *out, size_t n);

/* Two gradients in float32 at once: `in` is grad_output, the inputs and the parameters, out[k] what gradient k gives on its
 * own, to the last bit. An output may be one of the inputs. Returns 0, having written nothing, if it is not made for these
 * parameters. */
typedef int (*pyact_gradients_core)(const char *const *in, char *const *out, size_t n);

typedef struct {
    pyact_core narrow, wide;
    pyact_core f64; /* for float64: one of the two, or the light core where that is as good as promised */
    pyact_float_core single;
    pyact_half_core f16, bf16; /* or NULL */
    pyact_gradients_core gradients; /* of a value that has them, or NULL: the cores of the gradients come next */
} pyact_cores;

typedef struct {
    const char *name;
    unsigned char data_inputs, parameters;
    unsigned char wide_only;        /* plain double is not enough, for any format */
    unsigned char single_is_finer;  /* but float32 has a core that is enough */
    unsigned char f64_direct;       /* the float64 core takes whole arrays */
    unsigned char single_by_lane;   /* the float32 core takes another value of each parameter in each lane */
    unsigned char is_gate;          /* the value of a gate */
    unsigned char is_plain;         /* a few operations, in float32 and the half formats: as fast as memory */
    unsigned char has_gradients;    /* a value, after which two gradients come that are computed at once: those for the
                                     * inputs of a gate, or for the input and the one learned parameter */
} pyact_signature;

/* One slot per instruction set a library may hold. Baseline is what every CPU of the architecture has. */
enum { PYACT_SLOT_BASELINE, PYACT_SLOT_AVX2, PYACT_SLOT_AVX512, PYACT_SLOTS };

typedef struct pyact_family {
    const char *name;
    const pyact_signature *signatures;
    size_t count;
    const pyact_cores *cores[PYACT_SLOTS];  /* NULL: not compiled in */
} pyact_family;

typedef struct {
    const pyact_kernel *kernels;
    size_t count;
} pyact_kernel_list;

extern const pyact_kernel_list pyact_registry;

/* One row of a row function, as the per-ISA code takes it. */
typedef struct {
    pyact_row_function function;
    pyact_dtype dtype;
    size_t length;
    const char *grad_output, *x;
    ptrdiff_t grad_stride, x_stride;
    char *output;
    ptrdiff_t output_stride;
} pyact_row;

static inline int starts_from_output(pyact_row_function function)
{
    return function >= PYACT_ROW_SOFTMAX_BACKWARD_FROM_OUTPUT;
}

/* Rows of one function: the first, their number, and the bytes from row to row. */
typedef struct {
    pyact_row first;
    size_t count;
    ptrdiff_t grad_step, x_step, output_step;
} pyact_rows;

static inline pyact_row row_of(const pyact_rows *rows, size_t i)
{
    pyact_row row = rows->first;
    row.grad_output += (ptrdiff_t)i * rows->grad_step;
    row.x += (ptrdiff_t)i * rows->x_step;
    row.output += (ptrdiff_t)i * rows->output_step;
    return row;
}

/* What each ISA provides besides its kernels. */
typedef struct {
    void (*elementwise)(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                        const void *const *inputs, const ptrdiff_t *input_strides, void *output,
                        ptrdiff_t output_stride, size_t n);
    /* Of a gate: cores and signature are those of the value. With `keep` an output is, or lies across, an input. */
    void (*gradients)(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                      const void *const *inputs, const ptrdiff_t *input_strides, void *const outputs[2],
                      const ptrdiff_t output_strides[2], size_t n, int keep);
    int (*rows)(const pyact_rows *rows);
} pyact_driver;

/* PYACT_BASELINE_FN(name): the baseline's variant. The build chooses the portable one with PYACT_BASELINE_SCALAR and
 * adds the others with PYACT_WITH_AVX2 and PYACT_WITH_AVX512. */
#if defined(PYACT_BASELINE_SCALAR)
#define PYACT_BASELINE_FN(name) name##_scalar
#elif defined(__x86_64__)
#define PYACT_BASELINE_FN(name) name##_sse2
#elif defined(__aarch64__)
#define PYACT_BASELINE_FN(name) name##_neon
#else
#define PYACT_BASELINE_FN(name) name##_scalar
#endif
#ifdef PYACT_WITH_AVX2
#define PYACT_AVX2_OR_NULL(symbol) symbol
#else
#define PYACT_AVX2_OR_NULL(symbol) NULL
#endif
#ifdef PYACT_WITH_AVX512
#define PYACT_AVX512_OR_NULL(symbol) symbol
#else
#define PYACT_AVX512_OR_NULL(symbol) NULL
#endif

/* For registry.c: the cores of one family on every instruction set (unused declarations cost nothing). */
#define PYACT_DECLARE_FAMILY(family) \
    extern const pyact_cores pyact_##family##_sse2[], pyact_##family##_neon[], pyact_##family##_scalar[]; \
    extern const pyact_cores pyact_##family##_avx2[], pyact_##family##_avx512[]
#define PYACT_FAMILY_CORES(family) \
    { PYACT_BASELINE_FN(pyact_##family), PYACT_AVX2_OR_NULL(pyact_##family##_avx2), \
      PYACT_AVX512_OR_NULL(pyact_##family##_avx512) }

#endif
