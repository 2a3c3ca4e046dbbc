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
PYACT_INLINE mask vec_unordered(vec a, vec b) { return mask_not(vandq_u64(vceqq_f64(a, a), vceqq_f64(b, b))); }
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

PYACT_INLINE void vec_load_columns4(const double *const *rows, int first, vec *columns)
{
    for (int j = 0; j < 4; j += 2) {
        const vec row0 = vec_load(rows[0] + first + j), row1 = vec_load(rows[1] + first + j);
        columns[j] = vzip1q_f64(row0, row1);
        columns[j + 1] = vzip2q_f64(row0, row1);
    }
}

/* ---- floats ---- */

typedef float32x4_t fvec;
typedef uint32x4_t fivec;
typedef uint32x4_t fmask;
#define FLANES 4

PYACT_INLINE fvec fvec_load(const float *p) { return vld1q_f32(p); }
PYACT_INLINE void fvec_store(float *p, fvec a) { vst1q_f32(p, a); }
PYACT_INLINE fvec fvec_set(float a) { return vdupq_n_f32(a); }

PYACT_INLINE fivec fivec_from_bits(fvec a) { return vreinterpretq_u32_f32(a); }
PYACT_INLINE fvec fvec_from_bits(fivec a) { return vreinterpretq_f32_u32(a); }

PYACT_INLINE fvec fvec_add(fvec a, fvec b) { return vaddq_f32(a, b); }
PYACT_INLINE fvec fvec_sub(fvec a, fvec b) { return vsubq_f32(a, b); }
PYACT_INLINE fvec fvec_mul(fvec a, fvec b) { return vmulq_f32(a, b); }
PYACT_INLINE fvec fvec_div(fvec a, fvec b) { return vdivq_f32(a, b); }
PYACT_INLINE fvec fvec_sqrt(fvec a) { return vsqrtq_f32(a); }
PYACT_INLINE fvec fvec_neg(fvec a) { return vnegq_f32(a); }
PYACT_INLINE fvec fvec_abs(fvec a) { return vabsq_f32(a); }
PYACT_INLINE fvec fvec_fma(fvec a, fvec b, fvec c) { return vfmaq_f32(c, a, b); }
PYACT_INLINE fvec fvec_fnma(fvec a, fvec b, fvec c) { return vfmsq_f32(c, a, b); }
PYACT_INLINE fvec fvec_fms(fvec a, fvec b, fvec c) { return vfmaq_f32(fvec_neg(c), a, b); }
PYACT_INLINE fvec fvec_copysign(fvec magnitude, fvec sign)
{
    return vbslq_f32(vdupq_n_u32((uint32_t)1 << 31), sign, magnitude);
}
PYACT_INLINE fvec fvec_xor_sign(fvec a, fvec b)
{
    const uint32x4_t sign = vandq_u32(vreinterpretq_u32_f32(b), vdupq_n_u32((uint32_t)1 << 31));
    return vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(a), sign));
}

PYACT_INLINE fmask fmask_and(fmask a, fmask b) { return vandq_u32(a, b); }
PYACT_INLINE fmask fmask_or(fmask a, fmask b) { return vorrq_u32(a, b); }
PYACT_INLINE fmask fmask_not(fmask a) { return vmvnq_u32(a); }
PYACT_INLINE fmask fmask_none(void) { return vdupq_n_u32(0); }
PYACT_INLINE int fmask_any(fmask a) { return vmaxvq_u32(a) != 0; }
PYACT_INLINE int fmask_all(fmask a) { return vminvq_u32(a) != 0; }
PYACT_INLINE unsigned fmask_bits(fmask a)
{
    static const uint32_t lane_bits[FLANES] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(a, vld1q_u32(lane_bits)));
}

PYACT_INLINE fmask fvec_lt(fvec a, fvec b) { return vcltq_f32(a, b); }
PYACT_INLINE fmask fvec_le(fvec a, fvec b) { return vcleq_f32(a, b); }
PYACT_INLINE fmask fvec_eq(fvec a, fvec b) { return vceqq_f32(a, b); }
PYACT_INLINE fmask fvec_ne(fvec a, fvec b) { return fmask_not(vceqq_f32(a, b)); }
PYACT_INLINE fmask fvec_is_nan(fvec a) { return fmask_not(vceqq_f32(a, a)); }
PYACT_INLINE fmask fvec_unordered(fvec a, fvec b)
{
    return fmask_not(fmask_and(vceqq_f32(a, a), vceqq_f32(b, b)));
}
PYACT_INLINE fvec fvec_select(fmask m, fvec if_true, fvec if_false) { return vbslq_f32(m, if_true, if_false); }
PYACT_INLINE fvec fvec_keep(fmask m, fvec a)
{
    return vreinterpretq_f32_u32(vandq_u32(m, vreinterpretq_u32_f32(a)));
}
PYACT_INLINE fvec fvec_clear(fmask m, fvec a)
{
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(a), m));
}
PYACT_INLINE fvec fvec_at_most(fvec x, fvec limit) { return vbslq_f32(vcltq_f32(limit, x), limit, x); }
PYACT_INLINE fvec fvec_at_least(fvec x, fvec limit) { return vbslq_f32(vcgtq_f32(limit, x), limit, x); }

PYACT_INLINE fivec fivec_set(int32_t a) { return vdupq_n_u32((uint32_t)a); }
PYACT_INLINE fivec fivec_add(fivec a, fivec b) { return vaddq_u32(a, b); }
PYACT_INLINE fivec fivec_sub(fivec a, fivec b) { return vsubq_u32(a, b); }
PYACT_INLINE fivec fivec_and(fivec a, fivec b) { return vandq_u32(a, b); }
PYACT_INLINE fivec fivec_or(fivec a, fivec b) { return vorrq_u32(a, b); }
PYACT_INLINE fivec fivec_xor(fivec a, fivec b) { return veorq_u32(a, b); }
PYACT_INLINE fivec fivec_shift_left(fivec a, int n) { return vshlq_u32(a, vdupq_n_s32(n)); }
PYACT_INLINE fivec fivec_shift_right(fivec a, int n) { return vshlq_u32(a, vdupq_n_s32(-n)); }
PYACT_INLINE fivec fivec_select(fmask m, fivec if_true, fivec if_false) { return vbslq_u32(m, if_true, if_false); }
PYACT_INLINE fmask fivec_eq(fivec a, fivec b) { return vceqq_u32(a, b); }
PYACT_INLINE int fivec_any_negative(fivec a) { return (int)(vmaxvq_u32(a) >> 31); }

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

PYACT_INLINE vec fvec_low_to_vec(fvec a) { return vcvt_f64_f32(vget_low_f32(a)); }
PYACT_INLINE vec fvec_high_to_vec(fvec a) { return vcvt_f64_f32(vget_high_f32(a)); }
PYACT_INLINE fvec fvec_from_vecs(vec low, vec high) { return vcombine_f32(vcvt_f32_f64(low), vcvt_f32_f64(high)); }

#endif
