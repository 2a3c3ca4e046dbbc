/* AVX-512 (F, DQ, BW, VL): eight lanes; a mask is one bit per lane. */
#ifndef PYACT_SIMD_AVX512_H
#define PYACT_SIMD_AVX512_H

#include <immintrin.h>

typedef __m512d vec;
typedef __m512i ivec;
typedef __mmask8 mask;
#define LANES 8

PYACT_INLINE vec vec_load(const double *p) { return _mm512_loadu_pd(p); }
PYACT_INLINE void vec_store(double *p, vec a) { _mm512_storeu_pd(p, a); }
PYACT_INLINE vec vec_set(double a) { return _mm512_set1_pd(a); }

PYACT_INLINE ivec ivec_from_bits(vec a) { return _mm512_castpd_si512(a); }
PYACT_INLINE vec vec_from_bits(ivec a) { return _mm512_castsi512_pd(a); }

PYACT_INLINE vec vec_add(vec a, vec b) { return _mm512_add_pd(a, b); }
PYACT_INLINE vec vec_sub(vec a, vec b) { return _mm512_sub_pd(a, b); }
PYACT_INLINE vec vec_mul(vec a, vec b) { return _mm512_mul_pd(a, b); }
PYACT_INLINE vec vec_div(vec a, vec b) { return _mm512_div_pd(a, b); }
PYACT_INLINE vec vec_sqrt(vec a) { return _mm512_sqrt_pd(a); }
PYACT_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_pd(a, b, c); }
PYACT_INLINE vec vec_fnma(vec a, vec b, vec c) { return _mm512_fnmadd_pd(a, b, c); }
PYACT_INLINE vec vec_fms(vec a, vec b, vec c) { return _mm512_fmsub_pd(a, b, c); }
PYACT_INLINE vec vec_neg(vec a) { return _mm512_xor_pd(a, vec_set(-0.0)); }
PYACT_INLINE vec vec_abs(vec a) { return _mm512_andnot_pd(vec_set(-0.0), a); }
PYACT_INLINE vec vec_copysign(vec magnitude, vec sign)
{
    return _mm512_or_pd(vec_abs(magnitude), _mm512_and_pd(sign, vec_set(-0.0)));
}

PYACT_INLINE mask vec_lt(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
PYACT_INLINE mask vec_le(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
PYACT_INLINE mask vec_eq(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
PYACT_INLINE mask vec_ne(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ); }
PYACT_INLINE mask vec_is_nan(vec a) { return _mm512_cmp_pd_mask(a, a, _CMP_UNORD_Q); }
PYACT_INLINE mask vec_unordered(vec a, vec b) { return _mm512_cmp_pd_mask(a, b, _CMP_UNORD_Q); }
PYACT_INLINE vec vec_select(mask m, vec if_true, vec if_false) { return _mm512_mask_blend_pd(m, if_false, if_true); }
/* The instruction returns its second operand unless the first is smaller (larger): NaN in x is kept. */
PYACT_INLINE vec vec_at_most(vec x, vec limit) { return _mm512_min_pd(limit, x); }
PYACT_INLINE vec vec_at_least(vec x, vec limit) { return _mm512_max_pd(limit, x); }

PYACT_INLINE mask mask_and(mask a, mask b) { return (mask)(a & b); }
PYACT_INLINE mask mask_or(mask a, mask b) { return (mask)(a | b); }
PYACT_INLINE mask mask_not(mask a) { return (mask)~a; }
PYACT_INLINE mask mask_none(void) { return 0; }
PYACT_INLINE int mask_any(mask a) { return a != 0; }
PYACT_INLINE int mask_all(mask a) { return a == 0xff; }

PYACT_INLINE ivec ivec_set(int64_t a) { return _mm512_set1_epi64(a); }
PYACT_INLINE ivec ivec_add(ivec a, ivec b) { return _mm512_add_epi64(a, b); }
PYACT_INLINE ivec ivec_sub(ivec a, ivec b) { return _mm512_sub_epi64(a, b); }
PYACT_INLINE ivec ivec_and(ivec a, ivec b) { return _mm512_and_si512(a, b); }
PYACT_INLINE ivec ivec_or(ivec a, ivec b) { return _mm512_or_si512(a, b); }
PYACT_INLINE ivec ivec_xor(ivec a, ivec b) { return _mm512_xor_si512(a, b); }
PYACT_INLINE ivec ivec_shift_left(ivec a, int n) { return _mm512_slli_epi64(a, (unsigned)n); }
PYACT_INLINE ivec ivec_shift_right(ivec a, int n) { return _mm512_srli_epi64(a, (unsigned)n); }
PYACT_INLINE ivec ivec_select(mask m, ivec if_true, ivec if_false)
{
    return _mm512_mask_blend_epi64(m, if_false, if_true);
}
PYACT_INLINE mask ivec_eq(ivec a, ivec b) { return _mm512_cmpeq_epi64_mask(a, b); }

/* The permutation reads three bits of each index: the table, repeated, takes the index modulo 4. */
PYACT_INLINE vec vec_lookup4(const double table[4], ivec index)
{
    return _mm512_permutexvar_pd(index, _mm512_broadcast_f64x4(_mm256_loadu_pd(table)));
}

/* Four members of each of two rows. */
PYACT_INLINE vec avx512_two_rows(const double *low, const double *high)
{
    return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(low)), _mm256_loadu_pd(high), 1);
}

PYACT_INLINE void vec_load_columns4(const double *const *rows, int first, vec *columns)
{
    const vec row02 = avx512_two_rows(rows[0] + first, rows[2] + first);
    const vec row13 = avx512_two_rows(rows[1] + first, rows[3] + first);
    const vec row46 = avx512_two_rows(rows[4] + first, rows[6] + first);
    const vec row57 = avx512_two_rows(rows[5] + first, rows[7] + first);
    const vec even_low = _mm512_unpacklo_pd(row02, row13), odd_low = _mm512_unpackhi_pd(row02, row13);
    const vec even_high = _mm512_unpacklo_pd(row46, row57), odd_high = _mm512_unpackhi_pd(row46, row57);
    columns[0] = _mm512_shuffle_f64x2(even_low, even_high, 0x88);
    columns[1] = _mm512_shuffle_f64x2(odd_low, odd_high, 0x88);
    columns[2] = _mm512_shuffle_f64x2(even_low, even_high, 0xdd);
    columns[3] = _mm512_shuffle_f64x2(odd_low, odd_high, 0xdd);
}

/* ---- floats ---- */

typedef __m512 fvec;
typedef __m512i fivec;
typedef __mmask16 fmask;
#define FLANES 16

PYACT_INLINE fvec fvec_load(const float *p) { return _mm512_loadu_ps(p); }
PYACT_INLINE void fvec_store(float *p, fvec a) { _mm512_storeu_ps(p, a); }
PYACT_INLINE fvec fvec_set(float a) { return _mm512_set1_ps(a); }

PYACT_INLINE fivec fivec_from_bits(fvec a) { return _mm512_castps_si512(a); }
PYACT_INLINE fvec fvec_from_bits(fivec a) { return _mm512_castsi512_ps(a); }

PYACT_INLINE fvec fvec_add(fvec a, fvec b) { return _mm512_add_ps(a, b); }
PYACT_INLINE fvec fvec_sub(fvec a, fvec b) { return _mm512_sub_ps(a, b); }
PYACT_INLINE fvec fvec_mul(fvec a, fvec b) { return _mm512_mul_ps(a, b); }
PYACT_INLINE fvec fvec_div(fvec a, fvec b) { return _mm512_div_ps(a, b); }
PYACT_INLINE fvec fvec_sqrt(fvec a) { return _mm512_sqrt_ps(a); }
PYACT_INLINE fvec fvec_fma(fvec a, fvec b, fvec c) { return _mm512_fmadd_ps(a, b, c); }
PYACT_INLINE fvec fvec_fnma(fvec a, fvec b, fvec c) { return _mm512_fnmadd_ps(a, b, c); }
PYACT_INLINE fvec fvec_fms(fvec a, fvec b, fvec c) { return _mm512_fmsub_ps(a, b, c); }
PYACT_INLINE fvec fvec_neg(fvec a) { return _mm512_xor_ps(a, fvec_set(-0.0f)); }
PYACT_INLINE fvec fvec_abs(fvec a) { return _mm512_andnot_ps(fvec_set(-0.0f), a); }
PYACT_INLINE fvec fvec_copysign(fvec magnitude, fvec sign)
{
    return _mm512_or_ps(fvec_abs(magnitude), _mm512_and_ps(sign, fvec_set(-0.0f)));
}
PYACT_INLINE fvec fvec_xor_sign(fvec a, fvec b) { return _mm512_xor_ps(a, _mm512_and_ps(b, fvec_set(-0.0f))); }
PYACT_INLINE fvec fvec_at_most(fvec x, fvec limit) { return _mm512_min_ps(limit, x); }
PYACT_INLINE fvec fvec_at_least(fvec x, fvec limit) { return _mm512_max_ps(limit, x); }

PYACT_INLINE fmask fvec_lt(fvec a, fvec b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
PYACT_INLINE fmask fvec_le(fvec a, fvec b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
PYACT_INLINE fmask fvec_eq(fvec a, fvec b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
PYACT_INLINE fmask fvec_ne(fvec a, fvec b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ); }
PYACT_INLINE fmask fvec_is_nan(fvec a) { return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q); }
PYACT_INLINE fmask fvec_unordered(fvec a, fvec b) { return _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q); }
PYACT_INLINE fvec fvec_select(fmask m, fvec if_true, fvec if_false)
{
    return _mm512_mask_blend_ps(m, if_false, if_true);
}
PYACT_INLINE fvec fvec_keep(fmask m, fvec a) { return _mm512_maskz_mov_ps(m, a); }
PYACT_INLINE fvec fvec_clear(fmask m, fvec a) { return _mm512_maskz_mov_ps((fmask)~m, a); }

PYACT_INLINE fvec fvec_select_sign(fvec sign, fvec if_negative, fvec if_positive)
{
    return _mm512_mask_blend_ps(_mm512_movepi32_mask(_mm512_castps_si512(sign)), if_positive, if_negative);
}

PYACT_INLINE fmask fmask_and(fmask a, fmask b) { return (fmask)(a & b); }
PYACT_INLINE fmask fmask_or(fmask a, fmask b) { return (fmask)(a | b); }
PYACT_INLINE fmask fmask_not(fmask a) { return (fmask)~a; }
PYACT_INLINE fmask fmask_none(void) { return 0; }
PYACT_INLINE int fmask_any(fmask a) { return a != 0; }
PYACT_INLINE int fmask_all(fmask a) { return a == 0xffff; }
PYACT_INLINE unsigned fmask_bits(fmask a) { return a; }

PYACT_INLINE fivec fivec_set(int32_t a) { return _mm512_set1_epi32(a); }
PYACT_INLINE fivec fivec_add(fivec a, fivec b) { return _mm512_add_epi32(a, b); }
PYACT_INLINE fivec fivec_sub(fivec a, fivec b) { return _mm512_sub_epi32(a, b); }
PYACT_INLINE fivec fivec_and(fivec a, fivec b) { return _mm512_and_si512(a, b); }
PYACT_INLINE fivec fivec_or(fivec a, fivec b) { return _mm512_or_si512(a, b); }
PYACT_INLINE fivec fivec_xor(fivec a, fivec b) { return _mm512_xor_si512(a, b); }
PYACT_INLINE fivec fivec_shift_left(fivec a, int n) { return _mm512_slli_epi32(a, (unsigned)n); }
PYACT_INLINE fivec fivec_shift_right(fivec a, int n) { return _mm512_srli_epi32(a, (unsigned)n); }
PYACT_INLINE fivec fivec_select(fmask m, fivec if_true, fivec if_false)
{
    return _mm512_mask_blend_epi32(m, if_false, if_true);
}
PYACT_INLINE fmask fivec_eq(fivec a, fivec b) { return _mm512_cmpeq_epi32_mask(a, b); }
PYACT_INLINE int fivec_any_negative(fivec a) { return _mm512_movepi32_mask(a) != 0; }

/* The permutations read four (five) bits of each index; eight entries are repeated. */
PYACT_INLINE fvec fvec_lookup8(const float *table, fivec index)
{
    return _mm512_permutexvar_ps(index, _mm512_broadcast_f32x8(_mm256_load_ps(table)));
}
PYACT_INLINE fvec fvec_lookup16(const float *table, fivec index)
{
    return _mm512_permutexvar_ps(index, _mm512_load_ps(table));
}
PYACT_INLINE fvec fvec_lookup32(const float *table, fivec index)
{
    return _mm512_permutex2var_ps(_mm512_load_ps(table), index, _mm512_load_ps(table + 16));
}

/* Compression and expansion in a register: with a memory operand they are microcode on some processors. */
PYACT_INLINE void fvec_compress_store(float *to, unsigned bits, fvec a)
{
    fvec_store(to, _mm512_maskz_compress_ps((fmask)bits, a));
}
PYACT_INLINE void fvec_expand_store(float *to, unsigned bits, const float *from)
{
    _mm512_mask_storeu_ps(to, (fmask)bits, _mm512_maskz_expand_ps((fmask)bits, fvec_load(from)));
}

PYACT_INLINE vec fvec_low_to_vec(fvec a) { return _mm512_cvtps_pd(_mm512_castps512_ps256(a)); }
PYACT_INLINE vec fvec_high_to_vec(fvec a) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1)); }
PYACT_INLINE fvec fvec_from_vecs(vec low, vec high)
{
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high), 1);
}

#endif
