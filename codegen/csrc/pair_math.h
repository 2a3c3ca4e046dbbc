/* Pair arithmetic: a value is a float and a small tail, for results that are rounded once to float32. The float32
 * counterpart of light_math.h, whose words about tails hold here: they are added up without normalizing, and products of
 * tails are dropped. Elementary functions are good to 2^-28 relative or better, so that a result is within 0.6 ULP unless
 * terms cancel.
 *
 * Nothing here handles subnormal, infinite or huge numbers. Lanes where that matters are recorded in the context, and the
 * loop takes them from the double arithmetic of the kernel. A lane is recorded whatever its neighbours hold, so bits do
 * not depend on the position in an array. */
#ifndef PYACT_PAIR_MATH_H
#define PYACT_PAIR_MATH_H

#include "fitted.h"
#include "pair_coefficients.h"
#include "plain_cores.h"
#include "simd.h"

typedef struct {
    fvec h, l;
} fpair;

typedef struct {
    fmask regular; /* lanes whose value may be used */
} fpair_context;

/* Beyond this the exponential, or the tail of its head, leaves the normal range. */
#define PAIR_EXPONENT 60.0f
/* Adding this rounds a float below 2^22 to an integer, which then sits in the low bits. */
#define PAIR_ROUND_TO_INTEGER 0x1.8p23f
/* Below this a product loses the last bits of its tail. */
#define PAIR_SMALLEST 0x1p-96f

PYACT_INLINE fpair fpair_set(float h, float l)
{
    const fpair result = {fvec_set(h), fvec_set(l)};
    return result;
}

PYACT_INLINE fpair fpair_from(fvec a)
{
    const fpair result = {a, fvec_set(0.0f)};
    return result;
}

/* A parameter. */
PYACT_INLINE fpair fpair_of_scalar(plain_scalar a)
{
    fpair result;
    result.h = plain_nearest(a);
    result.l = fvec_from_vecs(vec_sub(a.low, fvec_low_to_vec(result.h)), vec_sub(a.high, fvec_high_to_vec(result.h)));
    return result;
}

/* 1 or -1, and zeros as they are. */
PYACT_INLINE fvec fvec_sign(fvec x)
{
    return fvec_select(fvec_eq(x, fvec_set(0.0f)), x, fvec_copysign(fvec_set(1.0f), x));
}

PYACT_INLINE fvec fvec_two_sum(fvec a, fvec b, fvec *error)
{
    const fvec sum = fvec_add(a, b), b_part = fvec_sub(sum, a);
    *error = fvec_add(fvec_sub(a, fvec_sub(sum, b_part)), fvec_sub(b, b_part));
    return sum;
}

/* The same where |a| >= |b| or a = 0. */
PYACT_INLINE fvec fvec_fast_two_sum(fvec a, fvec b, fvec *error)
{
    const fvec sum = fvec_add(a, b);
    *error = fvec_sub(b, fvec_sub(sum, a));
    return sum;
}

PYACT_INLINE fpair fpair_normalize(fvec h, fvec l)
{
    fpair result;
    result.h = fvec_fast_two_sum(h, l, &result.l);
    return result;
}

PYACT_INLINE fpair fpair_select(fmask m, fpair if_true, fpair if_false)
{
    const fpair result = {fvec_select(m, if_true.h, if_false.h), fvec_select(m, if_true.l, if_false.l)};
    return result;
}

PYACT_INLINE fpair fpair_neg(fpair a)
{
    const fpair result = {fvec_neg(a.h), fvec_neg(a.l)};
    return result;
}

PYACT_INLINE fpair fpair_scale(fpair a, fvec power_of_two)
{
    const fpair result = {fvec_mul(a.h, power_of_two), fvec_mul(a.l, power_of_two)};
    return result;
}

/* ---- sums: _ordered where |a| >= |b| is known ---- */

PYACT_INLINE fpair fpair_add_vec_vec(fvec a, fvec b)
{
    fpair sum;
    sum.h = fvec_two_sum(a, b, &sum.l);
    return sum;
}

PYACT_INLINE fpair fpair_add_vec_vec_ordered(fvec a, fvec b)
{
    fpair sum;
    sum.h = fvec_fast_two_sum(a, b, &sum.l);
    return sum;
}

PYACT_INLINE fpair fpair_add_vec(fpair a, fvec b)
{
    fpair sum = fpair_add_vec_vec(a.h, b);
    sum.l = fvec_add(sum.l, a.l);
    return sum;
}

PYACT_INLINE fpair fpair_add_vec_ordered(fvec a, fpair b)
{
    fpair sum = fpair_add_vec_vec_ordered(a, b.h);
    sum.l = fvec_add(sum.l, b.l);
    return sum;
}

PYACT_INLINE fpair fpair_add(fpair a, fpair b)
{
    fpair sum = fpair_add_vec_vec(a.h, b.h);
    sum.l = fvec_add(sum.l, fvec_add(a.l, b.l));
    return sum;
}

PYACT_INLINE fpair fpair_add_ordered(fpair a, fpair b)
{
    fpair sum = fpair_add_vec_vec_ordered(a.h, b.h);
    sum.l = fvec_add(sum.l, fvec_add(a.l, b.l));
    return sum;
}

/* ---- products and quotients ---- */

PYACT_INLINE fpair fpair_mul_vec_vec(fvec a, fvec b)
{
    fpair product;
    product.h = fvec_mul(a, b);
    product.l = fvec_fms(a, b, product.h);
    return product;
}

PYACT_INLINE fpair fpair_mul_vec(fpair a, fvec b)
{
    fpair product;
    product.h = fvec_mul(a.h, b);
    product.l = fvec_fma(a.l, b, fvec_fms(a.h, b, product.h));
    return product;
}

PYACT_INLINE fpair fpair_mul(fpair a, fpair b)
{
    fpair product;
    product.h = fvec_mul(a.h, b.h);
    product.l = fvec_fma(a.l, b.h, fvec_fma(a.h, b.l, fvec_fms(a.h, b.h, product.h)));
    return product;
}

PYACT_INLINE fpair fpair_square(fpair a)
{
    fpair square;
    square.h = fvec_mul(a.h, a.h);
    square.l = fvec_fma(fvec_add(a.h, a.h), a.l, fvec_fms(a.h, a.h, square.h));
    return square;
}

/* a / b where r is 1 / b.h rounded: one Newton step on the quotient, kept apart as the tail. */
PYACT_INLINE fpair fpair_div_by(fpair a, fpair b, fvec r)
{
    fpair quotient;
    quotient.h = fvec_mul(a.h, r);
    const fvec remainder = fvec_add(fvec_fnma(quotient.h, b.h, a.h), fvec_fnma(quotient.h, b.l, a.l));
    quotient.l = fvec_mul(remainder, r);
    return quotient;
}

PYACT_INLINE fpair fpair_div(fpair a, fpair b) { return fpair_div_by(a, b, fvec_div(fvec_set(1.0f), b.h)); }

PYACT_INLINE fpair fpair_div_by_vec(fpair a, fvec b)
{
    const fvec r = fvec_div(fvec_set(1.0f), b);
    fpair quotient;
    quotient.h = fvec_mul(a.h, r);
    quotient.l = fvec_mul(fvec_add(fvec_fnma(quotient.h, b, a.h), a.l), r);
    return quotient;
}

PYACT_INLINE fpair fpair_div_vec(fvec a, fpair b)
{
    const fvec r = fvec_div(fvec_set(1.0f), b.h);
    fpair quotient;
    quotient.h = fvec_mul(a, r);
    quotient.l = fvec_mul(fvec_fnma(quotient.h, b.l, fvec_fnma(quotient.h, b.h, a)), r);
    return quotient;
}

PYACT_INLINE fpair fpair_div_vec_vec(fvec a, fvec b)
{
    const fvec r = fvec_div(fvec_set(1.0f), b);
    fpair quotient;
    quotient.h = fvec_mul(a, r);
    quotient.l = fvec_mul(fvec_fnma(quotient.h, b, a), r);
    return quotient;
}

PYACT_INLINE fpair fpair_sqrt(fpair a)
{
    fpair root;
    root.h = fvec_sqrt(a.h);
    const fvec remainder = fvec_add(fvec_fnma(root.h, root.h, a.h), a.l);
    root.l = fvec_div(remainder, fvec_add(root.h, root.h));
    return root;
}

PYACT_INLINE fpair fpair_abs(fpair a)
{
    const fpair result = {fvec_abs(a.h), fvec_xor_sign(a.l, a.h)};
    return result;
}

PYACT_INLINE fpair fpair_pow_int(fpair x, int n)
{
    fpair result = fpair_set(1.0f, 0.0f);
    unsigned bits = n < 0 ? 0u - (unsigned)n : (unsigned)n;
    int started = 0;
    for (; bits; bits >>= 1) {
        if (bits & 1) {
            result = started ? fpair_mul(result, x) : x;
            started = 1;
        }
        if (bits > 1) x = fpair_square(x);
    }
    return n < 0 ? fpair_div(fpair_set(1.0f, 0.0f), result) : result;
}

/* ---- comparisons ---- */

PYACT_INLINE fmask fpair_lt(fpair a, fpair b) { return fvec_lt(fvec_sub(a.h, b.h), fvec_sub(b.l, a.l)); }

PYACT_INLINE fmask fpair_le(fpair a, fpair b) { return fvec_le(fvec_sub(a.h, b.h), fvec_sub(b.l, a.l)); }

PYACT_INLINE fmask fpair_eq(fpair a, fpair b) { return fvec_eq(fvec_sub(a.h, b.h), fvec_sub(b.l, a.l)); }

/* a < b where a tail is no number, because a head is infinite or nearly so. */
PYACT_INLINE fmask fpair_lt_by_heads(fpair a, fpair b)
{
    const fvec tails = fvec_sub(b.l, a.l);
    return fmask_and(fvec_is_nan(tails), fvec_lt(a.h, b.h));
}

PYACT_INLINE fpair fpair_min(fpair a, fpair b)
{
    const fmask is_a = fmask_or(fpair_le(a, b), fpair_lt_by_heads(a, b));
    return fpair_select(fmask_or(is_a, fvec_is_nan(a.h)), a, b);
}

PYACT_INLINE fpair fpair_max(fpair a, fpair b)
{
    const fmask is_a = fmask_or(fpair_le(b, a), fpair_lt_by_heads(b, a));
    return fpair_select(fmask_or(is_a, fvec_is_nan(a.h)), a, b);
}

/* ---- rounding to one float ---- */

PYACT_INLINE fvec fpair_round(fpair value) { return fvec_add(value.h, value.l); }

/* x q, rounded once; a zero has no certain sign. */
PYACT_INLINE fvec fpair_round_product(fvec x, fpair q) { return fvec_fma(x, q.h, fvec_mul(x, q.l)); }

/* ---- lanes for double ---- */

PYACT_INLINE void fpair_require(fpair_context *context, fmask regular)
{
    context->regular = fmask_and(context->regular, regular);
}

PYACT_INLINE void fpair_require_below(fvec x, float bound, fpair_context *context)
{
    fpair_require(context, fvec_lt(fvec_abs(x), fvec_set(bound)));
}

PYACT_INLINE void fpair_require_finite(fvec x, fpair_context *context) { fpair_require_below(x, INFINITY, context); }

/* Products and sums on the way to it are in range if the result is. */
PYACT_INLINE void fpair_check(fvec result, fpair_context *context)
{
    fpair_require_finite(result, context);
    fpair_require(context, fvec_lt(fvec_set(PAIR_SMALLEST), fvec_abs(result)));
}

/* Of |x| times something in (0, 1]: infinite or zero where x is, else in range. */
PYACT_INLINE void fpair_check_product(fvec magnitude, fvec absolute_x, fpair_context *context)
{
    fpair_require(context, fvec_le(fvec_at_most(absolute_x, fvec_set(PAIR_SMALLEST)), magnitude));
}

/* The same of a product of two floats, whose tail may have been lost unless it is zero. */
PYACT_INLINE void fpair_check_product_of_two(fvec magnitude, fvec product, fpair_context *context)
{
    fpair_check_product(magnitude, fvec_mul(product, fvec_set(0x1p60f)), context);
}

/* x q for q in (0, 1], rounded once, zeros included. */
PYACT_INLINE fvec fpair_rounded_positive_product(fvec x, fpair q, fpair_context *context)
{
    const fvec z = fvec_abs(x), magnitude = fpair_round_product(z, q);
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, x);
}

PYACT_INLINE void fpair_require_number(fvec x, fpair_context *context) { fpair_require(context, fvec_eq(x, x)); }

/* The derivative, rounded, times what comes from above; that may be anything, NaN included. */
PYACT_INLINE fvec fpair_apply_gradient(fvec gradient, fvec derivative, fpair_context *context)
{
    const fvec result = fvec_mul(gradient, derivative);
    fpair_require(context, fvec_eq(result, result));
    return result;
}

/* The same, where NaN in x has not come so far. */
PYACT_INLINE fvec fpair_apply_gradient_unless_nan(fvec gradient, fvec derivative, fvec x, fpair_context *context)
{
    const fvec result = fvec_mul(gradient, derivative);
    fpair_require(context, fmask_not(fvec_unordered(result, x)));
    return result;
}

/* ---- exponential family ---- */

/* c[0] + c[1] x + ... */
PYACT_INLINE fvec fvec_horner(const float *c, int n, fvec x)
{
    fvec sum = fvec_set(c[n - 1]);
#pragma GCC unroll 40
    for (int i = n - 2; i >= 0; i--) sum = fvec_fma(sum, x, fvec_set(c[i]));
    return sum;
}

/* e^(x + *x_tail) = scale (1 + *r + *rest), scale = 2^(k/8), |*r| <= ln2/16; x_tail may be NULL. With `exact` the sum
 * r + rest keeps its accuracy relative to itself, not only to 1. Right for |x| <= 87. */
PYACT_INLINE fvec fpair_exp_parts(fvec x, const fvec *x_tail, int exact, fvec *r, fvec *rest)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fma(x, fvec_set(PAIR_EIGHTHS_PER_LN2), magic);
    const fvec k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    const fvec scale = fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(PAIR_EIGHTH_POWERS, eighths)),
                                                fivec_shift_left(eighths, 20)));
    const fvec difference = fvec_fnma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), x); /* exact */
    fvec tail = fvec_lookup8(PAIR_EIGHTH_POWERS_TAIL, eighths);
    *r = fvec_fnma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), difference);
    if (exact) {
        tail = fvec_add(tail, fvec_fnma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), fvec_sub(difference, *r)));
        if (x_tail) {
            fvec sum_tail;
            *r = fvec_fast_two_sum(*r, *x_tail, &sum_tail);
            tail = fvec_add(tail, sum_tail);
        }
        *rest = fvec_fma(fvec_mul(*r, *r), fvec_horner(PAIR_EXP, 4, *r), tail);
    } else {
        if (x_tail) *r = fvec_add(*r, *x_tail);
        *rest = fvec_fma(fvec_mul(*r, *r), fvec_horner(PAIR_EXP_SHORT, 3, *r), tail);
    }
    return scale;
}

PYACT_INLINE fpair fpair_exp_in_range(fvec x, const fvec *x_tail)
{
    fvec r, rest;
    fpair result;
    const fvec scale = fpair_exp_parts(x, x_tail, 0, &r, &rest);
    const fvec w = fvec_add(r, rest);
    result.h = fvec_fma(scale, w, scale);
    result.l = fvec_fma(scale, w, fvec_sub(scale, result.h));
    return result;
}

PYACT_INLINE fpair fpair_exp_vec(fvec x, fpair_context *context)
{
    fpair_require_below(x, PAIR_EXPONENT, context);
    return fpair_exp_in_range(x, NULL);
}

PYACT_INLINE fpair fpair_exp(fpair x, fpair_context *context)
{
    fpair_require_below(x.h, PAIR_EXPONENT, context);
    return fpair_exp_in_range(x.h, &x.l);
}

/* e^x - 1 = scale r + scale rest + (scale - 1). */
PYACT_INLINE fpair fpair_expm1_in_range(fvec x, const fvec *x_tail)
{
    fvec r, rest, base_tail;
    const fvec scale = fpair_exp_parts(x, x_tail, 1, &r, &rest);
    const fvec base = fvec_two_sum(scale, fvec_set(-1.0f), &base_tail);
    const fvec h = fvec_fma(scale, r, base);
    const fvec l = fvec_fma(scale, r, fvec_sub(base, h));
    return fpair_normalize(h, fvec_fma(scale, rest, fvec_add(l, base_tail)));
}

/* For x <= 0: scale <= 1. */
PYACT_INLINE fpair fpair_expm1_of_negative(fvec x, const fvec *x_tail)
{
    fvec r, rest;
    const fvec scale = fpair_exp_parts(x, x_tail, 1, &r, &rest);
    const fvec base = fvec_sub(scale, fvec_set(1.0f));
    const fvec base_tail = fvec_sub(scale, fvec_add(base, fvec_set(1.0f)));
    const fvec h = fvec_fma(scale, r, base);
    const fvec l = fvec_fma(scale, r, fvec_sub(base, h));
    return fpair_normalize(h, fvec_fma(scale, rest, fvec_add(l, base_tail)));
}

PYACT_INLINE fpair fpair_expm1_vec(fvec x, fpair_context *context)
{
    fpair_require_below(x, PAIR_EXPONENT, context);
    return fpair_expm1_in_range(x, NULL);
}

PYACT_INLINE fpair fpair_expm1(fpair x, fpair_context *context)
{
    fpair_require_below(x.h, PAIR_EXPONENT, context);
    return fpair_expm1_in_range(x.h, &x.l);
}

/* tanh |x| = -m / (2 + m) with m = expm1(-2 |x|), negated. */
PYACT_INLINE fpair fpair_tanh_of_magnitude(fvec z, const fvec *z_tail)
{
    const fvec minus_two = fvec_set(-2.0f);
    const fvec tail = z_tail ? fvec_mul(*z_tail, minus_two) : z;
    const fpair m = fpair_expm1_of_negative(fvec_mul(z, minus_two), z_tail ? &tail : NULL);
    return fpair_div(m, fpair_add_vec_ordered(fvec_set(2.0f), m));
}

/* a with its sign flipped where that of `sign` is set */
PYACT_INLINE fpair fpair_xor_sign(fpair a, fvec sign)
{
    const fpair result = {fvec_xor_sign(a.h, sign), fvec_xor_sign(a.l, sign)};
    return result;
}

PYACT_INLINE fpair fpair_tanh_vec(fvec x, fpair_context *context)
{
    fpair_require_finite(x, context);
    const fpair negative = fpair_tanh_of_magnitude(fvec_at_most(fvec_abs(x), fvec_set(16.0f)), NULL);
    return fpair_xor_sign(negative, fvec_neg(x));
}

PYACT_INLINE fpair fpair_tanh(fpair x, fpair_context *context)
{
    fpair_require_finite(x.h, context);
    const fpair z = fpair_abs(x);
    const fvec tail = fvec_select(fvec_lt(fvec_set(16.0f), z.h), fvec_set(0.0f), z.l);
    const fpair negative = fpair_tanh_of_magnitude(fvec_at_most(z.h, fvec_set(16.0f)), &tail);
    return fpair_xor_sign(negative, fvec_neg(x.h));
}

/* What sigmoid(x) and sigmoid(-x) have in common: e = e^-x, 1 + e and its reciprocal. */
typedef struct {
    fpair e, sum;
    fvec reciprocal;
} fpair_logistic;

/* 1 + e for e > 0, whichever is larger. */
PYACT_INLINE fpair fpair_logistic_sum(fpair e)
{
    const fvec one = fvec_set(1.0f);
    fpair sum;
    sum.h = fvec_add(one, e.h);
    const fvec rounded = fvec_sub(sum.h, fvec_at_least(e.h, one));
    sum.l = fvec_add(fvec_sub(fvec_at_most(e.h, one), rounded), e.l);
    return sum;
}

PYACT_INLINE fpair_logistic fpair_logistic_of(fpair e)
{
    fpair_logistic parts = {e, fpair_logistic_sum(e), e.h};
    parts.reciprocal = fvec_div(fvec_set(1.0f), parts.sum.h);
    return parts;
}

PYACT_INLINE fpair_logistic fpair_logistic_vec(fvec x, fpair_context *context)
{
    fpair_require_below(x, PAIR_EXPONENT, context);
    return fpair_logistic_of(fpair_exp_in_range(fvec_neg(x), NULL));
}

PYACT_INLINE fpair_logistic fpair_logistic_pair(fpair x, fpair_context *context)
{
    const fvec tail = fvec_neg(x.l);
    fpair_require_below(x.h, PAIR_EXPONENT, context);
    return fpair_logistic_of(fpair_exp_in_range(fvec_neg(x.h), &tail));
}

/* 1 - (1 + e) reciprocal */
PYACT_INLINE fvec fpair_logistic_remainder(fpair_logistic parts)
{
    const fvec remainder = fvec_fnma(parts.reciprocal, parts.sum.h, fvec_set(1.0f));
    return fvec_fnma(parts.reciprocal, parts.sum.l, remainder);
}

/* 1 / (1 + e) */
PYACT_INLINE fpair fpair_sigmoid(fpair_logistic parts)
{
    const fpair result = {parts.reciprocal, fvec_mul(fpair_logistic_remainder(parts), parts.reciprocal)};
    return result;
}

/* sigmoid(-x) = e / (1 + e) */
PYACT_INLINE fpair fpair_mirrored_sigmoid(fpair_logistic parts)
{
    return fpair_div_by(parts.e, parts.sum, parts.reciprocal);
}

/* e^-|x| */
typedef struct {
    fpair e;
} fpair_decay;

PYACT_INLINE fpair_decay fpair_decay_vec(fvec x, fpair_context *context)
{
    fpair_decay decay;
    fpair_require_below(x, PAIR_EXPONENT, context);
    decay.e = fpair_exp_in_range(fvec_neg(fvec_abs(x)), NULL);
    return decay;
}

PYACT_INLINE fpair_decay fpair_decay_pair(fpair x, fpair_context *context)
{
    fpair_decay decay;
    const fpair exponent = fpair_neg(fpair_abs(x));
    fpair_require_below(x.h, PAIR_EXPONENT, context);
    decay.e = fpair_exp_in_range(exponent.h, &exponent.l);
    return decay;
}

/* sigmoid(x) sigmoid(-x) = e / (1 + e)^2 */
PYACT_INLINE fpair fpair_logistic_density(fpair_decay decay)
{
    return fpair_div(decay.e, fpair_square(fpair_add_vec_ordered(fvec_set(1.0f), decay.e)));
}

/* ---- logarithms ---- */

/* log(1 + x), u = 1 + x normal. 2^k m = u, log = k ln2 + 2 atanh((m - 1) / (m + 1)). */
PYACT_INLINE fpair fpair_log1p_of_sum(fpair x, fpair u, fpair_context *context)
{
    fpair_require(context, fmask_and(fvec_lt(fvec_set(PAIR_SMALLEST), u.h), fvec_lt(u.h, fvec_set(1 / PAIR_SMALLEST))));
    const fivec origin = fivec_from_bits(fvec_set(0x1.6a09e6p-1f)); /* sqrt(1/2) */
    const fivec offset = fivec_add(fivec_sub(fivec_from_bits(u.h), origin), fivec_from_bits(fvec_set(1.0f)));
    const fivec biased = fivec_shift_right(offset, 23);
    const fvec k = fvec_sub(fvec_from_bits(fivec_or(biased, fivec_from_bits(fvec_set(0x1p23f)))), fvec_set(0x1p23f + 127));
    const fvec m = fvec_from_bits(fivec_add(fivec_and(offset, fivec_set(0x007fffff)), origin));
    const fvec inverse_scale = fvec_from_bits(fivec_shift_left(fivec_sub(fivec_set(254), biased), 23)); /* 2^-k */
    fpair d = {fvec_sub(m, fvec_set(1.0f)), fvec_mul(u.l, inverse_scale)};
    d = fpair_select(fvec_eq(k, fvec_set(0.0f)), x, d);
    const fpair s = fpair_div(d, fpair_add_vec(d, fvec_set(2.0f)));
    const fvec square = fvec_mul(s.h, s.h);
    const fvec cubic = fvec_mul(fvec_mul(square, s.h), fvec_horner(PAIR_LOG, 4, square));
    fpair sum = fpair_add_vec_vec_ordered(fvec_mul(k, fvec_set(PAIR_LN2_HIGH)), fvec_add(s.h, s.h)); /* exact product */
    sum.l = fvec_add(sum.l, fvec_fma(s.l, fvec_set(2.0f), cubic));
    sum.l = fvec_fma(k, fvec_set(PAIR_LN2_LOW), sum.l);
    return fpair_normalize(sum.h, sum.l);
}

PYACT_INLINE fpair fpair_log1p_vec(fvec x, fpair_context *context)
{
    return fpair_log1p_of_sum(fpair_from(x), fpair_add_vec_vec(x, fvec_set(1.0f)), context);
}

PYACT_INLINE fpair fpair_log1p(fpair x, fpair_context *context)
{
    const fpair u = fpair_add_vec(x, fvec_set(1.0f));
    return fpair_log1p_of_sum(x, fpair_normalize(u.h, u.l), context);
}

/* ---- functions as a whole ---- */

/* sigmoid(x) (1 + x sigmoid(-x)) = (1 + e (1 + x)) / (1 + e)^2, e = e^-x; its root is the caller's. */
PYACT_INLINE fpair fpair_silu_derivative(fvec x, fpair_context *context)
{
    /* Up to e = 2^23 the short additions of 1 are exact although e is larger. */
    fpair_require(context, fmask_and(fvec_lt(fvec_set(-15.9f), x), fvec_lt(x, fvec_set(PAIR_EXPONENT))));
    const fpair e = fpair_exp_in_range(fvec_neg(x), NULL);
    const fvec one = fvec_set(1.0f);
    const fpair slope = fpair_add_vec_vec(one, x);
    const fpair denominator = fpair_square(fpair_add_vec_ordered(one, e));
    return fpair_div(fpair_add_vec(fpair_mul(e, slope), one), denominator);
}

/* e^-(x + *x_tail) = scale (1 + *w); x_tail may be NULL */
PYACT_INLINE fvec fpair_decay_parts(fvec x, const fvec *x_tail, fvec *w)
{
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(x, fvec_set(PAIR_EIGHTHS_PER_LN2), magic);
    const fvec k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    fvec difference = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), x); /* exact */
    if (x_tail) difference = fvec_add(difference, *x_tail);
    const fvec r = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_LOW), difference); /* the exponent is -r */
    fvec rest = fvec_fnma(fvec_set(PAIR_EXP_SHORT[2]), r, fvec_set(PAIR_EXP_SHORT[1]));
    rest = fvec_fnma(rest, r, fvec_set(PAIR_EXP_SHORT[0]));
    rest = fvec_fma(fvec_mul(r, r), rest, fvec_lookup8(PAIR_EIGHTH_POWERS_TAIL, eighths));
    *w = fvec_sub(rest, r);
    return fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(PAIR_EIGHTH_POWERS, eighths)),
                                    fivec_shift_left(eighths, 20)));
}

/* e^-x = scale (1 + w); 1 + e^-x = sum + sum_tail; r is 1 / sum rounded. What sigmoid and its derivative share. */
typedef struct {
    fvec scale, w, sum, sum_tail, r;
} fpair_short_logistic;

PYACT_INLINE fpair_short_logistic fpair_short_logistic_of(fvec x)
{
    fpair_short_logistic parts;
    const fvec one = fvec_set(1.0f), scale = fpair_decay_parts(x, NULL, &parts.w);
    parts.scale = scale;
    parts.sum = fvec_add(one, fvec_fma(scale, parts.w, scale));
    const fvec rounded = fvec_sub(parts.sum, fvec_at_least(scale, one));
    parts.sum_tail = fvec_fma(scale, parts.w, fvec_sub(fvec_at_most(scale, one), rounded));
    parts.r = fvec_div(one, parts.sum);
    return parts;
}

/* c - q (1 + e^-x) */
PYACT_INLINE fvec fpair_left_of(fvec c, fvec q, fpair_short_logistic parts)
{
    return fvec_fnma(q, parts.sum_tail, fvec_fnma(q, parts.sum, c));
}

/* c / (1 + e^-x), rounded: the quotient q is corrected by what is left of c. */
PYACT_INLINE fvec fpair_over_logistic_sum(fvec c, fvec x)
{
    const fpair_short_logistic parts = fpair_short_logistic_of(x);
    const fvec q = fvec_mul(c, parts.r);
    return fvec_fma(fpair_left_of(c, q, parts), parts.r, q);
}

PYACT_INLINE fvec fpair_rounded_sigmoid(fvec x, fpair_context *context)
{
    fpair_require_below(x, PAIR_EXPONENT, context);
    return fpair_over_logistic_sum(fvec_set(1.0f), x);
}

/* a sigmoid(x) */
PYACT_INLINE fvec fpair_rounded_sigmoid_product(fvec a, fvec x, fpair_context *context)
{
    const fvec z = fvec_abs(a), magnitude = fpair_over_logistic_sum(z, x);
    fpair_require_below(x, PAIR_EXPONENT, context);
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, a);
}

/* x sigmoid(x) b */
PYACT_INLINE fvec fpair_rounded_silu_product(fvec x, fvec b, fpair_context *context)
{
    const fpair_short_logistic parts = fpair_short_logistic_of(x);
    const fpair product = fpair_mul_vec_vec(fvec_abs(x), fvec_abs(b));
    const fvec q = fvec_mul(product.h, parts.r), left = fvec_add(fpair_left_of(product.h, q, parts), product.l);
    const fvec magnitude = fvec_fma(left, parts.r, q);
    fpair_require_below(x, PAIR_EXPONENT, context);
    fpair_check_product_of_two(magnitude, product.h, context);
    return fvec_xor_sign(fvec_xor_sign(magnitude, x), b);
}

/* a sigmoid(x) sigmoid(-x) = (a r) (e^-x r) with r = 1 / (1 + e^-x): neither factor is beyond the range of the others */
PYACT_INLINE fvec fpair_rounded_logistic_density_product(fvec a, fvec x, fpair_context *context)
{
    const fpair_short_logistic parts = fpair_short_logistic_of(x);
    const fvec z = fvec_abs(a), left = fpair_left_of(fvec_set(1.0f), parts.r, parts);
    const fpair product = fpair_mul(fpair_mul_vec_vec(z, parts.r), fpair_mul_vec_vec(parts.scale, parts.r));
    const fvec error = fvec_fma(left, fvec_set(2.0f), parts.w); /* of the product, relative */
    const fvec magnitude = fvec_add(product.h, fvec_fma(product.h, error, product.l));
    fpair_require_below(x, PAIR_EXPONENT, context);
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, a);
}

/* ---- the normal distribution: Phi is its integral ---- */

/* z = |x|, e^(-z^2/2) = scale (1 + w), 1 / (z + 2) = r + r_tail; what gelu and its derivative share. Beyond 10.9 Phi
 * is 1 on the right; on the left the roundings of the exponent add up to too much beyond 9, which double decides. */
typedef struct {
    fvec scale, w, z, r, r_tail;
} fpair_gaussian;

PYACT_INLINE fpair_gaussian fpair_gaussian_of(fvec x, fpair_context *context)
{
    fpair_gaussian parts;
    fpair_require(context, fvec_lt(fvec_set(-9.0f), x));
    parts.z = fvec_at_most(fvec_abs(x), fvec_set(10.9f));
    const fvec half = fvec_mul(parts.z, fvec_set(0.5f)), exponent = fvec_mul(parts.z, half);
    const fvec exponent_tail = fvec_fms(parts.z, half, exponent);
    parts.scale = fpair_decay_parts(exponent, &exponent_tail, &parts.w);
    const fvec sum = fvec_add(parts.z, fvec_set(2.0f));
    const fvec sum_tail = fvec_sub(parts.z, fvec_sub(sum, fvec_set(2.0f))); /* exact: 2 is a multiple of any ulp here */
    parts.r = fvec_div(fvec_set(1.0f), sum);
    parts.r_tail = fvec_mul(fvec_fnma(parts.r, sum_tail, fvec_fnma(parts.r, sum, fvec_set(1.0f))), parts.r);
    return parts;
}

/* e^(-z^2/2) factor p, p a polynomial of n coefficients in r + r_tail - 7/32. The first, or with tails = 2 the first two,
 * count with their tails, and so do the sums that begin with them. */
PYACT_INLINE fpair fpair_times_gaussian(fpair_gaussian parts, fpair factor, const float *c, int n, const float *low,
                                        int tails)
{
    fpair p, product;
    const fvec first = fvec_set(c[0]), second = fvec_set(c[1]), q = fvec_sub(parts.r, fvec_set(0.21875f));
    const fvec rest = fvec_horner(c + 2, n - 2, q), slope = fvec_fma(q, rest, second);
    p.h = fvec_fma(q, slope, first);
    p.l = fvec_add(fvec_fma(q, slope, fvec_sub(first, p.h)), fvec_set(low[0]));
    if (tails > 1) {
        const fvec slope_tail = fvec_add(fvec_fma(q, rest, fvec_sub(second, slope)), fvec_set(low[1]));
        p.l = fvec_fma(q, slope_tail, p.l);
    }
    p.l = fvec_fma(parts.r_tail, slope, p.l);
    const fvec scaled = fvec_mul(parts.scale, factor.h);
    const fvec scaled_tail = fvec_fma(parts.scale, factor.l, fvec_fms(parts.scale, factor.h, scaled));
    product.h = fvec_mul(scaled, p.h);
    product.l = fvec_fma(product.h, parts.w, fvec_fms(scaled, p.h, product.h));
    product.l = fvec_fma(scaled, p.l, fvec_fma(scaled_tail, p.h, product.l));
    return product;
}

/* Phi(-z) */
PYACT_INLINE fpair fpair_normal_tail(fpair_gaussian parts)
{
    const fpair r = {parts.r, parts.r_tail};
    return fpair_times_gaussian(parts, r, PAIR_GELU, 12, PAIR_GELU_LOW, 2);
}

/* Phi(-z) - z phi(z), the derivative of x Phi(x) at -z */
PYACT_INLINE fpair fpair_gelu_derivative_tail(fpair_gaussian parts)
{
    fpair distance = fpair_add_vec_vec(parts.z, fvec_set(-PAIR_GELU_ROOT));
    distance = fpair_normalize(distance.h, fvec_sub(distance.l, fvec_set(PAIR_GELU_ROOT_LOW)));
    return fpair_times_gaussian(parts, distance, PAIR_GELU_DERIVATIVE, 11, PAIR_GELU_DERIVATIVE_LOW, 1);
}

/* a (1 - t), or -a t where the sign bit of x is set, rounded; 0 <= t <= 1/2 or small. */
PYACT_INLINE fvec fpair_rounded_side(fpair a, fpair t, fvec x)
{
    const fvec zero = fvec_set(0.0f);
    const fpair start = {fvec_select_sign(x, zero, a.h), fvec_select_sign(x, zero, a.l)};
    const fvec high = fvec_fnma(a.h, t.h, start.h);
    const fvec low = fvec_add(fvec_fnma(a.h, t.h, fvec_sub(start.h, high)), start.l); /* the difference is exact */
    return fvec_add(high, fvec_fnma(a.l, t.h, fvec_fnma(a.h, t.l, low)));
}

/* x Phi(x) */
PYACT_INLINE fvec fpair_rounded_gelu(fvec x, fpair_context *context)
{
    const fvec z = fvec_abs(x);
    const fvec magnitude = fvec_abs(fpair_rounded_side(fpair_from(z), fpair_normal_tail(fpair_gaussian_of(x, context)), x));
    fpair_check_product(magnitude, z, context);
    return fvec_xor_sign(magnitude, x);
}

/* x Phi(x) b */
PYACT_INLINE fvec fpair_rounded_gelu_product(fvec x, fvec b, fpair_context *context)
{
    const fpair product = fpair_mul_vec_vec(fvec_abs(x), fvec_abs(b));
    const fvec magnitude = fvec_abs(fpair_rounded_side(product, fpair_normal_tail(fpair_gaussian_of(x, context)), x));
    fpair_check_product_of_two(magnitude, product.h, context);
    return fvec_xor_sign(fvec_xor_sign(magnitude, x), b);
}

/* b times the derivative of x Phi(x) */
PYACT_INLINE fvec fpair_rounded_gelu_derivative_product(fvec b, fvec x, fpair_context *context)
{
    const fpair factor = fpair_from(fvec_xor_sign(b, x));
    const fvec result = fpair_rounded_side(factor, fpair_gelu_derivative_tail(fpair_gaussian_of(x, context)), x);
    fpair_check(result, context); /* it may be zero, of either sign */
    return result;
}

/* x / (1 + |x|), rounded. With q the quotient, |x| q - x is -q to within a rounding; a rough 1 / (1 + |x|), by the exponent
 * trick, is good enough to correct that. Negative bits in *rough say that x is huge, infinite or NaN and the result is not
 * to be used. */
PYACT_INLINE fvec fpair_rounded_softsign(fvec x, fivec *rough)
{
    const fvec z = fvec_abs(x), sum = fvec_add(fvec_set(1.0f), z), q = fvec_div(x, sum);
    *rough = fivec_sub(fivec_set(0x7ef311c7), fivec_from_bits(sum));
    return fvec_fnma(fvec_add(q, fvec_fms(q, z, x)), fvec_from_bits(*rough), q);
}

PYACT_INLINE fvec fpair_softsign_reciprocal(fvec x)
{
    const fvec one = fvec_set(1.0f);
    return fvec_div(one, fvec_add(one, fvec_abs(x)));
}

/* gradient / (1 + |x|)^2, the derivative rounded first; NaN at infinity. r is the reciprocal above. */
PYACT_INLINE fvec fpair_rounded_softsign_gradient(fvec gradient, fvec x, fvec r)
{
    const fvec z = fvec_abs(x), one = fvec_set(1.0f), twice_square = fvec_mul(fvec_add(r, r), r);
    /* 1 - r (1 + z): what counts more goes first, and leaves an exact difference or one good enough */
    const fvec rest = fvec_fnma(r, fvec_at_most(z, one), fvec_fnma(r, fvec_at_least(z, one), one));
    return fvec_mul(gradient, fvec_fma(r, r, fvec_mul(twice_square, rest)));
}

/* ---- near a root ---- */

/* main, but within the half width of the root the series (z - root) (c1 + c2 (z - root) + ...). table = root, its tail,
 * half width, c1, its tail, c2, ..., c7. */
PYACT_INLINE fpair fpair_near_root(fpair main, fvec z, const float *table)
{
    const fvec t = fvec_sub(z, fvec_set(table[0])); /* exact where it counts */
    const fmask near = fvec_lt(fvec_abs(t), fvec_set(table[2]));
    if (__builtin_expect(!fmask_any(near), 1)) return main;
    const fpair distance = {t, fvec_set(-table[1])};
    const fvec rest = fvec_mul(t, fvec_horner(table + 5, 6, t));
    fpair slope = fpair_add_vec_vec_ordered(fvec_set(table[3]), rest);
    slope.l = fvec_add(slope.l, fvec_set(table[4]));
    return fpair_select(near, fpair_mul(distance, slope), main);
}

/* ---- the loop ---- */

/* The lanes of vector i that pair arithmetic does not decide, in double. */
PYACT_OUTLINE fvec fpair_decide_in_double(fvec result, fmask regular, pyact_float_core core, int inputs, int data_inputs,
                                         const char *const *in, size_t i)
{
    const char *vector[PYACT_MAX_INPUTS];
    float values[FLANES];
    for (int k = 0; k < inputs; k++) vector[k] = k < data_inputs ? in[k] + sizeof(float) * i : in[k];
    core(vector, (char *)values, FLANES);
    return fvec_select(regular, result, fvec_load(values));
}

/* ---- softsign and its gradient: two vectors for one branch ---- */

/* Vectors at i and j, which may be the same. */
PYACT_INLINE void fpair_softsign_twice(pyact_float_core in_double, const char *const *in, const float *x, float *to, size_t i,
                                       size_t j)
{
    fivec rough_a, rough_b;
    fvec a = fpair_rounded_softsign(fvec_load(x + i), &rough_a), b = fpair_rounded_softsign(fvec_load(x + j), &rough_b);
    if (__builtin_expect(fivec_any_negative(fivec_or(rough_a, rough_b)), 0)) {
        const fivec zero = fivec_set(0);
        const fmask regular_a = fivec_eq(fivec_shift_right(rough_a, 31), zero);
        const fmask regular_b = fivec_eq(fivec_shift_right(rough_b, 31), zero);
        a = fpair_decide_in_double(a, regular_a, in_double, 1, 1, in, i);
        b = fpair_decide_in_double(b, regular_b, in_double, 1, 1, in, j);
    }
    fvec_store(to + i, a);
    fvec_store(to + j, b);
}

PYACT_INLINE void fpair_softsign_loop(pyact_float_core in_double, const char *const *in, char *out, size_t n)
{
    const float *const x = (const float *)(const void *)in[0];
    size_t i = 0;
    for (; i + 2 * FLANES <= n; i += 2 * FLANES)
        fpair_softsign_twice(in_double, in, x, (float *)(void *)out, i, i + FLANES);
    if (i < n) fpair_softsign_twice(in_double, in, x, (float *)(void *)out, i, i);
}

/* r and s are the reciprocals of vectors i and j. */
PYACT_INLINE void fpair_softsign_gradient_twice(pyact_float_core in_double, const char *const *in, fvec r, fvec s, float *to,
                                                size_t i, size_t j)
{
    const float *const gradient = (const float *)(const void *)in[0], *const x = (const float *)(const void *)in[1];
    fvec a = fpair_rounded_softsign_gradient(fvec_load(gradient + i), fvec_load(x + i), r);
    fvec b = fpair_rounded_softsign_gradient(fvec_load(gradient + j), fvec_load(x + j), s);
    if (__builtin_expect(fmask_any(fvec_unordered(a, b)), 0)) {
        a = fpair_decide_in_double(a, fvec_eq(a, a), in_double, 2, 2, in, i);
        b = fpair_decide_in_double(b, fvec_eq(b, b), in_double, 2, 2, in, j);
    }
    fvec_store(to + i, a);
    fvec_store(to + j, b);
}

/* Division is four vectors ahead: else the processor holds too many results at a time, waiting for it. */
PYACT_INLINE void fpair_softsign_gradient_loop(pyact_float_core in_double, const char *const *in, char *out, size_t n)
{
    enum { AHEAD = 4 };
    const char *const own[] = {in[0], in[1]}; /* a store might change `in` */
    const float *const x = (const float *)(const void *)own[1];
    float *const to = (float *)(void *)out;
    fvec r[AHEAD];
    size_t i = 0;
    for (size_t k = 0; k < AHEAD && n >= AHEAD * FLANES; k++) r[k] = fpair_softsign_reciprocal(fvec_load(x + k * FLANES));
    for (; i + 2 * AHEAD * FLANES <= n; i += AHEAD * FLANES) {
#pragma GCC unroll 2
        for (size_t k = 0; k < AHEAD; k += 2) {
            const size_t at = i + k * FLANES, ahead = at + AHEAD * FLANES;
            const fvec next = fpair_softsign_reciprocal(fvec_load(x + ahead));
            const fvec second = fpair_softsign_reciprocal(fvec_load(x + ahead + FLANES));
            fpair_softsign_gradient_twice(in_double, own, r[k], r[k + 1], to, at, at + FLANES);
            r[k] = next;
            r[k + 1] = second;
        }
    }
    for (size_t j; i < n; i = j + FLANES) {
        j = i + FLANES < n ? i + FLANES : i;
        const fvec a = fpair_softsign_reciprocal(fvec_load(x + i)), b = fpair_softsign_reciprocal(fvec_load(x + j));
        fpair_softsign_gradient_twice(in_double, own, a, b, to, i, j);
    }
}

#endif
