/* smish(x) = x n / (n + 2), n = s (s + 2), s = 1 / (1 + e^-x), staged: see staged.h and pair_mish.h. */
#ifndef PYACT_PAIR_SMISH_H
#define PYACT_PAIR_SMISH_H

#include "pair_gate_derivatives.h" /* fpair_gate_sigmoid_pass */
#include "pair_mish.h"

PYACT_INLINE fpair_power fpair_smish_power(fvec x)
{
    return fpair_power_of(fvec_at_most(x, fvec_set(PAIR_MISH_EXPONENT)));
}

PYACT_INLINE fpair_power fpair_smish_second(fvec x, fpair_power e) { return fpair_gate_sigmoid_pass(x, e); }

/* n of s = scale + w, in the same way */
PYACT_INLINE fpair_power fpair_smish_third(fvec x, fpair_power s)
{
    (void)x;
    const fvec twice = fvec_add(s.scale, s.scale), head = fvec_fma(s.scale, s.scale, twice);
    const fvec lost = fvec_fma(s.scale, s.scale, fvec_sub(twice, head));
    return (fpair_power){.scale = head, .w = fvec_fma(fvec_add(twice, fvec_set(2.0f)), s.w, lost), .low = s.low};
}

PYACT_INLINE fvec fpair_smish_rounded(fvec x, fpair_power n, fpair_context *context)
{
    return fpair_mish_rounded(x, n, context);
}

#endif
