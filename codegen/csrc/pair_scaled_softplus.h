/* log(1 + e^(b x)) / b, or x where b x is above a threshold, and its derivative, staged: see pair_softplus.h. */
#ifndef PYACT_PAIR_SCALED_SOFTPLUS_H
#define PYACT_PAIR_SCALED_SOFTPLUS_H

#include "pair_scaled_power.h"
#include "pair_softplus.h"

/* Beyond, the quotient may be nearly subnormal. */
#define PAIR_SCALED_SOFTPLUS_EXPONENT 72.0f

/* The largest float whose product with b, exact, is not above the threshold; NaN compares false. */
PYACT_INLINE fvec fpair_largest_below(plain_scalar threshold, plain_scalar b)
{
    const fvec nearest = plain_nearest(scalar_div(threshold, b));
    const fvec excess = plain_side(scalar_fms(scalar_from(nearest), b, threshold), fvec_set(0.0f));
    return fvec_select(fvec_lt(fvec_set(0.0f), excess), plain_step_down(nearest), nearest);
}

PYACT_INLINE fmask fpair_scaled_softplus_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    const fmask served = fpair_prepare_power(parameters[0], PAIR_SCALED_SOFTPLUS_EXPONENT, constants);
    constants->factor = fpair_of_scalar(scalar_div(scalar_set(1.0), parameters[0]));
    constants->threshold = fpair_largest_below(parameters[1], parameters[0]);
    return served;
}

PYACT_INLINE fpair_power fpair_scaled_softplus_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_power(fvec_at_most(fvec_abs(x), constants->bound), constants);
}

PYACT_INLINE fpair_power fpair_scaled_softplus_second(fvec x, fpair_power e, const staged_constants *constants)
{
    (void)x;
    (void)constants;
    const fvec h = fvec_fma(e.scale, e.w, e.scale);
    return fpair_log_one_plus((fpair){h, fvec_fma(e.scale, e.w, fvec_sub(e.scale, h))});
}

/* The larger of x and the quotient is added last. */
PYACT_INLINE fvec fpair_scaled_softplus_rounded(fvec x, fpair_power logarithm, const staged_constants *constants,
                                                fpair_context *context)
{
    const fvec h = fvec_add(logarithm.scale, logarithm.w);
    const fvec l = fvec_add(fvec_sub(logarithm.w, fvec_sub(h, logarithm.scale)), logarithm.low);
    const fpair quotient = fpair_mul((fpair){h, l}, constants->factor);
    const fvec positive = fvec_at_least(x, fvec_set(0.0f));
    const fvec larger = fvec_at_least(positive, quotient.h), smaller = fvec_at_most(positive, quotient.h);
    fpair_require(context, fvec_lt(fvec_neg(constants->bound), x));
    return fvec_select(fvec_lt(constants->threshold, x), x, fvec_add(larger, fvec_add(smaller, quotient.l)));
}

/* ---- the derivative: sigmoid(b x), or 1 ---- */

PYACT_INLINE fmask fpair_scaled_softplus_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_scaled_softplus_prepare(parameters, constants);
}

PYACT_INLINE fpair_power fpair_scaled_softplus_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_power(fvec_at_most(x, constants->bound), constants);
}

PYACT_INLINE fvec fpair_scaled_softplus_derivative_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                           fpair_context *context)
{
    const fvec one = fvec_set(1.0f);
    fpair_require(context, fvec_lt(fvec_neg(constants->bound), x));
    return fvec_select(fvec_lt(constants->threshold, x), one, fpair_reciprocal_of_one_plus(e));
}

#endif
