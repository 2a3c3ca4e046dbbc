/* gelu(x) = x Phi(x) in two passes, flat in the distribution of inputs and within 1 ULP.
 *
 * With z = |x|, Phi(-z) = E(z) M(z), where E = e^(-z^2/2) and M, the Mills ratio, is smooth: M = C (1 + f) / (z + 1)
 * with |f| < 0.12, a polynomial of s = (z - m) / (z + b). So z Phi(-z) = E C t (1 + f), t = z / (z + 1), and all but f
 * is known to nearly twice the precision of a float. A negative x ends there; of a positive one it is subtracted.
 *
 * The reduction of z^2 takes a float for ln 2 / 4; what that changes is a factor e^(c z^2), of which f takes care. */
#ifndef PYACT_PAIR_GELU_H
#define PYACT_PAIR_GELU_H

#include "pair_gelu_coefficients.h"
#include "staged.h"

/* Beyond, the result of a negative x is smaller than what is left to double, and that of a positive x is x. */
#define PAIR_GELU_FAR 11.0f
#define PAIR_GELU_SMALLEST 0x1p-86f

/* What goes between the passes: E C = scale (1 + ...), w holds the reduced z^2, low the argument s of the polynomial, and
 * z / (z + 1) = quotient + quotient_low. */

/* sets scale and w */
PYACT_INLINE void fpair_gelu_reduce(const float *powers, const float *tails, fvec z, fpair_power *parts)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER), square = fvec_mul(z, z), square_tail = fvec_fms(z, z, square);
    const fvec shifted = fvec_fnma(square, fvec_set(PAIR_GELU_STEPS), magic), k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    const fvec r_tail = fvec_add(square_tail, fvec_lookup8(tails, eighths));
    parts->w = fvec_add(fvec_fma(k, fvec_set(PAIR_GELU_STEP), square), r_tail);
    parts->scale = fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(powers, eighths)),
                                            fivec_shift_left(eighths, 20)));
}

PYACT_INLINE fpair_power fpair_gelu_power(fvec x)
{
    fpair_power parts;
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(PAIR_GELU_FAR)), one = fvec_set(1.0f);
    fpair_gelu_reduce(PAIR_GELU_POWERS, PAIR_GELU_POWERS_TAIL, z, &parts);

    const fvec numerator = fvec_sub(z, fvec_set(PAIR_GELU_CENTER)), denominator = fvec_add(z, fvec_set(PAIR_GELU_POLE));
    parts.low = fvec_div(numerator, denominator);
    const fvec s_rest = fvec_fnma(parts.low, denominator, numerator);

    /* The tail of t is rest / (z + 1) = rest (1 - t). It includes what rounding s does to f where that counts: for
     * large z, where f changes by about the same for every unit of s_rest. */
    const fvec d = fvec_add(z, one), d_tail = fvec_sub(z, fvec_sub(d, one));
    parts.quotient = fvec_div(z, d);
    const fvec rest = fvec_fnma(parts.quotient, d_tail, fvec_fnma(parts.quotient, d, z));
    parts.quotient_low = fvec_fma(parts.quotient, fvec_fms(s_rest, fvec_set(PAIR_GELU_SLOPE), rest), rest);
    return parts;
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

/* scale (1 + w) (t + tail) (1 + f), rounded; t_rounded is t + tail to within a few roundings. */
PYACT_INLINE fvec fpair_gelu_product(fpair_power parts, fvec t_rounded, fvec f)
{
    const fvec r = parts.w;
    fvec higher = fvec_fma(fvec_set(PAIR_GELU_EXP[2]), r, fvec_set(PAIR_GELU_EXP[1]));
    higher = fvec_fma(higher, r, fvec_set(PAIR_GELU_EXP[0]));
    const fvec w = fvec_fms(higher, fvec_mul(r, r), fvec_mul(r, fvec_set(0.5f)));
    const fvec correction = fvec_mul(parts.scale, fvec_fma(t_rounded, w, parts.quotient_low));
    const fvec head = fvec_fma(parts.scale, parts.quotient, correction);
    const fvec low = fvec_add(fvec_fms(parts.scale, parts.quotient, head), correction);
    return fvec_add(head, fvec_fma(head, f, low));
}

PYACT_INLINE fvec fpair_gelu_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    /* Above zero the tail is at most half of x: its rounding and that of the difference are not both large. */
    const fvec f = fpair_gelu_polynomial(PAIR_GELU_MILLS, 10, parts.low), tail = fpair_gelu_product(parts, parts.quotient, f);
    const fvec result = fvec_sub(fvec_at_least(x, fvec_set(0.0f)), tail);
    fpair_require(context, fvec_le(fvec_at_most(fvec_abs(x), fvec_set(PAIR_GELU_SMALLEST)), fvec_abs(result)));
    return result;
}

#endif
