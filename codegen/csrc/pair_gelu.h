/* gelu(x) = x Phi(x) in two passes, flat in the distribution of its inputs and within 1 ULP.
 *
 * With z = |x|, Phi(-z) = E(z) M(z), where E = e^(-z^2/2) and M, the Mills ratio, is smooth: M = C (1 + f) / (z + 1)
 * with |f| < 0.12, a polynomial of s = (z - m) / (z + b). So z Phi(-z) = E C t (1 + f), t = z / (z + 1), and all but f is
 * known to nearly twice the precision of a float. A negative x ends there; of a positive one it is subtracted.
 *
 * The reduction of z^2 takes a float for ln 2 / 4; what that changes is a factor e^(c z^2), of which f takes care. */
#ifndef PYACT_PAIR_GELU_H
#define PYACT_PAIR_GELU_H

#include "pair_gelu_coefficients.h"
#include "pair_math.h"

/* Beyond, the result of a negative x is smaller than what is left to double, and that of a positive x is x. */
#define GELU_FAR 11.0f
#define GELU_SMALLEST 0x1p-86f

/* The first pass. E C = scale (1 + w), r the reduced z^2 that w is a polynomial of; z / (z + 1) = t + tail. */
typedef struct {
    fvec scale, r, t, tail, s;
} fpair_gelu_parts;

/* sets scale and r */
PYACT_INLINE void fpair_gelu_reduce(fvec z, fpair_gelu_parts *parts)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER), square = fvec_mul(z, z), square_tail = fvec_fms(z, z, square);
    const fvec shifted = fvec_fnma(square, fvec_set(GELU_STEPS), magic), k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    const fvec tails = fvec_add(square_tail, fvec_lookup8(GELU_POWERS_TAIL, eighths));
    parts->r = fvec_add(fvec_fma(k, fvec_set(GELU_STEP), square), tails);
    parts->scale = fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(GELU_POWERS, eighths)),
                                            fivec_shift_left(eighths, 20)));
}

PYACT_INLINE fpair_gelu_parts fpair_gelu_power(fvec x)
{
    fpair_gelu_parts parts;
    const fvec z = fvec_at_most(fvec_abs(x), fvec_set(GELU_FAR)), one = fvec_set(1.0f);
    fpair_gelu_reduce(z, &parts);

    const fvec numerator = fvec_sub(z, fvec_set(GELU_CENTER)), denominator = fvec_add(z, fvec_set(GELU_POLE));
    parts.s = fvec_div(numerator, denominator);
    const fvec s_rest = fvec_fnma(parts.s, denominator, numerator);

    /* The tail of t is rest / (z + 1) = rest (1 - t). It includes what rounding s does to f where that counts: for
     * large z, where f changes by about the same for every unit of s_rest. */
    const fvec d = fvec_add(z, one), d_tail = fvec_sub(z, fvec_sub(d, one));
    parts.t = fvec_div(z, d);
    const fvec rest = fvec_fnma(parts.t, d_tail, fvec_fnma(parts.t, d, z));
    parts.tail = fvec_fma(parts.t, fvec_fms(s_rest, fvec_set(GELU_SLOPE), rest), rest);
    return parts;
}

/* f */
PYACT_INLINE fvec fpair_gelu_mills(fvec s) { return fvec_horner(GELU_MILLS, 11, s); }

/* z Phi(-z), rounded */
PYACT_INLINE fvec fpair_gelu_tail(fpair_gelu_parts parts)
{
    const fvec r = parts.r, f = fpair_gelu_mills(parts.s);
    const fvec higher = fvec_fma(fvec_fma(fvec_set(GELU_EXP[2]), r, fvec_set(GELU_EXP[1])), r, fvec_set(GELU_EXP[0]));
    const fvec w = fvec_fms(higher, fvec_mul(r, r), fvec_mul(r, fvec_set(0.5f)));
    const fvec correction = fvec_mul(parts.scale, fvec_fma(parts.t, w, parts.tail));
    const fvec head = fvec_fma(parts.scale, parts.t, correction);
    const fvec low = fvec_add(fvec_fms(parts.scale, parts.t, head), correction);
    return fvec_add(head, fvec_fma(head, f, low));
}

PYACT_INLINE fvec fpair_gelu_rounded(fvec x, fpair_gelu_parts parts, fpair_context *context)
{
    /* Above zero the tail is at most half of x: its rounding and that of the difference are not both large. */
    const fvec result = fvec_sub(fvec_at_least(x, fvec_set(0.0f)), fpair_gelu_tail(parts));
    fpair_require(context, fvec_le(fvec_at_most(fvec_abs(x), fvec_set(GELU_SMALLEST)), fvec_abs(result)));
    return result;
}

#endif
