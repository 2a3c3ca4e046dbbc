/* The derivative of x sigmoid(u), u = 1.702 x, staged: that of u sigmoid(u) at u; see pair_gate_derivatives.h. */
#ifndef PYACT_PAIR_QUICK_GELU_DERIVATIVE_H
#define PYACT_PAIR_QUICK_GELU_DERIVATIVE_H

#include "pair_gate_derivatives.h"

#define PAIR_QUICK_GELU_SLOPE_BOUND 49.0f /* 1.702 times this is 83.4 */

/* u */
PYACT_INLINE fpair fpair_quick_gelu_argument(fvec x)
{
    fpair u = fpair_mul_vec_vec(fvec_at_most(x, fvec_set(PAIR_QUICK_GELU_SLOPE_BOUND)), fvec_set(PAIR_QUICK_GELU));
    u.l = fvec_fma(x, fvec_set(PAIR_QUICK_GELU_LOW), u.l);
    return u;
}

PYACT_INLINE fpair_power fpair_quick_gelu_derivative_power(fvec x)
{
    const fpair u = fpair_quick_gelu_argument(x);
    return fpair_gate_decay(u.h, &u.l, PAIR_SILU_POWERS, PAIR_SILU_LOGARITHMS);
}

PYACT_INLINE fpair_power fpair_quick_gelu_derivative_second(fvec x, fpair_power power)
{
    return fpair_gate_sigmoid(x, power);
}

PYACT_INLINE fvec fpair_quick_gelu_derivative_rounded(fvec x, fpair_power s, fpair_context *context)
{
    const fpair u = fpair_quick_gelu_argument(x);
    fpair_require_below(x, PAIR_QUICK_GELU_SLOPE_BOUND, context);
    return fpair_gate_slope(u.h, &u.l, s, context);
}

#endif
