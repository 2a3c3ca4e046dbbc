/* Staged kernels whose passes are given constants made of the parameters: see staged.h, whose loop this is otherwise.
 *
 * The constants are computed in double, once for a call, or for a vector where parameters differ from element to element.
 * A kernel without them serves the defaults; both give an element the same bits whatever its neighbours' parameters. */
#ifndef PYACT_STAGED_PARAMETERS_H
#define PYACT_STAGED_PARAMETERS_H

#include "staged.h"

/* What the passes like: an argument is cut in steps, given by their number for 1 and as a sum of two floats; `c` are the
 * coefficients of a polynomial in what is left. */
typedef struct {
    fvec steps, step_high, step_low, c[5];
    fpair factor, slope, inverse;
    fvec bound, threshold;
} staged_constants;

/* Makes the constants; returns the lanes whose parameters they serve. */
typedef fmask (*staged_prepare)(const plain_scalar *parameters, staged_constants *constants);
typedef fpair_power (*staged_first_with)(fvec x, const staged_constants *constants);
typedef fpair_power (*staged_between_with)(fvec x, fpair_power before, const staged_constants *constants);
typedef fvec (*staged_last_with)(fvec x, fpair_power before, const staged_constants *constants, fpair_context *context);

/* ---- arithmetic with parameters ---- */

static inline plain_scalar scalar_set(double a) { return (plain_scalar){vec_set(a), vec_set(a)}; }
static inline plain_scalar scalar_mul(plain_scalar a, plain_scalar b)
{
    return (plain_scalar){vec_mul(a.low, b.low), vec_mul(a.high, b.high)};
}
static inline plain_scalar scalar_div(plain_scalar a, plain_scalar b)
{
    return (plain_scalar){vec_div(a.low, b.low), vec_div(a.high, b.high)};
}
/* a b - c, of the right sign */
static inline plain_scalar scalar_fms(plain_scalar a, plain_scalar b, plain_scalar c)
{
    return (plain_scalar){vec_fms(a.low, b.low, c.low), vec_fms(a.high, b.high, c.high)};
}
static inline plain_scalar scalar_from(fvec a) { return (plain_scalar){fvec_low_to_vec(a), fvec_high_to_vec(a)}; }

/* Lanes with least <= |a| <= 1 / least */
static inline fmask scalar_is_near_one(plain_scalar a, float least)
{
    const fvec magnitude = fvec_abs(plain_nearest(a));
    return fmask_and(fvec_le(fvec_set(least), magnitude), fvec_le(magnitude, fvec_set(1 / least)));
}

static inline fmask scalar_is_positive(plain_scalar a) { return fvec_lt(fvec_set(0.0f), plain_nearest(a)); }

/* The first `bits` bits of the significand of a, and the rest. */
static inline fvec scalar_leading(plain_scalar a, int bits, fvec *rest)
{
    const ivec leading = ivec_set(-((int64_t)1 << (53 - bits)));
    const vec low = vec_from_bits(ivec_and(ivec_from_bits(a.low), leading));
    const vec high = vec_from_bits(ivec_and(ivec_from_bits(a.high), leading));
    *rest = fvec_from_vecs(vec_sub(a.low, low), vec_sub(a.high, high));
    return fvec_from_vecs(low, high);
}

/* Lanes whose parameters are all the given ones. */
static inline fmask staged_are_defaults(const char *const *parameters, const double *defaults, int count)
{
    fmask all = fmask_not(fmask_none());
    for (int k = 0; k < count; k++) {
        const plain_scalar a = plain_load(parameters[k]);
        const vec wanted = vec_set(defaults[k]), one = vec_set(1.0), zero = vec_set(0.0);
        const fvec same = fvec_from_vecs(vec_select(vec_eq(a.low, wanted), one, zero),
                                         vec_select(vec_eq(a.high, wanted), one, zero));
        all = fmask_and(all, fvec_lt(fvec_set(0.0f), same));
    }
    return all;
}

/* ---- the loop ---- */

/* The last pass for the vector at i, times its gradient. */
PYACT_INLINE fvec staged_result_with(staged_last_with last, int members, int has_gradient, const staged_powers *powers,
                                     const float *gradient, const float *x, size_t i, const staged_constants *constants,
                                     fpair_context *context)
{
    const fvec result = last(fvec_load(x + i), staged_load(powers, i, members), constants, context);
    return has_gradient ? fpair_apply_gradient(fvec_load(gradient + i), result, context) : result;
}

/* The lanes of a single vector that are undecided. They stay in place: parameters may differ from lane to lane. */
PYACT_OUTLINE void staged_decide_vector_in_double(pyact_float_core core, int has_gradient, int parameters,
                                                  const char *const *in, const float *gradient, const float *x,
                                                  unsigned undecided, float *y)
{
    const char *inputs[PYACT_MAX_INPUTS];
    float values[FLANES];
    inputs[0] = (const char *)gradient;
    inputs[has_gradient] = (const char *)x;
    for (int k = 0; k < parameters; k++) inputs[1 + has_gradient + k] = in[1 + has_gradient + k];
    core(inputs, (char *)values, FLANES);
    for (; undecided != 0; undecided &= undecided - 1) {
        const int lane = __builtin_ctz(undecided);
        y[lane] = values[lane];
    }
}

/* The lanes of a block that its last pass left undecided, in some groups of vectors. */
PYACT_INLINE void staged_decide_with(unsigned groups, staged_last_with last, int members, int has_gradient,
                                     int parameters, const staged_constants *constants, const staged_powers *powers,
                                     const float *gradient, const float *x, pyact_float_core in_double,
                                     const char *const *in, float *y, size_t length)
{
    staged_lanes lanes;
    lanes.count = 0;
    for (size_t i = 0; i < length; i += FLANES) {
        if ((groups >> i / STAGED_GROUP & 1u) == 0) continue;
        fpair_context context = {fmask_not(fmask_none())};
        (void)staged_result_with(last, members, has_gradient, powers, gradient, x, i, constants, &context);
        unsigned undecided = ~fmask_bits(context.regular) & ((1u << FLANES) - 1);
        if (length == FLANES) {
            staged_decide_vector_in_double(in_double, has_gradient, parameters, in, gradient, x, undecided, y);
            return;
        }
        for (; undecided != 0; undecided &= undecided - 1) {
            const size_t lane = i + (size_t)__builtin_ctz(undecided);
            lanes.gradient[lanes.count] = gradient[lane];
            lanes.x[lanes.count] = x[lane];
            lanes.from[lanes.count++] = (uint16_t)lane;
        }
    }
    staged_decide_in_double(in_double, has_gradient, parameters, in, &lanes, y);
}

/* As staged_run, with constants. */
PYACT_INLINE void staged_run_with(const staged_constants *constants, staged_first_with first, staged_between_with second,
                                  staged_between_with third, staged_last_with last, int members, int has_gradient,
                                  int parameters, pyact_float_core in_double, const char *const *in, char *out, size_t n)
{
    staged_powers powers;
    float kept_gradient[STAGED_BLOCK], kept_x[STAGED_BLOCK];
    const int in_place = out == in[0] || out == in[has_gradient];
    for (size_t start = 0; start < n; start += STAGED_BLOCK) {
        const size_t length = n - start < STAGED_BLOCK ? n - start : STAGED_BLOCK;
        const float *gradient = (const float *)(const void *)in[0] + start;
        const float *x = (const float *)(const void *)in[has_gradient] + start;
        float *const y = (float *)(void *)out + start;
        if (in_place) {
            if (has_gradient) gradient = memcpy(kept_gradient, gradient, length * sizeof(float));
            x = memcpy(kept_x, x, length * sizeof(float));
        }
        for (size_t i = 0; i < length; i += FLANES) staged_store(&powers, i, first(fvec_load(x + i), constants), members);
        if (second != NULL)
            for (size_t i = 0; i < length; i += FLANES)
                staged_store(&powers, i, second(fvec_load(x + i), staged_load(&powers, i, members), constants), members);
        if (third != NULL)
            for (size_t i = 0; i < length; i += FLANES)
                staged_store(&powers, i, third(fvec_load(x + i), staged_load(&powers, i, members), constants), members);
        unsigned undecided = 0;
        for (size_t group = 0; group < length; group += STAGED_GROUP) {
            const size_t end = length - group < STAGED_GROUP ? length : group + STAGED_GROUP;
            fpair_context context = {fmask_not(fmask_none())};
            for (size_t i = group; i < end; i += FLANES)
                fvec_store(y + i, staged_result_with(last, members, has_gradient, &powers, gradient, x, i, constants,
                                                     &context));
            undecided |= (unsigned)!fmask_all(context.regular) << group / STAGED_GROUP;
        }
        if (__builtin_expect(undecided != 0, 0))
            staged_decide_with(undecided, last, members, has_gradient, parameters, constants, &powers, gradient, x,
                               in_double, in, y, length);
    }
}

/* For parameters some of which are not the defaults; `usual` says which lanes have these. Lanes of several kinds are
 * evaluated one by one. */
PYACT_INLINE void staged_run_otherwise(fmask usual, staged_prepare prepare, staged_first_with first,
                                       staged_between_with second, staged_between_with third, staged_last_with last,
                                       int members, int has_gradient, int parameters, pyact_float_core staged,
                                       pyact_float_core in_double, const char *const *in, char *out, size_t n)
{
    plain_scalar values[PYACT_MAX_INPUTS];
    staged_constants constants;
    for (int k = 0; k < parameters; k++) values[k] = plain_load(in[1 + has_gradient + k]);
    const fmask served = prepare(values, &constants);
    if (fmask_any(usual) || (fmask_any(served) && !fmask_all(served)))
        plain_lane_by_lane(staged, 1 + has_gradient + parameters, 1 + has_gradient, in, out);
    else if (fmask_any(served))
        staged_run_with(&constants, first, second, third, last, members, has_gradient, parameters, in_double, in, out, n);
    else
        in_double(in, out, n);
}

#endif
