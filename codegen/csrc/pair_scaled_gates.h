/* x sigmoid(b x) for a parameter b, and its derivatives by x and b, staged: see staged_parameters.h. */
#ifndef PYACT_PAIR_SCALED_GATES_H
#define PYACT_PAIR_SCALED_GATES_H

#include "pair_gate_derivatives.h"
#include "pair_scaled_power.h"

PYACT_INLINE fmask fpair_prepare_gate(plain_scalar b, float exponent, staged_constants *constants)
{
    const fmask served = fpair_prepare_power(b, exponent, constants);
    constants->factor = fpair_of_scalar(b);
    return served;
}

/* ---- the function ---- */

PYACT_INLINE fmask fpair_scaled_silu_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_gate(parameters[0], PAIR_GATE_EXPONENT, constants);
}

PYACT_INLINE fpair_power fpair_scaled_silu_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_power(fvec_at_most(x, constants->bound), constants);
}

/* Far above the bound the result is x to within half a ULP. */
PYACT_INLINE fvec fpair_scaled_silu_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                            fpair_context *context)
{
    const fmask above = fvec_lt(fvec_neg(constants->bound), x);
    fpair_require(context, fmask_and(above, fvec_lt(x, fvec_set(INFINITY))));
    return fvec_xor_sign(fpair_over_one_plus(fvec_abs(x), e), x); /* zeros keep their sign */
}

/* ---- its derivative: that of u sigmoid(u) at u = b x, see pair_gate_derivatives.h ---- */

PYACT_INLINE fpair fpair_gate_argument(fvec x, const staged_constants *constants)
{
    const fvec bounded = fvec_at_most(x, constants->bound);
    fpair u = fpair_mul_vec_vec(bounded, constants->factor.h);
    u.l = fvec_fma(bounded, constants->factor.l, u.l);
    return u;
}

PYACT_INLINE fmask fpair_scaled_silu_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_gate(parameters[0], PAIR_GATE_EXPONENT, constants);
}

PYACT_INLINE fpair_power fpair_scaled_silu_derivative_power(fvec x, const staged_constants *constants)
{
    const fpair u = fpair_gate_argument(x, constants);
    return fpair_gate_decay(u.h, &u.l, PAIR_SILU_POWERS, PAIR_SILU_LOGARITHMS);
}

PYACT_INLINE fpair_power fpair_scaled_silu_derivative_second(fvec x, fpair_power e, const staged_constants *constants)
{
    (void)constants;
    return fpair_gate_sigmoid(x, e);
}

PYACT_INLINE fvec fpair_scaled_silu_derivative_rounded(fvec x, fpair_power s, const staged_constants *constants,
                                                       fpair_context *context)
{
    const fpair u = fpair_gate_argument(x, constants);
    fpair_require(context, fvec_lt(fvec_neg(constants->bound), x));
    return fpair_gate_slope(u.h, &u.l, s, context);
}

/* ---- its derivative by b: x^2 sigmoid(b x) sigmoid(-b x) ---- */

/* Below this x^2 loses the last bits of its tail. */
#define PAIR_SQUARE_SMALLEST 0x1p-40f

PYACT_INLINE fmask fpair_scaled_silu_rate_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_gate(parameters[0], PAIR_EXPONENT, constants);
}

PYACT_INLINE fpair_power fpair_scaled_silu_rate_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_power(fvec_abs(x), constants);
}

PYACT_INLINE fvec fpair_scaled_silu_rate_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                 fpair_context *context)
{
    const fvec z = fvec_abs(x);
    const fmask ordinary = fmask_or(fvec_eq(z, fvec_set(0.0f)), fvec_lt(fvec_set(PAIR_SQUARE_SMALLEST), z));
    fpair_require(context, fmask_and(ordinary, fvec_lt(z, constants->bound)));
    return fpair_round(fpair_mul(fpair_density_pair(1.0f, e), fpair_mul_vec_vec(z, z)));
}

#endif
