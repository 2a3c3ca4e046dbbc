/* AVX2 + FMA: four lanes; a mask is a vector of all-ones or all-zeros lanes. */
#ifndef PYACT_SIMD_AVX2_H
#define PYACT_SIMD_AVX2_H

#include <immintrin.h>

typedef __m256d vec;
typedef __m256i ivec;
typedef __m256d mask;
#define LANES 4

PYACT_INLINE vec vec_load(const double *p) { return _mm256_loadu_pd(p); }
PYACT_INLINE void vec_store(double *p, vec a) { _mm256_storeu_pd(p, a); }
PYACT_INLINE vec vec_set(double a) { return _mm256_set1_pd(a); }

PYACT_INLINE ivec ivec_from_bits(vec a) { return _mm256_castpd_si256(a); }
PYACT_INLINE vec vec_from_bits(ivec a) { return _mm256_castsi256_pd(a); }

PYACT_INLINE vec vec_add(vec a, vec b) { return _mm256_add_pd(a, b); }
PYACT_INLINE vec vec_sub(vec a, vec b) { return _mm256_sub_pd(a, b); }
PYACT_INLINE vec vec_mul(vec a, vec b) { return _mm256_mul_pd(a, b); }
PYACT_INLINE vec vec_div(vec a, vec b) { return _mm256_div_pd(a, b); }
PYACT_INLINE vec vec_sqrt(vec a) { return _mm256_sqrt_pd(a); }
PYACT_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_pd(a, b, c); }
PYACT_INLINE vec vec_fnma(vec a, vec b, vec c) { return _mm256_fnmadd_pd(a, b, c); }
PYACT_INLINE vec vec_fms(vec a, vec b, vec c) { return _mm256_fmsub_pd(a, b, c); }
PYACT_INLINE vec vec_neg(vec a) { return _mm256_xor_pd(a, vec_set(-0.0)); }
PYACT_INLINE vec vec_abs(vec a) { return _mm256_andnot_pd(vec_set(-0.0), a); }
PYACT_INLINE vec vec_copysign(vec magnitude, vec sign)
{
    return _mm256_or_pd(vec_abs(magnitude), _mm256_and_pd(sign, vec_set(-0.0)));
}

PYACT_INLINE mask vec_lt(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_LT_OQ); }
PYACT_INLINE mask vec_le(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_LE_OQ); }
PYACT_INLINE mask vec_eq(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_EQ_OQ); }
PYACT_INLINE mask vec_ne(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_NEQ_UQ); }
PYACT_INLINE mask vec_is_nan(vec a) { return _mm256_cmp_pd(a, a, _CMP_UNORD_Q); }
PYACT_INLINE mask vec_unordered(vec a, vec b) { return _mm256_cmp_pd(a, b, _CMP_UNORD_Q); }
PYACT_INLINE vec vec_select(mask m, vec if_true, vec if_false) { return _mm256_blendv_pd(if_false, if_true, m); }
/* The instruction returns its second operand unless the first is smaller (larger): NaN in x is kept. */
PYACT_INLINE vec vec_at_most(vec x, vec limit) { return _mm256_min_pd(limit, x); }
PYACT_INLINE vec vec_at_least(vec x, vec limit) { return _mm256_max_pd(limit, x); }

PYACT_INLINE mask mask_and(mask a, mask b) { return _mm256_and_pd(a, b); }
PYACT_INLINE mask mask_or(mask a, mask b) { return _mm256_or_pd(a, b); }
PYACT_INLINE mask mask_not(mask a) { return _mm256_xor_pd(a, _mm256_castsi256_pd(_mm256_set1_epi64x(-1))); }
PYACT_INLINE mask mask_none(void) { return _mm256_setzero_pd(); }
PYACT_INLINE int mask_any(mask a) { return _mm256_movemask_pd(a) != 0; }
PYACT_INLINE int mask_all(mask a) { return _mm256_movemask_pd(a) == 0xf; }

PYACT_INLINE ivec ivec_set(int64_t a) { return _mm256_set1_epi64x(a); }
PYACT_INLINE ivec ivec_add(ivec a, ivec b) { return _mm256_add_epi64(a, b); }
PYACT_INLINE ivec ivec_sub(ivec a, ivec b) { return _mm256_sub_epi64(a, b); }
PYACT_INLINE ivec ivec_and(ivec a, ivec b) { return _mm256_and_si256(a, b); }
PYACT_INLINE ivec ivec_or(ivec a, ivec b) { return _mm256_or_si256(a, b); }
PYACT_INLINE ivec ivec_xor(ivec a, ivec b) { return _mm256_xor_si256(a, b); }
PYACT_INLINE ivec ivec_shift_left(ivec a, int n) { return _mm256_slli_epi64(a, n); }
PYACT_INLINE ivec ivec_shift_right(ivec a, int n) { return _mm256_srli_epi64(a, n); }
PYACT_INLINE ivec ivec_select(mask m, ivec if_true, ivec if_false)
{
    return _mm256_blendv_epi8(if_false, if_true, _mm256_castpd_si256(m));
}
PYACT_INLINE mask ivec_eq(ivec a, ivec b) { return _mm256_castsi256_pd(_mm256_cmpeq_epi64(a, b)); }

/* There is no permutation of doubles by a vector in AVX2: permute the halves (2i, 2i + 1) as floats. The instruction
 * reads three bits of each index, which takes the index modulo 4. */
PYACT_INLINE vec vec_lookup4(const double table[4], ivec index)
{
    __m256i doubled = _mm256_slli_epi32(_mm256_shuffle_epi32(index, 0xA0), 1);
    __m256i halves = _mm256_or_si256(doubled, _mm256_set1_epi64x((int64_t)1 << 32));
    return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(_mm256_loadu_pd(table)), halves));
}

PYACT_INLINE void vec_load_columns4(const double *const *rows, int first, vec *columns)
{
    const vec row0 = vec_load(rows[0] + first), row1 = vec_load(rows[1] + first);
    const vec row2 = vec_load(rows[2] + first), row3 = vec_load(rows[3] + first);
    const vec even01 = _mm256_unpacklo_pd(row0, row1), odd01 = _mm256_unpackhi_pd(row0, row1);
    const vec even23 = _mm256_unpacklo_pd(row2, row3), odd23 = _mm256_unpackhi_pd(row2, row3);
    columns[0] = _mm256_permute2f128_pd(even01, even23, 0x20);
    columns[1] = _mm256_permute2f128_pd(odd01, odd23, 0x20);
    columns[2] = _mm256_permute2f128_pd(even01, even23, 0x31);
    columns[3] = _mm256_permute2f128_pd(odd01, odd23, 0x31);
}

/* ---- floats ---- */

typedef __m256 fvec;
typedef __m256i fivec;
typedef __m256 fmask;
#define FLANES 8

PYACT_INLINE fvec fvec_load(const float *p) { return _mm256_loadu_ps(p); }
PYACT_INLINE void fvec_store(float *p, fvec a) { _mm256_storeu_ps(p, a); }
PYACT_INLINE fvec fvec_set(float a) { return _mm256_set1_ps(a); }

PYACT_INLINE fivec fivec_from_bits(fvec a) { return _mm256_castps_si256(a); }
PYACT_INLINE fvec fvec_from_bits(fivec a) { return _mm256_castsi256_ps(a); }

PYACT_INLINE fvec fvec_add(fvec a, fvec b) { return _mm256_add_ps(a, b); }
PYACT_INLINE fvec fvec_sub(fvec a, fvec b) { return _mm256_sub_ps(a, b); }
PYACT_INLINE fvec fvec_mul(fvec a, fvec b) { return _mm256_mul_ps(a, b); }
PYACT_INLINE fvec fvec_div(fvec a, fvec b) { return _mm256_div_ps(a, b); }
PYACT_INLINE fvec fvec_sqrt(fvec a) { return _mm256_sqrt_ps(a); }
PYACT_INLINE fvec fvec_fma(fvec a, fvec b, fvec c) { return _mm256_fmadd_ps(a, b, c); }
PYACT_INLINE fvec fvec_fnma(fvec a, fvec b, fvec c) { return _mm256_fnmadd_ps(a, b, c); }
PYACT_INLINE fvec fvec_fms(fvec a, fvec b, fvec c) { return _mm256_fmsub_ps(a, b, c); }
PYACT_INLINE fvec fvec_neg(fvec a) { return _mm256_xor_ps(a, fvec_set(-0.0f)); }
PYACT_INLINE fvec fvec_abs(fvec a) { return _mm256_andnot_ps(fvec_set(-0.0f), a); }
PYACT_INLINE fvec fvec_copysign(fvec magnitude, fvec sign)
{
    return _mm256_or_ps(fvec_abs(magnitude), _mm256_and_ps(sign, fvec_set(-0.0f)));
}
PYACT_INLINE fvec fvec_xor_sign(fvec a, fvec b) { return _mm256_xor_ps(a, _mm256_and_ps(b, fvec_set(-0.0f))); }
PYACT_INLINE fvec fvec_at_most(fvec x, fvec limit) { return _mm256_min_ps(limit, x); }
PYACT_INLINE fvec fvec_at_least(fvec x, fvec limit) { return _mm256_max_ps(limit, x); }

PYACT_INLINE fmask fvec_lt(fvec a, fvec b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
PYACT_INLINE fmask fvec_le(fvec a, fvec b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
PYACT_INLINE fmask fvec_eq(fvec a, fvec b) { return _mm256_cmp_ps(a, b, _CMP_EQ_OQ); }
PYACT_INLINE fmask fvec_ne(fvec a, fvec b) { return _mm256_cmp_ps(a, b, _CMP_NEQ_UQ); }
PYACT_INLINE fmask fvec_is_nan(fvec a) { return _mm256_cmp_ps(a, a, _CMP_UNORD_Q); }
PYACT_INLINE fmask fvec_unordered(fvec a, fvec b) { return _mm256_cmp_ps(a, b, _CMP_UNORD_Q); }
PYACT_INLINE fvec fvec_select(fmask m, fvec if_true, fvec if_false) { return _mm256_blendv_ps(if_false, if_true, m); }
PYACT_INLINE fvec fvec_keep(fmask m, fvec a) { return _mm256_and_ps(m, a); }
PYACT_INLINE fvec fvec_clear(fmask m, fvec a) { return _mm256_andnot_ps(m, a); }

/* The instruction looks at sign bits only. */
PYACT_INLINE fvec fvec_select_sign(fvec sign, fvec if_negative, fvec if_positive)
{
    return _mm256_blendv_ps(if_positive, if_negative, sign);
}

PYACT_INLINE fmask fmask_and(fmask a, fmask b) { return _mm256_and_ps(a, b); }
PYACT_INLINE fmask fmask_or(fmask a, fmask b) { return _mm256_or_ps(a, b); }
PYACT_INLINE fmask fmask_not(fmask a) { return _mm256_xor_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(-1))); }
PYACT_INLINE fmask fmask_none(void) { return _mm256_setzero_ps(); }
PYACT_INLINE int fmask_any(fmask a) { return _mm256_movemask_ps(a) != 0; }
PYACT_INLINE int fmask_all(fmask a) { return _mm256_movemask_ps(a) == 0xff; }
PYACT_INLINE unsigned fmask_bits(fmask a) { return (unsigned)_mm256_movemask_ps(a); }

PYACT_INLINE fivec fivec_set(int32_t a) { return _mm256_set1_epi32(a); }
PYACT_INLINE fivec fivec_add(fivec a, fivec b) { return _mm256_add_epi32(a, b); }
PYACT_INLINE fivec fivec_sub(fivec a, fivec b) { return _mm256_sub_epi32(a, b); }
PYACT_INLINE fivec fivec_and(fivec a, fivec b) { return _mm256_and_si256(a, b); }
PYACT_INLINE fivec fivec_or(fivec a, fivec b) { return _mm256_or_si256(a, b); }
PYACT_INLINE fivec fivec_xor(fivec a, fivec b) { return _mm256_xor_si256(a, b); }
PYACT_INLINE fivec fivec_shift_left(fivec a, int n) { return _mm256_slli_epi32(a, n); }
PYACT_INLINE fivec fivec_shift_right(fivec a, int n) { return _mm256_srli_epi32(a, n); }
PYACT_INLINE fivec fivec_select(fmask m, fivec if_true, fivec if_false)
{
    return _mm256_blendv_epi8(if_false, if_true, _mm256_castps_si256(m));
}
PYACT_INLINE fmask fivec_eq(fivec a, fivec b) { return _mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b)); }
PYACT_INLINE int fivec_any_negative(fivec a) { return _mm256_movemask_ps(_mm256_castsi256_ps(a)) != 0; }

/* The permutation reads three bits of each index; a blend, which reads the sign bit, chooses by each further bit. */
PYACT_INLINE fvec fvec_lookup8(const float *table, fivec index)
{
    return _mm256_permutevar8x32_ps(_mm256_load_ps(table), index);
}
PYACT_INLINE fvec fvec_lookup16(const float *table, fivec index)
{
    const fvec bit3 = fvec_from_bits(fivec_shift_left(index, 28));
    return _mm256_blendv_ps(fvec_lookup8(table, index), fvec_lookup8(table + 8, index), bit3);
}
PYACT_INLINE fvec fvec_lookup32(const float *table, fivec index)
{
    const fvec bit4 = fvec_from_bits(fivec_shift_left(index, 27));
    return _mm256_blendv_ps(fvec_lookup16(table, index), fvec_lookup16(table + 16, index), bit4);
}

/* For every set of lanes, one byte per lane: which lanes are set, in order, and how many are set below each lane. */
#define AVX2_RANK(bits, lane) ((uint64_t)__builtin_popcount((bits) & ((1u << (lane)) - 1)))
#define AVX2_SET_LANE(bits, lane) ((bits) >> (lane) & 1u ? (uint64_t)(lane) << 8 * AVX2_RANK(bits, lane) : 0)
#define AVX2_RANK_BYTE(bits, lane) (AVX2_RANK(bits, lane) << 8 * (lane))
#define AVX2_ALL_LANES(OF, bits) \
    (OF(bits, 0) | OF(bits, 1) | OF(bits, 2) | OF(bits, 3) | OF(bits, 4) | OF(bits, 5) | OF(bits, 6) | OF(bits, 7))
#define AVX2_SETS_4(OF, bits) \
    AVX2_ALL_LANES(OF, bits), AVX2_ALL_LANES(OF, bits + 1), AVX2_ALL_LANES(OF, bits + 2), AVX2_ALL_LANES(OF, bits + 3)
#define AVX2_SETS_16(OF, bits) \
    AVX2_SETS_4(OF, bits), AVX2_SETS_4(OF, bits + 4), AVX2_SETS_4(OF, bits + 8), AVX2_SETS_4(OF, bits + 12)
#define AVX2_SETS_64(OF, bits) \
    AVX2_SETS_16(OF, bits), AVX2_SETS_16(OF, bits + 16), AVX2_SETS_16(OF, bits + 32), AVX2_SETS_16(OF, bits + 48)
#define AVX2_SETS_256(OF) AVX2_SETS_64(OF, 0u), AVX2_SETS_64(OF, 64u), AVX2_SETS_64(OF, 128u), AVX2_SETS_64(OF, 192u)
static const uint64_t avx2_set_lanes[256] = {AVX2_SETS_256(AVX2_SET_LANE)};
static const uint64_t avx2_ranks[256] = {AVX2_SETS_256(AVX2_RANK_BYTE)};

/* One byte of the table entry per lane, as 32-bit integers. */
PYACT_INLINE fivec avx2_lane_bytes(const uint64_t *entry)
{
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)entry));
}
PYACT_INLINE void fvec_compress_store(float *to, unsigned bits, fvec a)
{
    fvec_store(to, _mm256_permutevar8x32_ps(a, avx2_lane_bytes(&avx2_set_lanes[bits & 0xff])));
}
/* A masked store is microcode on some processors: the other lanes are read and written back. */
PYACT_INLINE void fvec_expand_store(float *to, unsigned bits, const float *from)
{
    const fvec expanded = _mm256_permutevar8x32_ps(fvec_load(from), avx2_lane_bytes(&avx2_ranks[bits & 0xff]));
    const __m256i lane_bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i set = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int)bits), lane_bits), lane_bits);
    fvec_store(to, fvec_select(_mm256_castsi256_ps(set), expanded, fvec_load(to)));
}

PYACT_INLINE vec fvec_low_to_vec(fvec a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a)); }
PYACT_INLINE vec fvec_high_to_vec(fvec a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1)); }
PYACT_INLINE fvec fvec_from_vecs(vec low, vec high)
{
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low)), _mm256_cvtpd_ps(high), 1);
}

#endif
