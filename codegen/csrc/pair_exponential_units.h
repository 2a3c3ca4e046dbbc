/* Exponential linear units, staged: see staged.h. Below zero they are c (e^x - 1), above zero x or a multiple.
 *
 * With -x = k ln2 + r and the integer k, e^x - 1 = (S - 1) + S w, S = 2^-k, w = e^-r - 1: S - 1 is exact where it
 * counts, r is exact but for what ln2 lacks as a float, and w is a short polynomial. k is rounded so that r goes to
 * 5/16 ln2 below and 11/16 ln2 above: near zero k = 0 and the whole is w, and where k = 1 it is large beside the
 * rounding of w. */
#ifndef PYACT_PAIR_EXPONENTIAL_UNITS_H
#define PYACT_PAIR_EXPONENTIAL_UNITS_H

#include "pair_unit_coefficients.h"
#include "staged.h"

/* The sum has eighths in its last bits; cleared, they leave k. */
#define PAIR_UNIT_ROUND 0x1.8p20f

/* Below its negative the result is -c. */
#define PAIR_UNIT_BOUND 30.0f

/* r, and S as scale, of z from 0 to the bound */
PYACT_INLINE fvec fpair_unit_cut(fvec z, fvec *scale)
{
    const fvec eighths = fvec_fma(z, fvec_set(PAIR_UNIT_PER_LN2), fvec_set(PAIR_UNIT_ROUND + 0.25f));
    const fivec whole = fivec_and(fivec_from_bits(eighths), fivec_set(~7));
    const fvec k = fvec_sub(fvec_from_bits(whole), fvec_set(PAIR_UNIT_ROUND));
    *scale = fvec_from_bits(fivec_sub(fivec_from_bits(fvec_set(1.0f)), fivec_shift_left(whole, 20)));
    return fvec_fnma(k, fvec_set(PAIR_UNIT_LN2), z);
}

PYACT_INLINE fvec fpair_unit_reduced(fvec x, fvec *scale)
{
    return fpair_unit_cut(fvec_at_least(fvec_at_most(fvec_neg(x), fvec_set(PAIR_UNIT_BOUND)), fvec_set(0.0f)), scale);
}

/* c[0] + ... + c[5] r^5 */
PYACT_INLINE fvec fpair_unit_polynomial(const float *c, fvec r, fvec square)
{
    const fvec first = fvec_fma(fvec_set(c[1]), r, fvec_set(c[0]));
    const fvec second = fvec_fma(fvec_set(c[3]), r, fvec_set(c[2]));
    const fvec third = fvec_fma(fvec_set(c[5]), r, fvec_set(c[4]));
    return fvec_fma(fvec_fma(third, square, second), square, first);
}

/* ---- elu, and celu with a scale of 1 ---- */

PYACT_INLINE fpair_power fpair_elu_power(fvec x)
{
    fpair_power power = {.low = fvec_set(0.0f)};
    const fvec r = fpair_unit_reduced(x, &power.scale), square = fvec_mul(r, r);
    power.w = fvec_fms(fpair_unit_polynomial(PAIR_UNIT_EXPM1, r, square), square, r);
    return power;
}

PYACT_INLINE fvec fpair_elu_rounded(fvec x, fpair_power power, fpair_context *context)
{
    const fvec negative = fvec_fma(power.scale, power.w, fvec_sub(power.scale, fvec_set(1.0f)));
    fpair_require_number(x, context);
    return fvec_select(fvec_lt(x, fvec_set(0.0f)), negative, x);
}

/* ---- the derivative of elu by its c: e^x - 1 below zero, and 0 ---- */

PYACT_INLINE fpair_power fpair_elu_alpha_derivative_power(fvec x) { return fpair_elu_power(x); }

PYACT_INLINE fvec fpair_elu_alpha_derivative_rounded(fvec x, fpair_power power, fpair_context *context)
{
    const fvec value = fpair_elu_rounded(x, power, context);
    return fvec_select(fvec_lt(x, fvec_set(0.0f)), value, fvec_set(0.0f));
}

/* ---- selu: c is in w already ---- */

PYACT_INLINE fpair_power fpair_selu_power(fvec x)
{
    fpair_power power = {.low = fvec_set(0.0f)};
    const fvec r = fpair_unit_reduced(x, &power.scale), square = fvec_mul(r, r);
    const fvec rest = fvec_fms(fpair_unit_polynomial(PAIR_SELU_EXPM1, r, square), square,
                               fvec_mul(r, fvec_set(PAIR_SELU_SLOPE_LOW)));
    power.w = fvec_fnma(r, fvec_set(PAIR_SELU_SLOPE), rest);
    return power;
}

PYACT_INLINE fvec fpair_selu_rounded(fvec x, fpair_power power, fpair_context *context)
{
    const fvec base = fvec_sub(power.scale, fvec_set(1.0f));
    const fvec rest = fvec_fma(power.scale, power.w, fvec_mul(base, fvec_set(PAIR_SELU_SLOPE_LOW)));
    const fvec negative = fvec_fma(base, fvec_set(PAIR_SELU_SLOPE), rest);
    const fvec positive = fvec_fma(x, fvec_set(PAIR_SELU_ABOVE), fvec_mul(x, fvec_set(PAIR_SELU_ABOVE_LOW)));
    fpair_require_number(x, context);
    return fvec_select(fvec_lt(x, fvec_set(0.0f)), negative, positive);
}

#endif
