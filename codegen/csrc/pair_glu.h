/* a sigmoid(b) and its gradients, staged: see staged_gates.h. */
#ifndef PYACT_PAIR_GLU_H
#define PYACT_PAIR_GLU_H

#include "staged_gates.h"

/* Up to here e^b and e^-b have tails. */
#define PAIR_GLU_EXPONENT 60.0f

PYACT_INLINE fpair_power fpair_glu_power(fvec b) { return fpair_short_power_of(b); }

PYACT_INLINE fvec fpair_glu_rounded(fvec a, fvec b, fpair_power e, fpair_context *context)
{
    const fvec z = fvec_abs(a), magnitude = fpair_over_one_plus(z, e);
    fpair_require_below(b, PAIR_GLU_EXPONENT, context);
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, a); /* zeros keep their sign */
}

/* ---- gradients: s = sigmoid(b), and a s (1 - s) ---- */

PYACT_INLINE fpair_power fpair_glu_gradient_power(fvec b) { return fpair_power_of(b); }

/* The second pass: s, rounded, in `scale`, and s (1 - s) = w + low. With s = r (1 + left) it is (e r) r, and no product is
 * out of range. */
PYACT_INLINE fpair_power fpair_glu_gradient_second(fvec b, fpair_power e)
{
    (void)b;
    const fvec one = fvec_set(1.0f);
    const fpair sum = fpair_one_plus(e);
    const fvec r = fvec_div(one, sum.h), left = fvec_fnma(r, sum.l, fvec_fnma(r, sum.h, one));
    const fpair density = fpair_mul_vec(fpair_mul_vec_vec(e.scale, r), r);
    const fvec error = fvec_fma(left, fvec_set(2.0f), e.w); /* of the product, relative */
    return (fpair_power){.scale = fvec_fma(left, r, r), .w = density.h, .low = fvec_fma(density.h, error, density.l)};
}

PYACT_INLINE fvec fpair_glu_gradient_of_a(fvec a, fvec b, fpair_power s, fpair_context *context)
{
    (void)a;
    fpair_require_below(b, PAIR_GLU_EXPONENT, context);
    return s.scale;
}

/* The same after the first pass, where the other gradient is not wanted. */
PYACT_INLINE fvec fpair_glu_gradient_of_a_alone(fvec a, fvec b, fpair_power e, fpair_context *context)
{
    return fpair_glu_gradient_of_a(a, b, (fpair_power){.scale = fpair_reciprocal_of_one_plus(e)}, context);
}

PYACT_INLINE fvec fpair_glu_gradient_of_b(fvec a, fvec b, fpair_power s, fpair_context *context)
{
    const fvec z = fvec_abs(a), magnitude = fpair_round_product(z, (fpair){s.w, s.low});
    fpair_require_below(b, PAIR_GLU_EXPONENT, context);
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, a);
}

#endif
