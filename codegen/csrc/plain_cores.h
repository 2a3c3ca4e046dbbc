/* What the plain float32 cores (codegen/lower_plain.py) need besides fvec: parameters as floats.
 *
 * A parameter is a double. It is compared with floats exactly after rounding it down or up; where it is the result itself,
 * it is rounded to nearest; as a factor it is the sum of two floats. A core applies in the lanes whose parameters it can
 * take; calls with others go to the narrow arithmetic. */
#ifndef PYACT_PLAIN_CORES_H
#define PYACT_PLAIN_CORES_H

#include <float.h>

#include "core_loops.h"

/* A parameter, or what is computed of parameters: FLANES doubles. */
typedef struct {
    vec low, high;
} plain_scalar;

static inline plain_scalar plain_load(const char *from)
{
    const double *lanes = (const double *)(const void *)from;
    return (plain_scalar){vec_load(lanes), vec_load(lanes + LANES)};
}

static inline fvec plain_nearest(plain_scalar a) { return fvec_from_vecs(a.low, a.high); }

/* 1, 0 or -1: whether the double is above, equal to or below the float nearest to it. */
static inline vec plain_side_of(vec a, vec nearest)
{
    return vec_select(vec_lt(nearest, a), vec_set(1.0), vec_select(vec_lt(a, nearest), vec_set(-1.0), vec_set(0.0)));
}
static inline fvec plain_side(plain_scalar a, fvec nearest)
{
    return fvec_from_vecs(plain_side_of(a.low, fvec_low_to_vec(nearest)),
                          plain_side_of(a.high, fvec_high_to_vec(nearest)));
}

/* The next float below. */
static inline fvec plain_step_down(fvec a)
{
    const fivec bits = fivec_from_bits(a), one = fivec_set(1);
    const fmask above = fvec_lt(fvec_set(0.0f), a), below = fvec_lt(a, fvec_set(0.0f));
    const fivec from_zero = fivec_set(INT32_MIN + 1); /* the negative number next to zero */
    return fvec_from_bits(fivec_select(above, fivec_sub(bits, one),
                                       fivec_select(below, fivec_add(bits, one), from_zero)));
}
static inline fvec plain_down(plain_scalar a)
{
    const fvec nearest = plain_nearest(a);
    return fvec_select(fvec_lt(plain_side(a, nearest), fvec_set(0.0f)), plain_step_down(nearest), nearest);
}
static inline fvec plain_up(plain_scalar a)
{
    const fvec nearest = plain_nearest(a), up = fvec_neg(plain_step_down(fvec_neg(nearest)));
    return fvec_select(fvec_lt(fvec_set(0.0f), plain_side(a, nearest)), up, nearest);
}

/* Lanes whose parameter is a float; a number at all; or a factor whose tail does not underflow. */
static inline fmask plain_is_float(plain_scalar a)
{
    const fvec nearest = plain_nearest(a);
    return fmask_and(fvec_eq(plain_side(a, nearest), fvec_set(0.0f)), fvec_eq(nearest, nearest));
}
static inline fmask plain_is_number(plain_scalar a) { return fvec_eq(plain_nearest(a), plain_nearest(a)); }
static inline fmask plain_is_factor(plain_scalar a)
{
    const fvec magnitude = fvec_abs(plain_nearest(a));
    const fmask in_range = fmask_and(fvec_le(fvec_set(0x1p-60f), magnitude), fvec_le(magnitude, fvec_set(0x1p60f)));
    const fmask zero = fmask_and(fvec_eq(magnitude, fvec_set(0.0f)), plain_is_float(a));
    return fmask_or(in_range, zero);
}

/* head + tail with the signs alike, so that a product that is zero has the right sign. */
typedef struct {
    fvec head, tail;
} plain_factor;

static inline plain_factor plain_factor_of(plain_scalar a)
{
    const ivec leading = ivec_set(~(int64_t)0x1fffffff); /* 24 bits of the significand */
    const vec low = vec_from_bits(ivec_and(ivec_from_bits(a.low), leading));
    const vec high = vec_from_bits(ivec_and(ivec_from_bits(a.high), leading));
    const fvec head = fvec_from_vecs(low, high);
    const fvec tail = fvec_from_vecs(vec_sub(a.low, low), vec_sub(a.high, high));
    const fvec zero = fvec_mul(head, fvec_set(0.0f));
    return (plain_factor){head, fvec_select(fvec_eq(tail, fvec_set(0.0f)), zero, tail)};
}

/* x * (head + tail), rounded once where the tail is 0. The tail's product is of a finite number: at infinity it could be
 * NaN. */
static inline fvec plain_scale(fvec x, fvec head, fvec tail)
{
    const fvec finite = fvec_at_least(fvec_at_most(x, fvec_set(FLT_MAX)), fvec_set(-FLT_MAX));
    return fvec_fma(x, head, fvec_mul(finite, tail));
}

/* Parameters that differ from lane to lane, some of which the plain core does not take: every lane on its own. */
PYACT_OUTLINE void plain_lane_by_lane(pyact_float_core core, int inputs, int data_inputs, const char *const *in,
                                      char *out)
{
    double same[PYACT_MAX_INPUTS][FLANES];
    float results[FLANES], all[FLANES];
    for (int lane = 0; lane < FLANES; lane++) {
        const char *arrays[PYACT_MAX_INPUTS];
        for (int k = 0; k < inputs; k++) {
            arrays[k] = in[k];
            if (k < data_inputs) continue;
            for (int i = 0; i < FLANES; i++) same[k][i] = ((const double *)(const void *)in[k])[lane];
            arrays[k] = (const char *)same[k];
        }
        core(arrays, (char *)all, FLANES);
        results[lane] = all[lane];
    }
    memcpy(out, results, sizeof results);
}

#define PYACT_FLOATS(array, i) fvec_load((const float *)(const void *)(array) + (i))
#define PYACT_STORE_FLOATS(array, i, value) fvec_store((float *)(void *)(array) + (i), canonical_nan_f32(value))
/* NaN where x is NaN, too. */
#define PYACT_STORE_FLOATS_UNLESS_NAN(array, i, value, x) \
    fvec_store((float *)(void *)(array) + (i), plain_unless_nan(value, x))
static inline fvec plain_unless_nan(fvec value, fvec x)
{
    return fvec_select(fvec_unordered(value, x), fvec_from_bits(fivec_set(0x7fc00000)), value);
}

#endif
