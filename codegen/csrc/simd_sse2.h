/* SSE2, the x86-64 baseline: two lanes; a mask is a vector of all-ones or all-zeros lanes.
 *
 * SSE2 has no fused multiply-add. vec_fma computes it from additions and multiplications and returns the very bits the
 * instruction of later processors returns:
 *   1. Veltkamp splitting and Dekker's product give a*b = high + low exactly;
 *   2. two exact sums turn high + low + c into sum + (error1 + error2);
 *   3. error1 + error2 is rounded to odd (an inexact result gets an odd last bit), after which the one rounding of
 *      sum + odd equals the rounding of the exact value (Boldo and Melquiond, IEEE Trans. Comput. 57(4), 2008).
 * The steps are exact unless something overflows or the low half of the product underflows. Overflow turns the result
 * into NaN or infinity; those lanes, and lanes with a tiny product, are computed again by the C library's fma().
 */
#ifndef PYACT_SIMD_SSE2_H
#define PYACT_SIMD_SSE2_H

#include <emmintrin.h>

typedef __m128d vec;
typedef __m128i ivec;
typedef __m128d mask;
#define LANES 2

PYACT_INLINE vec vec_load(const double *p) { return _mm_loadu_pd(p); }
PYACT_INLINE void vec_store(double *p, vec a) { _mm_storeu_pd(p, a); }
PYACT_INLINE vec vec_set(double a) { return _mm_set1_pd(a); }

PYACT_INLINE ivec ivec_from_bits(vec a) { return _mm_castpd_si128(a); }
PYACT_INLINE vec vec_from_bits(ivec a) { return _mm_castsi128_pd(a); }

PYACT_INLINE vec vec_add(vec a, vec b) { return _mm_add_pd(a, b); }
PYACT_INLINE vec vec_sub(vec a, vec b) { return _mm_sub_pd(a, b); }
PYACT_INLINE vec vec_mul(vec a, vec b) { return _mm_mul_pd(a, b); }
PYACT_INLINE vec vec_div(vec a, vec b) { return _mm_div_pd(a, b); }
PYACT_INLINE vec vec_sqrt(vec a) { return _mm_sqrt_pd(a); }
PYACT_INLINE vec vec_neg(vec a) { return _mm_xor_pd(a, vec_set(-0.0)); }
PYACT_INLINE vec vec_abs(vec a) { return _mm_andnot_pd(vec_set(-0.0), a); }
PYACT_INLINE vec vec_copysign(vec magnitude, vec sign)
{
    return _mm_or_pd(vec_abs(magnitude), _mm_and_pd(sign, vec_set(-0.0)));
}

PYACT_INLINE mask vec_lt(vec a, vec b) { return _mm_cmplt_pd(a, b); }
PYACT_INLINE mask vec_le(vec a, vec b) { return _mm_cmple_pd(a, b); }
PYACT_INLINE mask vec_eq(vec a, vec b) { return _mm_cmpeq_pd(a, b); }
PYACT_INLINE mask vec_ne(vec a, vec b) { return _mm_cmpneq_pd(a, b); }
PYACT_INLINE mask vec_is_nan(vec a) { return _mm_cmpunord_pd(a, a); }
PYACT_INLINE mask vec_unordered(vec a, vec b) { return _mm_cmpunord_pd(a, b); }
PYACT_INLINE vec vec_select(mask m, vec if_true, vec if_false)
{
    return _mm_or_pd(_mm_and_pd(m, if_true), _mm_andnot_pd(m, if_false));
}
/* The instruction returns its second operand unless the first is smaller (larger): NaN in x is kept. */
PYACT_INLINE vec vec_at_most(vec x, vec limit) { return _mm_min_pd(limit, x); }
PYACT_INLINE vec vec_at_least(vec x, vec limit) { return _mm_max_pd(limit, x); }

PYACT_INLINE mask mask_and(mask a, mask b) { return _mm_and_pd(a, b); }
PYACT_INLINE mask mask_or(mask a, mask b) { return _mm_or_pd(a, b); }
PYACT_INLINE mask mask_not(mask a) { return _mm_xor_pd(a, _mm_castsi128_pd(_mm_set1_epi64x(-1))); }
PYACT_INLINE mask mask_none(void) { return _mm_setzero_pd(); }
PYACT_INLINE int mask_any(mask a) { return _mm_movemask_pd(a) != 0; }
PYACT_INLINE int mask_all(mask a) { return _mm_movemask_pd(a) == 0x3; }

PYACT_INLINE ivec ivec_set(int64_t a) { return _mm_set1_epi64x(a); }
PYACT_INLINE ivec ivec_add(ivec a, ivec b) { return _mm_add_epi64(a, b); }
PYACT_INLINE ivec ivec_sub(ivec a, ivec b) { return _mm_sub_epi64(a, b); }
PYACT_INLINE ivec ivec_and(ivec a, ivec b) { return _mm_and_si128(a, b); }
PYACT_INLINE ivec ivec_or(ivec a, ivec b) { return _mm_or_si128(a, b); }
PYACT_INLINE ivec ivec_xor(ivec a, ivec b) { return _mm_xor_si128(a, b); }
PYACT_INLINE ivec ivec_shift_left(ivec a, int n) { return _mm_slli_epi64(a, n); }
PYACT_INLINE ivec ivec_shift_right(ivec a, int n) { return _mm_srli_epi64(a, n); }
PYACT_INLINE ivec ivec_select(mask m, ivec if_true, ivec if_false)
{
    return _mm_castpd_si128(vec_select(m, _mm_castsi128_pd(if_true), _mm_castsi128_pd(if_false)));
}
/* SSE2 compares 32-bit halves only: both must be equal. */
PYACT_INLINE mask ivec_eq(ivec a, ivec b)
{
    ivec halves = _mm_cmpeq_epi32(a, b);
    return _mm_castsi128_pd(_mm_and_si128(halves, _mm_shuffle_epi32(halves, _MM_SHUFFLE(2, 3, 0, 1))));
}

PYACT_INLINE vec vec_lookup4(const double table[4], ivec index)
{
    vec low = _mm_load_sd(table + (_mm_cvtsi128_si32(index) & 3));
    return _mm_loadh_pd(low, table + (_mm_cvtsi128_si32(_mm_unpackhi_epi64(index, index)) & 3));
}

PYACT_INLINE void vec_load_columns4(const double *const *rows, int first, vec *columns)
{
    for (int j = 0; j < 4; j += 2) {
        const vec row0 = vec_load(rows[0] + first + j), row1 = vec_load(rows[1] + first + j);
        columns[j] = _mm_unpacklo_pd(row0, row1);
        columns[j + 1] = _mm_unpackhi_pd(row0, row1);
    }
}

/* a + b = result + *error exactly (Knuth). */
PYACT_INLINE vec sse2_two_sum(vec a, vec b, vec *error)
{
    vec sum = vec_add(a, b);
    vec b_part = vec_sub(sum, a);
    *error = vec_add(vec_sub(a, vec_sub(sum, b_part)), vec_sub(b, b_part));
    return sum;
}

/* a = result + *low with 26 bits in each part (Veltkamp). */
PYACT_INLINE vec sse2_split(vec a, vec *low)
{
    vec scaled = vec_mul(a, vec_set(0x1p27 + 1));
    vec high = vec_sub(scaled, vec_sub(scaled, a));
    *low = vec_sub(a, high);
    return high;
}

PYACT_OUTLINE vec sse2_fma_by_library(mask lanes, vec a, vec b, vec c, vec otherwise)
{
    double x[LANES], y[LANES], z[LANES], result[LANES];
    int wanted = _mm_movemask_pd(lanes);
    vec_store(x, a);
    vec_store(y, b);
    vec_store(z, c);
    vec_store(result, otherwise);
    for (int i = 0; i < LANES; i++)
        if (wanted >> i & 1)
            result[i] = fma(x[i], y[i], z[i]);
    return vec_load(result);
}

PYACT_OUTLINE vec vec_fma(vec a, vec b, vec c)
{
    vec a_low, b_low, error1, error2, error;
    vec a_high = sse2_split(a, &a_low);
    vec b_high = sse2_split(b, &b_low);
    vec high = vec_mul(a, b);
    vec low = vec_sub(vec_mul(a_high, b_high), high);
    low = vec_add(low, vec_mul(a_high, b_low));
    low = vec_add(low, vec_mul(a_low, b_high));
    low = vec_add(low, vec_mul(a_low, b_low));

    vec partial = sse2_two_sum(c, low, &error1);
    vec sum = sse2_two_sum(high, partial, &error2);
    vec odd = sse2_two_sum(error1, error2, &error);

    /* Round to odd: an inexact even value moves one step towards the error. As integers the step is +1 away from zero,
     * where value and error have the same sign, and -1 towards zero: the sign of the product of the two, as 0 or -1,
     * is twice subtracted. */
    ivec bits = ivec_from_bits(odd);
    ivec one = ivec_set(1);
    ivec toward_zero = ivec_shift_right(ivec_xor(bits, ivec_from_bits(error)), 63);
    ivec step = ivec_sub(one, ivec_add(toward_zero, toward_zero));
    mask exact = vec_eq(error, vec_set(0.0));
    mask is_odd = ivec_eq(ivec_and(bits, one), one);
    odd = vec_select(mask_or(exact, is_odd), odd, vec_from_bits(ivec_add(bits, step)));
    vec result = vec_add(sum, odd);

    /* A zero factor makes a*b + c exact in the first place and gives a zero its sign. */
    vec zero = vec_set(0.0);
    mask zero_product = mask_or(vec_eq(a, zero), vec_eq(b, zero));
    result = vec_select(zero_product, vec_add(high, c), result);

    vec largest = vec_set(0x1.fffffffffffffp1023);
    mask in_range = mask_and(vec_le(vec_set(0x1p-900), vec_abs(high)), vec_le(vec_abs(result), largest));
    mask good = mask_or(in_range, zero_product);
    if (__builtin_expect(!mask_all(good), 0))
        result = sse2_fma_by_library(mask_not(good), a, b, c, result);
    return result;
}

PYACT_INLINE vec vec_fnma(vec a, vec b, vec c) { return vec_fma(vec_neg(a), b, c); }
PYACT_INLINE vec vec_fms(vec a, vec b, vec c) { return vec_fma(a, b, vec_neg(c)); }

/* ---- floats ---- */

typedef __m128 fvec;
typedef __m128i fivec;
typedef __m128 fmask;
#define FLANES 4

PYACT_INLINE fvec fvec_load(const float *p) { return _mm_loadu_ps(p); }
PYACT_INLINE void fvec_store(float *p, fvec a) { _mm_storeu_ps(p, a); }
PYACT_INLINE fvec fvec_set(float a) { return _mm_set1_ps(a); }

PYACT_INLINE fivec fivec_from_bits(fvec a) { return _mm_castps_si128(a); }
PYACT_INLINE fvec fvec_from_bits(fivec a) { return _mm_castsi128_ps(a); }

PYACT_INLINE fvec fvec_add(fvec a, fvec b) { return _mm_add_ps(a, b); }
PYACT_INLINE fvec fvec_sub(fvec a, fvec b) { return _mm_sub_ps(a, b); }
PYACT_INLINE fvec fvec_mul(fvec a, fvec b) { return _mm_mul_ps(a, b); }
PYACT_INLINE fvec fvec_div(fvec a, fvec b) { return _mm_div_ps(a, b); }
PYACT_INLINE fvec fvec_sqrt(fvec a) { return _mm_sqrt_ps(a); }

/* a * b is exact in double. The sum is rounded to odd: truncated, and the last bit set if anything was lost. Double has
 * more than two bits beyond float, so the one rounding to float is that of the exact value, subnormals included. */
PYACT_INLINE vec sse2_fma_to_odd(vec a, vec b, vec c)
{
    const vec product = vec_mul(a, b);
    const vec sum = vec_add(product, c);
    const vec c_part = vec_sub(sum, product); /* the error of the sum exactly, as in sse2_two_sum below */
    const vec error = vec_add(vec_sub(product, vec_sub(sum, c_part)), vec_sub(c, c_part));
    const ivec bits = ivec_from_bits(sum);
    const ivec inexact = ivec_from_bits(vec_lt(vec_set(0.0), vec_abs(error))); /* false on NaN, beside infinity */
    const ivec rounded_up = ivec_shift_right(ivec_xor(bits, ivec_from_bits(error)), 63); /* in magnitude */
    const ivec truncated = ivec_sub(bits, ivec_and(inexact, rounded_up));
    return vec_from_bits(ivec_or(truncated, ivec_and(inexact, ivec_set(1))));
}
PYACT_INLINE vec fvec_low_to_vec(fvec a) { return _mm_cvtps_pd(a); }
PYACT_INLINE vec fvec_high_to_vec(fvec a) { return _mm_cvtps_pd(_mm_movehl_ps(a, a)); }
PYACT_INLINE fvec fvec_from_vecs(vec low, vec high) { return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)); }
PYACT_INLINE fvec fvec_fma(fvec a, fvec b, fvec c)
{
    return fvec_from_vecs(sse2_fma_to_odd(fvec_low_to_vec(a), fvec_low_to_vec(b), fvec_low_to_vec(c)),
                          sse2_fma_to_odd(fvec_high_to_vec(a), fvec_high_to_vec(b), fvec_high_to_vec(c)));
}

PYACT_INLINE fvec fvec_neg(fvec a) { return _mm_xor_ps(a, fvec_set(-0.0f)); }
PYACT_INLINE fvec fvec_abs(fvec a) { return _mm_andnot_ps(fvec_set(-0.0f), a); }
PYACT_INLINE fvec fvec_copysign(fvec magnitude, fvec sign)
{
    return _mm_or_ps(fvec_abs(magnitude), _mm_and_ps(sign, fvec_set(-0.0f)));
}
PYACT_INLINE fvec fvec_xor_sign(fvec a, fvec b) { return _mm_xor_ps(a, _mm_and_ps(b, fvec_set(-0.0f))); }
PYACT_INLINE fvec fvec_at_most(fvec x, fvec limit) { return _mm_min_ps(limit, x); }
PYACT_INLINE fvec fvec_at_least(fvec x, fvec limit) { return _mm_max_ps(limit, x); }

PYACT_INLINE fvec fvec_fnma(fvec a, fvec b, fvec c) { return fvec_fma(fvec_neg(a), b, c); }
PYACT_INLINE fvec fvec_fms(fvec a, fvec b, fvec c) { return fvec_fma(a, b, fvec_neg(c)); }

PYACT_INLINE fmask fvec_lt(fvec a, fvec b) { return _mm_cmplt_ps(a, b); }
PYACT_INLINE fmask fvec_le(fvec a, fvec b) { return _mm_cmple_ps(a, b); }
PYACT_INLINE fmask fvec_eq(fvec a, fvec b) { return _mm_cmpeq_ps(a, b); }
PYACT_INLINE fmask fvec_ne(fvec a, fvec b) { return _mm_cmpneq_ps(a, b); }
PYACT_INLINE fmask fvec_is_nan(fvec a) { return _mm_cmpunord_ps(a, a); }
PYACT_INLINE fmask fvec_unordered(fvec a, fvec b) { return _mm_cmpunord_ps(a, b); }
PYACT_INLINE fvec fvec_select(fmask m, fvec if_true, fvec if_false)
{
    return _mm_or_ps(_mm_and_ps(m, if_true), _mm_andnot_ps(m, if_false));
}
PYACT_INLINE fvec fvec_keep(fmask m, fvec a) { return _mm_and_ps(m, a); }
PYACT_INLINE fvec fvec_clear(fmask m, fvec a) { return _mm_andnot_ps(m, a); }

PYACT_INLINE fmask fmask_and(fmask a, fmask b) { return _mm_and_ps(a, b); }
PYACT_INLINE fmask fmask_or(fmask a, fmask b) { return _mm_or_ps(a, b); }
PYACT_INLINE fmask fmask_not(fmask a) { return _mm_xor_ps(a, _mm_castsi128_ps(_mm_set1_epi32(-1))); }
PYACT_INLINE fmask fmask_none(void) { return _mm_setzero_ps(); }
PYACT_INLINE int fmask_any(fmask a) { return _mm_movemask_ps(a) != 0; }
PYACT_INLINE int fmask_all(fmask a) { return _mm_movemask_ps(a) == 0xf; }
PYACT_INLINE unsigned fmask_bits(fmask a) { return (unsigned)_mm_movemask_ps(a); }

PYACT_INLINE fivec fivec_set(int32_t a) { return _mm_set1_epi32(a); }
PYACT_INLINE fivec fivec_add(fivec a, fivec b) { return _mm_add_epi32(a, b); }
PYACT_INLINE fivec fivec_sub(fivec a, fivec b) { return _mm_sub_epi32(a, b); }
PYACT_INLINE fivec fivec_and(fivec a, fivec b) { return _mm_and_si128(a, b); }
PYACT_INLINE fivec fivec_or(fivec a, fivec b) { return _mm_or_si128(a, b); }
PYACT_INLINE fivec fivec_xor(fivec a, fivec b) { return _mm_xor_si128(a, b); }
PYACT_INLINE fivec fivec_shift_left(fivec a, int n) { return _mm_slli_epi32(a, n); }
PYACT_INLINE fivec fivec_shift_right(fivec a, int n) { return _mm_srli_epi32(a, n); }
PYACT_INLINE fivec fivec_select(fmask m, fivec if_true, fivec if_false)
{
    return _mm_castps_si128(fvec_select(m, _mm_castsi128_ps(if_true), _mm_castsi128_ps(if_false)));
}
PYACT_INLINE fmask fivec_eq(fivec a, fivec b) { return _mm_castsi128_ps(_mm_cmpeq_epi32(a, b)); }
PYACT_INLINE int fivec_any_negative(fivec a) { return _mm_movemask_ps(_mm_castsi128_ps(a)) != 0; }

/* Lookups lane by lane. */
PYACT_INLINE fvec fvec_lookup(const float *table, fivec index, uint32_t last)
{
    uint32_t lanes[FLANES];
    float values[FLANES];
    memcpy(lanes, &index, sizeof lanes);
    for (int i = 0; i < FLANES; i++) values[i] = table[lanes[i] & last];
    return fvec_load(values);
}
PYACT_INLINE fvec fvec_lookup8(const float *table, fivec index) { return fvec_lookup(table, index, 7); }
PYACT_INLINE fvec fvec_lookup16(const float *table, fivec index) { return fvec_lookup(table, index, 15); }
PYACT_INLINE fvec fvec_lookup32(const float *table, fivec index) { return fvec_lookup(table, index, 31); }
PYACT_INLINE void fvec_compress_store(float *to, unsigned bits, fvec a)
{
    float lanes[FLANES], packed[FLANES];
    int count = 0;
    fvec_store(lanes, a);
    memcpy(packed, lanes, sizeof packed);
    for (int i = 0; i < FLANES; i++) {
        packed[count] = lanes[i]; /* overwritten by the next lane where this one is not set: count <= i */
        count += (int)(bits >> i & 1u);
    }
    memcpy(to, packed, sizeof packed);
}
PYACT_INLINE void fvec_expand_store(float *to, unsigned bits, const float *from)
{
    for (int i = 0; i < FLANES; i++)
        if (bits >> i & 1u) to[i] = *from++;
}

#endif
