/* sin and cos, staged: see staged.h.
 *
 * With z = k pi/8 + o + r, o being by how much the node next to k pi/8 is off, sin z = S + (C r + C (sin r - r) +
 * S (cos r - 1)), where S and C are sine and cosine of the node: it repeats after 8, but for the sign. r has a tail,
 * since it is small next to a root. */
#ifndef PYACT_PAIR_SINE_H
#define PYACT_PAIR_SINE_H

#include "pair_sine_coefficients.h"
#include "staged.h"

/* Up to here k has 8 bits. */
#define PAIR_SINE_BOUND 96.0f

/* Hands on r = scale + w, S in low, C in quotient, and in quotient_low the sign of sin(z + eighths pi/8). */
PYACT_INLINE fpair_power fpair_sine_parts(fvec z, int eighths)
{
    fpair_power parts;
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fma(z, fvec_set(PAIR_SINE_STEPS), magic), k = fvec_sub(shifted, magic);
    fivec node = fivec_from_bits(shifted);
    if (eighths != 0) node = fivec_add(node, fivec_set(eighths));
    const fvec difference = fvec_fnma(k, fvec_set(PAIR_SINE_STEP_HIGH), z); /* exact */
    const fvec off = fvec_sub(difference, fvec_lookup8(PAIR_SINE_OFF, node)); /* exact, too */
    parts.scale = fvec_fnma(k, fvec_set(PAIR_SINE_STEP_MIDDLE), off);
    const fvec lost = fvec_fnma(k, fvec_set(PAIR_SINE_STEP_MIDDLE), fvec_sub(off, parts.scale));
    parts.w = fvec_fnma(k, fvec_set(PAIR_SINE_STEP_LOW), lost);
    parts.low = fvec_lookup8(PAIR_SINE_SINES, node);
    parts.quotient = fvec_lookup8(PAIR_SINE_COSINES, node);
    parts.quotient_low = fvec_from_bits(fivec_shift_left(node, 28));
    return parts;
}

/* S + C r + ..., that is, the sine but for its sign; l is not a tail yet. */
PYACT_INLINE fpair fpair_sine_pair(fpair_power parts)
{
    const fvec r = parts.scale, square = fvec_mul(r, r), s = parts.low, c = parts.quotient;
    const fvec sine = fvec_fma(fvec_set(PAIR_SINE[1]), square, fvec_set(PAIR_SINE[0]));
    fvec cosine = fvec_fma(fvec_set(PAIR_COSINE[2]), square, fvec_set(PAIR_COSINE[1]));
    cosine = fvec_fma(cosine, square, fvec_set(PAIR_COSINE[0]));
    const fvec rest = fvec_fma(c, fvec_fma(fvec_mul(square, r), sine, parts.w), fvec_mul(fvec_mul(s, square), cosine));
    const fvec head = fvec_fma(c, r, s), tail = fvec_fma(c, r, fvec_sub(s, head));
    return (fpair){head, fvec_add(tail, rest)};
}

/* With that sign, rounded. */
PYACT_INLINE fvec fpair_sine_sum(fpair_power parts)
{
    return fvec_xor_sign(fpair_round(fpair_sine_pair(parts)), parts.quotient_low);
}

PYACT_INLINE fvec fpair_sine_magnitude(fvec x) { return fvec_at_most(fvec_abs(x), fvec_set(PAIR_SINE_BOUND)); }

PYACT_INLINE fpair_power fpair_sine_power(fvec x) { return fpair_sine_parts(fpair_sine_magnitude(x), 0); }

PYACT_INLINE fvec fpair_sine_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    fpair_require_below(x, PAIR_SINE_BOUND, context);
    return fvec_xor_sign(fpair_sine_sum(parts), x);
}

PYACT_INLINE fpair_power fpair_cosine_power(fvec x) { return fpair_sine_parts(fpair_sine_magnitude(x), 4); }

PYACT_INLINE fvec fpair_cosine_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    fpair_require_below(x, PAIR_SINE_BOUND, context);
    return fpair_sine_sum(parts);
}

PYACT_INLINE fpair_power fpair_negative_sine_power(fvec x) { return fpair_sine_power(x); }

PYACT_INLINE fvec fpair_negative_sine_rounded(fvec x, fpair_power parts, fpair_context *context)
{
    return fvec_neg(fpair_sine_rounded(x, parts, context));
}

#endif
