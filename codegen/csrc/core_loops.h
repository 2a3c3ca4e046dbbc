/* From one vector to a core: the generator writes NAME_narrow and NAME_wide for a single vector, PYACT_CORES_k(NAME, DATA)
 * (k inputs, parameters included, of which the first DATA are data) turns them into loops over a block. */
#ifndef PYACT_CORE_LOOPS_H
#define PYACT_CORE_LOOPS_H

#include "convert.h"
#include "kernel.h"
#include "light_math.h"
#include "simd.h"
#include "vec_math.h"
#include "wide_math.h"

/* The kernel at vector i of a block. Always inlined with a constant function: no call is left. */
typedef vec (*narrow_at)(const double *const *in, size_t i);
typedef vec (*float_at)(const char *const *in, size_t i, size_t lane);
typedef wide (*wide_at)(const double *const *in, size_t i, wide_context *context);

/* `lane` is the first of LANES lanes among the FLANES of the parameters. */
PYACT_INLINE void float_loop(float_at narrow, const char *const *in, char *out, size_t n)
{
    for (size_t i = 0; i < n; i += FLANES) {
        const vec low = narrow(in, i, 0), high = narrow(in, i + LANES, LANES);
        store_vec_f32(out + 4 * i, canonical_nan(low));
        store_vec_f32(out + 4 * (i + LANES), canonical_nan(high));
    }
}

PYACT_INLINE void narrow_loop(narrow_at narrow, const double *const *in, double *out, size_t n)
{
    for (size_t i = 0; i < n; i += LANES) vec_store(out + i, canonical_nan(narrow(in, i)));
}

PYACT_INLINE vec round_wide(wide value, unsigned flags)
{
    return flags & PYACT_ROUND_TO_ODD ? wide_round_to_odd(value) : wide_round(value);
}

/* The result of a lane whose exponential went below the normal range. `lifted` is the same expression with the
 * exponential 2^512 larger, so it has all its bits. The lane is a product with that exponential, and 2^-512 undoes
 * the lift, unless other terms dominate and the lift changed next to nothing: then the plain result stands.
 * More than one bit below the normal range, rounding to odd first leaves only the last rounding. */
static inline vec undo_lift(vec plain, wide lifted)
{
    const vec down = vec_set(0x1p-512);
    const vec nearest = vec_mul(wide_round(lifted), down);
    const vec odd = vec_mul(wide_round_to_odd(lifted), down);
    const vec result = vec_select(vec_lt(vec_abs(nearest), vec_set(0x1p-1023)), odd, nearest);
    const mask was_lifted = vec_le(vec_abs(plain), vec_mul(vec_abs(lifted.h), vec_set(0x1p-256)));
    return vec_select(was_lifted, result, plain);
}

/* Lanes where the wide arithmetic says nothing: signed zeros, infinities and NaN, in the inputs or, by an overflow on the
 * way, in the result. */
PYACT_INLINE mask exceptional_lanes(vec result, int inputs, const double *const *in, size_t i)
{
    mask regular = mask_and(vec_lt(vec_set(0.0), vec_abs(result)), vec_lt(vec_abs(result), vec_set(INFINITY)));
    for (int k = 0; k < inputs; k++)
        regular = mask_and(regular, vec_lt(vec_abs(vec_load(in[k] + i)), vec_set(INFINITY)));
    return mask_not(regular);
}

PYACT_INLINE void wide_loop(wide_at evaluate, narrow_at narrow, int inputs, const double *const *in,
                                   double *out, size_t n, unsigned flags)
{
    for (size_t i = 0; i < n; i += LANES) {
        wide_context context = {vec_set(0.0), mask_none()};
        mask underflow = mask_none();
        vec result = vec_set(0.0);
        for (int lifted = 0; lifted < 2; lifted++) { /* a loop, so that the expression is compiled once */
            const wide value = evaluate(in, i, &context);
            if (lifted) {
                result = vec_select(underflow, undo_lift(result, value), result);
                break;
            }
            result = round_wide(value, flags);
            underflow = context.underflow;
            if (!mask_any(underflow)) break;
            context.bias = vec_set(512.0);
        }
        const mask exceptional = exceptional_lanes(result, inputs, in, i);
        if (mask_any(exceptional)) {
            const vec plain = narrow(in, i);
            const vec nan = vec_from_bits(ivec_set(0x7ff8000000000000)); /* one NaN for every instruction set */
            result = vec_select(exceptional, vec_select(vec_is_nan(plain), nan, plain), result);
        }
        vec_store(out + i, result);
    }
}

/* The lanes of vector i that light arithmetic does not decide: a zero as the narrow core has it, with the sign it should
 * have, everything else from the wide core. */
PYACT_OUTLINE vec decide_exceptional_lanes(vec result, light_context context, pyact_core narrow, pyact_core wide,
                                           int inputs, const double *const *in, size_t i)
{
    const mask usable = mask_and(context.regular, context.in_range);
    const mask zero = mask_and(mask_and(context.regular, mask_not(context.in_range)), vec_eq(result, vec_set(0.0)));
    const mask rest = mask_not(mask_or(usable, zero));
    const double *vector[PYACT_MAX_INPUTS];
    double values[LANES], *out = values;
    for (int k = 0; k < inputs; k++) vector[k] = in[k] + i;
    if (mask_any(zero)) {
        narrow(vector, &out, LANES, 0);
        result = vec_select(zero, vec_load(values), result);
    }
    if (mask_any(rest)) {
        wide(vector, &out, LANES, 0);
        result = vec_select(rest, vec_load(values), result);
    }
    return result;
}

/* The core of a kernel in light arithmetic; ARGUMENTS are those of NAME_light. */
#define PYACT_LIGHT_CORE(NAME, INPUTS, ARGUMENTS) \
    static void NAME##_light_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        (void)flags; \
        for (size_t i = 0; i < n; i += LANES) { \
            PYACT_LIGHT_VECTOR(NAME, INPUTS, ARGUMENTS) \
        } \
    }

/* The same in two passes: NAME_light_power, an exponential with few or no operations before it, and NAME_light, which is
 * given its value as `power`. In one pass the chain of operations is longer than what a processor holds in flight. */
#define PYACT_STAGED_LIGHT_CORE(NAME, INPUTS, POWER_ARGUMENTS, ARGUMENTS) \
    static void NAME##_light_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        double heads[PYACT_BLOCK], tails[PYACT_BLOCK]; \
        (void)flags; \
        for (size_t i = 0; i < n; i += LANES) { \
            const light power = NAME##_light_power POWER_ARGUMENTS; \
            vec_store(heads + i, power.h); \
            vec_store(tails + i, power.l); \
        } \
        for (size_t i = 0; i < n; i += LANES) { \
            const light power = {vec_load(heads + i), vec_load(tails + i)}; \
            PYACT_LIGHT_VECTOR(NAME, INPUTS, ARGUMENTS) \
        } \
    }

/* The same with a pass before them, NAME_light_argument, for what the exponential is taken of. */
#define PYACT_THRICE_STAGED_LIGHT_CORE(NAME, INPUTS, ARGUMENT_ARGUMENTS, POWER_ARGUMENTS, ARGUMENTS) \
    static void NAME##_light_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        double heads[2][PYACT_BLOCK], tails[2][PYACT_BLOCK]; \
        (void)flags; \
        for (size_t i = 0; i < n; i += LANES) { \
            const light argument = NAME##_light_argument ARGUMENT_ARGUMENTS; \
            vec_store(heads[0] + i, argument.h); \
            vec_store(tails[0] + i, argument.l); \
        } \
        for (size_t i = 0; i < n; i += LANES) { \
            const light argument = {vec_load(heads[0] + i), vec_load(tails[0] + i)}; \
            const light power = NAME##_light_power POWER_ARGUMENTS; \
            vec_store(heads[1] + i, power.h); \
            vec_store(tails[1] + i, power.l); \
        } \
        for (size_t i = 0; i < n; i += LANES) { \
            const light argument = {vec_load(heads[0] + i), vec_load(tails[0] + i)}; \
            const light power = {vec_load(heads[1] + i), vec_load(tails[1] + i)}; \
            PYACT_LIGHT_VECTOR(NAME, INPUTS, ARGUMENTS) \
        } \
    }

/* Lanes of a block that light arithmetic leaves to the wide core: their inputs, packed, and where they came from. */
typedef struct {
    double inputs[PYACT_MAX_INPUTS][PYACT_BLOCK];
    uint16_t from[PYACT_BLOCK];
    size_t count;
} light_lanes;

PYACT_OUTLINE void note_lanes(light_lanes *lanes, mask decided, int inputs, const double *const *in, size_t i)
{
    double is_decided[LANES];
    vec_store(is_decided, vec_select(decided, vec_set(1.0), vec_set(0.0)));
    for (size_t lane = 0; lane < LANES; lane++) {
        if (is_decided[lane] != 0.0) continue;
        for (int k = 0; k < inputs; k++) lanes->inputs[k][lanes->count] = in[k][i + lane];
        lanes->from[lanes->count++] = (uint16_t)(i + lane);
    }
}

PYACT_OUTLINE void decide_noted_lanes(light_lanes *lanes, pyact_core wide, int inputs, double *results)
{
    const double *in[PYACT_MAX_INPUTS];
    double values[PYACT_BLOCK], *out = values;
    size_t whole = lanes->count;
    for (; whole % LANES != 0; whole++)
        for (int k = 0; k < inputs; k++) lanes->inputs[k][whole] = 1.0;
    for (int k = 0; k < inputs; k++) in[k] = lanes->inputs[k];
    wide(in, &out, whole, 0);
    for (size_t j = 0; j < lanes->count; j++) results[lanes->from[j]] = values[j];
}

/* A function in cells (light_cells.h) of input X. */
#define PYACT_LIGHT_CELL_CORE(NAME, INPUTS, X, ARGUMENTS) \
    static void NAME##_light_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        double cells[PYACT_BLOCK]; \
        light_lanes lanes; \
        lanes.count = 0; \
        (void)flags; \
        for (size_t i = 0; i < n; i += LANES) vec_store(cells + i, light_cell_of(PYACT_AT(X))); \
        for (size_t i = 0; i < n; i += LANES) { \
            light_context context = {mask_not(mask_none()), mask_not(mask_none())}; \
            const vec result = NAME##_light ARGUMENTS; \
            if (__builtin_expect(!mask_all(context.regular), 0)) note_lanes(&lanes, context.regular, INPUTS, in, i); \
            vec_store(out[0] + i, result); \
        } \
        if (lanes.count != 0) decide_noted_lanes(&lanes, NAME##_wide_core, INPUTS, out[0]); \
    }

#define PYACT_LIGHT_VECTOR(NAME, INPUTS, ARGUMENTS) \
    light_context context = {mask_not(mask_none()), mask_not(mask_none())}; \
    vec result = NAME##_light ARGUMENTS; \
    if (__builtin_expect(!mask_all(mask_and(context.regular, context.in_range)), 0)) \
        result = decide_exceptional_lanes(result, context, NAME##_narrow_core, NAME##_wide_core, INPUTS, in, i); \
    vec_store(out[0] + i, result);

/* The core of a kernel in plain double, for float64 alone. */
#define PYACT_DOUBLE_CORE(NAME, ARGUMENTS) \
    static void NAME##_double_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        (void)flags; \
        for (size_t i = 0; i < n; i += LANES) vec_store(out[0] + i, canonical_nan(NAME##_double ARGUMENTS)); \
    }

#define PYACT_AT(k) vec_load(in[k] + i)
#define PYACT_WIDE_AT(k) wide_from(vec_load(in[k] + i))
#define PYACT_FLOAT_AT(k, DATA) \
    ((k) < (DATA) ? load_vec_f32(in[k] + 4 * i) : vec_load((const double *)(const void *)in[k] + lane))
#define PYACT_CORES_1(NAME, DATA) \
    PYACT_CORES(NAME, 1, \
                (PYACT_AT(0)), \
                (PYACT_WIDE_AT(0), context), \
                (PYACT_FLOAT_AT(0, DATA)))
#define PYACT_CORES_2(NAME, DATA) \
    PYACT_CORES(NAME, 2, \
                (PYACT_AT(0), PYACT_AT(1)), \
                (PYACT_WIDE_AT(0), PYACT_WIDE_AT(1), context), \
                (PYACT_FLOAT_AT(0, DATA), PYACT_FLOAT_AT(1, DATA)))
#define PYACT_CORES_3(NAME, DATA) \
    PYACT_CORES(NAME, 3, \
                (PYACT_AT(0), PYACT_AT(1), PYACT_AT(2)), \
                (PYACT_WIDE_AT(0), PYACT_WIDE_AT(1), PYACT_WIDE_AT(2), context), \
                (PYACT_FLOAT_AT(0, DATA), PYACT_FLOAT_AT(1, DATA), PYACT_FLOAT_AT(2, DATA)))
#define PYACT_CORES_4(NAME, DATA) \
    PYACT_CORES(NAME, 4, \
                (PYACT_AT(0), PYACT_AT(1), PYACT_AT(2), PYACT_AT(3)), \
                (PYACT_WIDE_AT(0), PYACT_WIDE_AT(1), PYACT_WIDE_AT(2), PYACT_WIDE_AT(3), context), \
                (PYACT_FLOAT_AT(0, DATA), PYACT_FLOAT_AT(1, DATA), PYACT_FLOAT_AT(2, DATA), \
                 PYACT_FLOAT_AT(3, DATA)))
#define PYACT_CORES_5(NAME, DATA) \
    PYACT_CORES(NAME, 5, \
                (PYACT_AT(0), PYACT_AT(1), PYACT_AT(2), PYACT_AT(3), PYACT_AT(4)), \
                (PYACT_WIDE_AT(0), PYACT_WIDE_AT(1), PYACT_WIDE_AT(2), PYACT_WIDE_AT(3), PYACT_WIDE_AT(4), context), \
                (PYACT_FLOAT_AT(0, DATA), PYACT_FLOAT_AT(1, DATA), PYACT_FLOAT_AT(2, DATA), \
                 PYACT_FLOAT_AT(3, DATA), PYACT_FLOAT_AT(4, DATA)))
#define PYACT_CORES_6(NAME, DATA) \
    PYACT_CORES(NAME, 6, \
                (PYACT_AT(0), PYACT_AT(1), PYACT_AT(2), PYACT_AT(3), PYACT_AT(4), PYACT_AT(5)), \
                (PYACT_WIDE_AT(0), PYACT_WIDE_AT(1), PYACT_WIDE_AT(2), PYACT_WIDE_AT(3), PYACT_WIDE_AT(4), \
                 PYACT_WIDE_AT(5), context), \
                (PYACT_FLOAT_AT(0, DATA), PYACT_FLOAT_AT(1, DATA), PYACT_FLOAT_AT(2, DATA), \
                 PYACT_FLOAT_AT(3, DATA), PYACT_FLOAT_AT(4, DATA), PYACT_FLOAT_AT(5, DATA)))

#define PYACT_CORES(NAME, INPUTS, NARROW_ARGUMENTS, WIDE_ARGUMENTS, FLOAT_ARGUMENTS) \
    static inline vec NAME##_narrow_at(const double *const *in, size_t i) { return NAME##_narrow NARROW_ARGUMENTS; } \
    static inline vec NAME##_float_at(const char *const *in, size_t i, size_t lane) { \
        (void)lane; \
        return NAME##_narrow FLOAT_ARGUMENTS; \
    } \
    static inline wide NAME##_wide_at(const double *const *in, size_t i, wide_context *context) { \
        return NAME##_wide WIDE_ARGUMENTS; \
    } \
    static void NAME##_narrow_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        (void)flags; \
        narrow_loop(NAME##_narrow_at, in, out[0], n); \
    } \
    static inline void NAME##_float_core(const char *const *in, char *out, size_t n) { \
        float_loop(NAME##_float_at, in, out, n); \
    } \
    static void NAME##_wide_core(const double *const *in, double *const *out, size_t n, unsigned flags) { \
        wide_loop(NAME##_wide_at, NAME##_narrow_at, INPUTS, in, out[0], n, flags); \
    }

/* The entry of a kernel in its family's table; F64 is the arithmetic for float64. */
#define PYACT_CORES_OF(NAME, F64, GRADIENTS) PYACT_CORES_WITH(NAME, F64, NAME##_float_core, NULL, NULL, GRADIENTS)
#define PYACT_CORES_WITH(NAME, F64, SINGLE, F16, BF16, GRADIENTS) \
    {NAME##_narrow_core, NAME##_wide_core, NAME##_##F64##_core, SINGLE, F16, BF16, GRADIENTS}

#endif
