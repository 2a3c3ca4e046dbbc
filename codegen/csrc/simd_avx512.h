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

#endif
