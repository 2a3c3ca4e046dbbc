/* Snake, x + sin(a x)^2 / a, staged: see pair_sine.h. */
#ifndef PYACT_PAIR_SNAKE_H
#define PYACT_PAIR_SNAKE_H

#include "pair_sine.h"
#include "staged_parameters.h"

/* So much less, or more, a may be than 1. */
#define PAIR_LEAST_FREQUENCY 0x1p-16f

PYACT_INLINE fpair fpair_sine_squared(fpair_power parts)
{
    const fpair sine = fpair_sine_pair(parts);
    return fpair_square(fpair_normalize(sine.h, sine.l));
}

/* x + q: the square over a is not larger than x. A zero keeps its sign. */
PYACT_INLINE fvec fpair_snake_sum(fvec x, fpair q)
{
    fvec error;
    const fvec sum = fvec_fast_two_sum(x, q.h, &error);
    return fvec_select(fvec_eq(x, fvec_set(0.0f)), x, fvec_add(sum, fvec_add(error, q.l)));
}

/* ---- a = 1 ---- */

PYACT_INLINE fpair_power fpair_snake_power(fvec x) { return fpair_sine_parts(x, 0); }

PYACT_INLINE fvec fpair_snake_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    fpair_require_below(x, PAIR_SINE_BOUND, context);
    return fpair_snake_sum(x, fpair_sine_squared(parts));
}

/* ---- any a ---- */

PYACT_INLINE fmask fpair_scaled_snake_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    const plain_scalar a = parameters[0], inverse = scalar_div(scalar_set(1.0), a);
    constants->factor = fpair_of_scalar(a);
    constants->inverse = fpair_of_scalar(inverse);
    constants->bound = plain_nearest(scalar_mul(scalar_set((double)PAIR_SINE_BOUND), inverse));
    return fmask_and(scalar_is_near_one(a, PAIR_LEAST_FREQUENCY), fvec_lt(fvec_set(0.0f), constants->factor.h));
}

/* The parts of sin(a x + eighths pi/8), r with the tail of a x. */
PYACT_INLINE fpair_power fpair_scaled_sine_parts(fvec x, int eighths, const staged_constants *constants)
{
    const fvec u = fvec_mul(x, constants->factor.h);
    const fvec u_tail = fvec_fma(x, constants->factor.l, fvec_fms(x, constants->factor.h, u));
    fpair_power parts = fpair_sine_parts(u, eighths);
    parts.scale = fvec_fast_two_sum(parts.scale, fvec_add(parts.w, u_tail), &parts.w);
    return parts;
}

PYACT_INLINE fpair_power fpair_scaled_snake_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_sine_parts(x, 0, constants);
}

PYACT_INLINE fvec fpair_scaled_snake_rounded(fvec x, fpair_power parts, const staged_constants *constants,
                                             fpair_context *context)
{
    fpair_require(context, fvec_lt(fvec_abs(x), constants->bound));
    return fpair_snake_sum(x, fpair_mul(fpair_sine_squared(parts), constants->inverse));
}

#endif
