/* mish(x) = x n / (n + 2), n = e (e + 2), e = e^x, and its derivative, staged: see staged.h. */
#ifndef PYACT_PAIR_MISH_H
#define PYACT_PAIR_MISH_H

#include "pair_tanh.h" /* fvec_head */
#include "pair_unit_coefficients.h"

/* Below -PAIR_MISH_EXPONENT remainders are subnormal; above PAIR_MISH_FAR the factor of x is 1, and so is the
 * derivative. */
#define PAIR_MISH_EXPONENT 83.0f
#define PAIR_MISH_FAR 20.0f
#define PAIR_MISH_ROOT 0x1p-11f /* of p */

/* ---- mish ---- */

PYACT_INLINE fpair_power fpair_mish_power(fvec x)
{
    return fpair_power_of(fvec_neg(fvec_at_most(x, fvec_set(PAIR_MISH_FAR))));
}

/* With e = S (1 + w), n = S (S + 2) + u, where u is small beside it: scale + w is n. */
PYACT_INLINE fpair_power fpair_mish_second(fvec x, fpair_power e)
{
    (void)x;
    const fvec twice = fvec_add(e.scale, e.scale), square = fvec_mul(e.scale, e.scale);
    const fvec head = fvec_fma(e.scale, e.scale, twice);
    /* where the difference is inexact, n / (n + 2) is close to 1 */
    const fvec lost = fvec_fma(e.scale, e.scale, fvec_sub(twice, head));
    const fvec slope = fvec_fma(square, e.w, fvec_add(head, square));
    return (fpair_power){.scale = head, .w = fvec_fma(slope, e.w, lost), .low = e.low};
}

/* t = n / (n + 2) leaves the remainder n (1 - t) - 2 t. */
PYACT_INLINE fvec fpair_mish_rounded(fvec x, fpair_power n, fpair_context *context)
{
    const fvec one = fvec_set(1.0f), sum = fvec_add(n.scale, n.w);
    const fvec r = fvec_div(one, fvec_add(sum, fvec_set(2.0f))), t = fvec_mul(sum, r);
    const fvec left = fvec_sub(one, t), left_tail = fvec_sub(fvec_sub(one, left), t);
    fvec remainder = fvec_fma(n.w, left, fvec_fms(n.scale, left, fvec_add(t, t)));
    remainder = fvec_fma(sum, left_tail, remainder);
    const fvec z = fvec_abs(x);
    fpair_require(context, fmask_and(fvec_lt(fvec_set(-PAIR_MISH_EXPONENT), x), fvec_lt(x, fvec_set(INFINITY))));
    return fvec_xor_sign(fvec_fma(z, t, fvec_mul(z, fvec_mul(remainder, r))), x);
}

/* ---- the derivative ----
 *
 * With a = 1 + e and d = a^2 + 1 it is e p / d^2, p = a (d + a + 4 x) + 1. Where p vanishes a table of powers has an entry,
 * as in pair_gate_derivatives.h. */

/* a = 1 + e, and d */
typedef struct {
    fpair a, d;
} fpair_mish_sums;

PYACT_INLINE fpair_power fpair_mish_derivative_power(fvec x)
{
    fpair_power power = {.low = fvec_set(0.0f)};
    const fvec y = fvec_at_most(x, fvec_set(PAIR_MISH_FAR)), magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fma(y, fvec_set(PAIR_EIGHTHS_PER_LN2), magic), k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    power.scale = fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(PAIR_MISH_POWERS, eighths)),
                                           fivec_shift_left(eighths, 20)));
    const fvec difference = fvec_fnma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), y); /* exact */
    const fvec off = fvec_sub(difference, fvec_lookup8(PAIR_MISH_LOGARITHMS, eighths)); /* exact, too */
    const fvec r = fvec_fnma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), off), square = fvec_mul(r, r);
    const fvec first = fvec_fma(fvec_set(PAIR_MISH_EXP[1]), r, fvec_set(PAIR_MISH_EXP[0]));
    const fvec second = fvec_fma(fvec_set(PAIR_MISH_EXP[3]), r, fvec_set(PAIR_MISH_EXP[2]));
    power.w = fvec_fma(fvec_fma(second, square, first), square, r);
    const fpair a = fpair_one_plus(power);
    power.low = a.h;
    power.quotient = a.l;
    return power;
}

PYACT_INLINE fpair_mish_sums fpair_mish_sums_of(fpair_power e)
{
    fpair_mish_sums sums;
    const fvec one = fvec_set(1.0f);
    sums.a = (fpair){e.low, e.quotient};
    const fvec square = fvec_mul(sums.a.h, sums.a.h);
    const fvec square_tail = fvec_fma(fvec_add(sums.a.h, sums.a.h), sums.a.l, fvec_fms(sums.a.h, sums.a.h, square));
    sums.d.h = fvec_add(square, one);
    sums.d.l = fvec_add(fvec_sub(one, fvec_sub(sums.d.h, square)), square_tail);
    return sums;
}

/* p: its head has 12 bits, so that 1 less it is exact unless it is large. */
PYACT_INLINE fpair fpair_mish_root_factor(fvec x, fpair_mish_sums sums)
{
    fpair p;
    const fvec one = fvec_set(1.0f), four = fvec_set(4.0f);
    fpair c = fpair_add_vec_vec_ordered(sums.d.h, sums.a.h);
    const fvec tails = fvec_add(c.l, fvec_add(sums.d.l, sums.a.l)), sum = fvec_fma(four, x, c.h);
    const fvec part = fvec_sub(sum, c.h); /* what is left of c.h and of 4 x is the error of the sum */
    c.l = fvec_add(fvec_add(fvec_sub(c.h, fvec_sub(sum, part)), fvec_fms(four, x, part)), tails);
    p.h = fvec_head(fvec_fma(sums.a.h, sum, one));
    const fvec rest = fvec_sub(one, p.h), lost = fvec_sub(one, fvec_add(rest, p.h));
    p.l = fvec_fma(sums.a.l, sum, fvec_fma(sums.a.h, c.l, fvec_add(fvec_fma(sums.a.h, sum, rest), lost)));
    return p;
}

/* Hands on e, in low the head of 1 / d, and p; the square of what the head lacks has gone to the tail of p. */
PYACT_INLINE fpair_power fpair_mish_derivative_second(fvec x, fpair_power e)
{
    const fvec y = fvec_at_most(x, fvec_set(PAIR_MISH_FAR));
    const fpair_mish_sums sums = fpair_mish_sums_of(e);
    const fpair p = fpair_mish_root_factor(y, sums);
    const fvec r = fvec_div(fvec_set(1.0f), sums.d.h), twice = fvec_add(r, r);
    const fvec left = fvec_fnma(twice, sums.d.l, fvec_fnma(twice, sums.d.h, fvec_set(2.0f)));
    return (fpair_power){
        .scale = e.scale,
        .w = e.w,
        .low = r,
        .quotient = p.h,
        .quotient_low = fvec_fma(left, p.h, p.l),
    };
}

PYACT_INLINE fvec fpair_mish_derivative_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec square = fvec_mul(parts.low, parts.low), square_tail = fvec_fms(parts.low, parts.low, square);
    const fvec h = fvec_mul(parts.scale, square);
    const fvec l = fvec_fma(h, parts.w, fvec_fma(parts.scale, square_tail, fvec_fms(parts.scale, square, h)));
    fpair_require(context, fvec_lt(fvec_set(-PAIR_MISH_EXPONENT), x));
    fpair_require(context, fvec_lt(fvec_set(PAIR_MISH_ROOT), fvec_abs(parts.quotient)));
    const fvec p = fvec_add(parts.quotient, parts.quotient_low);
    return fvec_fma(h, parts.quotient, fvec_fma(l, p, fvec_mul(h, parts.quotient_low)));
}

#endif
