/* Light arithmetic: a value is head + small tail, for results that are rounded once to double. Between plain double
 * (vec_math.h) and double-double (wide_math.h): tails are added up without normalizing, so they may grow to some units in
 * the last place of the head, and products of tails are dropped. Elementary functions are good to 2^-54 relative or
 * better (table in tests/csrc/README.md).
 *
 * Operands that are one double are passed as vec, which saves most of the operations; the generator knows which are.
 *
 * Nothing here handles subnormal, infinite or huge numbers. Lanes where that matters are recorded in the context, by the
 * elementary functions and by light_check, and the loop takes them from the wide arithmetic. A lane is recorded whatever
 * its neighbours hold, so bits do not depend on the position in an array. */
#ifndef PYACT_LIGHT_MATH_H
#define PYACT_LIGHT_MATH_H

#include "coefficients.h"
#include "simd.h"
#include "vec_math.h"

typedef struct {
    vec h, l;
} light;

typedef struct {
    mask regular;  /* lanes inside the range of every elementary function: elsewhere the value is not to be used */
    mask in_range; /* lanes whose result is no zero, not nearly subnormal, not infinite and not NaN */
} light_context;

/* Beyond this the exponential, or the tail of its head, leaves the normal range. Arguments that far out are rare on
 * either side, so one comparison of the magnitude decides; it also keeps infinity and NaN out. */
#define LIGHT_EXPONENT 660.0
/* Below this a product loses the last bits of its tail. */
#define LIGHT_SMALLEST 0x1p-960

PYACT_INLINE light light_set(double h, double l)
{
    const light result = {vec_set(h), vec_set(l)};
    return result;
}

PYACT_INLINE light light_from(vec a)
{
    const light result = {a, vec_set(0.0)};
    return result;
}

PYACT_INLINE light light_normalize(vec h, vec l)
{
    light result;
    result.h = vec_fast_two_sum(h, l, &result.l);
    return result;
}

PYACT_INLINE light light_select(mask m, light if_true, light if_false)
{
    const light result = {vec_select(m, if_true.h, if_false.h), vec_select(m, if_true.l, if_false.l)};
    return result;
}

PYACT_INLINE light light_neg(light a)
{
    const light result = {vec_neg(a.h), vec_neg(a.l)};
    return result;
}

PYACT_INLINE light light_scale(light a, vec power_of_two)
{
    const light result = {vec_mul(a.h, power_of_two), vec_mul(a.l, power_of_two)};
    return result;
}

/* ---- sums: _ordered where |a| >= |b| is known ---- */

PYACT_INLINE light light_add_vec_vec(vec a, vec b)
{
    light sum;
    sum.h = vec_two_sum(a, b, &sum.l);
    return sum;
}

PYACT_INLINE light light_add_vec_vec_ordered(vec a, vec b)
{
    light sum;
    sum.h = vec_fast_two_sum(a, b, &sum.l);
    return sum;
}

PYACT_INLINE light light_add_vec(light a, vec b)
{
    light sum = light_add_vec_vec(a.h, b);
    sum.l = vec_add(sum.l, a.l);
    return sum;
}

PYACT_INLINE light light_add_vec_ordered(vec a, light b)
{
    light sum = light_add_vec_vec_ordered(a, b.h);
    sum.l = vec_add(sum.l, b.l);
    return sum;
}

PYACT_INLINE light light_add(light a, light b)
{
    light sum = light_add_vec_vec(a.h, b.h);
    sum.l = vec_add(sum.l, vec_add(a.l, b.l));
    return sum;
}

PYACT_INLINE light light_add_ordered(light a, light b)
{
    light sum = light_add_vec_vec_ordered(a.h, b.h);
    sum.l = vec_add(sum.l, vec_add(a.l, b.l));
    return sum;
}

/* c - a for |a| <= |c| */
PYACT_INLINE light light_sub_from(double c, light a)
{
    light difference;
    difference.h = vec_sub(vec_set(c), a.h);
    difference.l = vec_sub(vec_sub(vec_sub(vec_set(c), difference.h), a.h), a.l);
    return difference;
}

/* ---- products and quotients ---- */

PYACT_INLINE light light_mul_vec_vec(vec a, vec b)
{
    light product;
    product.h = vec_two_product(a, b, &product.l);
    return product;
}

PYACT_INLINE light light_mul_vec(light a, vec b)
{
    light product;
    product.h = vec_mul(a.h, b);
    product.l = vec_fma(a.l, b, vec_fms(a.h, b, product.h));
    return product;
}

PYACT_INLINE light light_mul(light a, light b)
{
    light product;
    product.h = vec_mul(a.h, b.h);
    product.l = vec_fma(a.l, b.h, vec_fma(a.h, b.l, vec_fms(a.h, b.h, product.h)));
    return product;
}

PYACT_INLINE light light_square(light a)
{
    light square;
    square.h = vec_mul(a.h, a.h);
    square.l = vec_fma(vec_add(a.h, a.h), a.l, vec_fms(a.h, a.h, square.h));
    return square;
}

/* a / b where r is 1 / b.h rounded: one Newton step on the quotient, kept apart as the tail. */
PYACT_INLINE light light_div_by(light a, light b, vec r)
{
    light quotient;
    quotient.h = vec_mul(a.h, r);
    vec remainder = vec_add(vec_fnma(quotient.h, b.h, a.h), vec_fnma(quotient.h, b.l, a.l));
    quotient.l = vec_mul(remainder, r);
    return quotient;
}

/* The same as one double: the tail goes into the last rounding. */
PYACT_INLINE vec light_rounded_div_by(light a, light b, vec r)
{
    const vec head = vec_mul(a.h, r);
    const vec remainder = vec_add(vec_fnma(head, b.h, a.h), vec_fnma(head, b.l, a.l));
    return vec_fma(remainder, r, head);
}

PYACT_INLINE light light_div(light a, light b) { return light_div_by(a, b, vec_div(vec_set(1.0), b.h)); }

PYACT_INLINE light light_div_by_vec(light a, vec b)
{
    const vec r = vec_div(vec_set(1.0), b);
    light quotient;
    quotient.h = vec_mul(a.h, r);
    quotient.l = vec_mul(vec_add(vec_fnma(quotient.h, b, a.h), a.l), r);
    return quotient;
}

PYACT_INLINE light light_div_vec(vec a, light b)
{
    const vec r = vec_div(vec_set(1.0), b.h);
    light quotient;
    quotient.h = vec_mul(a, r);
    quotient.l = vec_mul(vec_fnma(quotient.h, b.l, vec_fnma(quotient.h, b.h, a)), r);
    return quotient;
}

PYACT_INLINE light light_div_vec_vec(vec a, vec b)
{
    const vec r = vec_div(vec_set(1.0), b);
    light quotient;
    quotient.h = vec_mul(a, r);
    quotient.l = vec_mul(vec_fnma(quotient.h, b, a), r);
    return quotient;
}

PYACT_INLINE light light_sqrt(light a)
{
    light root;
    root.h = vec_sqrt(a.h);
    const vec remainder = vec_add(vec_fnma(root.h, root.h, a.h), a.l);
    root.l = vec_div(remainder, vec_add(root.h, root.h));
    return root;
}

/* -a where sign is negative. */
PYACT_INLINE light light_flip_sign(light a, vec sign)
{
    return light_scale(a, vec_copysign(vec_set(1.0), sign));
}

PYACT_INLINE light light_abs(light a)
{
    const light result = {vec_abs(a.h), vec_mul(a.l, vec_copysign(vec_set(1.0), a.h))};
    return result;
}

PYACT_INLINE light light_pow_int(light x, int n)
{
    light result = light_set(1.0, 0.0);
    unsigned bits = n < 0 ? 0u - (unsigned)n : (unsigned)n;
    int started = 0;
    for (; bits; bits >>= 1) {
        if (bits & 1) {
            result = started ? light_mul(result, x) : x;
            started = 1;
        }
        if (bits > 1) x = light_square(x);
    }
    return n < 0 ? light_div(light_set(1.0, 0.0), result) : result;
}

/* ---- comparisons ---- */

PYACT_INLINE mask light_lt(light a, light b)
{
    return vec_lt(vec_sub(a.h, b.h), vec_sub(b.l, a.l));
}

PYACT_INLINE mask light_le(light a, light b)
{
    return vec_le(vec_sub(a.h, b.h), vec_sub(b.l, a.l));
}

PYACT_INLINE mask light_eq(light a, light b)
{
    return vec_eq(vec_sub(a.h, b.h), vec_sub(b.l, a.l));
}

PYACT_INLINE light light_min(light a, light b)
{
    return light_select(mask_or(light_le(a, b), vec_is_nan(a.h)), a, b);
}

PYACT_INLINE light light_max(light a, light b)
{
    return light_select(mask_or(light_le(b, a), vec_is_nan(a.h)), a, b);
}

/* ---- rounding to one double ---- */

PYACT_INLINE vec light_round(light value) { return vec_add(value.h, value.l); }

/* x q, rounded once. */
PYACT_INLINE vec light_round_product(vec x, light q) { return vec_fma(x, q.h, vec_mul(x, q.l)); }

/* ---- exponential family ---- */

/* e^(x + *x_tail) = scale (1 + *r + *rest), scale = 2^(k/4), |*r| <= ln2/8; x_tail may be NULL. With `exact` the sum
 * r + rest keeps its accuracy relative to itself, not only to 1. Right for |x| <= 700. */
PYACT_INLINE vec light_exp_parts(vec x, const vec *x_tail, int exact, vec *r, vec *rest)
{
    /* 4 more quarters make up for the halved powers of the table. */
    const vec magic = vec_set(ROUND_TO_INTEGER + 4);
    const vec shifted = vec_fma(x, vec_set(QUARTERS_PER_LN2), magic);
    const vec k = vec_sub(shifted, magic);
    const ivec quarters = ivec_from_bits(shifted);
    const vec scale = vec_from_bits(ivec_add(ivec_from_bits(vec_lookup4(QUARTER_POWERS, quarters)),
                                             ivec_shift_left(quarters, 50)));
    const vec difference = vec_fnma(k, vec_set(QUARTER_LN2_HIGH), x); /* exact */
    vec tail = vec_lookup4(QUARTER_POWERS_TAIL, quarters);
    if (exact) {
        *r = vec_fnma(k, vec_set(QUARTER_LN2_LOW), difference);
        tail = vec_add(tail, vec_fnma(k, vec_set(QUARTER_LN2_LOW), vec_sub(difference, *r)));
        if (x_tail) {
            vec sum_tail;
            *r = vec_fast_two_sum(*r, *x_tail, &sum_tail);
            tail = vec_add(tail, sum_tail);
        }
        *rest = vec_fma(vec_mul(*r, *r), vec_polynomial(EXP_LIGHT, 8, *r), tail);
    } else {
        *r = vec_fnma(k, vec_set(QUARTER_LN2_LOW), difference);
        if (x_tail) *r = vec_add(*r, *x_tail);
        *rest = vec_fma(vec_mul(*r, *r), vec_polynomial(EXP_LIGHT_SHORT, 7, *r), tail);
    }
    return scale;
}

PYACT_INLINE light light_exp_in_range(vec x, const vec *x_tail)
{
    vec r, rest;
    light result;
    const vec scale = light_exp_parts(x, x_tail, 0, &r, &rest);
    const vec w = vec_add(r, rest);
    result.h = vec_fma(scale, w, scale);
    result.l = vec_fma(scale, w, vec_sub(scale, result.h));
    return result;
}

/* e^-x and e^-|x|: what a staged kernel evaluates in a pass of its own (PYACT_STAGED_LIGHT_CORE). */
PYACT_INLINE light light_exp_of_negated_vec(vec x) { return light_exp_in_range(vec_neg(x), NULL); }

PYACT_INLINE light light_exp_of_negated_light(light x)
{
    const vec tail = vec_neg(x.l);
    return light_exp_in_range(vec_neg(x.h), &tail);
}

PYACT_INLINE light light_exp_of_magnitude_vec(vec x) { return light_exp_in_range(vec_neg(vec_abs(x)), NULL); }

PYACT_INLINE light light_exp_of_magnitude_light(light x)
{
    const light exponent = light_neg(light_abs(x));
    return light_exp_in_range(exponent.h, &exponent.l);
}

PYACT_INLINE void light_require(light_context *context, mask regular)
{
    context->regular = mask_and(context->regular, regular);
}

PYACT_INLINE void light_require_below(vec x, double bound, light_context *context)
{
    light_require(context, vec_lt(vec_abs(x), vec_set(bound)));
}

PYACT_INLINE light light_exp_vec(vec x, light_context *context)
{
    light_require_below(x, LIGHT_EXPONENT, context);
    return light_exp_in_range(x, NULL);
}

PYACT_INLINE light light_exp(light x, light_context *context)
{
    light_require_below(x.h, LIGHT_EXPONENT, context);
    return light_exp_in_range(x.h, &x.l);
}

/* e^x - 1 = scale r + scale rest + (scale - 1). */
PYACT_INLINE light light_expm1_in_range(vec x, const vec *x_tail)
{
    vec r, rest, base_tail;
    const vec scale = light_exp_parts(x, x_tail, 1, &r, &rest);
    const vec base = vec_two_sum(scale, vec_set(-1.0), &base_tail);
    const vec h = vec_fma(scale, r, base);
    const vec l = vec_fma(scale, r, vec_sub(base, h));
    return light_normalize(h, vec_fma(scale, rest, vec_add(l, base_tail)));
}

/* For x <= 0: scale <= 1. */
PYACT_INLINE light light_expm1_of_negative(vec x, const vec *x_tail)
{
    vec r, rest;
    const vec scale = light_exp_parts(x, x_tail, 1, &r, &rest);
    const vec base = vec_sub(scale, vec_set(1.0));
    const vec base_tail = vec_sub(scale, vec_add(base, vec_set(1.0)));
    const vec h = vec_fma(scale, r, base);
    const vec l = vec_fma(scale, r, vec_sub(base, h));
    return light_normalize(h, vec_fma(scale, rest, vec_add(l, base_tail)));
}

PYACT_INLINE light light_expm1_vec(vec x, light_context *context)
{
    light_require_below(x, LIGHT_EXPONENT, context);
    return light_expm1_in_range(x, NULL);
}

PYACT_INLINE light light_expm1(light x, light_context *context)
{
    light_require_below(x.h, LIGHT_EXPONENT, context);
    return light_expm1_in_range(x.h, &x.l);
}

/* tanh |x| = -m / (2 + m) with m = expm1(-2 |x|). */
PYACT_INLINE light light_tanh_of_magnitude(vec z, const vec *z_tail)
{
    const vec minus_two = vec_set(-2.0);
    const vec tail = z_tail ? vec_mul(*z_tail, minus_two) : z;
    const light m = light_expm1_of_negative(vec_mul(z, minus_two), z_tail ? &tail : NULL);
    const light denominator = light_add_vec_ordered(vec_set(2.0), m);
    return light_div(m, denominator);
}

PYACT_INLINE light light_tanh_vec(vec x, light_context *context)
{
    light_require_below(x, LIGHT_EXPONENT, context);
    const light negative = light_tanh_of_magnitude(vec_at_most(vec_abs(x), vec_set(20.0)), NULL);
    return light_scale(negative, vec_copysign(vec_set(1.0), vec_neg(x)));
}

/* The sum has half an integer in its last bit; cleared, it leaves the integer. */
#define LIGHT_ROUND_TO_HALF 0x1.8p51

/* With |x| = k ln2 / 2 + r and the integer k, tanh|x| = N / D where
 *     N = (S - 1) + (S + 1) tanh r,  D = (S + 1) + (S - 1) tanh r,  S = 2^k,
 * by the addition theorem. k is rounded so that r is in [-ln2 / 8, 3 ln2 / 8): near zero k = 0 and tanh x = tanh r, and
 * where k = 1 the result is large beside the rounding of tanh r. This is k, in the low bits of a double. */
PYACT_INLINE vec light_tanh_whole(vec z)
{
    const ivec halves = ivec_from_bits(vec_fma(z, vec_set(TWO_PER_LN2), vec_set(LIGHT_ROUND_TO_HALF)));
    return vec_from_bits(ivec_and(halves, ivec_set(~INT64_C(1))));
}

PYACT_INLINE vec light_tanh_multiple(vec whole) { return vec_sub(whole, vec_set(LIGHT_ROUND_TO_HALF)); }

PYACT_INLINE vec light_tanh_scale(vec whole)
{
    return vec_from_bits(ivec_add(ivec_shift_left(ivec_from_bits(whole), 51), ivec_from_bits(vec_set(1.0))));
}

/* S and tanh r. From 20 on the result is 1. */
PYACT_INLINE light light_tanh_power_vec(vec x)
{
    light power;
    const vec z = vec_at_most(vec_abs(x), vec_set(20.0)), whole = light_tanh_whole(z), k = light_tanh_multiple(whole);
    power.h = light_tanh_scale(whole);
    const vec r = vec_fnma(k, vec_set(HALF_LN2_LOW), vec_fnma(k, vec_set(HALF_LN2_HIGH), z));
    const vec square = vec_mul(r, r);
    power.l = vec_fnma(vec_mul(r, square), vec_polynomial(TANH_REDUCED, 7, square), r);
    return power;
}

/* N / D with one Newton step from N - q D, which has the rounding of tanh r in it, but not that of N and D. Right for every
 * number, zeros and subnormal ones too. */
PYACT_INLINE vec light_rounded_tanh(vec x, light power, light_context *context)
{
    /* Where S + 1 is rounded, their difference counts. */
    const vec one = vec_set(1.0), above = vec_add(power.h, one), below = vec_sub(above, vec_set(2.0));
    const vec numerator = vec_fma(above, power.l, below), denominator = vec_fma(below, power.l, above);
    const vec r = vec_div(one, denominator), q = vec_mul(numerator, r);
    const vec rest = vec_fma(vec_fnma(q, below, above), power.l, vec_fnma(q, above, below));
    light_require(context, vec_eq(x, x));
    return vec_copysign(vec_fma(rest, r, q), x);
}

#include "light_tanh.h"

PYACT_INLINE light light_tanh(light x, light_context *context)
{
    light_require_below(x.h, LIGHT_EXPONENT, context);
    const light z = light_abs(x);
    const vec tail = vec_select(vec_lt(vec_set(20.0), z.h), vec_set(0.0), z.l);
    const light negative = light_tanh_of_magnitude(vec_at_most(z.h, vec_set(20.0)), &tail);
    return light_scale(negative, vec_copysign(vec_set(1.0), vec_neg(x.h)));
}

/* What sigmoid(x) and sigmoid(-x) have in common: e = e^-x, 1 + e and its reciprocal. */
typedef struct {
    light e, sum;
    vec reciprocal;
} light_logistic;

/* 1 + e for e > 0, whichever is larger. */
PYACT_INLINE light light_logistic_sum(light e)
{
    const vec one = vec_set(1.0);
    light sum;
    sum.h = vec_add(one, e.h);
    const vec rounded = vec_sub(sum.h, vec_at_least(e.h, one));
    sum.l = vec_add(vec_sub(vec_at_most(e.h, one), rounded), e.l);
    return sum;
}

PYACT_INLINE light_logistic light_logistic_of(light e)
{
    light_logistic parts = {e, light_logistic_sum(e), e.h};
    parts.reciprocal = vec_div(vec_set(1.0), parts.sum.h);
    return parts;
}

PYACT_INLINE light_logistic light_logistic_vec(vec x, light e, light_context *context)
{
    light_require_below(x, LIGHT_EXPONENT, context);
    return light_logistic_of(e);
}

PYACT_INLINE light_logistic light_logistic_light(light x, light e, light_context *context)
{
    light_require_below(x.h, LIGHT_EXPONENT, context);
    return light_logistic_of(e);
}

/* 1 - (1 + e) reciprocal */
PYACT_INLINE vec light_logistic_remainder(light_logistic parts)
{
    const vec remainder = vec_fnma(parts.reciprocal, parts.sum.h, vec_set(1.0));
    return vec_fnma(parts.reciprocal, parts.sum.l, remainder);
}

/* 1 / (1 + e) */
PYACT_INLINE light light_sigmoid(light_logistic parts)
{
    const light result = {parts.reciprocal, vec_mul(light_logistic_remainder(parts), parts.reciprocal)};
    return result;
}

PYACT_INLINE vec light_rounded_sigmoid(light_logistic parts)
{
    return vec_fma(light_logistic_remainder(parts), parts.reciprocal, parts.reciprocal);
}

/* sigmoid(-x) = e / (1 + e) */
PYACT_INLINE light light_mirrored_sigmoid(light_logistic parts)
{
    return light_div_by(parts.e, parts.sum, parts.reciprocal);
}

PYACT_INLINE vec light_rounded_mirrored_sigmoid(light_logistic parts)
{
    return light_rounded_div_by(parts.e, parts.sum, parts.reciprocal);
}

/* e^-|x|, and the sign of x */
typedef struct {
    light e;
    mask negative;
} light_decay;

PYACT_INLINE light_decay light_decay_vec(vec x, light e, light_context *context)
{
    const light_decay decay = {e, vec_lt(x, vec_set(0.0))};
    light_require_below(x, LIGHT_EXPONENT, context);
    return decay;
}

PYACT_INLINE light_decay light_decay_light(light x, light e, light_context *context)
{
    return light_decay_vec(x.h, e, context);
}

/* sigmoid(x) sigmoid(-x) = e / (1 + e)^2 */
PYACT_INLINE light light_logistic_density(light_decay decay)
{
    return light_div(decay.e, light_square(light_add_vec_ordered(vec_set(1.0), decay.e)));
}

/* log(1 + e) = 2 atanh(e / (2 + e)) for 0 <= e <= 1; the tail may reach a 25th of the head. */
PYACT_INLINE light light_log1p_of_unit(light e)
{
    const light s = light_div(e, light_add_vec_ordered(vec_set(2.0), e));
    const vec square = vec_mul(s.h, s.h);
    const vec cubic = vec_mul(vec_mul(square, s.h), vec_polynomial(LOG1P_UNIT, 11, square));
    const light result = {vec_add(s.h, s.h), vec_fma(s.l, vec_set(2.0), cubic)};
    return result;
}

/* max(x, 0) + log(1 + e^-|x|) */
PYACT_INLINE light light_softplus_vec(vec x, light_decay decay)
{
    const light logarithm = light_log1p_of_unit(decay.e);
    const light sum = light_add_vec(logarithm, vec_at_least(x, vec_set(0.0)));
    return light_normalize(sum.h, sum.l);
}

PYACT_INLINE light light_softplus_light(light x, light_decay decay)
{
    const light logarithm = light_log1p_of_unit(decay.e);
    const light sum = light_add(logarithm, light_select(decay.negative, light_set(0.0, 0.0), x));
    return light_normalize(sum.h, sum.l);
}

/* ---- logarithms ---- */

/* log(1 + x), u = 1 + x normal. 2^k m = u, log = k ln2 + 2 atanh((m - 1) / (m + 1)). */
PYACT_INLINE light light_log1p_of_sum(light x, light u, light_context *context)
{
    vec k, k_tail;
    ivec biased;
    light d;
    const mask in_range = mask_and(vec_lt(vec_set(LIGHT_SMALLEST), u.h), vec_lt(u.h, vec_set(1 / LIGHT_SMALLEST)));
    light_require(context, in_range);
    d.h = vec_sub(vec_split_exponent(u.h, &k, &biased), vec_set(1.0));
    const vec inverse_scale = vec_from_bits(ivec_shift_left(ivec_sub(ivec_set(2046), biased), 52)); /* 2^-k */
    d.l = vec_mul(u.l, inverse_scale);
    d = light_select(vec_eq(k, vec_set(0.0)), x, d);
    const light s = light_div(d, light_add_vec(d, vec_set(2.0)));
    const vec square = vec_mul(s.h, s.h);
    const vec cubic = vec_mul(vec_mul(square, s.h), vec_polynomial(LOG, 7, square));
    const vec base = vec_two_product(k, vec_set(LN2_HIGH), &k_tail);
    light sum = light_add_vec_vec_ordered(base, vec_add(s.h, s.h));
    sum.l = vec_add(sum.l, vec_fma(s.l, vec_set(2.0), cubic));
    sum.l = vec_add(sum.l, vec_fma(k, vec_set(LN2_LOW), k_tail));
    return light_normalize(sum.h, sum.l);
}

PYACT_INLINE light light_log1p_vec(vec x, light_context *context)
{
    return light_log1p_of_sum(light_from(x), light_add_vec_vec(x, vec_set(1.0)), context);
}

PYACT_INLINE light light_log1p(light x, light_context *context)
{
    const light u = light_add_vec(x, vec_set(1.0));
    return light_log1p_of_sum(x, light_normalize(u.h, u.l), context);
}

/* ---- error function ---- */

/* c[0] + c_low[0] + s (c[1] + s (c[2] + ...)), the last `steps` >= 2 of the additions with their tails. */
PYACT_INLINE light light_chain(const double *c, const double *c_low, int count, int steps, light s)
{
    const vec rest = vec_polynomial(c + steps, count - steps, s.h), first = vec_set(c[steps - 1]);
    light p;
    p.h = vec_fma(s.h, rest, first);
    p.l = vec_fma(s.l, rest, vec_fma(s.h, rest, vec_sub(first, p.h)));
#pragma GCC unroll 4
    for (int i = steps - 2; i >= 0; i--) p = light_add_vec(light_mul(p, s), vec_set(c[i]));
    p.l = vec_add(p.l, vec_set(c_low[0]));
    return p;
}

/* erfc(z) for 0 <= z <= 25.5: exp(-z^2) P(s) / (z + 3), s = (z - 3) / (z + 3) = 1 - 6 / (z + 3). */
PYACT_INLINE light light_erfc_of_positive(light z)
{
    const light denominator = light_add_vec(z, vec_set(3.0));
    const vec r = vec_div(vec_set(1.0), denominator.h);
    light s = light_div_by(light_set(-6.0, 0.0), denominator, r);
    s = light_add_vec(s, vec_set(1.0));
    const light p = light_chain(ERFC_LIGHT, ERFC_LIGHT_LOW, 25, 3, s);
    const light square = light_square(z);
    const vec square_tail = vec_neg(square.l);
    const light e = light_exp_in_range(vec_neg(square.h), &square_tail);
    return light_mul(e, light_div_by(p, denominator, r));
}

PYACT_INLINE light light_erfc(light x, light_context *context)
{
    const mask negative = vec_lt(x.h, vec_set(0.0));
    light_require_below(x.h, 25.5, context);
    const light result = light_erfc_of_positive(light_abs(x));
    return light_select(negative, light_sub_from(2.0, result), result);
}

PYACT_INLINE light light_erfc_vec(vec x, light_context *context) { return light_erfc(light_from(x), context); }

/* ---- functions whose terms cancel, as a whole ---- */

/* sigmoid(x) (1 + x sigmoid(-x)) = (1 + e (1 + x)) / (1 + e)^2, e = e^-x; its root is the caller's. */
PYACT_INLINE light light_silu_derivative_ratio(vec x, light e, light *denominator, light_context *context)
{
    /* Up to e = 2^53 the short additions of 1 are exact although e is larger. */
    light_require(context, mask_and(vec_lt(vec_set(-36.7), x), vec_lt(x, vec_set(LIGHT_EXPONENT))));
    const vec one = vec_set(1.0), slope = vec_add(one, x);
    *denominator = light_square(light_add_vec_ordered(one, e));
    return light_add_vec_ordered(one, light_mul_vec(e, slope));
}

PYACT_INLINE light light_silu_derivative(vec x, light e, light_context *context)
{
    light denominator;
    const light numerator = light_silu_derivative_ratio(x, e, &denominator, context);
    return light_div(numerator, denominator);
}

PYACT_INLINE vec light_rounded_silu_derivative(vec x, light e, light_context *context)
{
    light denominator;
    const light numerator = light_silu_derivative_ratio(x, e, &denominator, context);
    return light_rounded_div_by(numerator, denominator, vec_div(vec_set(1.0), denominator.h));
}

#include "light_cells.h"

/* x min(max(x + 3, 0), 6) / 6, as one double; right for every x. The parabola y (y + 3) / 6 is the same at y and at
 * -3 - y, and the larger of the two, b = -y, keeps its relative accuracy near both roots; what is beyond 3 is added. At most
 * 1.63 ULP, near -1.5. A product with 1 is an addition on the multiplier, which has less to do here. */
PYACT_INLINE vec light_hardswish(vec x)
{
    const vec three = vec_set(3.0);
    const vec cut = vec_at_most(vec_neg(x), three);
    const vec b = vec_at_most(cut, vec_fnma(cut, vec_set(1.0), three));
    const vec inner = vec_at_least(b, vec_set(-3.0));
    const vec gate = vec_fma(inner, vec_set(SIXTH_HIGH), vec_set(-0.5));
    return vec_fms(inner, gate, vec_sub(b, inner)); /* -0 where it should be */
}

/* 1 / (1 + |x|)^2, as one double, at most 1.5 ULP: the square is rounded once. For |x| < 2^53, where s - 1 is exact. */
PYACT_INLINE vec light_softsign_derivative_in_range(vec x)
{
    const vec one = vec_set(1.0), z = vec_abs(x), sum = vec_add(z, one), sum_tail = vec_sub(z, vec_sub(sum, one));
    return vec_div(one, vec_fma(sum, sum, vec_mul(vec_add(sum, sum), sum_tail)));
}

/* Products of neighbours, added up, are below 2^50 in a block of common numbers, and else wherever all are in range. */
PYACT_INLINE vec light_softsign_derivative_guard(vec x) { return vec_add(vec_abs(x), vec_set(1.0)); }

/* The same bits, and right for every x: the square is scaled, and the tail exact whichever summand is larger. */
PYACT_INLINE vec light_softsign_derivative(vec x)
{
    const vec one = vec_set(1.0), scale = vec_set(0x1p-60), z = vec_at_most(vec_abs(x), vec_set(0x1p540));
    const vec larger = vec_at_least(z, one), smaller = vec_at_most(z, one), sum = vec_add(larger, smaller);
    const vec sum_tail = vec_sub(smaller, vec_sub(sum, larger)), scaled = vec_mul(sum, scale);
    return vec_div(scale, vec_fma(scaled, sum, vec_mul(vec_add(scaled, scaled), sum_tail)));
}

/* ---- near a root ---- */

/* (z - root) (c1 + c2 (z - root) + ...) with t = z - root.h. table = root, its tail, half width, c1, its tail, c2, ...,
 * c14. */
PYACT_INLINE light light_root_series(vec t, const double *table)
{
    const light distance = {t, vec_set(-table[1])};
    const vec rest = vec_mul(t, vec_polynomial(table + 5, 13, t));
    light slope = light_add_vec_vec_ordered(vec_set(table[3]), rest);
    slope.l = vec_add(slope.l, vec_set(table[4]));
    return light_mul(distance, slope);
}

/* main, but the series within the half width of the root. */
PYACT_INLINE light light_near_root(light main, vec z, const double *table)
{
    const vec t = vec_sub(z, vec_set(table[0])); /* exact where it counts */
    const mask near = vec_lt(vec_abs(t), vec_set(table[2]));
    if (__builtin_expect(!mask_any(near), 1)) return main;
    return light_select(near, light_root_series(t, table), main);
}

PYACT_INLINE vec light_rounded_near_root(vec main, vec z, const double *table)
{
    const vec t = vec_sub(z, vec_set(table[0]));
    const mask near = vec_lt(vec_abs(t), vec_set(table[2]));
    if (__builtin_expect(!mask_any(near), 1)) return main;
    const light series = light_root_series(t, table);
    return vec_select(near, vec_add(series.h, series.l), main);
}

/* ---- results ---- */

PYACT_INLINE void light_require_finite(vec x, light_context *context) { light_require_below(x, INFINITE, context); }

/* Unless every result in the range of the elementary functions is known to be right, zeros included. */
PYACT_INLINE void light_check(vec result, light_context *context)
{
    const vec magnitude = vec_abs(result);
    context->in_range = mask_and(vec_lt(vec_set(LIGHT_SMALLEST), magnitude), vec_lt(magnitude, vec_set(INFINITE)));
}

/* The derivative, rounded, times what comes from above; that may be anything, NaN included. */
PYACT_INLINE vec light_apply_gradient(vec gradient, vec derivative, light_context *context)
{
    const vec result = vec_mul(gradient, derivative);
    light_require(context, vec_eq(result, result));
    return result;
}

#endif
