/* The derivative of gelu(x) = x Phi(x) in two passes, flat in the distribution of inputs and within 1 ULP.
 *
 * It is made as gelu is (pair_gelu.h): of something that vanishes for a negative x far out, E C t (1 + f), with another t,
 * another C and |f| < 0.15. */
#ifndef PYACT_PAIR_GELU_DERIVATIVE_H
#define PYACT_PAIR_GELU_DERIVATIVE_H

#include "pair_gelu.h"
#include "pair_gelu_derivative_coefficients.h"

/* Beyond, a negative x is left to double, and the result of a positive one is 1. */
#define PAIR_GELU_DERIVATIVE_FAR 10.9f
/* Nearer to the root, what is left of t is not exact enough. */
#define PAIR_GELU_NEAR_ROOT 0x1p-16f

/* What goes between the passes: scale t as its float `scale` and the tail `quotient`, r in w, and s in low. */

/* ---- the derivative: gelu'(-z) = -E (z / sqrt(2 pi) - M), and gelu'(z) = 1 - gelu'(-z) ----
 *
 * The difference is C t (1 + f) with t = z - q, q = p / (z + pole), where p makes both sides vanish at once; and s is q
 * less a constant. */

PYACT_INLINE fpair_power fpair_gelu_derivative_power(fvec x)
{
    fpair_power parts;
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(PAIR_GELU_DERIVATIVE_FAR));
    const fvec scale = fpair_gelu_scale(PAIR_GELU_DERIVATIVE_POWERS, z, &parts.w);

    /* q cut to 18 bits: t is exact where z > q, and else it has an error known exactly. */
    const fvec p = fvec_set(PAIR_GELU_ROOT_PRODUCT), pole = fvec_set(PAIR_GELU_DERIVATIVE_POLE);
    const fvec quotient = fvec_div(p, fvec_add(z, pole));
    const fvec q = fvec_from_bits(fivec_and(fivec_from_bits(quotient), fivec_set(-64)));
    const fvec t = fvec_sub(z, q), error = fvec_sub(z, fvec_add(t, q));
    /* What is left of p divided by z + pole belongs to q. */
    const fvec exact_rest = fvec_fnma(q, z, fvec_fnma(q, pole, p));
    const fvec rest = fvec_add(exact_rest, fvec_set(PAIR_GELU_ROOT_PRODUCT_LOW));
    const fvec d_inverse = fvec_mul(quotient, fvec_set(PAIR_GELU_ROOT_PRODUCT_INVERSE));
    parts.low = fvec_fma(rest, d_inverse, fvec_sub(q, fvec_set(PAIR_GELU_DERIVATIVE_CENTER)));
    const fvec t_tail = fvec_fnma(rest, d_inverse, error);

    const fvec t_rounded = fvec_add(t, t_tail), head = fvec_mul(scale, t_rounded);
    const fmask near_root = fvec_lt(fvec_abs(t_rounded), fvec_set(PAIR_GELU_NEAR_ROOT));
    parts.scale = fvec_select(near_root, fvec_set(NAN), head);
    parts.quotient = fvec_fma(scale, t_tail, fvec_fms(scale, t, head));
    parts.quotient_low = fvec_set(0.0f);
    return parts;
}

/* What is NaN because of the root is left to double by fpair_apply_gradient. */
PYACT_INLINE fvec fpair_gelu_derivative_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec f = fpair_gelu_polynomial(PAIR_GELU_DERIVATIVE_FACTOR, 9, parts.low);
    const fvec product = fpair_gelu_product(parts, f);
    fpair_require(context, fvec_lt(fvec_set(-PAIR_GELU_DERIVATIVE_FAR), x));
    return fvec_select_sign(x, fvec_neg(product), fvec_add(fvec_set(1.0f), product));
}

#endif
