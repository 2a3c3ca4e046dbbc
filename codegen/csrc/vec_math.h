/* Elementary functions of one double per lane, good to one or two units in the last place, erfc to 2^-50 (table in
 * tests/csrc/README.md).
 *
 * NaN propagates, limits at infinities are exact, odd functions keep the sign of zero. Nothing here depends on the
 * number of lanes: every operation is one of simd.h.
 */
#ifndef PYACT_VEC_MATH_H
#define PYACT_VEC_MATH_H

#include "coefficients.h"
#include "simd.h"

/* Adding this rounds a double below 2^51 to an integer, which then sits in the low bits. */
#define ROUND_TO_INTEGER 0x1.8p52
#define INFINITE ((double)INFINITY)

/* a + b = result + *error exactly. */
PYACT_INLINE vec vec_two_sum(vec a, vec b, vec *error)
{
    vec sum = vec_add(a, b);
    vec b_part = vec_sub(sum, a);
    *error = vec_add(vec_sub(a, vec_sub(sum, b_part)), vec_sub(b, b_part));
    return sum;
}

/* The same where |a| >= |b| or a = 0. */
PYACT_INLINE vec vec_fast_two_sum(vec a, vec b, vec *error)
{
    vec sum = vec_add(a, b);
    *error = vec_sub(b, vec_sub(sum, a));
    return sum;
}

/* a * b = result + *error exactly. */
PYACT_INLINE vec vec_two_product(vec a, vec b, vec *error)
{
    vec product = vec_mul(a, b);
    *error = vec_fms(a, b, product);
    return product;
}

PYACT_INLINE vec vec_sign(vec x)
{
    return vec_select(vec_lt(vec_set(0.0), vec_abs(x)), vec_copysign(vec_set(1.0), x), x);
}

/* x^n for a constant n. */
PYACT_INLINE vec vec_pow_int(vec x, int n)
{
    vec result = vec_set(1.0);
    unsigned bits = n < 0 ? 0u - (unsigned)n : (unsigned)n;
    int started = 0;
    for (; bits; bits >>= 1) {
        if (bits & 1) {
            result = started ? vec_mul(result, x) : x;
            started = 1;
        }
        if (bits > 1)
            x = vec_mul(x, x);
    }
    return n < 0 ? vec_div(vec_set(1.0), result) : result;
}

/* ---- exponential family ---- */

/* e^(x + *x_tail) = 2^k (1 + *w), |w| < 0.42; returns 2^(k + shift), right for -1023 < k + shift < 1024.
 * x_tail may be NULL. */
PYACT_INLINE vec vec_exp_parts(vec x, const vec *x_tail, int shift, vec *w)
{
    vec magic = vec_set(ROUND_TO_INTEGER + 1023 + shift);
    vec shifted = vec_fma(x, vec_set(LOG2_E), magic);
    vec k = vec_sub(vec_sub(shifted, vec_set(ROUND_TO_INTEGER)), vec_set(1023 + shift));
    /* The first difference is exact: it cancels to less than 1/2, a multiple of the last bit of LN2_HIGH. */
    vec r = vec_fnma(k, vec_set(LN2_HIGH), x);
    r = vec_fnma(k, vec_set(LN2_LOW), r);
    if (x_tail)
        r = vec_add(r, *x_tail);
    *w = vec_fma(vec_mul(r, r), vec_polynomial(EXP, 10, r), r);
    return vec_from_bits(ivec_shift_left(ivec_from_bits(shifted), 52));
}

/* e^x for x <= 0; results below 2^-1022 are flushed to zero. */
PYACT_INLINE vec vec_exp_of_negative(vec x, const vec *x_tail)
{
    vec w;
    vec scale = vec_exp_parts(x, x_tail, 0, &w);
    return vec_select(vec_lt(x, vec_set(-708.3964185322641)), vec_set(0.0), vec_fma(scale, w, scale));
}

/* e^x; results below 2^-1021 are flushed to zero. Half the scale, because 2^1024 is no double. */
PYACT_INLINE vec vec_exp(vec x)
{
    vec w;
    vec scale = vec_exp_parts(x, NULL, -1, &w);
    vec half = vec_fma(scale, w, scale);
    vec result = vec_select(vec_lt(x, vec_set(-708.0)), vec_set(0.0), vec_add(half, half));
    return vec_select(vec_le(x, vec_set(0x1.62e42fefa39efp9)), result, vec_mul(x, vec_set(INFINITE)));
}

PYACT_INLINE vec vec_expm1(vec x)
{
    vec w;
    vec scale = vec_exp_parts(vec_at_least(x, vec_set(-50.0)), NULL, -1, &w);
    vec half = vec_fma(scale, w, vec_sub(scale, vec_set(0.5)));
    vec result = vec_add(half, half);
    result = vec_select(vec_lt(vec_abs(x), vec_set(0x1p-54)), x, result); /* -0 and the last bit of subnormals */
    return vec_select(vec_le(x, vec_set(0x1.62e42fefa39efp9)), result, vec_mul(x, vec_set(INFINITE)));
}

/* tanh |x| = -m / (2 + m) with m = expm1(-2 |x|). */
PYACT_INLINE vec vec_tanh(vec x)
{
    vec w;
    vec z = vec_at_most(vec_abs(x), vec_set(20.0));
    vec scale = vec_exp_parts(vec_mul(z, vec_set(-2.0)), NULL, 0, &w);
    vec m = vec_fma(scale, w, vec_sub(scale, vec_set(1.0)));
    return vec_copysign(vec_div(m, vec_add(m, vec_set(2.0))), x);
}

PYACT_INLINE vec vec_sigmoid(vec x)
{
    vec one = vec_set(1.0);
    vec e = vec_exp_of_negative(vec_neg(vec_abs(x)), NULL);
    return vec_div(vec_select(vec_lt(x, vec_set(0.0)), e, one), vec_add(one, e));
}

/* max(x, 0) + log1p(e), e = exp(-|x|) <= 1. With s = e / (2 + e), log1p(e) = 2 atanh(s) = e - s (e - R), where
 * R = 2 atanh(s) / s - 2: rounding errors of s count little. */
PYACT_INLINE vec vec_softplus(vec x)
{
    vec e = vec_exp_of_negative(vec_neg(vec_abs(x)), NULL);
    vec s = vec_div(e, vec_add(e, vec_set(2.0)));
    vec square = vec_mul(s, s);
    vec rest = vec_mul(square, vec_polynomial(LOG1P_UNIT, 11, square));
    vec log1p_e = vec_fnma(s, vec_sub(e, rest), e);
    return vec_add(vec_at_least(x, vec_set(0.0)), log1p_e);
}

/* ---- logarithms ---- */

/* x = 2^k m with sqrt(1/2) <= m < sqrt(2), for normal x > 0; *biased is k + 1023. */
PYACT_INLINE vec vec_split_exponent(vec x, vec *k, ivec *biased)
{
    ivec mantissa_bits = ivec_set(0x000fffffffffffff);
    ivec origin = ivec_from_bits(vec_set(SQRT_HALF));
    ivec offset = ivec_add(ivec_sub(ivec_from_bits(x), origin), ivec_from_bits(vec_set(1.0)));
    *biased = ivec_shift_right(offset, 52);
    *k = vec_sub(vec_from_bits(ivec_or(*biased, ivec_from_bits(vec_set(0x1p52)))), vec_set(0x1p52 + 1023));
    return vec_from_bits(ivec_add(ivec_and(offset, mantissa_bits), origin));
}

/* k ln 2 + log(1 + f + f_tail), sqrt(1/2) <= 1 + f <= sqrt(2), |f_tail| <= 2^-53. */
PYACT_INLINE vec vec_log_of_parts(vec k, vec f, vec f_tail)
{
    vec half_square = vec_mul(vec_mul(f, vec_set(0.5)), f);
    vec s = vec_div(f, vec_add(f, vec_set(2.0)));
    vec square = vec_mul(s, s);
    vec rest = vec_mul(square, vec_polynomial(LOG, 7, square));
    /* log(1 + f) = f - (f^2/2 - s (f^2/2 + rest)); the derivative 1 / (1 + f) is 1 - f + f^2 well enough. */
    vec slope = vec_fma(f, vec_sub(f, vec_set(1.0)), vec_set(1.0));
    vec small = vec_fma(k, vec_set(LN2_LOW), vec_mul(f_tail, slope));
    small = vec_fma(s, vec_add(half_square, rest), small);
    return vec_fma(k, vec_set(LN2_HIGH), vec_sub(f, vec_sub(half_square, small)));
}

/* At the ends of the domain of log(u): u = 0 gives -inf, u < 0 NaN, +inf and NaN are returned. */
PYACT_INLINE vec vec_log_limits(vec u, vec result)
{
    vec zero = vec_set(0.0);
    mask inside = mask_and(vec_lt(zero, u), vec_lt(u, vec_set(INFINITE)));
    vec limit = vec_select(vec_lt(u, zero), vec_set((double)NAN), u);
    limit = vec_select(vec_eq(u, zero), vec_set(-INFINITE), limit);
    return vec_select(inside, result, limit);
}

PYACT_INLINE vec vec_log(vec x)
{
    vec k;
    ivec biased;
    mask subnormal = vec_lt(x, vec_set(0x1p-1022));
    vec normal = vec_select(subnormal, vec_mul(x, vec_set(0x1p54)), x);
    vec m = vec_split_exponent(normal, &k, &biased);
    k = vec_select(subnormal, vec_sub(k, vec_set(54.0)), k);
    return vec_log_limits(x, vec_log_of_parts(k, vec_sub(m, vec_set(1.0)), vec_set(0.0)));
}

PYACT_INLINE vec vec_log1p(vec x)
{
    vec one = vec_set(1.0), zero = vec_set(0.0);
    vec u_tail, k;
    ivec biased;
    vec u = vec_two_sum(one, x, &u_tail);
    vec m = vec_split_exponent(u, &k, &biased);
    /* 2^(1 - k) / 2, because 2^-k is no normal number for the largest k */
    vec inverse_scale = vec_from_bits(ivec_shift_left(ivec_sub(ivec_set(2047), biased), 52));
    mask near_one = vec_eq(k, zero);
    vec f = vec_select(near_one, x, vec_sub(m, one));
    vec f_tail = vec_select(near_one, zero, vec_mul(vec_mul(u_tail, vec_set(0.5)), inverse_scale));
    vec result = vec_log_limits(u, vec_log_of_parts(k, f, f_tail));
    return vec_select(vec_lt(vec_abs(x), vec_set(0x1p-54)), x, result);
}

/* ---- error function ---- */

/* erfc(z) for z >= 0: exp(-z^2) P(s) / (z + 3), s = (z - 3) / (z + 3). */
PYACT_INLINE vec vec_erfc_of_positive(vec z)
{
    vec clamped = vec_at_most(z, vec_set(28.0));
    vec inverse = vec_div(vec_set(1.0), vec_add(clamped, vec_set(3.0)));
    vec s = vec_mul(vec_sub(clamped, vec_set(3.0)), inverse);
    vec square_tail;
    vec square = vec_two_product(clamped, clamped, &square_tail);
    square_tail = vec_neg(square_tail);
    vec e = vec_exp_of_negative(vec_neg(square), &square_tail);
    return vec_mul(e, vec_mul(vec_polynomial(ERFC, 23, s), inverse));
}

PYACT_INLINE vec vec_erfc(vec x)
{
    vec result = vec_erfc_of_positive(vec_abs(x));
    return vec_select(vec_lt(x, vec_set(0.0)), vec_sub(vec_set(2.0), result), result);
}

PYACT_INLINE vec vec_erf(vec x)
{
    vec z = vec_abs(x);
    vec small = vec_mul(x, vec_polynomial(ERF, 13, vec_mul(x, x)));
    vec large = vec_copysign(vec_sub(vec_set(1.0), vec_erfc_of_positive(z)), x);
    return vec_select(vec_lt(z, vec_set(1.0)), small, large);
}

/* ---- trigonometry ---- */

/* atan z is atan z, pi/4 + atan((z - 1) / (z + 1)) or pi/2 - atan(1 / z): the argument of the polynomial is <= 1/2. */
PYACT_INLINE vec vec_atan(vec x)
{
    vec one = vec_set(1.0), zero = vec_set(0.0);
    vec z = vec_abs(x);
    mask middle = vec_lt(vec_set(0.5), z), large = vec_lt(vec_set(2.0), z);
    vec numerator = vec_select(large, vec_set(-1.0), vec_select(middle, vec_sub(z, one), z));
    vec denominator = vec_select(large, z, vec_select(middle, vec_add(z, one), one));
    vec base = vec_select(large, vec_set(HALF_PI_HIGH), vec_select(middle, vec_set(QUARTER_PI_HIGH), zero));
    vec base_tail = vec_select(large, vec_set(HALF_PI_MIDDLE), vec_select(middle, vec_set(QUARTER_PI_LOW), zero));
    vec t = vec_div(numerator, denominator);
    vec square = vec_mul(t, t);
    vec cubic = vec_mul(square, t);
    vec small = vec_fma(cubic, vec_polynomial(ATAN, 13, square), base_tail);
    return vec_copysign(vec_add(base, vec_add(t, small)), x);
}

/* 64 bits of 2/pi, of which the first has the weight 2^-(position + 1); zeros stand before the binary point. */
static inline uint64_t two_over_pi_word(int position)
{
    const int words = (int)(sizeof TWO_OVER_PI_BITS / sizeof TWO_OVER_PI_BITS[0]);
    int word = position >= 0 ? position / 64 : -((63 - position) / 64);
    int shift = position - 64 * word;
    uint64_t first = word >= 0 && word < words ? TWO_OVER_PI_BITS[word] : 0;
    uint64_t second = word + 1 >= 0 && word + 1 < words ? TWO_OVER_PI_BITS[word + 1] : 0;
    return shift ? first << shift | second >> (64 - shift) : first;
}

/* Add x 2/pi modulo 4 to sum, a fixed-point number with 2 bits before and 254 bits after the binary point, least
 * significant word first (Payne and Hanek). x = m 2^e with an integer m; the bits of 2/pi with weights of 4 2^-e and
 * more contribute multiples of 4 and are left out, so a window of 256 bits is enough. */
static inline void add_turns(double x, uint64_t sum[4])
{
    __extension__ typedef unsigned __int128 uint128;
    uint64_t bits, product[4], carry = 0;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff);
    if (exponent == 0)
        return; /* zero, or far too small to count */
    uint64_t m = (bits & 0x000fffffffffffff) | 0x0010000000000000;
    int start = exponent - 1075 - 2;
    for (int i = 0; i < 4; i++) {
        uint128 partial = (uint128)m * two_over_pi_word(start + 64 * (3 - i)) + carry;
        product[i] = (uint64_t)partial;
        carry = (uint64_t)(partial >> 64);
    }
    uint64_t flip = bits >> 63 ? ~(uint64_t)0 : 0; /* a negative x adds the two's complement */
    uint128 total = flip & 1;
    for (int i = 0; i < 4; i++) {
        total += (uint128)sum[i] + (product[i] ^ flip);
        sum[i] = (uint64_t)total;
        total >>= 64;
    }
}

/* (x + x_tail) 2/pi = 4 n + quadrant + *high + *low, |high| <= 1/2; returns the quadrant. Finite arguments only. */
static inline uint64_t quarter_turns(double x, double x_tail, double *high, double *low)
{
    uint64_t sum[4] = {0, 0, 0, 0};
    add_turns(x, sum);
    add_turns(x_tail, sum);
    uint64_t half = (uint64_t)1 << 61;
    uint64_t quadrant = (sum[3] + half) >> 62;
    sum[3] -= quadrant << 62;
    int negative = (int)(sum[3] >> 63);
    uint64_t flip = negative ? ~(uint64_t)0 : 0; /* one's complement: the missing 2^-254 does not count */
    int lost = 0;
    for (int i = 0; i < 4; i++)
        sum[i] ^= flip;
    while (sum[3] < half && lost < 250) {
        for (int i = 3; i > 0; i--)
            sum[i] = sum[i] << 1 | sum[i - 1] >> 63;
        sum[0] <<= 1;
        lost++;
    }
    /* The leading bit of sum[3] has the weight 2^(-1 - lost): 53 bits of it, then the 53 bits that follow. */
    uint64_t first = sum[3] >> 9, second = (sum[3] & 0x1ff) << 44 | sum[2] >> 20;
    uint64_t scale_bits = (uint64_t)(1023 - 53 - lost) << 52;
    double scale;
    memcpy(&scale, &scale_bits, sizeof scale);
    *high = (double)first * scale;
    *low = (double)second * scale * 0x1p-53;
    if (negative) {
        *high = -*high;
        *low = -*low;
    }
    return quadrant;
}

/* The lanes beyond 2^20: *turns + *turns_tail and *quadrant as quarter_turns has them; NaN for infinities. */
PYACT_OUTLINE void vec_large_quarter_turns(vec x, vec x_tail, vec *turns, vec *turns_tail, ivec *quadrant)
{
    double value[LANES], tail[LANES], high[LANES], low[LANES], bits[LANES];
    vec_store(value, x);
    vec_store(tail, x_tail);
    for (int i = 0; i < LANES; i++) {
        uint64_t n = 0;
        high[i] = value[i] - value[i];
        low[i] = 0.0;
        if (fabs(value[i]) > 0x1p20 && fabs(value[i]) < INFINITE)
            n = quarter_turns(value[i], tail[i], &high[i], &low[i]);
        memcpy(&bits[i], &n, sizeof n);
    }
    *turns = vec_load(high);
    *turns_tail = vec_load(low);
    *quadrant = ivec_from_bits(vec_load(bits));
}

/* x + x_tail = pi/2 (4 n + quadrant) + result + *tail, |result| <= pi/4. Up to 2^20 by subtracting multiples of pi/2
 * in three parts (Cody and Waite): the first difference is exact, the others keep their rounding errors. */
PYACT_INLINE vec vec_reduce_angle(vec x, vec x_tail, vec *tail, ivec *quadrant)
{
    vec shifted = vec_fma(x, vec_set(TWO_OVER_PI), vec_set(ROUND_TO_INTEGER));
    vec k = vec_sub(shifted, vec_set(ROUND_TO_INTEGER));
    vec product_tail, difference_tail;
    vec first = vec_fnma(k, vec_set(HALF_PI_HIGH), x);
    vec product = vec_two_product(k, vec_set(HALF_PI_MIDDLE), &product_tail);
    vec second = vec_two_sum(first, vec_neg(product), &difference_tail);
    vec rest = vec_fnma(k, vec_set(HALF_PI_LOW), vec_sub(difference_tail, product_tail));
    second = vec_two_sum(second, x_tail, &difference_tail);
    vec result = vec_fast_two_sum(second, vec_add(rest, difference_tail), tail);
    *quadrant = ivec_from_bits(shifted);

    mask large = vec_lt(vec_set(0x1p20), vec_abs(x));
    if (__builtin_expect(mask_any(large), 0)) {
        vec turns, turns_tail, angle_tail;
        ivec large_quadrant;
        vec_large_quarter_turns(x, x_tail, &turns, &turns_tail, &large_quadrant);
        vec angle = vec_two_product(turns, vec_set(HALF_PI_HIGH), &angle_tail);
        angle_tail = vec_fma(turns, vec_set(HALF_PI_MIDDLE), angle_tail);
        angle_tail = vec_fma(turns_tail, vec_set(HALF_PI_HIGH), angle_tail);
        result = vec_select(large, angle, result);
        *tail = vec_select(large, angle_tail, *tail);
        *quadrant = ivec_select(large, large_quadrant, *quadrant);
    }
    return result;
}

/* The true lanes of `odd` are the odd quadrants; bit 1 of the quadrant is the sign. */
PYACT_INLINE mask vec_odd_quadrant(ivec quadrant)
{
    return ivec_eq(ivec_and(quadrant, ivec_set(1)), ivec_set(1));
}

PYACT_INLINE vec vec_flip_sign(vec value, ivec quadrant)
{
    ivec sign = ivec_shift_left(ivec_shift_right(quadrant, 1), 63);
    return vec_from_bits(ivec_xor(ivec_from_bits(value), sign));
}

/* sin(x + turns pi/2), turns = 0 or 1. */
PYACT_INLINE vec vec_sin_or_cos(vec x, int turns)
{
    vec one = vec_set(1.0), tail;
    ivec quadrant;
    vec r = vec_reduce_angle(x, vec_set(0.0), &tail, &quadrant);
    vec square = vec_mul(r, r);
    vec half_square = vec_mul(square, vec_set(0.5));
    vec sine = vec_fma(vec_mul(r, square), vec_polynomial(SIN, 6, square), tail);
    sine = vec_add(r, sine);
    /* 1 - r^2/2 and what its rounding cuts off, then the small terms */
    vec cosine = vec_sub(one, half_square);
    vec small = vec_sub(vec_sub(one, cosine), half_square);
    small = vec_fnma(r, tail, small);
    small = vec_fma(vec_mul(square, square), vec_polynomial(COS, 6, square), small);
    cosine = vec_add(cosine, small);
    quadrant = ivec_add(quadrant, ivec_set(turns));
    return vec_flip_sign(vec_select(vec_odd_quadrant(quadrant), cosine, sine), quadrant);
}

PYACT_INLINE vec vec_sin(vec x)
{
    return vec_select(vec_lt(vec_abs(x), vec_set(0x1p-27)), x, vec_sin_or_cos(x, 0)); /* keeps -0 */
}

PYACT_INLINE vec vec_cos(vec x) { return vec_sin_or_cos(x, 1); }

/* ---- near a root ---- */

/* main, but (z - root) (c1 + c2 (z - root) + ...) where |z - root| < half_width: a sum that cancels at the root has no
 * relative accuracy there. table = root, its tail, half_width, c1, its tail, c2, its tail, c3, ..., c9. */
PYACT_INLINE vec vec_near_root(vec main, vec z, const double *table)
{
    vec t = vec_sub(vec_sub(z, vec_set(table[0])), vec_set(table[1]));
    mask near = vec_lt(vec_abs(t), vec_set(table[2]));
    if (!mask_any(near))
        return main;
    vec slope = vec_horner(table + 7, 7, t);
    slope = vec_fma(slope, t, vec_set(table[5]));
    slope = vec_fma(slope, t, vec_set(table[3]));
    return vec_select(near, vec_mul(t, slope), main);
}

#endif
