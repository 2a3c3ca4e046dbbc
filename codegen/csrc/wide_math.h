/* Double-double arithmetic, about 106 bits: a value is h + l with |l| <= ulp(h) / 2. Elementary functions are good to
 * 2^-66 relative (table in tests/csrc/README.md).
 *
 * Zero, infinity and NaN are not handled: a caller with such an input or result uses vec_math.h. Large finite arguments of the elementary functions do give the right h.
 *
 * Gradual underflow. A result below 2^-1022 must be rounded once, but h + l cannot hold it. Functions whose value
 * underflows record such lanes in the context (exponent below -600) and multiply their value by 2^bias there; the
 * caller evaluates everything again with bias = 512 and scales the recorded lanes back.
 */
#ifndef PYACT_WIDE_MATH_H
#define PYACT_WIDE_MATH_H

#include "coefficients.h"
#include "simd.h"
#include "vec_math.h"

typedef struct {
    vec h, l;
} wide;

typedef struct {
    vec bias;       /* 0, or 512 in the second evaluation */
    mask underflow; /* lanes recorded so far */
} wide_context;

/* The big functions are compiled once and called: wide_<name>_inline is the body of wide_<name>. Vectors travel in
 * registers; gcc copies a struct in pieces of 16 bytes, and reading those back as one vector stalls. */
#define WIDE_OUTLINE(name)                                                                                             \
    PYACT_OUTLINE vec wide_##name##_outlined(vec h, vec l, wide_context *ctx, vec *tail)                               \
    {                                                                                                                  \
        wide x = {h, l};                                                                                               \
        wide result = wide_##name##_inline(x, ctx);                                                                    \
        *tail = result.l;                                                                                              \
        return result.h;                                                                                               \
    }                                                                                                                  \
    PYACT_INLINE wide wide_##name(wide x, wide_context *ctx)                                                           \
    {                                                                                                                  \
        wide result;                                                                                                   \
        result.h = wide_##name##_outlined(x.h, x.l, ctx, &result.l);                                                   \
        return result;                                                                                                 \
    }

/* ---- arithmetic ---- */

PYACT_INLINE wide wide_set(double h, double l)
{
    wide result = {vec_set(h), vec_set(l)};
    return result;
}

PYACT_INLINE wide wide_from(vec a)
{
    wide result = {a, vec_set(0.0)};
    return result;
}

/* h + l as a wide, for |h| >= |l|. */
PYACT_INLINE wide wide_normalize(vec h, vec l)
{
    wide result;
    result.h = vec_fast_two_sum(h, l, &result.l);
    return result;
}

PYACT_INLINE wide wide_two_sum(vec a, vec b)
{
    wide result;
    result.h = vec_two_sum(a, b, &result.l);
    return result;
}

PYACT_INLINE wide wide_neg(wide a)
{
    wide result = {vec_neg(a.h), vec_neg(a.l)};
    return result;
}

PYACT_INLINE wide wide_select(mask m, wide if_true, wide if_false)
{
    wide result = {vec_select(m, if_true.h, if_false.h), vec_select(m, if_true.l, if_false.l)};
    return result;
}

/* Times a power of two. */
PYACT_INLINE wide wide_scale(wide a, vec power)
{
    wide result = {vec_mul(a.h, power), vec_mul(a.l, power)};
    return result;
}

/* Relative error below 3 * 2^-106 whatever cancels (Joldes, Muller, Popescu, ACM TOMS 44(2), 2017). */
PYACT_INLINE wide wide_add(wide a, wide b)
{
    wide heads = wide_two_sum(a.h, b.h);
    wide tails = wide_two_sum(a.l, b.l);
    heads = wide_normalize(heads.h, vec_add(heads.l, tails.h));
    return wide_normalize(heads.h, vec_add(heads.l, tails.l));
}

PYACT_INLINE wide wide_sub(wide a, wide b) { return wide_add(a, wide_neg(b)); }

PYACT_INLINE wide wide_add_vec(wide a, vec b)
{
    wide sum = wide_two_sum(a.h, b);
    return wide_normalize(sum.h, vec_add(sum.l, a.l));
}

PYACT_INLINE wide wide_mul(wide a, wide b)
{
    vec tail;
    vec product = vec_two_product(a.h, b.h, &tail);
    tail = vec_add(tail, vec_fma(a.h, b.l, vec_mul(a.l, b.h)));
    return wide_normalize(product, tail);
}

PYACT_INLINE wide wide_mul_vec(wide a, vec b)
{
    vec tail;
    vec product = vec_two_product(a.h, b, &tail);
    return wide_normalize(product, vec_fma(a.l, b, tail));
}

/* Two quotient digits; a quotient that is a double comes out exactly. */
PYACT_INLINE wide wide_div(wide a, wide b)
{
    vec first = vec_div(a.h, b.h);
    vec remainder = vec_add(vec_fnma(first, b.h, a.h), vec_fnma(first, b.l, a.l));
    return wide_normalize(first, vec_div(remainder, b.h));
}

PYACT_INLINE wide wide_sqrt(wide a)
{
    vec root = vec_sqrt(a.h);
    vec remainder = vec_add(vec_fnma(root, root, a.h), a.l);
    vec correction = vec_div(remainder, vec_add(root, root));
    mask positive = vec_lt(vec_set(0.0), root);
    return wide_normalize(root, vec_select(positive, correction, vec_set(0.0)));
}

PYACT_INLINE wide wide_abs(wide a)
{
    vec sign = vec_copysign(vec_set(1.0), a.h);
    wide result = {vec_abs(a.h), vec_mul(a.l, sign)};
    return result;
}

PYACT_INLINE mask wide_lt(wide a, wide b)
{
    return mask_or(vec_lt(a.h, b.h), mask_and(vec_eq(a.h, b.h), vec_lt(a.l, b.l)));
}

PYACT_INLINE mask wide_le(wide a, wide b)
{
    return mask_or(vec_lt(a.h, b.h), mask_and(vec_eq(a.h, b.h), vec_le(a.l, b.l)));
}

PYACT_INLINE mask wide_eq(wide a, wide b) { return mask_and(vec_eq(a.h, b.h), vec_eq(a.l, b.l)); }

PYACT_INLINE wide wide_min(wide a, wide b) { return wide_select(mask_or(wide_le(a, b), vec_is_nan(a.h)), a, b); }
PYACT_INLINE wide wide_max(wide a, wide b) { return wide_select(mask_or(wide_le(b, a), vec_is_nan(a.h)), a, b); }
PYACT_INLINE wide wide_sign(wide x) { return wide_from(vec_sign(x.h)); }

/* -a where sign is negative. */
PYACT_INLINE wide wide_flip_sign(wide a, vec sign)
{
    return wide_scale(a, vec_copysign(vec_set(1.0), sign));
}

/* x^n for a constant n. */
PYACT_INLINE wide wide_pow_int(wide x, int n)
{
    wide result = wide_set(1.0, 0.0);
    unsigned bits = n < 0 ? 0u - (unsigned)n : (unsigned)n;
    int started = 0;
    for (; bits; bits >>= 1) {
        if (bits & 1) {
            result = started ? wide_mul(result, x) : x;
            started = 1;
        }
        if (bits > 1)
            x = wide_mul(x, x);
    }
    return n < 0 ? wide_div(wide_set(1.0, 0.0), result) : result;
}

/* The nearest double. */
PYACT_INLINE vec wide_round(wide a) { return vec_add(a.h, a.l); }

/* A double next to h + l, with an odd last bit unless the sum is exact: rounding it again to a shorter format gives the
 * correct rounding of h + l. */
PYACT_INLINE vec wide_round_to_odd(wide a)
{
    vec error, zero = vec_set(0.0);
    vec sum = vec_two_sum(a.h, a.l, &error);
    ivec bits = ivec_from_bits(sum), one = ivec_set(1);
    mask inexact = vec_lt(zero, vec_abs(error));
    mask is_even = ivec_eq(ivec_and(bits, one), ivec_set(0));
    /* One step away from zero where sum and error have the same sign, else one step towards it. */
    ivec differ = ivec_shift_right(ivec_xor(bits, ivec_from_bits(error)), 63);
    ivec step = ivec_sub(one, ivec_add(differ, differ));
    return vec_select(mask_and(inexact, is_even), vec_from_bits(ivec_add(bits, step)), sum);
}

/* ---- polynomials ---- */

/* c[0] + c_low[0] + (c[1] + c_low[1]) x + ... + x^count rest: the terms whose rounding errors would show. Between the
 * steps the tail may grow to a few units of the last place of the head: normalizing would only lengthen the chain. */
PYACT_INLINE wide wide_horner(const double *c, const double *c_low, int count, wide x, wide rest)
{
    wide sum = rest;
#pragma GCC unroll 16
    for (int i = count - 1; i >= 0; i--) {
        vec product_tail, sum_tail;
        vec product = vec_two_product(sum.h, x.h, &product_tail);
        product_tail = vec_add(product_tail, vec_fma(sum.h, x.l, vec_fma(sum.l, x.h, vec_set(c_low[i]))));
        sum.h = vec_two_sum(vec_set(c[i]), product, &sum_tail);
        sum.l = vec_add(sum_tail, product_tail);
    }
    return wide_normalize(sum.h, sum.l);
}

/* ---- exponential family ---- */

/* x.h limited to [low, high]; the tail belongs to the unlimited value only. */
PYACT_INLINE wide wide_clamp(wide x, vec low, vec high)
{
    vec h = vec_at_least(vec_at_most(x.h, high), low);
    wide result = {h, vec_select(vec_eq(h, x.h), x.l, vec_set(0.0))};
    return result;
}

/* e^x = 2 scale (1 + p): scale is 2^(k/4 - 1) times 2^bias, p = p.h + p.l (not normalized) keeps its relative accuracy
 * for small x. Right while the scale is a normal number. */
PYACT_INLINE vec wide_exp_parts(wide x, vec bias, wide *p)
{
    vec magic = vec_set(ROUND_TO_INTEGER);
    vec shifted = vec_fma(x.h, vec_set(QUARTERS_PER_LN2), magic);
    vec k = vec_sub(shifted, magic);
    ivec quarters = ivec_from_bits(vec_fma(bias, vec_set(4.0), shifted));
    vec scale = vec_from_bits(ivec_add(ivec_from_bits(vec_lookup4(QUARTER_POWERS, quarters)),
                                       ivec_shift_left(quarters, 50)));

    /* r + r_tail = x - k ln2/4, |r| <= ln2/8; the first difference is exact. What the rounded scale lacks is a factor
     * 1 + tail, which acts like an addition to the exponent. */
    vec difference = vec_fnma(k, vec_set(QUARTER_LN2_HIGH), x.h);
    vec r = vec_fnma(k, vec_set(QUARTER_LN2_LOW), difference);
    vec r_tail = vec_fnma(k, vec_set(QUARTER_LN2_LOW), vec_sub(difference, r));
    r_tail = vec_add(vec_add(r_tail, x.l), vec_lookup4(QUARTER_POWERS_TAIL, quarters));

    /* e^r - 1 = r + r^2 (1/2 + r (1/6 + r q)); every rounding error above 2^-70 is kept. */
    vec q = vec_polynomial(EXP_WIDE, 7, r);
    vec sixth = vec_fma(r, q, vec_set(SIXTH_HIGH));
    vec sixth_tail = vec_fma(r, q, vec_sub(vec_set(SIXTH_HIGH), sixth));
    sixth_tail = vec_add(sixth_tail, vec_set(SIXTH_LOW));
    vec third_tail, half_tail, square_tail, second_tail;
    vec third = vec_two_product(r, sixth, &third_tail);
    third_tail = vec_fma(r, sixth_tail, third_tail);
    vec half = vec_fast_two_sum(vec_set(0.5), third, &half_tail);
    vec square = vec_two_product(r, r, &square_tail);
    vec second = vec_two_product(square, half, &second_tail);
    second_tail = vec_fma(square, vec_add(half_tail, third_tail), second_tail);
    second_tail = vec_fma(square_tail, half, second_tail);
    p->h = vec_fast_two_sum(r, second, &p->l);
    p->l = vec_add(p->l, second_tail);
    p->l = vec_add(p->l, vec_fma(r_tail, p->h, r_tail));
    return scale;
}

/* 2^bias e^x; zero where the exponent of the result would leave the normal range. */
PYACT_INLINE wide wide_exp_biased(wide x, vec bias)
{
    vec lowest = vec_fnma(bias, vec_set(LN2_HIGH), vec_set(-707.0));
    wide p;
    vec scale = wide_exp_parts(wide_clamp(x, lowest, vec_set(710.0)), bias, &p);
    vec h = vec_fma(scale, p.h, scale);
    vec l = vec_fma(scale, p.l, vec_fma(scale, p.h, vec_sub(scale, h)));
    wide half = wide_normalize(h, l);
    wide result = {vec_add(half.h, half.h), vec_add(half.l, half.l)};
    return wide_select(vec_lt(x.h, lowest), wide_set(0.0, 0.0), result);
}

/* Record the lanes whose value e^exponent may underflow; returns the bias of every lane. */
PYACT_INLINE vec wide_record_underflow(mask lanes, wide_context *ctx)
{
    ctx->underflow = mask_or(ctx->underflow, lanes);
    return vec_select(lanes, ctx->bias, vec_set(0.0));
}

#define UNDERFLOW_EXPONENT (-600.0)

PYACT_INLINE wide wide_exp_inline(wide x, wide_context *ctx)
{
    return wide_exp_biased(x, wide_record_underflow(vec_lt(x.h, vec_set(UNDERFLOW_EXPONENT)), ctx));
}
WIDE_OUTLINE(exp)

/* e^x - 1 for -700 < x < 711: 2 (scale p + (scale - 1/2)). */
/* Where |x| < bound: x + correction, else result. The correction keeps the sign of what the main path rounds away, and
 * so tells a tie from what only looks like one when a half-precision result is rounded. */
PYACT_INLINE wide wide_near_zero(wide x, vec correction, double bound, wide result)
{
    wide tiny = {x.h, vec_add(x.l, correction)};
    return wide_select(vec_lt(vec_abs(x.h), vec_set(bound)), tiny, result);
}

PYACT_INLINE wide wide_expm1_in_range(wide x)
{
    wide p;
    vec scale = wide_exp_parts(x, vec_set(0.0), &p);
    wide product = wide_mul_vec(wide_normalize(p.h, p.l), scale);
    wide half = wide_add(wide_two_sum(scale, vec_set(-0.5)), product);
    wide result = {vec_add(half.h, half.h), vec_add(half.l, half.l)};
    return wide_near_zero(x, vec_mul(vec_mul(x.h, vec_set(0.5)), x.h), 0x1p-60, result); /* x + x^2/2 */
}

PYACT_INLINE wide wide_expm1_inline(wide x, wide_context *ctx)
{
    (void)ctx;
    return wide_expm1_in_range(wide_clamp(x, vec_set(-80.0), vec_set(710.0)));
}
WIDE_OUTLINE(expm1)

/* tanh |x| = -m / (2 + m) with m = expm1(-2 |x|). */
PYACT_INLINE wide wide_tanh_inline(wide x, wide_context *ctx)
{
    (void)ctx;
    wide z = wide_clamp(wide_abs(x), vec_set(0.0), vec_set(40.0));
    wide m = wide_expm1_in_range(wide_scale(z, vec_set(-2.0)));
    wide quotient = wide_div(wide_neg(m), wide_add_vec(m, vec_set(2.0)));
    vec cube = vec_mul(vec_mul(x.h, x.h), x.h);
    quotient = wide_flip_sign(quotient, x.h);
    return wide_near_zero(x, vec_mul(cube, vec_set(-1.0 / 3)), 0x1p-17, quotient); /* x - x^3/3 */
}
WIDE_OUTLINE(tanh)

/* e^-|x|, the common part of sigmoid and softplus. Only a negative x makes their value underflow; a positive x does not
 * need anything below e^-80. */
PYACT_INLINE wide wide_decay(wide x, wide_context *ctx)
{
    mask negative = vec_lt(x.h, vec_set(0.0));
    wide exponent = wide_neg(wide_abs(x));
    vec lowest = vec_select(negative, vec_set(-2000.0), vec_set(-80.0));
    vec bias = wide_record_underflow(vec_lt(x.h, vec_set(UNDERFLOW_EXPONENT)), ctx);
    return wide_exp_biased(wide_clamp(exponent, lowest, vec_set(0.0)), bias);
}

PYACT_INLINE wide wide_sigmoid_inline(wide x, wide_context *ctx)
{
    wide e = wide_decay(x, ctx);
    wide one = wide_set(1.0, 0.0);
    wide numerator = wide_select(vec_lt(x.h, vec_set(0.0)), e, one);
    return wide_div(numerator, wide_add(one, e));
}
WIDE_OUTLINE(sigmoid)

/* ---- logarithms ---- */

/* log(1 + d) for sqrt(1/2) <= 1 + d <= sqrt(2): 2 atanh(s) = 2 s + s^3 P(s^2), s = d / (2 + d). */
PYACT_INLINE wide wide_log_near_one(wide d)
{
    wide s = wide_div(d, wide_add_vec(d, vec_set(2.0)));
    wide square = wide_mul(s, s);
    wide rest = wide_from(vec_polynomial(LOG_WIDE + 2, 8, square.h));
    wide p = wide_horner(LOG_WIDE, LOG_WIDE_LOW, 2, square, rest);
    wide cubic = wide_mul(s, wide_mul(square, p));
    wide sum;
    sum.h = vec_fast_two_sum(vec_add(s.h, s.h), cubic.h, &sum.l);
    return wide_normalize(sum.h, vec_add(sum.l, vec_fma(s.l, vec_set(2.0), cubic.l)));
}

/* x > 0 normal as 2^k (1 + result). */
PYACT_INLINE wide wide_split_exponent(wide x, vec *k)
{
    ivec biased;
    wide m;
    m.h = vec_split_exponent(x.h, k, &biased);
    /* 2^(1 - k) / 2, because 2^-k is no normal number for the largest k */
    vec inverse_scale = vec_from_bits(ivec_shift_left(ivec_sub(ivec_set(2047), biased), 52));
    m.l = vec_mul(vec_mul(x.l, vec_set(0.5)), inverse_scale);
    return wide_add_vec(m, vec_set(-1.0));
}

/* k ln 2 + log(1 + d) */
PYACT_INLINE wide wide_log_of_parts(vec k, wide d)
{
    return wide_add(wide_mul_vec(wide_set(LN2_HIGH, LN2_LOW), k), wide_log_near_one(d));
}

PYACT_INLINE wide wide_log_limits(vec u, wide result)
{
    vec h = vec_log_limits(u, result.h);
    wide limited = {h, vec_select(vec_eq(h, result.h), result.l, vec_set(0.0))};
    return limited;
}

PYACT_INLINE wide wide_log_inline(wide x, wide_context *ctx)
{
    (void)ctx;
    vec k;
    mask subnormal = vec_lt(x.h, vec_set(0x1p-1022));
    vec scale = vec_select(subnormal, vec_set(0x1p54), vec_set(1.0));
    wide d = wide_split_exponent(wide_scale(x, scale), &k);
    k = vec_select(subnormal, vec_sub(k, vec_set(54.0)), k);
    return wide_log_limits(x.h, wide_log_of_parts(k, d));
}
WIDE_OUTLINE(log)

/* log(1 + x) where u = 1 + x is a normal number. */
PYACT_INLINE wide wide_log1p_in_range(wide x, wide u)
{
    vec k;
    wide d = wide_split_exponent(u, &k);
    wide result = wide_log_of_parts(k, wide_select(vec_eq(k, vec_set(0.0)), x, d));
    return wide_near_zero(x, vec_mul(vec_mul(x.h, vec_set(-0.5)), x.h), 0x1p-60, result); /* x - x^2/2 */
}

PYACT_INLINE wide wide_log1p_inline(wide x, wide_context *ctx)
{
    (void)ctx;
    wide u = wide_add_vec(x, vec_set(1.0));
    return wide_log_limits(u.h, wide_log1p_in_range(x, u));
}
WIDE_OUTLINE(log1p)

PYACT_INLINE wide wide_softplus_inline(wide x, wide_context *ctx)
{
    wide positive = wide_select(vec_lt(x.h, vec_set(0.0)), wide_set(0.0, 0.0), x);
    wide e = wide_decay(x, ctx);
    return wide_add(positive, wide_log1p_in_range(e, wide_add_vec(e, vec_set(1.0))));
}
WIDE_OUTLINE(softplus)

/* ---- error function ---- */

/* 2^bias erfc(z) for 0 <= z <= 33: exp(-z^2) P(s) / (z + 3), s = (z - 3) / (z + 3) = 1 - 6 / (z + 3). */
PYACT_INLINE wide wide_erfc_of_positive(wide z, wide square, vec bias)
{
    wide inverse = wide_div(wide_set(1.0, 0.0), wide_add_vec(z, vec_set(3.0)));
    wide s = wide_add_vec(wide_mul_vec(inverse, vec_set(-6.0)), vec_set(1.0));
    wide rest = wide_from(vec_polynomial(ERFC_WIDE + 10, 19, s.h));
    wide p = wide_horner(ERFC_WIDE, ERFC_WIDE_LOW, 10, s, rest);
    wide e = wide_exp_biased(wide_neg(square), bias);
    return wide_mul(e, wide_mul(p, inverse));
}

PYACT_INLINE wide wide_erfc_inline(wide x, wide_context *ctx)
{
    mask negative = vec_lt(x.h, vec_set(0.0));
    /* 2 - erfc(8.9) is 2 to 119 bits. */
    vec limit = vec_select(negative, vec_set(8.9), vec_set(33.0));
    wide z = wide_clamp(wide_abs(x), vec_set(0.0), limit);
    /* The same square, and so the same decision, as in a formula that has both erfc(x) and exp(-x^2). */
    wide square = wide_mul(z, z);
    vec bias = wide_record_underflow(vec_lt(vec_set(-UNDERFLOW_EXPONENT), square.h), ctx);
    wide result = wide_erfc_of_positive(z, square, bias);
    result = wide_select(negative, wide_sub(wide_set(2.0, 0.0), result), result);
    /* 1 - 2 x / sqrt(pi), so that the tail of 1 has the sign of -x */
    wide linear = wide_sub(wide_set(1.0, 0.0), wide_mul(x, wide_set(0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56) /* 2 / sqrt(pi) */));
    return wide_select(vec_lt(vec_abs(x.h), vec_set(0x1p-24)), linear, result);
}
WIDE_OUTLINE(erfc)

PYACT_INLINE wide wide_erf_inline(wide x, wide_context *ctx)
{
    (void)ctx;
    wide z = wide_clamp(wide_abs(x), vec_set(0.0), vec_set(8.9));
    mask small = vec_lt(z.h, vec_set(1.0));
    wide square = wide_mul(z, z);
    wide result = wide_set(0.0, 0.0);
    if (mask_any(small)) {
        wide rest = wide_from(vec_polynomial(ERF_WIDE + 7, 9, square.h));
        result = wide_mul(z, wide_horner(ERF_WIDE, ERF_WIDE_LOW, 7, square, rest));
    }
    if (!mask_all(small)) {
        wide large = wide_sub(wide_set(1.0, 0.0), wide_erfc_of_positive(z, square, vec_set(0.0)));
        result = wide_select(small, result, large);
    }
    return wide_flip_sign(result, x.h);
}
WIDE_OUTLINE(erf)

/* ---- trigonometry ---- */

/* result: the sine, its tail, the cosine, its tail */
PYACT_OUTLINE void wide_sin_and_cos_outlined(vec x, vec x_tail, vec result[4])
{
    static const double one_and_half[2] = {1.0, -0.5};
    static const double one[1] = {1.0};
    static const double nothing[2] = {0.0, 0.0};
    ivec quadrant;
    wide r;
    r.h = vec_reduce_angle(x, x_tail, &r.l, &quadrant);
    r = wide_normalize(r.h, r.l);
    wide square = wide_mul(r, r);

    /* sin r = r (1 + r^2 S(r^2)), cos r = 1 - r^2/2 + r^4 C(r^2) */
    wide s = wide_from(vec_polynomial(SIN_WIDE + 2, 7, square.h));
    s = wide_horner(SIN_WIDE, SIN_WIDE_LOW, 2, square, s);
    s = wide_mul(r, wide_horner(one, nothing, 1, square, s));
    wide c = wide_from(vec_polynomial(COS_WIDE + 2, 7, square.h));
    c = wide_horner(COS_WIDE, COS_WIDE_LOW, 2, square, c);
    c = wide_horner(one_and_half, nothing, 2, square, c);

    mask odd = vec_odd_quadrant(quadrant);
    wide sine = wide_select(odd, c, s), cosine = wide_select(odd, s, c);
    ivec next = ivec_add(quadrant, ivec_set(1));
    result[0] = vec_flip_sign(sine.h, quadrant);
    result[1] = vec_flip_sign(sine.l, quadrant);
    result[2] = vec_flip_sign(cosine.h, next);
    result[3] = vec_flip_sign(cosine.l, next);
}

PYACT_INLINE void wide_sin_and_cos(wide x, wide *sine, wide *cosine)
{
    vec result[4];
    wide_sin_and_cos_outlined(x.h, x.l, result);
    sine->h = result[0];
    sine->l = result[1];
    cosine->h = result[2];
    cosine->l = result[3];
}

PYACT_INLINE wide wide_sin(wide x, wide_context *ctx)
{
    (void)ctx;
    wide sine, cosine;
    wide_sin_and_cos(x, &sine, &cosine);
    return sine;
}

PYACT_INLINE wide wide_cos(wide x, wide_context *ctx)
{
    (void)ctx;
    wide sine, cosine;
    wide_sin_and_cos(x, &sine, &cosine);
    return cosine;
}

/* With y near the result, tan(x - y) = (x cos y - sin y) / (cos y + x sin y) is the correction. */
PYACT_INLINE wide wide_atan_inline(wide x, wide_context *ctx)
{
    (void)ctx;
    vec y = vec_atan(x.h);
    wide sine, cosine;
    wide_sin_and_cos(wide_from(y), &sine, &cosine);
    wide numerator = wide_sub(wide_mul(x, cosine), sine);
    vec denominator = vec_fma(x.h, sine.h, cosine.h);
    return wide_normalize(y, vec_div(numerator.h, denominator));
}
WIDE_OUTLINE(atan)

/* ---- near a root ---- */

/* As vec_near_root. */
PYACT_INLINE wide wide_near_root(wide main, wide z, const double *table)
{
    wide t = wide_sub(z, wide_set(table[0], table[1]));
    mask near = vec_lt(vec_abs(t.h), vec_set(table[2]));
    if (!mask_any(near))
        return main;
    const double c[2] = {table[3], table[5]}, c_low[2] = {table[4], table[6]};
    wide slope = wide_horner(c, c_low, 2, t, wide_from(vec_horner(table + 7, 7, t.h)));
    return wide_select(near, wide_mul(t, slope), main);
}

#endif
