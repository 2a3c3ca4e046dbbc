/* Staged kernels: pair arithmetic in two passes over a block, for smooth functions built on one exponential.
 *
 * A kernel of thirty dependent operations waits for its own results: a processor holds too few of them in flight to fill
 * its ports. Cut in two, each pass is a short chain, and what goes between them stays in the first cache. The passes of
 * every function are in pair_functions.h; this is the loop around them. */
#ifndef PYACT_STAGED_H
#define PYACT_STAGED_H

#include <string.h>

#include "pair_math.h"

enum { STAGED_BLOCK = 512 }; /* elements: with what is between the passes a small part of the first cache */

/* e^-u = scale (1 + w), or scale (1 + w + low) where a function asks for `low`; u is what its first pass makes of x. */
typedef struct {
    fvec scale, w, low;
} fpair_power;

typedef fpair_power (*staged_first)(fvec x);
/* The function, rounded, and in the context the lanes that it does not decide. */
typedef fvec (*staged_second)(fvec x, fpair_power power, fpair_context *context);

/* The vectors of a block that have undecided lanes again, in double; the lanes that were decided stay. */
PYACT_OUTLINE void staged_decide_in_double(pyact_float_core core, int has_gradient, int parameters, const char *const *in,
                                           const float *gradient, const float *x, const uint16_t *decided, float *y,
                                           size_t length)
{
    const char *vector[PYACT_MAX_INPUTS];
    for (int k = 0; k < parameters; k++) vector[1 + has_gradient + k] = in[1 + has_gradient + k];
    for (size_t i = 0; i < length; i += FLANES) {
        const unsigned lanes = decided[i / FLANES], all_lanes = (1u << FLANES) - 1;
        if (lanes == all_lanes) continue;
        float values[FLANES];
        if (has_gradient) vector[0] = (const char *)(gradient + i);
        vector[has_gradient] = (const char *)(x + i);
        core(vector, (char *)values, FLANES);
        for (unsigned lane = 0; lane < FLANES; lane++)
            if ((lanes >> lane & 1u) == 0) y[i + lane] = values[lane];
    }
}

/* in[0] is x, or in[0] the gradient and in[1] x; then come the parameters. The output may be an input. */
PYACT_INLINE void staged_run(staged_first first, staged_second second, int has_low, int has_gradient,
                             int parameters, pyact_float_core in_double, const char *const *in, char *out, size_t n)
{
    float scale[STAGED_BLOCK], w[STAGED_BLOCK], low[STAGED_BLOCK], kept_gradient[STAGED_BLOCK], kept_x[STAGED_BLOCK];
    uint16_t decided[STAGED_BLOCK / FLANES];
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
        for (size_t i = 0; i < length; i += FLANES) {
            const fpair_power power = first(fvec_load(x + i));
            fvec_store(scale + i, power.scale);
            fvec_store(w + i, power.w);
            if (has_low) fvec_store(low + i, power.low);
        }
        fmask all_decided = fmask_not(fmask_none());
        for (size_t i = 0; i < length; i += FLANES) {
            const fpair_power power = {fvec_load(scale + i), fvec_load(w + i),
                                       has_low ? fvec_load(low + i) : fvec_set(0.0f)};
            fpair_context context = {fmask_not(fmask_none())};
            fvec result = second(fvec_load(x + i), power, &context);
            if (has_gradient) result = fpair_apply_gradient(fvec_load(gradient + i), result, &context);
            fvec_store(y + i, result);
            decided[i / FLANES] = (uint16_t)fmask_bits(context.regular);
            all_decided = fmask_and(all_decided, context.regular);
        }
        if (__builtin_expect(!fmask_all(all_decided), 0))
            staged_decide_in_double(in_double, has_gradient, parameters, in, gradient, x, decided, y, length);
    }
}

#endif
