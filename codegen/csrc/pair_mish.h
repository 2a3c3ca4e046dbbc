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
    const fvec z = fvec_abs(x), magnitude = fvec_fma(z, t, fvec_mul(z, fvec_mul(remainder, r)));
    fpair_require(context, fvec_lt(fvec_set(-PAIR_MISH_EXPONENT), x));
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, x);
}

/* ---- the derivative ----
 *
 * With a = 1 + e and d = a^2 + 1 it is e p / d^2, p = a (d + a + 4 x) + 1. Where p vanishes a table of powers has an
 * entry, as in pair_gate_derivatives.h. */

/* a = 1 + e, and d */
typedef struct {
    fpair a, d;
} fpair_mish_sums;

PYACT_INLINE fpair_mish_sums fpair_mish_sums_of(fpair a)
{
    fpair_mish_sums sums = {.a = a};
    const fvec one = fvec_set(1.0f), square = fvec_mul(a.h, a.h);
    const fvec square_tail = fvec_fma(fvec_add(a.h, a.h), a.l, fvec_fms(a.h, a.h, square));
    sums.d.h = fvec_add(square, one);
    sums.d.l = fvec_add(fvec_sub(one, fvec_sub(sums.d.h, square)), square_tail);
    return sums;
}

/* p, its head of 12 bits, so that 1 less it is exact unless it is large. factor x is 4 x, or what stands for it; its
 * tail may be NULL. */
PYACT_INLINE fpair fpair_mish_root_factor(float factor, fvec x, const fvec *tail, fpair_mish_sums sums)
{
    fpair p;
    const fvec one = fvec_set(1.0f), times = fvec_set(factor);
    const fpair start = fpair_add_vec_vec_ordered(sums.d.h, sums.a.h);
    fvec c_tail = fvec_add(start.l, fvec_add(sums.d.l, sums.a.l));
    if (tail) c_tail = fvec_add(c_tail, *tail);
    const fvec c = fvec_fma(times, x, start.h), part = fvec_sub(c, start.h);
    c_tail = fvec_add(fvec_add(fvec_sub(start.h, fvec_sub(c, part)), fvec_fms(times, x, part)), c_tail);
    p.h = fvec_head(fvec_fma(sums.a.h, c, one));
    const fvec rest = fvec_sub(one, p.h), lost = fvec_sub(one, fvec_add(rest, p.h));
    p.l = fvec_fma(sums.a.l, c, fvec_fma(sums.a.h, c_tail, fvec_add(fvec_fma(sums.a.h, c, rest), lost)));
    return p;
}

/* low: the head of 1 / d; quotient and quotient_low: p, with the square of what that head lacks in the tail. */
PYACT_INLINE fpair_power fpair_mish_derivative_parts(fpair_mish_sums sums, fpair p)
{
    fpair_power parts;
    const fvec r = fvec_div(fvec_set(1.0f), sums.d.h), twice = fvec_add(r, r);
    const fvec left = fvec_fnma(twice, sums.d.l, fvec_fnma(twice, sums.d.h, fvec_set(2.0f)));
    parts.low = r;
    parts.quotient = p.h;
    parts.quotient_low = fvec_fma(left, p.h, p.l);
    return parts;
}

/* (h + l) p; where p is next to nothing double decides. */
PYACT_INLINE fvec fpair_mish_derivative_product(fvec h, fvec l, fpair_power parts, fpair_context *context)
{
    const fvec p = fvec_add(parts.quotient, parts.quotient_low);
    fpair_require(context, fvec_lt(fvec_set(PAIR_MISH_ROOT), fvec_abs(parts.quotient)));
    return fvec_fma(h, parts.quotient, fvec_fma(l, p, fvec_mul(h, parts.quotient_low)));
}

/* e as scale and w, a as low and quotient */
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

PYACT_INLINE fpair_power fpair_mish_derivative_second(fvec x, fpair_power e)
{
    const fvec y = fvec_at_most(x, fvec_set(PAIR_MISH_FAR));
    const fpair_mish_sums sums = fpair_mish_sums_of((fpair){e.low, e.quotient});
    const fpair p = fpair_mish_root_factor(4.0f, y, NULL, sums);
    fpair_power parts = fpair_mish_derivative_parts(sums, p);
    parts.scale = e.scale;
    parts.w = e.w;
    return parts;
}

PYACT_INLINE fvec fpair_mish_derivative_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    const fvec square = fvec_mul(parts.low, parts.low), square_tail = fvec_fms(parts.low, parts.low, square);
    const fvec h = fvec_mul(parts.scale, square);
    const fvec l = fvec_fma(h, parts.w, fvec_fma(parts.scale, square_tail, fvec_fms(parts.scale, square, h)));
    fpair_require(context, fvec_lt(fvec_set(-PAIR_MISH_EXPONENT), x));
    return fpair_mish_derivative_product(h, l, parts, context);
}

#endif
