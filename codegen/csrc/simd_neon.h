/* AArch64 Advanced SIMD: two lanes; a mask is a vector of all-ones or all-zeros lanes. */
#ifndef PYACT_SIMD_NEON_H
#define PYACT_SIMD_NEON_H

#include <arm_neon.h>

typedef float64x2_t vec;
typedef uint64x2_t ivec;
typedef uint64x2_t mask;
#define LANES 2

PYACT_INLINE vec vec_load(const double *p) { return vld1q_f64(p); }
PYACT_INLINE void vec_store(double *p, vec a) { vst1q_f64(p, a); }
PYACT_INLINE vec vec_set(double a) { return vdupq_n_f64(a); }

PYACT_INLINE ivec ivec_from_bits(vec a) { return vreinterpretq_u64_f64(a); }
PYACT_INLINE vec vec_from_bits(ivec a) { return vreinterpretq_f64_u64(a); }

PYACT_INLINE vec vec_add(vec a, vec b) { return vaddq_f64(a, b); }
PYACT_INLINE vec vec_sub(vec a, vec b) { return vsubq_f64(a, b); }
PYACT_INLINE vec vec_mul(vec a, vec b) { return vmulq_f64(a, b); }
PYACT_INLINE vec vec_div(vec a, vec b) { return vdivq_f64(a, b); }
PYACT_INLINE vec vec_sqrt(vec a) { return vsqrtq_f64(a); }
PYACT_INLINE vec vec_neg(vec a) { return vnegq_f64(a); }
PYACT_INLINE vec vec_abs(vec a) { return vabsq_f64(a); }
PYACT_INLINE vec vec_fma(vec a, vec b, vec c) { return vfmaq_f64(c, a, b); }
PYACT_INLINE vec vec_fnma(vec a, vec b, vec c) { return vfmsq_f64(c, a, b); }
PYACT_INLINE vec vec_fms(vec a, vec b, vec c) { return vfmaq_f64(vec_neg(c), a, b); }
PYACT_INLINE vec vec_copysign(vec magnitude, vec sign)
{
    return vbslq_f64(vdupq_n_u64((uint64_t)1 << 63), sign, magnitude);
}

PYACT_INLINE mask mask_and(mask a, mask b) { return vandq_u64(a, b); }
PYACT_INLINE mask mask_or(mask a, mask b) { return vorrq_u64(a, b); }
PYACT_INLINE mask mask_not(mask a) { return veorq_u64(a, vdupq_n_u64(~(uint64_t)0)); }
PYACT_INLINE mask mask_none(void) { return vdupq_n_u64(0); }
PYACT_INLINE int mask_any(mask a) { return (vgetq_lane_u64(a, 0) | vgetq_lane_u64(a, 1)) != 0; }
PYACT_INLINE int mask_all(mask a) { return (vgetq_lane_u64(a, 0) & vgetq_lane_u64(a, 1)) != 0; }

PYACT_INLINE mask vec_lt(vec a, vec b) { return vcltq_f64(a, b); }
PYACT_INLINE mask vec_le(vec a, vec b) { return vcleq_f64(a, b); }
PYACT_INLINE mask vec_eq(vec a, vec b) { return vceqq_f64(a, b); }
PYACT_INLINE mask vec_ne(vec a, vec b) { return mask_not(vceqq_f64(a, b)); }
PYACT_INLINE mask vec_is_nan(vec a) { return mask_not(vceqq_f64(a, a)); }
PYACT_INLINE vec vec_select(mask m, vec if_true, vec if_false) { return vbslq_f64(m, if_true, if_false); }
PYACT_INLINE vec vec_at_most(vec x, vec limit) { return vbslq_f64(vcltq_f64(limit, x), limit, x); }
PYACT_INLINE vec vec_at_least(vec x, vec limit) { return vbslq_f64(vcgtq_f64(limit, x), limit, x); }

PYACT_INLINE ivec ivec_set(int64_t a) { return vdupq_n_u64((uint64_t)a); }
PYACT_INLINE ivec ivec_add(ivec a, ivec b) { return vaddq_u64(a, b); }
PYACT_INLINE ivec ivec_sub(ivec a, ivec b) { return vsubq_u64(a, b); }
PYACT_INLINE ivec ivec_and(ivec a, ivec b) { return vandq_u64(a, b); }
PYACT_INLINE ivec ivec_or(ivec a, ivec b) { return vorrq_u64(a, b); }
PYACT_INLINE ivec ivec_xor(ivec a, ivec b) { return veorq_u64(a, b); }
PYACT_INLINE ivec ivec_shift_left(ivec a, int n) { return vshlq_u64(a, vdupq_n_s64(n)); }
PYACT_INLINE ivec ivec_shift_right(ivec a, int n) { return vshlq_u64(a, vdupq_n_s64(-n)); }
PYACT_INLINE ivec ivec_select(mask m, ivec if_true, ivec if_false) { return vbslq_u64(m, if_true, if_false); }
PYACT_INLINE mask ivec_eq(ivec a, ivec b) { return vceqq_u64(a, b); }

PYACT_INLINE vec vec_lookup4(const double table[4], ivec index)
{
    return vcombine_f64(vld1_f64(table + (vgetq_lane_u64(index, 0) & 3)),
                        vld1_f64(table + (vgetq_lane_u64(index, 1) & 3)));
}

#endif
