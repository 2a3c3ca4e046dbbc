/* e^(-x^2), staged: see staged.h. */
#ifndef PYACT_PAIR_GAUSSIAN_H
#define PYACT_PAIR_GAUSSIAN_H

#include "staged.h"

/* Beyond, the result is less than half of the smallest float. Before that it may be subnormal: it is 2^64 times as
 * large until the end. */
#define PAIR_GAUSSIAN_FAR 10.25f

PYACT_INLINE fpair_power fpair_gaussian_power(fvec x)
{
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(PAIR_GAUSSIAN_FAR));
    fpair_power power = fpair_power_of_pair(fpair_mul_vec_vec(z, z));
    power.scale = fvec_from_bits(fivec_add(fivec_from_bits(power.scale), fivec_set(64 << 23)));
    return power;
}

PYACT_INLINE fvec fpair_gaussian_rounded(fvec x, fpair_power e, fpair_context *context)
{
    fpair_require_number(x, context);
    return fvec_mul(fvec_fma(e.scale, e.w, e.scale), fvec_set(0x1p-64f));
}

#endif
