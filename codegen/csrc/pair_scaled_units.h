/* Exponential linear units with parameters, staged: below zero a (e^(x/b) - 1), above it x or a/b x, and derivatives.
 *
 * As in pair_exponential_units.h, but e^(x/b) - 1 is a pair, whose product with a is rounded. */
#ifndef PYACT_PAIR_SCALED_UNITS_H
#define PYACT_PAIR_SCALED_UNITS_H

#include "pair_exponential_units.h"
#include "pair_scaled_power.h"

/* With these no tail of a normal result is subnormal. */
#define PAIR_LEAST_UNIT 0x1p-16f

/* `factor` is a, `slope` is a/b, and `inverse` -1/b. */
PYACT_INLINE fmask fpair_prepare_unit(plain_scalar a, plain_scalar b, staged_constants *constants)
{
    const plain_scalar slope = scalar_div(a, b);
    constants->factor = fpair_of_scalar(a);
    constants->slope.h = scalar_leading(slope, 24, &constants->slope.l);
    constants->inverse = fpair_of_scalar(scalar_div(scalar_set(-1.0), b));
    constants->bound = plain_nearest(scalar_mul(scalar_set(-(double)PAIR_UNIT_BOUND), b));
    return fmask_and(scalar_is_near_one(a, PAIR_LEAST_UNIT),
                     fmask_and(scalar_is_near_one(b, PAIR_LEAST_UNIT), scalar_is_positive(b)));
}

/* S as scale and e^-r - 1 = w + low, where -x/b = k ln2 + r. */
PYACT_INLINE fpair_power fpair_unit_parts(fvec r, fvec scale)
{
    const fvec square = fvec_mul(r, r), rest = fpair_unit_polynomial(PAIR_UNIT_EXPM1, r, square);
    const fvec w = fvec_fms(rest, square, r);
    const fpair_power power = {.scale = scale, .w = w, .low = fvec_fms(rest, square, fvec_add(r, w))};
    return power;
}

/* a (e^(x/b) - 1), rounded. From k = 25 on S - 1 is -1, and the whole of S, or roughly so, goes with `low`. */
PYACT_INLINE fvec fpair_unit_product(fpair_power power, fpair a)
{
    const fvec base = fvec_sub(power.scale, fvec_set(1.0f)), scale = fvec_mul(power.scale, a.h);
    const fvec low = fvec_at_least(power.low, fvec_fnma(power.scale, fvec_set(0x1p25f), fvec_set(2.0f)));
    const fvec tail = fvec_mul(fvec_fma(power.scale, power.w, base), a.l);
    return fvec_fma(base, a.h, fvec_fma(scale, power.w, fvec_fma(scale, low, tail)));
}

/* The tail of a is lost where the result is next to subnormal. */
PYACT_INLINE fvec fpair_unit_rounded(fmask is_positive, fvec positive, fpair_power power,
                                     const staged_constants *constants, fpair_context *context)
{
    const fvec negative = fpair_unit_product(power, constants->factor);
    fpair_require(context, fmask_or(is_positive, fvec_lt(fvec_set(PAIR_SMALLEST), fvec_abs(negative))));
    return fvec_select(is_positive, positive, negative);
}

/* ---- elu: b = 1 ---- */

PYACT_INLINE fmask fpair_scaled_elu_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit(parameters[0], scalar_set(1.0), constants);
}

PYACT_INLINE fpair_power fpair_scaled_elu_power(fvec x, const staged_constants *constants)
{
    fvec scale;
    const fvec r = fpair_unit_reduced(x, &scale);
    (void)constants;
    return fpair_unit_parts(r, scale);
}

PYACT_INLINE fvec fpair_scaled_elu_rounded(fvec x, fpair_power power, const staged_constants *constants,
                                           fpair_context *context)
{
    return fpair_unit_rounded(fvec_le(fvec_set(0.0f), x), x, power, constants, context);
}

/* ---- celu: a = b ---- */

PYACT_INLINE fmask fpair_scaled_celu_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit(parameters[0], parameters[0], constants);
}

/* S, r and in low what -x/b has more: the second pass goes on from there. Positive inputs come out as anything. */
PYACT_INLINE fpair_power fpair_scaled_celu_power(fvec x, const staged_constants *constants)
{
    fpair_power power;
    const fvec y = fvec_at_least(x, constants->bound), z = fvec_mul(y, constants->inverse.h);
    power.low = fvec_fma(y, constants->inverse.l, fvec_fms(y, constants->inverse.h, z));
    power.w = fpair_unit_cut(z, &power.scale);
    return power;
}

PYACT_INLINE fpair_power fpair_scaled_celu_second(fvec x, fpair_power reduced, const staged_constants *constants)
{
    fpair_power power = fpair_unit_parts(reduced.w, reduced.scale);
    (void)x;
    (void)constants;
    power.low = fvec_sub(power.low, fvec_fma(power.w, reduced.low, reduced.low));
    return power;
}

PYACT_INLINE fvec fpair_scaled_celu_rounded(fvec x, fpair_power power, const staged_constants *constants,
                                            fpair_context *context)
{
    return fpair_scaled_elu_rounded(x, power, constants, context);
}

/* ---- pelu ---- */

PYACT_INLINE fmask fpair_scaled_pelu_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit(parameters[0], parameters[1], constants);
}

PYACT_INLINE fpair_power fpair_scaled_pelu_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_celu_power(x, constants);
}

PYACT_INLINE fpair_power fpair_scaled_pelu_second(fvec x, fpair_power reduced, const staged_constants *constants)
{
    return fpair_scaled_celu_second(x, reduced, constants);
}

/* Double has what is next to subnormal, zeros excepted, or infinite. */
PYACT_INLINE fvec fpair_scaled_pelu_rounded(fvec x, fpair_power power, const staged_constants *constants,
                                            fpair_context *context)
{
    const fvec zero = fvec_set(0.0f), positive = fvec_fma(x, constants->slope.h, fvec_mul(x, constants->slope.l));
    const fmask ordinary = fmask_and(fvec_lt(fvec_set(PAIR_SMALLEST), positive), fvec_lt(positive, fvec_set(INFINITY)));
    const fvec result = fpair_unit_rounded(fvec_le(zero, x), positive, power, constants, context);
    fpair_require(context, fmask_or(fvec_le(x, zero), ordinary));
    return result;
}

/* its derivative by a: as with a = 1 */
PYACT_INLINE fmask fpair_scaled_pelu_a_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit(scalar_set(1.0), parameters[1], constants);
}

PYACT_INLINE fpair_power fpair_scaled_pelu_a_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_pelu_power(x, constants);
}

PYACT_INLINE fpair_power fpair_scaled_pelu_a_derivative_second(fvec x, fpair_power reduced,
                                                               const staged_constants *constants)
{
    return fpair_scaled_celu_second(x, reduced, constants);
}

PYACT_INLINE fvec fpair_scaled_pelu_a_derivative_rounded(fvec x, fpair_power power, const staged_constants *constants,
                                                         fpair_context *context)
{
    return fpair_scaled_pelu_rounded(x, power, constants, context);
}

/* ---- derivatives: a/b e^(x/b), or 1 ---- */

#define PAIR_UNIT_EXPONENT 60.0f

PYACT_INLINE fmask fpair_prepare_unit_derivative(plain_scalar a, plain_scalar b, staged_constants *constants)
{
    const fmask served = fpair_prepare_power(scalar_div(scalar_set(1.0), b), PAIR_UNIT_EXPONENT, constants);
    constants->slope = fpair_of_scalar(scalar_div(a, b));
    return fmask_and(served, fmask_and(scalar_is_near_one(a, PAIR_LEAST_UNIT), scalar_is_near_one(b, PAIR_LEAST_UNIT)));
}

/* Where x is positive, e^0. */
PYACT_INLINE fpair_power fpair_unit_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_scaled_power(fvec_at_least(fvec_neg(x), fvec_set(0.0f)), constants);
}

PYACT_INLINE fvec fpair_unit_derivative_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                fpair_context *context)
{
    const fvec slope = constants->slope.h, product = fvec_mul(e.scale, slope);
    const fvec lost = fvec_fma(e.scale, constants->slope.l, fvec_fms(e.scale, slope, product));
    fpair_require(context, fvec_lt(fvec_neg(constants->bound), x));
    return fvec_add(product, fvec_fma(product, e.w, lost));
}

PYACT_INLINE fmask fpair_scaled_elu_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit_derivative(parameters[0], scalar_set(1.0), constants);
}

PYACT_INLINE fpair_power fpair_scaled_elu_derivative_power(fvec x, const staged_constants *constants)
{
    (void)constants;
    return fpair_elu_derivative_power(x);
}

PYACT_INLINE fvec fpair_scaled_elu_derivative_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                      fpair_context *context)
{
    const fvec negative = fpair_unit_derivative_rounded(x, e, constants, context);
    return fvec_select(fvec_lt(fvec_set(0.0f), x), fvec_set(1.0f), negative);
}

PYACT_INLINE fmask fpair_scaled_celu_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit_derivative(parameters[0], parameters[0], constants);
}

PYACT_INLINE fpair_power fpair_scaled_celu_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_unit_derivative_power(x, constants);
}

PYACT_INLINE fvec fpair_scaled_celu_derivative_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                       fpair_context *context)
{
    fpair_require(context, fvec_lt(fvec_neg(constants->bound), x));
    return fvec_fma(e.scale, e.w, e.scale);
}

PYACT_INLINE fmask fpair_scaled_pelu_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_prepare_unit_derivative(parameters[0], parameters[1], constants);
}

PYACT_INLINE fpair_power fpair_scaled_pelu_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_unit_derivative_power(x, constants);
}

PYACT_INLINE fvec fpair_scaled_pelu_derivative_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                       fpair_context *context)
{
    return fpair_unit_derivative_rounded(x, e, constants, context);
}

/* by b: -a/b^2 x e^(x/b), or without the exponential */
PYACT_INLINE fmask fpair_scaled_pelu_b_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    const plain_scalar slope = scalar_div(parameters[0], parameters[1]);
    const fmask served = fpair_prepare_unit_derivative(parameters[0], parameters[1], constants);
    constants->factor = fpair_of_scalar(scalar_div(slope, scalar_mul(scalar_set(-1.0), parameters[1])));
    return served;
}

PYACT_INLINE fpair_power fpair_scaled_pelu_b_derivative_power(fvec x, const staged_constants *constants)
{
    return fpair_unit_derivative_power(x, constants);
}

PYACT_INLINE fvec fpair_scaled_pelu_b_derivative_rounded(fvec x, fpair_power e, const staged_constants *constants,
                                                         fpair_context *context)
{
    const fpair linear = fpair_mul_vec(constants->factor, x), product = fpair_mul_vec(linear, e.scale);
    const fvec result = fvec_add(product.h, fvec_fma(product.h, e.w, product.l));
    fpair_require(context, fvec_lt(fvec_neg(constants->bound), x));
    fpair_check(result, context);
    return result;
}

/* ---- the derivative of celu by its parameter: e^-z (1 + z) - 1, z = -x/b, below zero, and 0 ---- */

/* Below this z^2 loses the last bits of its tail. */
#define PAIR_CELU_ALPHA_SMALLEST 0x1p-40f

PYACT_INLINE fmask fpair_scaled_celu_alpha_derivative_prepare(const plain_scalar *parameters, staged_constants *constants)
{
    return fpair_scaled_celu_prepare(parameters, constants);
}

/* As for celu, and z with its tail. */
PYACT_INLINE fpair_power fpair_scaled_celu_alpha_derivative_power(fvec x, const staged_constants *constants)
{
    fpair_power reduced = fpair_scaled_celu_power(x, constants);
    reduced.quotient = fvec_mul(fvec_at_least(x, constants->bound), constants->inverse.h);
    reduced.quotient_low = reduced.low;
    return reduced;
}

/* Where k is 1, r is good enough with what ln2 lacks; from there on that counts for less and less. */
PYACT_INLINE fpair_power fpair_scaled_celu_alpha_derivative_second(fvec x, fpair_power reduced,
                                                                   const staged_constants *constants)
{
    const fvec excess = fvec_set(2 * PAIR_UNIT_LN2_EXCESS);
    reduced.low = fvec_add(reduced.low, fvec_fnma(reduced.scale, excess, excess));
    fpair_power power = fpair_scaled_celu_second(x, reduced, constants);
    power.quotient = reduced.quotient;
    power.quotient_low = reduced.quotient_low;
    return power;
}

/* Where k = 0: -z^2 (1/2 + z r(z)), the sum up to the linear term as a pair. */
PYACT_INLINE fvec fpair_celu_alpha_near(fvec z, fvec z_tail)
{
    const float *const c = PAIR_CELU_ALPHA;
    const fvec square = fvec_mul(z, z), square_tail = fvec_fma(fvec_add(z, z), z_tail, fvec_fms(z, z, square));
    const fvec half = fvec_set(-0.5f), first = fvec_fma(fvec_set(c[2]), z, fvec_set(c[1]));
    const fvec rest = fvec_fma(fvec_fma(fvec_set(c[5]), square, fvec_fma(fvec_set(c[4]), z, fvec_set(c[3]))), square, first);
    const fvec h = fvec_fnma(z, fvec_set(c[0]), half), difference = fvec_sub(half, h); /* exact */
    const fvec linear = fvec_fnma(z, fvec_set(c[0]), fvec_fnma(z, fvec_set(PAIR_CELU_ALPHA_LOW), difference));
    const fvec l = fvec_fnma(square, rest, linear);
    return fvec_fma(square, h, fvec_fma(square, l, fvec_mul(square_tail, h)));
}

/* Elsewhere: S (1 + z) (1 + w) - 1, where S (1 + z) is t. From some k on 1 is large beside t. */
PYACT_INLINE fvec fpair_celu_alpha_far(fpair_power power, fvec z, fvec z_tail)
{
    const fvec one = fvec_set(1.0f), sum = fvec_add(one, z);
    const fvec rounded = fvec_sub(sum, fvec_at_least(z, one));
    const fvec t = fvec_mul(power.scale, sum);
    const fvec t_tail = fvec_mul(power.scale, fvec_add(fvec_sub(fvec_at_most(z, one), rounded), z_tail));
    const fvec base = fvec_sub(t, one), base_tail = fvec_sub(t, fvec_add(base, one));
    const fpair product = fpair_mul_vec_vec(t, power.w);
    const fvec low = fvec_add(base_tail, fvec_fma(t, power.low, fvec_fma(t_tail, power.w, t_tail)));
    const fvec h = fvec_add(base, product.h), error = fvec_sub(product.h, fvec_sub(h, base));
    return fvec_add(h, fvec_add(error, fvec_add(product.l, low)));
}

PYACT_INLINE fvec fpair_scaled_celu_alpha_derivative_rounded(fvec x, fpair_power power, const staged_constants *constants,
                                                             fpair_context *context)
{
    const fvec zero = fvec_set(0.0f), one = fvec_set(1.0f), z = power.quotient;
    const fvec near = fpair_celu_alpha_near(z, power.quotient_low);
    const fvec far = fpair_celu_alpha_far(power, z, power.quotient_low);
    const fmask is_positive = fvec_le(zero, x);
    (void)constants;
    fpair_require(context, fmask_or(is_positive, fvec_lt(fvec_set(PAIR_CELU_ALPHA_SMALLEST), z)));
    return fvec_select(is_positive, zero, fvec_select(fvec_eq(power.scale, one), near, far));
}

#endif
