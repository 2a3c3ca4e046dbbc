/* softplus(x) = max(x, 0) + log(1 + e), e = e^-|x|, and logsigmoid(x) = -softplus(-x), staged: see staged.h.
 *
 * log(1 + e) = L + log(1 + r), L = -log c, r = c (1 + e) - 1, where the eight numbers c are such that L is nearly a
 * float. In the first cell c is 1, r is e, and the result is good relative to e. */
#ifndef PYACT_PAIR_SOFTPLUS_H
#define PYACT_PAIR_SOFTPLUS_H

#include "pair_unit_coefficients.h"
#include "staged.h"

/* Beyond, e is nearly subnormal. */
#define PAIR_SOFTPLUS_EXPONENT 84.0f

/* log(1 + e) = scale + w + low, for e up to 1: scale is L, w is r, and low is small. */
PYACT_INLINE fpair_power fpair_log_one_plus(fpair e)
{
    const fivec cell = fivec_from_bits(fvec_fma(e.h, fvec_set(7.0f), fvec_set(PAIR_ROUND_TO_INTEGER)));
    const fvec c = fvec_lookup8(PAIR_LOG_CELLS, cell), product = fvec_mul(e.h, c);
    const fvec r = fvec_add(product, fvec_sub(c, fvec_set(1.0f))), square = fvec_mul(r, r); /* r is exact */
    const fvec r_tail = fvec_fma(e.l, c, fvec_fms(e.h, c, product));
    const fvec first = fvec_fma(fvec_set(PAIR_LOG1P[1]), r, fvec_set(PAIR_LOG1P[0]));
    const fvec second = fvec_fma(fvec_set(PAIR_LOG1P[3]), r, fvec_set(PAIR_LOG1P[2]));
    const fvec rest = fvec_fma(fvec_fma(fvec_set(PAIR_LOG1P[4]), square, second), square, first);
    const fpair_power logarithm = {
        .scale = fvec_lookup8(PAIR_LOG_OF_CELLS, cell),
        .w = r,
        .low = fvec_fma(rest, square, r_tail),
    };
    return logarithm;
}

PYACT_INLINE fpair_power fpair_softplus_power(fvec x)
{
    return fpair_power_of(fvec_at_most(fvec_abs(x), fvec_set(PAIR_SOFTPLUS_EXPONENT)));
}

PYACT_INLINE fpair_power fpair_softplus_second(fvec x, fpair_power e)
{
    (void)x;
    const fvec h = fvec_fma(e.scale, e.w, e.scale);
    fpair_power logarithm = fpair_log_one_plus((fpair){h, fvec_fma(e.scale, e.w, fvec_sub(e.scale, h))});
    logarithm.w = fvec_add(logarithm.w, logarithm.low);
    return logarithm;
}

/* The larger of x and L is added last: the sum of the others is less than half of the result. */
PYACT_INLINE fvec fpair_softplus_rounded(fvec x, fpair_power logarithm, fpair_context *context)
{
    const fvec positive = fvec_at_least(x, fvec_set(0.0f));
    const fvec larger = fvec_at_least(positive, logarithm.scale), smaller = fvec_at_most(positive, logarithm.scale);
    fpair_require(context, fvec_lt(fvec_set(-PAIR_SOFTPLUS_EXPONENT), x));
    return fvec_add(larger, fvec_add(smaller, logarithm.w));
}

PYACT_INLINE fpair_power fpair_logsigmoid_power(fvec x) { return fpair_softplus_power(x); }

PYACT_INLINE fpair_power fpair_logsigmoid_second(fvec x, fpair_power e) { return fpair_softplus_second(x, e); }

PYACT_INLINE fvec fpair_logsigmoid_rounded(fvec x, fpair_power logarithm, fpair_context *context)
{
    return fvec_neg(fpair_softplus_rounded(fvec_neg(x), logarithm, context));
}

#endif
