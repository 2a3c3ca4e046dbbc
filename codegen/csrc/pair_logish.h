/* logish(x) = x log(1 + s), s = 1 / (1 + e^-x), staged: see staged.h and pair_softplus.h. */
#ifndef PYACT_PAIR_LOGISH_H
#define PYACT_PAIR_LOGISH_H

#include "pair_gate_derivatives.h" /* fpair_gate_sigmoid_pass */
#include "pair_softplus.h"

PYACT_INLINE fpair_power fpair_logish_power(fvec x)
{
    return fpair_power_of(fvec_at_most(x, fvec_set(PAIR_SOFTPLUS_EXPONENT)));
}

PYACT_INLINE fpair_power fpair_logish_second(fvec x, fpair_power e) { return fpair_gate_sigmoid_pair(x, e); }

PYACT_INLINE fpair_power fpair_logish_third(fvec x, fpair_power s)
{
    (void)x;
    return fpair_log_one_plus((fpair){s.scale, s.w});
}

PYACT_INLINE fvec fpair_logish_rounded(fvec x, fpair_power logarithm, fpair_context *context)
{
    const fvec z = fvec_abs(x), head = fvec_add(logarithm.scale, logarithm.w);
    const fvec tail = fvec_add(fvec_sub(logarithm.w, fvec_sub(head, logarithm.scale)), logarithm.low);
    const fvec magnitude = fvec_fma(z, head, fvec_mul(z, tail));
    fpair_require(context, fvec_lt(fvec_set(-PAIR_SOFTPLUS_EXPONENT), x));
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, x);
}

#endif
