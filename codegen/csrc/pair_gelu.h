/* gelu(x) = x Phi(x) in two passes, flat in the distribution of inputs and within 1 ULP; and what its derivative shares.
 *
 * With z = |x|, Phi(-z) = E(z) M(z), where E = e^(-z^2/2) and M, the Mills ratio, is smooth: M = C (1 + f) / (z + 1)
 * with |f| < 0.11. So z Phi(-z) = E C t (1 + f), t = z / (z + 1): E C t is known to nearly twice the precision of a
 * float, and f, a polynomial of s = z / (z + pole) less a constant, to that of a float. A negative x ends there; of a
 * positive one it is subtracted.
 *
 * E C is scale e^(-r/2), where the eight floats that scale is made of are next to C 2^(j/8), C being chosen for that:
 * they need no tails. The reduction of z^2 to r takes a float for ln 2 / 4; what that changes is a factor e^(c z^2), of
 * which f takes care. */
#ifndef PYACT_PAIR_GELU_H
#define PYACT_PAIR_GELU_H

#include "pair_gelu_coefficients.h"
#include "staged.h"

/* Beyond, a negative x is left to double, and the result of a positive one is x. */
#define PAIR_GELU_FAR 10.9f

/* What goes between the passes: scale t as its float `scale` and the tail `quotient`, r in w, and s in low. */

/* scale, and in *r what is left of z^2. */
PYACT_INLINE fvec fpair_gelu_scale(const float *powers, fvec z, fvec *r)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER), square = fvec_mul(z, z), square_tail = fvec_fms(z, z, square);
    const fvec shifted = fvec_fnma(square, fvec_set(PAIR_GELU_STEPS), magic), k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    *r = fvec_add(fvec_fma(k, fvec_set(PAIR_GELU_STEP), square), square_tail);
    return fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(powers, eighths)), fivec_shift_left(eighths, 20)));
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
 * h + (h f + (a f + a)), where no rounding of h + a counts. */
PYACT_INLINE fvec fpair_gelu_product(fpair_power parts, fvec f)
{
    const fvec h = parts.scale, r = parts.w;
    fvec slope = fvec_fma(fvec_set(PAIR_GELU_EXP[3]), r, fvec_set(PAIR_GELU_EXP[2]));
    slope = fvec_fma(slope, r, fvec_set(PAIR_GELU_EXP[1]));
    slope = fvec_fma(slope, r, fvec_set(PAIR_GELU_EXP[0]));
    const fvec a = fvec_fma(fvec_mul(h, r), slope, parts.quotient);
    return fvec_add(h, fvec_fma(h, f, fvec_fma(a, f, a)));
}

PYACT_INLINE fpair_power fpair_gelu_power(fvec x)
{
    fpair_power parts;
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(PAIR_GELU_FAR)), one = fvec_set(1.0f);
    const fvec scale = fpair_gelu_scale(PAIR_GELU_POWERS, z, &parts.w);

    /* v and what is left of z: z - z v is nearly pole v, so that little is rounded off. */
    const fvec pole = fvec_set(PAIR_GELU_POLE), v = fvec_div(z, fvec_add(z, pole));
    const fvec v_rest = fvec_fnma(v, pole, fvec_fnma(v, z, z));
    parts.low = fvec_sub(v, fvec_set(PAIR_GELU_CENTER));

    /* The tail of t is rest / (z + 1) = rest (1 - t). It includes what rounding v does to f where that counts: for
     * large z, where f changes by about the same for every unit of v_rest. */
    const fvec d = fvec_add(z, one), d_tail = fvec_sub(z, fvec_sub(d, one)), t = fvec_div(z, d);
    const fvec rest = fvec_fnma(t, d_tail, fvec_fnma(t, d, z));
    const fvec t_tail = fvec_fma(t, fvec_fms(v_rest, fvec_set(PAIR_GELU_SLOPE), rest), rest);
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

#endif
