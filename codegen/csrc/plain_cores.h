/* What the plain float32 cores (codegen/lower_plain.py) need besides fvec: parameters as floats.
 *
 * A parameter is a double. It is compared with floats exactly after rounding it down or up; where it is the result itself,
 * it is rounded to nearest; as a factor it is the sum of two floats. A core applies in the lanes whose parameters it can
 * take; calls with others go to the narrow arithmetic. */
#ifndef PYACT_PLAIN_CORES_H
#define PYACT_PLAIN_CORES_H

#include <float.h>

#include "core_loops.h"
#include "hardswish_halves.h"

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

/* head + tail with the signs alike, so that a product that is zero has the right sign. The tail is 0 where the float
 * nearest to the parameter is off by so little, at most 2^-25 of it, that the product is within 1 ULP without; but not for
 * factors above 1, with which the product could overflow too soon. */
typedef struct {
    fvec head, tail;
} plain_factor;

static inline vec plain_is_off(vec a, vec nearest)
{
    const mask near = vec_le(vec_abs(vec_sub(a, nearest)), vec_mul(vec_abs(nearest), vec_set(0x1p-25)));
    const mask small = mask_or(vec_le(vec_abs(nearest), vec_set(1.0)), vec_eq(a, nearest));
    return vec_select(mask_and(near, small), vec_set(0.0), vec_set(1.0));
}
static inline plain_factor plain_factor_of(plain_scalar a)
{
    const ivec leading = ivec_set(~(int64_t)0x1fffffff); /* 24 bits of the significand */
    const vec low = vec_from_bits(ivec_and(ivec_from_bits(a.low), leading));
    const vec high = vec_from_bits(ivec_and(ivec_from_bits(a.high), leading));
    const fvec nearest = plain_nearest(a);
    const fvec off = fvec_from_vecs(plain_is_off(a.low, fvec_low_to_vec(nearest)),
                                    plain_is_off(a.high, fvec_high_to_vec(nearest)));
    const fmask is_off = fvec_lt(fvec_set(0.0f), off);
    const fvec head = fvec_select(is_off, fvec_from_vecs(low, high), nearest);
    const fvec tail = fvec_from_vecs(vec_sub(a.low, low), vec_sub(a.high, high));
    const fvec zero = fvec_mul(head, fvec_set(0.0f));
    return (plain_factor){head, fvec_select(fmask_and(is_off, fvec_ne(tail, fvec_set(0.0f))), tail, zero)};
}

/* No tails and no zeros: then a product says it all. */
static inline int plain_is_simple(plain_factor a)
{
    return fmask_all(fmask_and(fvec_eq(a.tail, fvec_set(0.0f)), fvec_ne(a.head, fvec_set(0.0f))));
}

/* x * (head + tail), rounded once where the tail is 0. The tail's product is of a finite number: at infinity it could be
 * NaN. `simple` is a constant. */
PYACT_INLINE fvec plain_scale(fvec x, plain_factor by, int simple)
{
    if (simple) return fvec_mul(x, by.head);
    const fvec finite = fvec_at_least(fvec_at_most(x, fvec_set(FLT_MAX)), fvec_set(-FLT_MAX));
    return fvec_fma(x, by.head, fvec_mul(finite, by.tail));
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

/* Where not all parameters are in the limits of the plain core. */
PYACT_INLINE void plain_otherwise(fmask applies, pyact_float_core plain, pyact_float_core narrow, int inputs,
                                  int data_inputs, const char *const *in, char *out, size_t n)
{
    if (fmask_any(applies)) plain_lane_by_lane(plain, inputs, data_inputs, in, out);
    else narrow(in, out, n);
}

/* ---- elements of a loop; the dtype is a constant ---- */

PYACT_INLINE fvec plain_elements(const char *array, size_t i, pyact_dtype dtype)
{
    if (dtype == PYACT_F16) return load_fvec_f16(array + 2 * i);
    if (dtype == PYACT_BF16) return load_fvec_bf16(array + 2 * i);
    return fvec_load((const float *)(const void *)array + i);
}

/* How float32 results become right in half precision. Those that may be wrong by a rounding are evaluated in wide
 * arithmetic: what is so near to a midpoint that its error matters (TESTED), of these what is subnormal in the format
 * (IF_NORMAL), or nothing (SURE, and EXACT where the results are numbers of the format). What seems to be a tie may always
 * be a little below or above one, because a factor is: then all results are moved by an ULP, which moves no other. Or what
 * is within 3 ULP of a midpoint may always be a tie: then all results are put on multiples of 8 ULP. */
enum {
    PLAIN_TESTED = 0, PLAIN_IF_NORMAL = 1, PLAIN_SURE = 2, PLAIN_EXACT = 3, PLAIN_TEST = 3, /* the last is the mask */
    PLAIN_DOWN = 4, PLAIN_UP = 8, PLAIN_SNAP = 16
};

/* Lanes that may be wrong; the error of a result is at most `margin` ULP, 1 or 3. */
PYACT_INLINE unsigned plain_unsure_lanes(pyact_dtype dtype, fvec value, int margin, int certainty)
{
    const int tested = (certainty & PLAIN_TEST) == PLAIN_TESTED;
    fmask open = fmask_none();
    if ((certainty & PLAIN_TEST) >= PLAIN_SURE) return 0;
    if (tested) {
        const int32_t half = dtype == PYACT_F16 ? 0x1000 : 0x8000, mask = (2 * half - 1) & ~(2 * margin + 1);
        const fivec distance = fivec_sub(fivec_from_bits(value), fivec_set(half - margin));
        open = fivec_eq(fivec_and(distance, fivec_set(mask)), fivec_set(0));
    }
    if (!tested || dtype == PYACT_F16) { /* subnormal; the predecessor of 0 is a NaN */
        const fvec predecessor = fvec_from_bits(fivec_sub(fivec_from_bits(fvec_abs(value)), fivec_set(1)));
        open = fmask_or(open, fvec_lt(predecessor, fvec_set(dtype == PYACT_F16 ? 0x1p-14f : 0x1p-126f)));
    }
    return __builtin_expect(fmask_any(open), 0) ? fmask_bits(open) & unsure_lanes(dtype, value) : 0;
}

/* Rounds and stores; returns the lanes that may be wrong. */
PYACT_INLINE unsigned store_moved_16_bits(char *to, pyact_dtype dtype, fvec value, fmask is_nan, int margin, int certainty)
{
    fvec moved = value;
    if (certainty & PLAIN_DOWN) moved = fvec_mul(value, fvec_set(0x1.fffffep-1f));
    if (certainty & PLAIN_UP) moved = fvec_mul(value, fvec_set(0x1.000002p0f));
    if (certainty & PLAIN_SNAP)
        moved = fvec_from_bits(fivec_and(fivec_add(fivec_from_bits(value), fivec_set(3)), fivec_set(~7)));
    moved = fvec_select(is_nan, fvec_from_bits(fivec_set(0x7fc00000)), moved);
    if (dtype == PYACT_F16) store_nearest_f16(to, moved);
    else store_nearest_bf16(to, moved, (certainty & PLAIN_TEST) == PLAIN_EXACT);
    return plain_unsure_lanes(dtype, value, margin, certainty);
}

/* Stores results, and the canonical NaN where `nan_in` or the value is NaN. Returns the lanes that may be wrong. */
PYACT_INLINE unsigned plain_store(char *array, size_t i, pyact_dtype dtype, fvec value, fvec nan_in, int margin,
                                  int certainty)
{
    const fmask is_nan = fvec_unordered(value, nan_in);
    if (dtype != PYACT_F32) return store_moved_16_bits(array + 2 * i, dtype, value, is_nan, margin, certainty);
    fvec_store((float *)(void *)array + i, fvec_select(is_nan, fvec_from_bits(fivec_set(0x7fc00000)), value));
    return 0;
}

/* The canonical NaN where `nan_in` or the value is NaN. */
PYACT_INLINE fvec plain_or_nan(fvec value, fvec nan_in)
{
    return fvec_select(fvec_unordered(value, nan_in), fvec_from_bits(fivec_set(0x7fc00000)), value);
}

/* ---- float32 loops that look for NaN once in a block ---- */

/* The kernel of one vector. Always inlined with a constant function: no call is left. */
typedef fvec (*plain_at)(fvec x);
typedef fvec (*plain_gradient_at)(fvec gradient, fvec x);

enum { WATCHED_BLOCK = 256 * FLANES };

/* Makes NaN canonical in a block whose `watch` says that there may be one. */
PYACT_INLINE void plain_clean_block(fvec watch, float *block, size_t n)
{
    if (__builtin_expect(!fmask_any(fvec_is_nan(watch)), 1)) return;
    for (size_t i = 0; i < n; i += FLANES) {
        const fvec y = fvec_load(block + i);
        fvec_store(block + i, fvec_select(fvec_is_nan(y), fvec_from_bits(fivec_set(0x7fc00000)), y));
    }
}

/* Products of inputs, added up, are NaN if one of them is, and seldom else: that costs one operation for two vectors
 * instead of two for each, and waits for no result. The result is NaN where the input is, and nowhere else. */
PYACT_INLINE void plain_watched_loop(plain_at at, const char *const *in, char *out, size_t n)
{
    const float *const x = (const float *)(const void *)in[0];
    float *const to = (float *)(void *)out;
    for (size_t start = 0, end; start < n; start = end) {
        size_t i = start;
        fvec watch = fvec_set(0.0f), other = watch;
        end = n - start < WATCHED_BLOCK ? n : start + WATCHED_BLOCK;
        for (; i + 4 * FLANES <= end; i += 4 * FLANES) {
            const fvec a = fvec_load(x + i), b = fvec_load(x + i + FLANES);
            const fvec c = fvec_load(x + i + 2 * FLANES), d = fvec_load(x + i + 3 * FLANES);
            fvec_store(to + i, at(a));
            fvec_store(to + i + FLANES, at(b));
            fvec_store(to + i + 2 * FLANES, at(c));
            fvec_store(to + i + 3 * FLANES, at(d));
            watch = fvec_fma(a, b, watch);
            other = fvec_fma(c, d, other);
        }
        for (; i < end; i += FLANES) {
            const fvec one = fvec_load(x + i);
            watch = fvec_fma(one, one, watch);
            fvec_store(to + i, at(one));
        }
        plain_clean_block(fvec_add(watch, other), to + start, end - start);
    }
}

PYACT_INLINE void plain_watched_gradient_loop(plain_gradient_at at, const char *const *in, char *out, size_t n)
{
    const float *const gradient = (const float *)(const void *)in[0], *const x = (const float *)(const void *)in[1];
    float *const to = (float *)(void *)out;
    for (size_t start = 0, end; start < n; start = end) {
        size_t i = start;
        fvec watch = fvec_set(0.0f);
        end = n - start < WATCHED_BLOCK ? n : start + WATCHED_BLOCK;
        for (; i + 2 * FLANES <= end; i += 2 * FLANES) {
            const fvec a = at(fvec_load(gradient + i), fvec_load(x + i));
            const fvec b = at(fvec_load(gradient + i + FLANES), fvec_load(x + i + FLANES));
            fvec_store(to + i, a);
            fvec_store(to + i + FLANES, b);
            watch = fvec_fma(a, b, watch);
        }
        if (i < end) {
            const fvec last = at(fvec_load(gradient + i), fvec_load(x + i));
            watch = fvec_fma(last, last, watch);
            fvec_store(to + i, last);
        }
        plain_clean_block(watch, to + start, end - start);
    }
}

/* Elements to be evaluated in wide arithmetic: their inputs, which the output may lie over, and where they are. */
enum { PLAIN_LISTED = 64 };
typedef struct {
    float data[PYACT_MAX_INPUTS][PLAIN_LISTED + FLANES]; /* a whole vector is written */
    size_t at[PLAIN_LISTED + FLANES], count;
} plain_list;

PYACT_OUTLINE void plain_evaluate_listed(plain_list *list, pyact_core wide_core, int inputs, int data_inputs,
                                         const char *const *in, char *out, pyact_dtype dtype)
{
    double values[PYACT_MAX_INPUTS][LANES], odd[LANES], *result = odd;
    const double *vector[PYACT_MAX_INPUTS];
    for (size_t start = 0; start < list->count; start += LANES) {
        uint16_t elements[LANES];
        for (int k = 0; k < inputs; k++) {
            vector[k] = k < data_inputs ? values[k] : (const double *)(const void *)in[k];
            for (size_t lane = 0; k < data_inputs && lane < LANES; lane++) /* after the last one, the last one again */
                values[k][lane] = list->data[k][start + lane < list->count ? start + lane : list->count - 1];
        }
        wide_core(vector, &result, LANES, PYACT_ROUND_TO_ODD);
        store_low_16_bits(elements, round_to_16_bits(dtype, vec_load(odd)));
        for (size_t lane = 0; lane < LANES && start + lane < list->count; lane++)
            memcpy(out + 2 * list->at[start + lane], &elements[lane], 2);
    }
    list->count = 0;
}

/* Puts the lanes of vector i on the list; evaluates it where it is full. */
PYACT_INLINE void plain_note(plain_list *list, unsigned lanes, size_t i, const fvec *data, pyact_core wide_core, int inputs,
                             int data_inputs, const char *const *in, char *out, pyact_dtype dtype)
{
    for (int k = 0; k < data_inputs; k++) fvec_compress_store(list->data[k] + list->count, lanes, data[k]);
    for (; lanes != 0; lanes &= lanes - 1) list->at[list->count++] = i + (size_t)__builtin_ctz(lanes);
    if (list->count > PLAIN_LISTED) plain_evaluate_listed(list, wide_core, inputs, data_inputs, in, out, dtype);
}

/* Makes NaN canonical among 16-bit elements. */
PYACT_OUTLINE void plain_clean_halves(char *block, size_t n, pyact_dtype dtype)
{
    const int infinity = dtype == PYACT_F16 ? 0x7c00 : 0x7f80;
    for (size_t i = 0; i < n; i++) {
        uint16_t element;
        memcpy(&element, block + 2 * i, 2);
        if ((element & 0x7fff) > infinity) element = dtype == PYACT_F16 ? 0x7e00 : 0x7fc0;
        memcpy(block + 2 * i, &element, 2);
    }
}

/* The identity in half precision, which looks for NaN once in a block: n is a multiple of FLANES, two of which make a
 * vector of 16-bit elements. */
PYACT_OUTLINE void plain_copy_halves(const char *from, char *to, size_t n, pyact_dtype dtype)
{
    const size_t longest = 128 * FLANES;
    const int to_sign = 0x7fff - (dtype == PYACT_F16 ? 0x7c00 : 0x7f80); /* carries NaN into the sign */
    const fivec magnitude = fivec_set(0x7fff7fff), sign = fivec_set(INT32_MIN + 0x8000);
    const fivec carry = fivec_set(to_sign << 16 | to_sign);
    for (size_t start = 0, end; start < n; start = end) {
        fivec seen = fivec_set(0);
        size_t i = start;
        end = n - start < longest ? n : start + longest;
        for (; end - i >= 2 * FLANES; i += 2 * FLANES) {
            const fvec pairs = fvec_load((const float *)(const void *)(from + 2 * i));
            seen = fivec_or(seen, fivec_add(fivec_and(fivec_from_bits(pairs), magnitude), carry));
            fvec_store((float *)(void *)(to + 2 * i), pairs);
        }
        const int clean = fmask_all(fivec_eq(fivec_and(seen, sign), fivec_set(0)));
        const size_t dirty = clean ? i : start; /* from here on element by element */
        memmove(to + 2 * i, from + 2 * i, 2 * (end - i));
        if (dirty < end) plain_clean_halves(to + 2 * dirty, end - dirty, dtype);
    }
}

/* Whether all parameters, equal in all lanes, are numbers that every 16-bit format holds: 8 bits of significand, an
 * exponent of float16. */
static inline int plain_are_short(const char *const *parameters, int count)
{
    for (int k = 0; k < count; k++) {
        const double value = *(const double *)(const void *)parameters[k], magnitude = fabs(value);
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        if (value != 0 && ((bits & 0x1fffffffffff) != 0 || magnitude < 0x1p-14 || 0x1p15 < magnitude)) return 0;
    }
    return 1;
}

#endif
