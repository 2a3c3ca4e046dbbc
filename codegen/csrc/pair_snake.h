/* Snake, x + sin(a x)^2 / a, and its derivative, 1 + sin(2 a x) = 2 sin(a x + pi/4)^2, staged: see pair_sine.h. */
#ifndef PYACT_PAIR_SNAKE_H
#define PYACT_PAIR_SNAKE_H

#include "pair_sine.h"
#include "staged_parameters.h"

/* Next to a double root the tail of a x is large beside what is left of it. */
#define PAIR_SNAKE_ROOT 0x1p-14f
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

PYACT_INLINE fpair_power fpair_snake_derivative_power(fvec x) { return fpair_sine_parts(x, 2); }

PYACT_INLINE fvec fpair_snake_derivative_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec half = fpair_round(fpair_sine_squared(parts));
    fpair_require_below(x, PAIR_SINE_BOUND, context);
    return fvec_add(half, half);
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

PYACT_INLINE fmask fpair_scaled_snake_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_scaled_snake_prepare(parameters, constants);
}

PYACT_INLINE fpair_power fpair_scaled_snake_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_sine_parts(x, 2, constants);
}

PYACT_INLINE fvec fpair_scaled_snake_derivative_rounded(fvec x, fpair_power parts, const staged_constants *constants,
                                                        fpair_context *context)
{
    const fvec half = fpair_round(fpair_sine_squared(parts));
    const fmask inside = fvec_lt(fvec_abs(x), constants->bound);
    fpair_require(context, fmask_and(inside, fvec_lt(fvec_set(PAIR_SNAKE_ROOT * PAIR_SNAKE_ROOT), half)));
    return fvec_add(half, half);
}

/* ---- the derivative by a: sin(u) (2 u cos(u) - sin(u)) / a^2, u = a x, in double ---- */

/* Up to here, and with roots left out, the rounding of u counts for nothing. */
#define PAIR_SNAKE_RATE_BOUND 0x1p10f
#define PAIR_SNAKE_RATE_ROOT 0x1p-18f

PYACT_INLINE fmask fpair_scaled_snake_rate_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    const fmask served = fpair_scaled_snake_prepare(parameters, constants);
    const fpair a = constants->factor; /* what it lacks of the parameter is exact, too */
    const plain_scalar rest = scalar_fms(scalar_set(1.0), parameters[0], scalar_from(a.h));
    constants->c[0] = plain_nearest(scalar_fms(scalar_set(1.0), rest, scalar_from(a.l)));
    constants->bound = fvec_mul(constants->bound, fvec_set(PAIR_SNAKE_RATE_BOUND / PAIR_SINE_BOUND));
    return served;
}

PYACT_INLINE fpair_power fpair_scaled_snake_rate_power(fvec x, const staged_constants *constants)
{
    (void)constants;
    return (fpair_power){.scale = x, .w = x, .low = x};
}

/* The parameter, all bits of it. */
PYACT_INLINE plain_scalar fpair_snake_frequency(const staged_constants *constants)
{
    const plain_scalar h = scalar_from(constants->factor.h), l = scalar_from(constants->factor.l);
    const plain_scalar rest = scalar_from(constants->c[0]);
    return (plain_scalar){vec_add(vec_add(h.low, l.low), rest.low), vec_add(vec_add(h.high, l.high), rest.high)};
}

PYACT_INLINE vec vec_snake_rate(vec x, vec a)
{
    const vec u = vec_mul(a, x), sine = vec_sin(u);
    return vec_mul(vec_div(sine, a), vec_div(vec_fms(vec_add(u, u), vec_cos(u), sine), a));
}

PYACT_INLINE fvec fpair_scaled_snake_rate_rounded(fvec x, fpair_power before, const staged_constants *constants,
                                                  fpair_context *context)
{
    const fvec low = fvec_set(PAIR_SNAKE_RATE_ROOT), square = fvec_mul(x, x);
    const plain_scalar a = fpair_snake_frequency(constants);
    const fvec result = fvec_from_vecs(vec_snake_rate(fvec_low_to_vec(x), a.low),
                                       vec_snake_rate(fvec_high_to_vec(x), a.high));
    const fmask far_from_root = fvec_lt(fvec_mul(square, low), fvec_abs(result));
    (void)before;
    fpair_require(context, fvec_lt(fvec_abs(x), constants->bound));
    fpair_require(context, fmask_or(fvec_eq(x, fvec_set(0.0f)), far_from_root));
    return result;
}

#endif
