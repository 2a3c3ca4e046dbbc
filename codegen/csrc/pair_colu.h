/* colu(x) = x e / (e - x g), e = e^x, g = e^-e, staged: see staged.h. */
#ifndef PYACT_PAIR_COLU_H
#define PYACT_PAIR_COLU_H

#include "staged.h"

/* Beyond, remainders are subnormal. */
#define PAIR_COLU_EXPONENT 77.0f
/* There g is next to nothing, and the result is x. */
#define PAIR_COLU_FAR 4.4f

PYACT_INLINE fvec fpair_colu_bounded(fvec x) { return fvec_at_most(x, fvec_set(PAIR_COLU_FAR)); }

PYACT_INLINE fpair_power fpair_colu_power(fvec x) { return fpair_power_of(fvec_neg(fpair_colu_bounded(x))); }

/* g as scale and w, e as quotient and quotient_low */
PYACT_INLINE fpair_power fpair_colu_second(fvec x, fpair_power e)
{
    (void)x;
    const fvec h = fvec_fma(e.scale, e.w, e.scale), l = fvec_fma(e.scale, e.w, fvec_sub(e.scale, h));
    fpair_power parts = fpair_power_of_pair((fpair){h, l});
    parts.quotient = h;
    parts.quotient_low = l;
    return parts;
}

/* the denominator as scale and w */
PYACT_INLINE fpair_power fpair_colu_third(fvec x, fpair_power parts)
{
    const fvec y = fpair_colu_bounded(x), product = fvec_mul(y, parts.scale);
    const fvec product_tail = fvec_fma(product, parts.w, fvec_fms(y, parts.scale, product));
    const fpair difference = fpair_add_vec_vec(parts.quotient, fvec_neg(product));
    parts.scale = difference.h;
    parts.w = fvec_add(difference.l, fvec_sub(parts.quotient_low, product_tail));
    return parts;
}

PYACT_INLINE fvec fpair_colu_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec z = fvec_abs(x), r = fvec_div(fvec_set(1.0f), fvec_add(parts.scale, parts.w));
    const fvec t = fvec_mul(parts.quotient, r);
    const fvec rest = fvec_fnma(t, parts.w, fvec_add(fvec_fnma(t, parts.scale, parts.quotient), parts.quotient_low));
    const fvec magnitude = fvec_fma(z, t, fvec_mul(z, fvec_mul(rest, r)));
    fpair_require(context, fvec_lt(fvec_set(-PAIR_COLU_EXPONENT), x));
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, x);
}

#endif
