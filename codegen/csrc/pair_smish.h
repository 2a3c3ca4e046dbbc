/* smish(x) = x n / (n + 2), n = s (s + 2), s = 1 / (1 + e^-x), staged: see staged.h and pair_mish.h. */
#ifndef PYACT_PAIR_SMISH_H
#define PYACT_PAIR_SMISH_H

#include "pair_gate_derivatives.h"
#include "pair_mish.h"

PYACT_INLINE fpair_power fpair_smish_power(fvec x)
{
    return fpair_power_of(fvec_at_most(x, fvec_set(PAIR_MISH_EXPONENT)));
}

PYACT_INLINE fpair_power fpair_smish_second(fvec x, fpair_power e) { return fpair_gate_sigmoid_pair(x, e); }

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

/* ---- the derivative ----
 *
 * With a = 1 + s and d = a^2 + 1 it is s p / d^2, p = a (d + a + 4 x (1 - s)) + 1: that of mish, but for 1 - s. */

PYACT_INLINE fpair_power fpair_smish_derivative_power(fvec x)
{
    const fvec y = fvec_at_most(x, fvec_set(PAIR_MISH_EXPONENT));
    return fpair_gate_decay(y, NULL, PAIR_SMISH_POWERS, PAIR_SMISH_LOGARITHMS);
}

PYACT_INLINE fpair_power fpair_smish_derivative_second(fvec x, fpair_power e) { return fpair_gate_sigmoid_pair(x, e); }

/* Of s = scale + w: hands on s, the head of 1 / d, and p, as for mish. */
PYACT_INLINE fpair_power fpair_smish_derivative_third(fvec x, fpair_power s)
{
    const fvec one = fvec_set(1.0f), mirrored = fvec_sub(one, s.scale);
    const fvec mirrored_tail = fvec_sub(fvec_sub(fvec_sub(one, mirrored), s.scale), s.w);
    const fvec y = fvec_at_most(x, fvec_set(PAIR_MISH_EXPONENT)), four_x = fvec_mul(y, fvec_set(4.0f));
    const fvec slope = fvec_mul(four_x, mirrored);
    const fvec slope_tail = fvec_fma(four_x, mirrored_tail, fvec_fms(four_x, mirrored, slope));
    const fvec a = fvec_add(one, s.scale), a_tail = fvec_add(fvec_sub(s.scale, fvec_sub(a, one)), s.w);
    const fpair_mish_sums sums = fpair_mish_sums_of((fpair){a, a_tail});
    fpair_power parts = fpair_mish_derivative_parts(sums, fpair_mish_root_factor(1.0f, slope, &slope_tail, sums));
    parts.scale = s.scale;
    parts.w = s.w;
    return parts;
}

PYACT_INLINE fvec fpair_smish_derivative_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec square = fvec_mul(parts.low, parts.low), square_tail = fvec_fms(parts.low, parts.low, square);
    const fvec h = fvec_mul(parts.scale, square);
    const fvec l = fvec_fma(parts.w, square, fvec_fma(parts.scale, square_tail, fvec_fms(parts.scale, square, h)));
    fpair_require_below(x, PAIR_MISH_EXPONENT, context);
    return fpair_mish_derivative_product(h, l, parts, context);
}

#endif
