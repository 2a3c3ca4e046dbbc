/* x - tanh x, its derivative tanh^2 x, and tanh' in passes, by the addition theorem in light_math.h; r and S as there.
 * Included by light_math.h. */
#ifndef PYACT_LIGHT_TANH_H
#define PYACT_LIGHT_TANH_H

/* ---- x - tanh x ---- */

/* k and |x| less its multiple of ln2 / 2 rounded, which is exact. From 25 on tanh is 1. */
PYACT_INLINE light light_tanhshrink_argument(vec x)
{
    light argument;
    const vec z = vec_at_most(vec_abs(x), vec_set(25.0));
    argument.h = light_tanh_whole(z);
    argument.l = vec_fnma(light_tanh_multiple(argument.h), vec_set(HALF_LN2_HIGH), z);
    return argument;
}

/* r and what it has more than tanh r, the rounding of r included. Where k = 0 this is the result: r^3 (1/3 + ...), with the
 * largest term as one product and all else in what is added to it. */
PYACT_INLINE light light_tanhshrink_power(light argument)
{
    light power;
    const vec k = light_tanh_multiple(argument.h), ln2_low = vec_set(HALF_LN2_LOW), third = vec_set(TANHSHRINK[0]);
    const vec r = vec_fnma(k, ln2_low, argument.l), r_excess = vec_fma(k, ln2_low, vec_sub(r, argument.l));
    const vec square = vec_mul(r, r), cube = vec_mul(r, square), cube_low = vec_fms(r, square, cube);
    const vec rest = vec_fma(square, vec_polynomial(TANHSHRINK + 1, 7, square), vec_set(TANHSHRINK_LOW[0]));
    power.h = r;
    power.l = vec_fma(cube, third, vec_fma(cube, rest, vec_fma(cube_low, third, r_excess)));
    return power;
}

/* A quotient of 26 bits leaves nothing of |x| - tanh|x| to rounding but the tail. */
#define LIGHT_QUOTIENT_BITS (~((INT64_C(1) << 27) - 1))

/* Where the result is far from the subnormal numbers. */
#define LIGHT_TANHSHRINK_LEAST 0x1p-300

PYACT_INLINE vec light_rounded_tanhshrink(vec x, light argument, light power, light_context *context)
{
    const vec one = vec_set(1.0), z = vec_abs(x), scale = light_tanh_scale(argument.h);
    const vec above = vec_add(scale, one), below = vec_sub(above, vec_set(2.0)), w = vec_sub(power.h, power.l);
    const vec reciprocal = vec_div(one, vec_fma(below, w, above));
    const vec quotient = vec_mul(vec_fma(above, w, below), reciprocal);
    const vec head = vec_from_bits(ivec_and(ivec_from_bits(quotient), ivec_set(LIGHT_QUOTIENT_BITS)));
    const vec slope = vec_fnma(head, below, above);
    const vec remainder = vec_fnma(slope, power.l, vec_fma(slope, power.h, vec_fnma(head, above, below)));
    const vec difference = vec_fnma(remainder, reciprocal, vec_sub(z, head));
    context->in_range = vec_lt(vec_set(LIGHT_TANHSHRINK_LEAST), z);
    return vec_copysign(vec_select(vec_eq(scale, one), power.l, difference), x);
}

/* ---- tanh^2 x ---- */

/* k and r. From 20 on tanh is 1. */
PYACT_INLINE light light_tanh_squared_argument(vec x)
{
    light argument;
    const vec z = vec_at_most(vec_abs(x), vec_set(20.0));
    argument.h = light_tanh_whole(z);
    const vec k = light_tanh_multiple(argument.h);
    argument.l = vec_fnma(k, vec_set(HALF_LN2_LOW), vec_fnma(k, vec_set(HALF_LN2_HIGH), z));
    return argument;
}

/* S and r - tanh r. */
PYACT_INLINE light light_tanh_squared_power(light argument)
{
    light power;
    const vec r = argument.l, square = vec_mul(r, r);
    power.h = light_tanh_scale(argument.h);
    power.l = vec_mul(vec_mul(r, square), vec_polynomial(TANH_REDUCED, 7, square));
    return power;
}

/* q^2 + 2 q (tanh|x| - q) for the quotient q */
PYACT_INLINE vec light_rounded_tanh_squared(vec x, light argument, light power, light_context *context)
{
    (void)context; /* NaN is found in the product with the gradient */
    (void)x;
    const vec one = vec_set(1.0), above = vec_add(power.h, one), below = vec_sub(above, vec_set(2.0));
    const vec w = vec_sub(argument.l, power.l), reciprocal = vec_div(one, vec_fma(below, w, above));
    const vec q = vec_mul(vec_fma(above, w, below), reciprocal), slope = vec_fnma(q, below, above);
    const vec remainder = vec_fnma(slope, power.l, vec_fma(slope, argument.l, vec_fnma(q, above, below)));
    return vec_fma(q, q, vec_mul(vec_mul(vec_add(q, q), remainder), reciprocal));
}

/* ---- 1 - tanh^2 x ---- */

/* Beyond this the result is too small. */
#define LIGHT_TANH_DERIVATIVE_END (LIGHT_EXPONENT / 2)

/* S and tanh r, with |r| <= ln2 / 4, rounded once. */
PYACT_INLINE light light_tanh_derivative_power(vec x)
{
    light power;
    const vec z = vec_at_most(vec_abs(x), vec_set(LIGHT_TANH_DERIVATIVE_END)), magic = vec_set(ROUND_TO_INTEGER);
    const vec whole = vec_fma(z, vec_set(TWO_PER_LN2), magic), k = vec_sub(whole, magic);
    power.h = vec_from_bits(ivec_add(ivec_shift_left(ivec_from_bits(whole), 52), ivec_from_bits(vec_set(1.0))));
    const vec difference = vec_fnma(k, vec_set(HALF_LN2_HIGH), z), low = vec_mul(k, vec_set(HALF_LN2_LOW));
    const vec r = vec_sub(difference, low), square = vec_mul(r, r);
    const vec less = vec_fma(vec_mul(r, square), vec_polynomial(TANH_CENTERED, 6, square), low);
    power.l = vec_sub(difference, less);
    return power;
}

/* (D^2 - N^2) / D^2 = 4 S (1 - w^2) / D^2, w = tanh r; q is 1 / D, 1 + rho what q^2 lacks as a factor. */
PYACT_INLINE vec light_rounded_tanh_derivative(vec x, light power, light_context *context)
{
    const vec one = vec_set(1.0), scale = power.h, w = power.l;
    light_require_below(x, LIGHT_TANH_DERIVATIVE_END, context);
    const vec above = vec_add(scale, one), below = vec_sub(scale, one);
    const vec above_low = vec_sub(one, vec_sub(above, scale)), denominator = vec_fma(below, w, above);
    const vec denominator_low = vec_fma(below, w, vec_add(vec_sub(above, denominator), above_low));
    const vec q = vec_div(one, denominator), twice = vec_add(q, q), square = vec_mul(w, w);
    const vec rho = vec_fnma(twice, denominator_low, vec_fnma(twice, denominator, vec_set(2.0)));
    const vec scaled = vec_mul(vec_mul(scale, vec_set(4.0)), q), head = vec_mul(scaled, q);
    const vec tail = vec_fma(head, vec_sub(vec_fnma(rho, square, rho), square), vec_fms(scaled, q, head));
    return vec_add(head, tail); /* head may be in the binade above: its rounding counts */
}

#endif
