/* aranda(x) = 1 - 1 / sqrt(1 + 2 e), e = e^x, which is its default, and the derivative, staged: see staged.h. */
#ifndef PYACT_PAIR_ARANDA_H
#define PYACT_PAIR_ARANDA_H

#include "staged.h"

#define PAIR_ARANDA_EXPONENT 84.0f
#define PAIR_ARANDA_FAR 40.0f /* from here on the result is 1 */

/* 1 + 2 e, e = scale + scale w */
PYACT_INLINE fpair fpair_aranda_sum(fpair_power e)
{
    return fpair_one_plus((fpair_power){.scale = fvec_add(e.scale, e.scale), .w = e.w, .low = e.w});
}

PYACT_INLINE fpair_power fpair_aranda_power(fvec x)
{
    return fpair_power_of(fvec_neg(fvec_at_most(x, fvec_set(PAIR_ARANDA_FAR))));
}

/* With f = 1 + 2 e, it is 2 e / (f + sqrt f): the second pass makes the denominator. */
PYACT_INLINE fpair_power fpair_aranda_second(fvec x, fpair_power e)
{
    (void)x;
    const fpair f = fpair_aranda_sum(e);
    const fvec root = fvec_sqrt(f.h), rest = fvec_add(fvec_fnma(root, root, f.h), f.l);
    const fvec root_tail = fvec_div(rest, fvec_add(root, root)), h = fvec_add(f.h, root);
    fpair_power parts = e;
    parts.low = h;
    parts.quotient = fvec_add(fvec_add(fvec_sub(root, fvec_sub(h, f.h)), f.l), root_tail);
    return parts;
}

PYACT_INLINE fvec fpair_aranda_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec n = fvec_add(parts.scale, parts.scale), n_tail = fvec_mul(n, parts.w);
    const fvec r = fvec_div(fvec_set(1.0f), parts.low), q = fvec_mul(fvec_add(n, n_tail), r);
    const fvec rest = fvec_fnma(q, parts.quotient, fvec_add(fvec_fnma(q, parts.low, n), n_tail));
    fpair_require(context, fvec_lt(fvec_set(-PAIR_ARANDA_EXPONENT), x));
    return fvec_fma(rest, r, q);
}

/* ---- the derivative, e / sqrt(f)^3 ---- */

PYACT_INLINE fpair_power fpair_aranda_derivative_power(fvec x) { return fpair_power_of(fvec_neg(x)); }

/* low: the head of 1 / sqrt(f), the cube of what that lacks in w. */
PYACT_INLINE fpair_power fpair_aranda_derivative_second(fvec x, fpair_power e)
{
    (void)x;
    const fpair f = fpair_aranda_sum(e);
    const fvec r = fvec_div(fvec_set(1.0f), fvec_sqrt(f.h)), f_r = fvec_mul(f.h, r);
    const fvec f_r_tail = fvec_fma(f.l, r, fvec_fms(f.h, r, f_r));
    const fvec left = fvec_fnma(f_r_tail, r, fvec_fnma(f_r, r, fvec_set(1.0f)));
    const fvec cube = fvec_mul(left, fvec_set(1.5f));
    return (fpair_power){.scale = e.scale, .w = fvec_add(e.w, fvec_fma(cube, e.w, cube)), .low = r};
}

PYACT_INLINE fvec fpair_aranda_derivative_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fpair once = fpair_mul_vec_vec(parts.scale, parts.low), twice = fpair_mul_vec(once, parts.low);
    const fpair thrice = fpair_mul_vec(twice, parts.low);
    fpair_require_below(x, PAIR_ARANDA_EXPONENT, context);
    return fvec_add(thrice.h, fvec_fma(thrice.h, parts.w, thrice.l));
}

#endif
