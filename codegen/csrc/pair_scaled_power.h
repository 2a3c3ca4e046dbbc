/* e^-(b x) for a parameter b, staged: see staged_parameters.h. The argument is not multiplied by b, whose product would
 * need a tail, but cut in steps of ln2/(8 b), and the polynomial has powers of b in its coefficients. */
#ifndef PYACT_PAIR_SCALED_POWER_H
#define PYACT_PAIR_SCALED_POWER_H

#include "pair_coefficients.h"
#include "staged_parameters.h"

/* Powers of b and its inverse are far from the ends of a float's range. */
#define PAIR_LEAST_RATE 0x1p-16f

/* Those of e^-(b x) for a positive b, and `bound`: exponents of that magnitude are the largest. */
PYACT_INLINE fmask fpair_prepare_power(plain_scalar b, float exponent, staged_constants *constants)
{
    plain_scalar power = scalar_set(1.0);
    const plain_scalar step = scalar_div(scalar_set(0x1.62e42fefa39efp-4), b); /* ln2/8 */
    constants->steps = plain_nearest(scalar_div(scalar_set(1.0), step));
    constants->step_high = scalar_leading(step, 12, &constants->step_low);
    for (int i = 0; i < 5; i++, power = scalar_mul(power, b))
        constants->c[i] = plain_nearest(scalar_mul(scalar_set((double)PAIR_SCALED_EXP[i]), power));
    constants->bound = plain_nearest(scalar_div(scalar_set((double)exponent), b));
    return fmask_and(scalar_is_near_one(b, PAIR_LEAST_RATE), scalar_is_positive(b));
}

PYACT_INLINE fpair_power fpair_scaled_power(fvec x, const staged_constants *constants)
{
    const fvec *const c = constants->c, magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(x, constants->steps, magic), k = fvec_sub(shifted, magic);
    const fvec difference = fvec_fma(k, constants->step_high, x); /* exact */
    const fvec r = fvec_fma(k, constants->step_low, difference), square = fvec_mul(r, r);
    const fivec prepared = fivec_from_bits(fvec_lookup8(PAIR_SCALED_POWERS, fivec_from_bits(shifted)));
    const fpair_power power = {
        .scale = fvec_from_bits(fivec_add(prepared, fivec_shift_left(fivec_from_bits(shifted), 20))),
        .w = fvec_fma(square, fvec_fma(fvec_fma(c[4], r, c[3]), r, c[2]), fvec_fma(c[1], r, c[0])),
        .low = fvec_set(0.0f),
    };
    return power;
}

#endif
