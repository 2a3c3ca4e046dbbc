/* Staged kernels: pair arithmetic in two to four passes over a block, for smooth functions built on one exponential.
 *
 * A kernel of thirty dependent operations waits for its own results: a processor holds too few of them in flight to fill
 * its ports. Cut in pieces, each pass is a short chain, and what goes between them stays in the first cache. The passes
 * of every function are in pair_functions.h; this is the loop around them. */
#ifndef PYACT_STAGED_H
#define PYACT_STAGED_H

#include <string.h>

#include "pair_math.h"

/* Elements: a block, with what is between its passes, is a small part of the first cache; lanes for double are looked
 * for by groups. */
enum { STAGED_BLOCK = 512, STAGED_GROUP = 64 };

/* 1 / a within a twelfth of it, for 2^-126 <= a < 2^126, and best from 2.4 to 3.4: the bits of a float are a piecewise
 * linear logarithm. Enough to make of what a quotient leaves its last correction, and cheaper than to multiply by a
 * reciprocal instead of dividing. */
PYACT_INLINE fvec fpair_rough_reciprocal(fvec a)
{
    return fvec_from_bits(fivec_sub(fivec_set(0x7EEB851F), fivec_from_bits(a)));
}

/* What a pass hands on: e^-u = scale (1 + w), u being what the first pass makes of x, and what else a function likes. How
 * many members, in this order, are kept between the passes is the function's to say. */
typedef struct {
    fvec scale, w, low, quotient, quotient_low;
} fpair_power;

/* The first pass; those between it and the last, which hand on what they like in the same places; the last one, which
 * gives the function rounded, and in the context the lanes that it does not decide. */
typedef fpair_power (*staged_first)(fvec x);
typedef fpair_power (*staged_between)(fvec x, fpair_power before);
typedef fvec (*staged_last)(fvec x, fpair_power before, fpair_context *context);

/* What goes between the passes. */
enum { STAGED_MEMBERS = 5 };
typedef struct {
    float of[STAGED_MEMBERS][STAGED_BLOCK];
} staged_powers;

PYACT_INLINE fvec staged_member(const staged_powers *powers, size_t i, int member, int members)
{
    return member < members ? fvec_load(powers->of[member] + i) : fvec_set(0.0f);
}

PYACT_INLINE fpair_power staged_load(const staged_powers *powers, size_t i, int members)
{
    const fpair_power power = {
        .scale = staged_member(powers, i, 0, members),
        .w = staged_member(powers, i, 1, members),
        .low = staged_member(powers, i, 2, members),
        .quotient = staged_member(powers, i, 3, members),
        .quotient_low = staged_member(powers, i, 4, members),
    };
    return power;
}

PYACT_INLINE void staged_store(staged_powers *powers, size_t i, fpair_power power, int members)
{
    const fvec values[STAGED_MEMBERS] = {power.scale, power.w, power.low, power.quotient, power.quotient_low};
#pragma GCC unroll 5
    for (int member = 0; member < members; member++) fvec_store(powers->of[member] + i, values[member]);
}

/* The last pass for the vector at i, times its gradient. */
PYACT_INLINE fvec staged_result(staged_last last, int members, int has_gradient, const staged_powers *powers,
                                const float *gradient, const float *x, size_t i, fpair_context *context)
{
    const fvec result = last(fvec_load(x + i), staged_load(powers, i, members), context);
    return has_gradient ? fpair_apply_gradient(fvec_load(gradient + i), result, context) : result;
}

/* Lanes for double: packed, and where they came from. */
typedef struct {
    float gradient[STAGED_BLOCK], x[STAGED_BLOCK];
    uint16_t from[STAGED_BLOCK];
    size_t count;
} staged_lanes;

PYACT_OUTLINE void staged_decide_in_double(pyact_float_core core, int has_gradient, int parameters, const char *const *in,
                                           staged_lanes *lanes, float *y)
{
    const char *inputs[PYACT_MAX_INPUTS];
    float values[STAGED_BLOCK];
    size_t padded = lanes->count;
    for (; padded % FLANES != 0; padded++) lanes->x[padded] = lanes->gradient[padded] = 1.0f;
    inputs[0] = (const char *)lanes->gradient;
    inputs[has_gradient] = (const char *)lanes->x;
    for (int k = 0; k < parameters; k++) inputs[1 + has_gradient + k] = in[1 + has_gradient + k];
    core(inputs, (char *)values, padded);
    for (size_t k = 0; k < lanes->count; k++) y[lanes->from[k]] = values[k];
}

/* in[0] is x, or in[0] the gradient and in[1] x; then come the parameters. The output may be an input. */
PYACT_INLINE void staged_run(staged_first first, staged_between second, staged_between third, staged_last last,
                             int members, int has_gradient, int parameters, pyact_float_core in_double,
                             const char *const *in, char *out, size_t n)
{
    staged_powers powers;
    float kept_gradient[STAGED_BLOCK], kept_x[STAGED_BLOCK];
    const int in_place = out == in[0] || out == in[has_gradient];
    for (size_t start = 0; start < n; start += STAGED_BLOCK) {
        const size_t length = n - start < STAGED_BLOCK ? n - start : STAGED_BLOCK;
        const float *gradient = (const float *)(const void *)in[0] + start;
        const float *x = (const float *)(const void *)in[has_gradient] + start;
        float *const y = (float *)(void *)out + start;
        if (in_place) { /* the inputs of undecided lanes are wanted after the results are written */
            if (has_gradient) gradient = memcpy(kept_gradient, gradient, length * sizeof(float));
            x = memcpy(kept_x, x, length * sizeof(float));
        }
        for (size_t i = 0; i < length; i += FLANES) staged_store(&powers, i, first(fvec_load(x + i)), members);
        if (second != NULL)
            for (size_t i = 0; i < length; i += FLANES)
                staged_store(&powers, i, second(fvec_load(x + i), staged_load(&powers, i, members)), members);
        if (third != NULL)
            for (size_t i = 0; i < length; i += FLANES)
                staged_store(&powers, i, third(fvec_load(x + i), staged_load(&powers, i, members)), members);
        unsigned undecided_groups = 0;
        for (size_t group = 0; group < length; group += STAGED_GROUP) {
            const size_t end = length - group < STAGED_GROUP ? length : group + STAGED_GROUP;
            fpair_context context = {fmask_not(fmask_none())};
            for (size_t i = group; i < end; i += FLANES)
                fvec_store(y + i, staged_result(last, members, has_gradient, &powers, gradient, x, i, &context));
            undecided_groups |= (unsigned)!fmask_all(context.regular) << group / STAGED_GROUP;
        }
        if (__builtin_expect(undecided_groups == 0, 1)) continue;

        /* Which lanes of a group were undecided is asked again: to note it for every vector costs more. */
        staged_lanes lanes;
        lanes.count = 0;
        for (size_t i = 0; i < length; i += FLANES) {
            if ((undecided_groups >> i / STAGED_GROUP & 1u) == 0) continue;
            fpair_context context = {fmask_not(fmask_none())};
            (void)staged_result(last, members, has_gradient, &powers, gradient, x, i, &context);
            unsigned undecided = ~fmask_bits(context.regular) & ((1u << FLANES) - 1);
            for (; undecided != 0; undecided &= undecided - 1) {
                const size_t lane = i + (size_t)__builtin_ctz(undecided);
                lanes.gradient[lanes.count] = gradient[lane];
                lanes.x[lanes.count] = x[lane];
                lanes.from[lanes.count++] = (uint16_t)lane;
            }
        }
        staged_decide_in_double(in_double, has_gradient, parameters, in, &lanes, y);
    }
}

#endif
