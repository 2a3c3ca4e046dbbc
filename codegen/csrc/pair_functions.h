/* The passes of the staged kernels (staged.h, codegen/lower_staged.py). Of two, <function>_power makes e^-u of x, and
 * <function>_rounded the function's value of both, rounded once; _second and _third come between them. The functions
 * of this file, and of the files it includes, are within 1 ULP: codegen/tables/exhaustive.json. */
#ifndef PYACT_PAIR_FUNCTIONS_H
#define PYACT_PAIR_FUNCTIONS_H

#include "float_in_wide.h"
#include "pair_gate_derivatives.h"
#include "pair_gelu.h"
#include "pair_tanh.h"
#include "staged.h"

/* ---- e^-u ---- */

/* Up to here e^u and e^-u are normal, and what is derived of them is good to a fraction of a ULP. */
#define STAGED_EXPONENT 86.0f

/* With u = r - k ln2/8: `scale` is 2^(k/8) and a factor next to 1 that makes it nearly exact. */
PYACT_INLINE fpair_power fpair_power_of_reduced(fvec r, fivec k)
{
    const fvec square = fvec_mul(r, r), linear = fvec_fma(fvec_set(PAIR_SCALED_EXP[1]), r, fvec_set(PAIR_SCALED_EXP[0]));
    fvec rest = fvec_fma(fvec_set(PAIR_SCALED_EXP[4]), r, fvec_set(PAIR_SCALED_EXP[3]));
    rest = fvec_fma(rest, r, fvec_set(PAIR_SCALED_EXP[2]));
    const fivec exponent = fivec_shift_left(k, 20);
    const fpair_power power = {
        .scale = fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(PAIR_SCALED_POWERS, k)), exponent)),
        .w = fvec_fma(square, rest, linear),
        .low = fvec_set(0.0f),
    };
    return power;
}

PYACT_INLINE fpair_power fpair_power_of(fvec u)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(u, fvec_set(PAIR_EIGHTHS_PER_LN2), magic), k = fvec_sub(shifted, magic);
    const fvec difference = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), u); /* exact */
    return fpair_power_of_reduced(fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), difference), fivec_from_bits(shifted));
}

PYACT_INLINE fpair_power fpair_power_of_pair(fpair u)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(u.h, fvec_set(PAIR_EIGHTHS_PER_LN2), magic), k = fvec_sub(shifted, magic);
    const fvec difference = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), u.h); /* exact */
    const fvec tail = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), u.l);
    return fpair_power_of_reduced(fvec_add(difference, tail), fivec_from_bits(shifted));
}

/* The same two with a cubic: e^-u within 2^-25.5, enough where little else adds to the last rounding. */
PYACT_INLINE fpair_power fpair_short_power_of_reduced(fvec r, fivec k)
{
    const fivec prepared = fivec_from_bits(fvec_lookup8(PAIR_SCALED_POWERS, k));
    const fpair_power power = {
        .scale = fvec_from_bits(fivec_add(prepared, fivec_shift_left(k, 20))),
        .w = fvec_horner(PAIR_SCALED_EXP_SHORT, 4, r),
        .low = fvec_set(0.0f),
    };
    return power;
}

PYACT_INLINE fpair_power fpair_short_power_of(fvec u)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(u, fvec_set(PAIR_EIGHTHS_PER_LN2), magic), k = fvec_sub(shifted, magic);
    const fvec difference = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), u); /* exact */
    return fpair_short_power_of_reduced(fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), difference), fivec_from_bits(shifted));
}

PYACT_INLINE fpair_power fpair_short_power_of_pair(fpair u)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(u.h, fvec_set(PAIR_EIGHTHS_PER_LN2), magic), k = fvec_sub(shifted, magic);
    const fvec difference = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), u.h); /* exact */
    const fvec tail = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), u.l);
    return fpair_short_power_of_reduced(fvec_add(difference, tail), fivec_from_bits(shifted));
}

/* ---- 1 / (1 + e^-u) ---- */

/* 1 + e = h + l, whichever term is larger, and e = scale + scale w. */
PYACT_INLINE fpair fpair_one_plus(fpair_power e)
{
    const fvec one = fvec_set(1.0f);
    fpair sum;
    sum.h = fvec_add(one, fvec_fma(e.scale, e.w, e.scale));
    const fvec rounded = fvec_sub(sum.h, fvec_at_least(e.scale, one));
    sum.l = fvec_fma(e.scale, e.w, fvec_sub(fvec_at_most(e.scale, one), rounded));
    return sum;
}

/* c / (1 + e), rounded: the quotient q is corrected by what is left of c. */
PYACT_INLINE fvec fpair_over_one_plus(fvec c, fpair_power e)
{
    const fpair sum = fpair_one_plus(e);
    const fvec q = fvec_div(c, sum.h), r = fpair_rough_reciprocal(sum.h);
    return fvec_fma(fvec_fnma(q, sum.l, fvec_fnma(q, sum.h, c)), r, q);
}

/* 1 / (1 + e), rounded */
PYACT_INLINE fvec fpair_reciprocal_of_one_plus(fpair_power e)
{
    const fpair sum = fpair_one_plus(e);
    const fvec one = fvec_set(1.0f), q = fvec_div(one, sum.h);
    return fvec_fma(fvec_fnma(q, sum.l, fvec_fnma(q, sum.h, one)), q, q);
}

/* ---- sigmoid ---- */

PYACT_INLINE fpair_power fpair_sigmoid_power(fvec x) { return fpair_short_power_of(x); }

PYACT_INLINE fvec fpair_sigmoid_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require_below(x, STAGED_EXPONENT, context);
    return fpair_reciprocal_of_one_plus(e);
}

PYACT_INLINE fpair_power fpair_mirrored_sigmoid_power(fvec x) { return fpair_power_of(fvec_neg(x)); }

PYACT_INLINE fvec fpair_mirrored_sigmoid_rounded(fvec x, fpair_power e, fpair_context *context)
{
    return fpair_sigmoid_rounded(x, e, context);
}

/* ---- x sigmoid(x) ---- */

PYACT_INLINE fpair_power fpair_silu_power(fvec x) { return fpair_short_power_of(x); }

/* x / (1 + e), for a finite x above the bound; far above it the result is x to within half a ULP, with any e. Where x
 * is subnormal, so is what is left of it; e is 1 there, and the sum of the two roundings stays below 3/4 of a ULP. */
PYACT_INLINE fvec fpair_gated_by_sigmoid(fvec x, float bound, fpair_power e, fpair_context *context)
{
    fpair_require(context, fmask_and(fvec_lt(fvec_set(bound), x), fvec_lt(x, fvec_set(INFINITY))));
    const fvec z = fvec_abs(x);
    return fvec_xor_sign(fpair_over_one_plus(z, e), x); /* zeros keep their sign */
}

PYACT_INLINE fvec fpair_silu_rounded(fvec x, fpair_power e, fpair_context *context)
{
    const fvec z = fvec_abs(x);
    fpair_require(context, fvec_lt(z, fvec_set(STAGED_EXPONENT)));
    return fvec_xor_sign(fpair_over_one_plus(z, e), x);
}

/* ---- sigmoid(u) sigmoid(-u) = e / (1 + e)^2, u >= 0 ---- */

/* c e / (1 + e)^2 = c scale (1 + w) r^2, c a power of two */
PYACT_INLINE fpair fpair_density_pair(float c, fpair_power e)
{
    const fvec one = fvec_set(1.0f), e_w = fvec_mul(e.scale, e.w);
    const fvec r = fvec_div(one, fvec_add(one, fvec_fma(e.scale, e.w, e.scale)));
    const fvec left = fvec_fnma(r, e_w, fvec_fnma(r, e.scale, fvec_sub(one, r))); /* of 1: r (1 + left) is exact */
    const fpair square = fpair_mul_vec_vec(r, r);
    const fpair product = fpair_mul_vec(square, fvec_mul(e.scale, fvec_set(c)));
    return (fpair){product.h, fvec_fma(product.h, fvec_fma(left, fvec_set(2.0f), e.w), product.l)};
}

PYACT_INLINE fvec fpair_density(float c, fpair_power e) { return fpair_round(fpair_density_pair(c, e)); }

PYACT_INLINE fpair_power fpair_sigmoid_derivative_power(fvec x) { return fpair_power_of(fvec_abs(x)); }

PYACT_INLINE fvec fpair_sigmoid_derivative_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require_below(x, STAGED_EXPONENT, context);
    return fpair_density(1.0f, e);
}

PYACT_INLINE fpair_power fpair_bipolar_sigmoid_derivative_power(fvec x) { return fpair_power_of(fvec_abs(x)); }

PYACT_INLINE fvec fpair_bipolar_sigmoid_derivative_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require_below(x, STAGED_EXPONENT, context);
    return fpair_density(2.0f, e);
}

/* 1 - tanh(x)^2 = 4 sigmoid(2x) sigmoid(-2x) */
PYACT_INLINE fpair_power fpair_tanh_derivative_power(fvec x)
{
    const fvec z = fvec_abs(x);
    return fpair_power_of(fvec_add(z, z));
}

PYACT_INLINE fvec fpair_tanh_derivative_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require_below(x, STAGED_EXPONENT / 2, context);
    return fpair_density(4.0f, e);
}

/* ---- x sigmoid(1.702 x) ---- */

#define PAIR_QUICK_GELU_BOUND 50.0f /* 1.702 times this is 85 */

PYACT_INLINE fpair_power fpair_quick_gelu_power(fvec x)
{
    const fvec bounded = fvec_at_most(x, fvec_set(PAIR_QUICK_GELU_BOUND));
    fpair u = fpair_mul_vec_vec(bounded, fvec_set(PAIR_QUICK_GELU));
    u.l = fvec_fma(bounded, fvec_set(PAIR_QUICK_GELU_LOW), u.l);
    return fpair_power_of_pair(u);
}

PYACT_INLINE fvec fpair_quick_gelu_rounded(fvec x, fpair_power e, fpair_context *context)
{
    return fpair_gated_by_sigmoid(x, -PAIR_QUICK_GELU_BOUND, e, context);
}

/* ---- e^x ---- */

PYACT_INLINE fpair_power fpair_exponential_power(fvec x) { return fpair_power_of(fvec_neg(x)); }

PYACT_INLINE fvec fpair_exponential_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require_below(x, STAGED_EXPONENT, context);
    return fvec_fma(e.scale, e.w, e.scale);
}

/* ---- derivatives of exponential linear units: 1 or e^x ---- */

PYACT_INLINE fpair_power fpair_elu_derivative_power(fvec x)
{
    return fpair_power_of(fvec_at_least(fvec_neg(x), fvec_set(0.0f)));
}

/* Where x is positive, e^0. */
PYACT_INLINE fvec fpair_elu_derivative_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require(context, fvec_lt(fvec_set(-STAGED_EXPONENT), x));
    return fvec_fma(e.scale, e.w, e.scale);
}

PYACT_INLINE fpair_power fpair_selu_derivative_power(fvec x) { return fpair_elu_derivative_power(x); }

PYACT_INLINE fvec fpair_selu_derivative_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require(context, fvec_lt(fvec_set(-STAGED_EXPONENT), x));
    const fvec product = fvec_mul(e.scale, fvec_set(PAIR_SELU_SLOPE));
    const fvec lost = fvec_fma(e.scale, fvec_set(PAIR_SELU_SLOPE_LOW), fvec_fms(e.scale, fvec_set(PAIR_SELU_SLOPE), product));
    const fvec negative = fvec_add(product, fvec_fma(product, e.w, lost));
    return fvec_select(fvec_lt(fvec_set(0.0f), x), fvec_set(PAIR_SELU_SCALE), negative);
}

/* ---- x sigmoid(x (c0 + c1 x^2)): the tanh form of gelu ---- */

/* There 1 + e^u is just below 2^126, and with a positive x the result is x. */
#define PAIR_GELU_TANH_BOUND 10.001f

/* The first pass makes u, the second e^-u. */
PYACT_INLINE fpair_power fpair_gelu_tanh_power(fvec x)
{
    const fvec bounded = fvec_at_most(x, fvec_set(PAIR_GELU_TANH_BOUND));
    const fpair u = fpair_gelu_tanh_cubic(bounded, PAIR_GELU_TANH_C1, PAIR_GELU_TANH_C1_LOW);
    return (fpair_power){.scale = u.h, .w = u.l, .low = fvec_set(0.0f)};
}

PYACT_INLINE fpair_power fpair_gelu_tanh_second(fvec x, fpair_power u)
{
    (void)x;
    return fpair_short_power_of_pair((fpair){u.scale, u.w});
}

PYACT_INLINE fvec fpair_gelu_tanh_rounded(fvec x, fpair_power e, fpair_context *context)
{
    return fpair_gated_by_sigmoid(x, -PAIR_GELU_TANH_BOUND, e, context);
}

/* what is made of these */
#include "pair_aranda.h"
#include "pair_colu.h"
#include "pair_exponential_units.h"
#include "pair_gaussian.h"
#include "pair_glu.h"
#include "pair_logish.h"
#include "pair_mish.h"
#include "pair_quick_gelu_derivative.h"
#include "pair_scaled_gates.h"
#include "pair_scaled_softplus.h"
#include "pair_scaled_units.h"
#include "pair_sine.h"
#include "pair_smish.h"
#include "pair_snake.h"
#include "pair_softplus.h"
#include "pair_stanh_derivative.h"

#endif
