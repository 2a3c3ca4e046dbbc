/* gelu(x) = x Phi(x) and its derivative in two passes, flat in the distribution of inputs and within 1 ULP.
 *
 * With z = |x|, E = e^(-z^2/2) and the Mills ratio M, smooth, Phi(-z) = E M. Both functions are made of something that
 * vanishes for a negative x far out, E C t (1 + f): t, a simple function of z, comes so near that |f| < 0.15. E C t is
 * known to nearly twice the precision of a float, and f, a polynomial of s, which one division makes of z, to that of a
 * float.
 *
 * E C is scale e^(-r/2), where the eight floats that scale is made of are next to C 2^(j/8), C being chosen for that:
 * they need no tails. The reduction of z^2 to r takes a float for ln 2 / 4; what that changes is a factor e^(c z^2), of
 * which f takes care. */
#ifndef PYACT_PAIR_GELU_H
#define PYACT_PAIR_GELU_H

#include "pair_gelu_coefficients.h"
#include "staged.h"

/* Beyond, a negative x is left to double, and the result of a positive one is x, or 1. */
#define PAIR_GELU_FAR 10.9f
/* Nearer to the root of the derivative, what is left of t is not exact enough. */
#define PAIR_GELU_NEAR_ROOT 0x1p-16f

/* What goes between the passes: scale t as its float `scale` and the tail `quotient`, r in w, and s in low. */

/* scale, and in *r what is left of z^2. */
PYACT_INLINE fvec fpair_gelu_scale(fvec z, fvec *r)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER), square = fvec_mul(z, z), square_tail = fvec_fms(z, z, square);
    const fvec shifted = fvec_fnma(square, fvec_set(PAIR_GELU_STEPS), magic), k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    *r = fvec_add(fvec_fma(k, fvec_set(PAIR_GELU_STEP), square), square_tail);
    return fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(PAIR_GELU_POWERS, eighths)),
                                    fivec_shift_left(eighths, 20)));
}

/* ... + c[last - 2] x^(n - 1) + c[last] x^n */
PYACT_INLINE fvec fpair_gelu_every_other(const float *c, int last, fvec x)
{
    fvec sum = fvec_set(c[last]);
#pragma GCC unroll 8
    for (int i = last - 2; i >= 0; i -= 2) sum = fvec_fma(sum, x, fvec_set(c[i]));
    return sum;
}

/* c[0] + c[1] s + ..., as its even and odd parts */
PYACT_INLINE fvec fpair_gelu_polynomial(const float *c, int degree, fvec s)
{
    const fvec square = fvec_mul(s, s);
    const fvec first = fpair_gelu_every_other(c, degree, square);
    const fvec second = fpair_gelu_every_other(c, degree - 1, square);
    return degree % 2 ? fvec_fma(first, s, second) : fvec_fma(second, s, first);
}

/* scale t e^(-r/2) (1 + f), rounded: with h for the float next to scale t, h + a after the exponential, and then
 * h + (a + (h + a) f). */
PYACT_INLINE fvec fpair_gelu_product(fpair_power parts, fvec f)
{
    const fvec h = parts.scale, r = parts.w;
    fvec slope = fvec_fma(fvec_set(PAIR_GELU_EXP[3]), r, fvec_set(PAIR_GELU_EXP[2]));
    slope = fvec_fma(slope, r, fvec_set(PAIR_GELU_EXP[1]));
    slope = fvec_fma(slope, r, fvec_set(PAIR_GELU_EXP[0]));
    const fvec a = fvec_fma(fvec_mul(h, r), slope, parts.quotient);
    return fvec_add(h, fvec_fma(fvec_add(h, a), f, a));
}

/* ---- gelu(-z) = -z Phi(-z), M = C (1 + f) / (z + 1), t = z / (z + 1) ---- */

PYACT_INLINE fpair_power fpair_gelu_power(fvec x)
{
    fpair_power parts;
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(PAIR_GELU_FAR)), one = fvec_set(1.0f);
    const fvec scale = fpair_gelu_scale(z, &parts.w);
    const fvec numerator = fvec_sub(z, fvec_set(PAIR_GELU_CENTER)), denominator = fvec_add(z, fvec_set(PAIR_GELU_POLE));
    parts.low = fvec_div(numerator, denominator);
    const fvec s_rest = fvec_fnma(parts.low, denominator, numerator);

    /* The tail of t is rest / (z + 1) = rest (1 - t). It includes what rounding s does to f where that counts: for
     * large z, where f changes by about the same for every unit of s_rest. */
    const fvec d = fvec_add(z, one), d_tail = fvec_sub(z, fvec_sub(d, one)), t = fvec_div(z, d);
    const fvec rest = fvec_fnma(t, d_tail, fvec_fnma(t, d, z));
    const fvec t_tail = fvec_fma(t, fvec_fms(s_rest, fvec_set(PAIR_GELU_SLOPE), rest), rest);
    parts.scale = fvec_mul(scale, t);
    parts.quotient = fvec_fma(scale, t_tail, fvec_fms(scale, t, parts.scale));
    parts.quotient_low = fvec_set(0.0f);
    return parts;
}

PYACT_INLINE fvec fpair_gelu_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    /* Above zero the product is at most half of x: its rounding and that of the difference are not both large. */
    const fvec f = fpair_gelu_polynomial(PAIR_GELU_MILLS, 10, parts.low), product = fpair_gelu_product(parts, f);
    fpair_require(context, fvec_lt(fvec_set(-PAIR_GELU_FAR), x)); /* false for NaN, too */
    return fvec_sub(fvec_at_least(x, fvec_set(0.0f)), product);
}

/* ---- the derivative: gelu'(-z) = -E (z / sqrt(2 pi) - M), and gelu'(z) = 1 - gelu'(-z) ----
 *
 * The difference is C t (1 + f) with t = z - q, q = p / (z + pole), where p makes both sides vanish at once; and s is q
 * less a constant. */

PYACT_INLINE fpair_power fpair_gelu_derivative_power(fvec x)
{
    fpair_power parts;
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(PAIR_GELU_FAR));
    const fvec scale = fpair_gelu_scale(z, &parts.w);

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
    fpair_require(context, fvec_lt(fvec_set(-PAIR_GELU_FAR), x));
    return fvec_select_sign(x, fvec_neg(product), fvec_add(fvec_set(1.0f), product));
}

#endif
