/* The derivative of b tanh(a x), a and b as scaled tanh has them, staged: a b 4 e / (1 + e)^2, e = e^-(2 a |x|). */
#ifndef PYACT_PAIR_STANH_DERIVATIVE_H
#define PYACT_PAIR_STANH_DERIVATIVE_H

#include "pair_unit_coefficients.h"
#include "staged.h"

#define PAIR_STANH_BOUND 64.0f /* the exponent is 86 */

PYACT_INLINE fpair_power fpair_stanh_derivative_power(fvec x)
{
    const fvec z = fvec_abs(x);
    fpair u = fpair_mul_vec_vec(z, fvec_set(PAIR_STANH_RATE));
    u.l = fvec_fma(z, fvec_set(PAIR_STANH_RATE_LOW), u.l);
    return fpair_power_of_pair(u);
}

PYACT_INLINE fvec fpair_stanh_derivative_rounded(fvec x, fpair_power e, fpair_context *context)
{
    const fpair product = fpair_density_pair(1.0f, e);
    const fvec c = fvec_set(PAIR_STANH_SLOPE), head = fvec_mul(product.h, c);
    const fvec lost = fvec_fma(product.h, fvec_set(PAIR_STANH_SLOPE_LOW), fvec_fms(product.h, c, head));
    fpair_require_below(x, PAIR_STANH_BOUND, context);
    return fvec_add(head, fvec_fma(product.l, c, lost));
}

#endif
