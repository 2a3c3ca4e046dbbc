/* hardswish' in float16: grad_output (2 x + 3) / 6 between -3 and 3, rounded once.
 *
 * Many products are ties, or so near to one that the error of float32 decides: the loops of plain_cores.h would evaluate
 * them in wide arithmetic. Here the side of the tie is found in float32, since the remainder of a division by 3 is
 * exact. Only pairs of vectors that need it pay for that. */
#ifndef PYACT_HARDSWISH_HALVES_H
#define PYACT_HARDSWISH_HALVES_H

#include "convert.h"

#define HARDSWISH_THIRD 0x1.555556p-2f

PYACT_INLINE fmask hardswish_is_between(fvec x) { return fvec_lt(fvec_abs(x), fvec_set(3.0f)); }

/* Three times the derivative. */
PYACT_INLINE fvec hardswish_slope(fvec x)
{
    const fvec beyond = fvec_at_least(fvec_at_most(x, fvec_set(3.0f)), fvec_set(0.0f));
    return fvec_select(hardswish_is_between(x), fvec_add(x, fvec_set(1.5f)), beyond);
}

/* grad_output (slope + slope_tail) / 3, moved to one ULP beside the multiple of 8 ULP next to it, on the side where the
 * exact value is, or to that multiple itself where it is the exact value. Midpoints are such multiples, those of subnormal
 * numbers, too. */
PYACT_INLINE fvec hardswish_beside_midpoint(fvec grad_output, fvec slope, fvec slope_tail)
{
    const fvec product = fvec_mul(grad_output, slope);
    const fvec tail = fvec_fma(grad_output, slope_tail, fvec_fms(grad_output, slope, product));
    const fivec near = fivec_add(fivec_from_bits(fvec_mul(product, fvec_set(HARDSWISH_THIRD))), fivec_set(3));
    const fivec multiple = fivec_and(near, fivec_set(~7));
    const fvec rest = fvec_add(fvec_fnma(fvec_set(3.0f), fvec_from_bits(multiple), product), tail);
    const fivec below = fivec_shift_right(fivec_xor(multiple, fivec_from_bits(rest)), 31);
    const fivec beside = fivec_or(fivec_sub(multiple, below), fivec_set(1));
    return fvec_select(fvec_lt(fvec_set(0.0f), fvec_abs(rest)), fvec_from_bits(beside), fvec_from_bits(multiple));
}

PYACT_OUTLINE void hardswish_gradient_exact(const char *gradient, const char *x, char *out, size_t n)
{
    for (size_t i = 0; i < n; i += FLANES) {
        const fvec one = load_fvec_f16(x + 2 * i), slope = hardswish_slope(one);
        const fvec slope_tail = fvec_sub(one, fvec_sub(slope, fvec_set(1.5f))); /* not 0 where |x| is below 2^-11 */
        const fvec y = hardswish_beside_midpoint(load_fvec_f16(gradient + 2 * i), slope,
                                                 fvec_keep(hardswish_is_between(one), slope_tail));
        store_nearest_f16(out + 2 * i, canonical_nan_f32(y));
    }
}

/* Lanes that may be rounded the wrong way: within 3 ULP of a midpoint of normal numbers, or subnormal. */
PYACT_INLINE fmask hardswish_is_open(fvec y)
{
    const fivec bits = fivec_from_bits(y), distance = fivec_sub(bits, fivec_set(0x1000 - 3));
    const fmask near = fivec_eq(fivec_and(distance, fivec_set(0x1ff8)), fivec_set(0));
    const fvec predecessor = fvec_from_bits(fivec_sub(fivec_from_bits(fvec_abs(y)), fivec_set(1))); /* of 0 a NaN */
    return fmask_or(near, fvec_lt(predecessor, fvec_set(0x1p-14f)));
}

PYACT_INLINE fvec hardswish_rough_gradient(const char *gradient, const char *x)
{
    return fvec_mul(load_fvec_f16(gradient), fvec_mul(hardswish_slope(load_fvec_f16(x)), fvec_set(HARDSWISH_THIRD)));
}

PYACT_INLINE int hardswish_gradient_f16(const char *const *in, char *out, size_t n)
{
    const size_t vector = 2 * FLANES, bytes = 2 * n;
    const char *const gradient = in[0], *const x = in[1];
    size_t at = 0;
    for (; at + 2 * vector <= bytes; at += 2 * vector) {
        const fvec a = hardswish_rough_gradient(gradient + at, x + at);
        const fvec b = hardswish_rough_gradient(gradient + at + vector, x + at + vector);
        const fmask open = fmask_or(fmask_or(hardswish_is_open(a), hardswish_is_open(b)), fvec_unordered(a, b));
        if (__builtin_expect(fmask_any(open), 0)) {
            hardswish_gradient_exact(gradient + at, x + at, out + at, 2 * FLANES);
            continue;
        }
        store_nearest_f16(out + at, a);
        store_nearest_f16(out + at + vector, b);
    }
    hardswish_gradient_exact(gradient + at, x + at, out + at, (bytes - at) / 2);
    return 1;
}

#endif
