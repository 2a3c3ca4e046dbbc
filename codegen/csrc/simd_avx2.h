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

#endif
