/* tanh, its square and x - tanh(x), staged: see staged.h.
 *
 * With |x| = k ln2 / 2 + r and the integer k, tanh|x| = N / D where
 *     N = (S - 1) + (S + 1) tanh r,  D = (S + 1) + (S - 1) tanh r,  S = 2^k,
 * by the addition theorem: S - 1 and S + 1 are exact, r is exact but for what ln2 / 2 lacks as a float, and tanh r is
 * a short polynomial. q being the quotient, or a head of it, (N - q D) / D is the tail. k is rounded so that r is in
 * [-ln2 / 8, 3 ln2 / 8): near zero k = 0 and tanh x = tanh r, and where k = 1 the result is large beside the rounding
 * of tanh r. */
#ifndef PYACT_PAIR_TANH_H
#define PYACT_PAIR_TANH_H

#include "staged.h"

/* The first 12 bits. */
PYACT_INLINE fvec fvec_head(fvec a) { return fvec_from_bits(fivec_and(fivec_from_bits(a), fivec_set(-0x1000))); }

/* The sum has half an integer in its last bit; cleared, it leaves k. With the bias in it, a shift makes 2^k. */
#define PAIR_ROUND_TO_HALF (0x1.8p22f + 127.0f)

/* k and S, for z from 0 to 30. */
PYACT_INLINE fvec fpair_tanh_halves(fvec z, fvec *scale)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_HALF);
    const fvec halves = fvec_fma(z, fvec_set(PAIR_TWO_PER_LN2), magic);
    const fivec whole = fivec_and(fivec_from_bits(halves), fivec_set(~1));
    *scale = fvec_from_bits(fivec_shift_left(whole, 22));
    return fvec_sub(fvec_from_bits(whole), magic);
}

PYACT_INLINE fvec fpair_tanh_reduced(fvec z, fvec *scale)
{
    return fvec_fnma(fpair_tanh_halves(z, scale), fvec_set(PAIR_HALF_LN2), z);
}

/* The first pass of tanh, of two: scale = S, w = tanh r; low is not used. Beyond the bound the result is 1. */
PYACT_INLINE fpair_power fpair_tanh_power(fvec x)
{
    fpair_power power;
    const fvec r = fpair_tanh_reduced(fvec_at_most(fvec_abs(x), fvec_set(9.1f)), &power.scale);
    const fvec square = fvec_mul(r, r);
    power.w = fvec_fma(fvec_mul(r, square), fvec_horner(PAIR_TANH + 1, 3, square), r);
    power.low = fvec_set(0.0f);
    return power;
}

PYACT_INLINE fvec fpair_tanh_rounded(fvec x, fpair_power power, fpair_context *context)
{
    /* Where S + 1 is rounded, their difference counts. q has all bits: what the products below lose is less than half a
     * ULP. */
    const fvec one = fvec_set(1.0f), above = fvec_add(power.scale, one), below = fvec_sub(above, fvec_set(2.0f));
    const fvec numerator = fvec_fma(above, power.w, below), denominator = fvec_fma(below, power.w, above);
    const fvec q = fvec_div(numerator, denominator), r = fpair_rough_reciprocal(denominator);
    const fvec rest = fvec_fma(fvec_fnma(q, below, above), power.w, fvec_fnma(q, above, below));
    fpair_require_number(x, context);
    return fvec_xor_sign(fvec_fma(rest, r, q), x);
}

/* ---- x - tanh(x) ----
 *
 * Below a seam it is z^3 / D, z = |x|, D = z^2 + 3 + z^2 excess(z^2). In z^2, D has its nearest pole at -20 where tanh
 * has one at -2.5: for D a short polynomial will do. Above the seam it is (z - 1) + root^4; z - 1 is exact. */

/* The first pass, of two: scale = D, w = D less the rounded sum of 3 and the rounded square. */
PYACT_INLINE fpair_power fpair_tanhshrink_power(fvec x)
{
    fpair_power power;
    const fvec square = fvec_mul(x, x), three = fvec_set(3.0f), above = fvec_add(three, square);
    const fvec lost = fvec_sub(square, fvec_sub(above, three)); /* exact: 3 has few bits */
    power.w = fvec_fma(square, fvec_horner(PAIR_TANHSHRINK_EXCESS, 7, square), lost);
    power.scale = fvec_add(above, power.w);
    power.low = fvec_set(0.0f);
    return power;
}

PYACT_INLINE fvec fpair_tanhshrink_above(fvec z)
{
    const fvec root = fvec_horner(PAIR_TANHSHRINK_ROOT, 6, fvec_at_most(z, fvec_set(PAIR_TANHSHRINK_END)));
    const fvec square = fvec_mul(root, root);
    return fvec_fma(square, square, fvec_sub(z, fvec_set(1.0f)));
}

/* z^2 / D is q and a tail. What rounding the square has cut off counts fully in the numerator and less in the quotient,
 * from 1 at zero to 1/4 at the seam; 0.65 is within 0.2 ULP of that. Where the result is subnormal, so is the tail. */
PYACT_INLINE fvec fpair_tanhshrink_rounded(fvec x, fpair_power power, fpair_context *context)
{
    const fvec z = fvec_abs(x), square = fvec_mul(x, x), lost = fvec_fms(x, x, square);
    const fvec above = fvec_add(fvec_set(3.0f), square), r = fvec_div(fvec_set(1.0f), power.scale);
    const fvec q = fvec_mul(square, r);
    const fvec rest = fvec_fma(lost, fvec_set(0.65f), fvec_fnma(q, power.w, fvec_fnma(q, above, square)));
    const fvec below = fvec_fma(z, q, fvec_mul(fvec_mul(z, r), rest));
    const fmask is_below = fvec_lt(z, fvec_set(PAIR_TANHSHRINK_SEAM));
    const fvec result = fvec_select(is_below, below, fpair_tanhshrink_above(z));
    fpair_require(context, fvec_le(fvec_at_most(z, fvec_set(0x1p-118f)), result));
    return fvec_xor_sign(result, x);
}

/* k is at most 25, so that S - 1 and S + 1 differ; with a larger r, tanh r is good enough to be 1 in the end. */
#define PAIR_TANH_LARGEST_SCALE 8.9f

/* The first pass of tanh^2, of three: scale = S, and tanh r = w + low. Beyond the bound the result is 1. */
PYACT_INLINE fpair_power fpair_tanhshrink_derivative_power(fvec x)
{
    fpair_power power;
    const fvec z = fvec_abs(x), k = fpair_tanh_halves(fvec_at_most(z, fvec_set(PAIR_TANH_LARGEST_SCALE)), &power.scale);
    power.w = fvec_fnma(k, fvec_set(PAIR_HALF_LN2), fvec_at_most(z, fvec_set(9.5f)));
    const fvec square = fvec_mul(power.w, power.w);
    power.low = fvec_mul(fvec_mul(power.w, square), fvec_horner(PAIR_TANH + 1, 3, square));
    return power;
}

/* tanh|x| as a head q of 16 bits and a tail. N - q D = (S - 1) - q (S + 1) + ((S + 1) - q (S - 1)) tanh r, where what q
 * is in is exact. */
PYACT_INLINE fpair fpair_tanh_pair(fpair_power power)
{
    fpair t;
    const fvec one = fvec_set(1.0f), w = fvec_add(power.w, power.low);
    const fvec above = fvec_add(power.scale, one), below = fvec_sub(above, fvec_set(2.0f));
    const fvec r = fvec_div(one, fvec_fma(below, w, above)), quotient = fvec_mul(fvec_fma(above, w, below), r);
    t.h = fvec_from_bits(fivec_and(fivec_from_bits(quotient), fivec_set(-0x100)));
    const fvec slope = fvec_fnma(t.h, below, above);
    const fvec rest = fvec_fma(slope, power.w, fvec_fnma(t.h, above, below));
    t.l = fvec_mul(fvec_fma(slope, power.low, rest), r);
    return t;
}

/* The second pass: tanh|x| = scale + w. */
PYACT_INLINE fpair_power fpair_tanhshrink_derivative_second(fvec x, fpair_power power)
{
    (void)x;
    const fpair t = fpair_tanh_pair(power);
    return (fpair_power){.scale = t.h, .w = t.l, .low = power.low};
}

/* The third; the square of the tail does not count. x^2 loses bits before it is subnormal; then it is below 2^-50 |x|, if
 * not zero. */
PYACT_INLINE fvec fpair_tanhshrink_derivative_rounded(fvec x, fpair_power t, fpair_context *context)
{
    const fvec result = fvec_fma(t.scale, t.scale, fvec_mul(t.w, fvec_add(t.scale, t.scale)));
    fpair_require(context, fvec_le(fvec_mul(fvec_abs(x), fvec_set(0x1p-50f)), result));
    return result;
}

#endif
