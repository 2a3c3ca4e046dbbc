/* Portable C: one lane. fma() is the C library's, which is exact. */
#ifndef PYACT_SIMD_SCALAR_H
#define PYACT_SIMD_SCALAR_H

#include <float.h>

#if FLT_EVAL_METHOD == 2
#error "x87 arithmetic rounds twice: compile with -msse2 -mfpmath=sse"
#endif

typedef double vec;
typedef uint64_t ivec;
typedef int mask;
#define LANES 1

PYACT_INLINE vec vec_load(const double *p) { return *p; }
PYACT_INLINE void vec_store(double *p, vec a) { *p = a; }
PYACT_INLINE vec vec_set(double a) { return a; }

PYACT_INLINE ivec ivec_from_bits(vec a) { ivec bits; memcpy(&bits, &a, sizeof bits); return bits; }
PYACT_INLINE vec vec_from_bits(ivec a) { vec value; memcpy(&value, &a, sizeof value); return value; }

PYACT_INLINE vec vec_add(vec a, vec b) { return a + b; }
PYACT_INLINE vec vec_sub(vec a, vec b) { return a - b; }
PYACT_INLINE vec vec_mul(vec a, vec b) { return a * b; }
PYACT_INLINE vec vec_div(vec a, vec b) { return a / b; }
PYACT_INLINE vec vec_sqrt(vec a) { return sqrt(a); }
PYACT_INLINE vec vec_fma(vec a, vec b, vec c) { return fma(a, b, c); }
PYACT_INLINE vec vec_fnma(vec a, vec b, vec c) { return fma(-a, b, c); }
PYACT_INLINE vec vec_fms(vec a, vec b, vec c) { return fma(a, b, -c); }
PYACT_INLINE vec vec_neg(vec a) { return -a; }
PYACT_INLINE vec vec_abs(vec a) { return fabs(a); }
PYACT_INLINE vec vec_copysign(vec magnitude, vec sign) { return copysign(magnitude, sign); }

PYACT_INLINE mask vec_lt(vec a, vec b) { return a < b; }
PYACT_INLINE mask vec_le(vec a, vec b) { return a <= b; }
PYACT_INLINE mask vec_eq(vec a, vec b) { return a == b; }
PYACT_INLINE mask vec_ne(vec a, vec b) { return a != b; }
PYACT_INLINE mask vec_is_nan(vec a) { return a != a; }
PYACT_INLINE mask vec_unordered(vec a, vec b) { return a != a || b != b; }
PYACT_INLINE vec vec_select(mask m, vec if_true, vec if_false) { return m ? if_true : if_false; }
PYACT_INLINE vec vec_at_most(vec x, vec limit) { return limit < x ? limit : x; }
PYACT_INLINE vec vec_at_least(vec x, vec limit) { return limit > x ? limit : x; }

PYACT_INLINE mask mask_and(mask a, mask b) { return a & b; }
PYACT_INLINE mask mask_or(mask a, mask b) { return a | b; }
PYACT_INLINE mask mask_not(mask a) { return !a; }
PYACT_INLINE mask mask_none(void) { return 0; }
PYACT_INLINE int mask_any(mask a) { return a; }
PYACT_INLINE int mask_all(mask a) { return a; }

PYACT_INLINE ivec ivec_set(int64_t a) { return (ivec)a; }
PYACT_INLINE ivec ivec_add(ivec a, ivec b) { return a + b; }
PYACT_INLINE ivec ivec_sub(ivec a, ivec b) { return a - b; }
PYACT_INLINE ivec ivec_and(ivec a, ivec b) { return a & b; }
PYACT_INLINE ivec ivec_or(ivec a, ivec b) { return a | b; }
PYACT_INLINE ivec ivec_xor(ivec a, ivec b) { return a ^ b; }
PYACT_INLINE ivec ivec_shift_left(ivec a, int n) { return a << n; }
PYACT_INLINE ivec ivec_shift_right(ivec a, int n) { return a >> n; }
PYACT_INLINE ivec ivec_select(mask m, ivec if_true, ivec if_false) { return m ? if_true : if_false; }
PYACT_INLINE mask ivec_eq(ivec a, ivec b) { return a == b; }

PYACT_INLINE vec vec_lookup4(const double table[4], ivec index) { return table[index & 3]; }

PYACT_INLINE void vec_load_columns4(const double *const *rows, int first, vec *columns)
{
    for (int j = 0; j < 4; j++) columns[j] = rows[0][first + j];
}

/* ---- floats ---- */

typedef struct { float lane[2]; } fvec;
typedef struct { uint32_t lane[2]; } fivec;
typedef struct { unsigned bits; } fmask;
#define FLANES 2

PYACT_INLINE fvec fvec_load(const float *p) { fvec value; memcpy(&value, p, sizeof value); return value; }
PYACT_INLINE void fvec_store(float *p, fvec a) { memcpy(p, &a, sizeof a); }
PYACT_INLINE fvec fvec_set(float a) { return (fvec){{a, a}}; }

PYACT_INLINE fivec fivec_from_bits(fvec a) { fivec bits; memcpy(&bits, &a, sizeof bits); return bits; }
PYACT_INLINE fvec fvec_from_bits(fivec a) { fvec value; memcpy(&value, &a, sizeof value); return value; }

/* a and b: what the expression calls the operands in one lane. */
#define SCALAR_FLOATS_1(name, expression) \
    PYACT_INLINE float scalar_##name(float a) { return expression; } \
    PYACT_INLINE fvec fvec_##name(fvec a) { \
        return (fvec){{scalar_##name(a.lane[0]), scalar_##name(a.lane[1])}}; \
    }
#define SCALAR_FLOATS_2(name, expression) \
    PYACT_INLINE float scalar_##name(float a, float b) { return expression; } \
    PYACT_INLINE fvec fvec_##name(fvec a, fvec b) { \
        return (fvec){{scalar_##name(a.lane[0], b.lane[0]), scalar_##name(a.lane[1], b.lane[1])}}; \
    }
#define SCALAR_FLOATS_3(name, expression) \
    PYACT_INLINE float scalar_##name(float a, float b, float c) { return expression; } \
    PYACT_INLINE fvec fvec_##name(fvec a, fvec b, fvec c) { \
        return (fvec){{scalar_##name(a.lane[0], b.lane[0], c.lane[0]), \
                       scalar_##name(a.lane[1], b.lane[1], c.lane[1])}}; \
    }
#define SCALAR_COMPARE(name, operator) \
    PYACT_INLINE fmask fvec_##name(fvec a, fvec b) { \
        return (fmask){(unsigned)(a.lane[0] operator b.lane[0]) | (unsigned)(a.lane[1] operator b.lane[1]) << 1}; \
    }
#define SCALAR_INTEGERS(name, operator) \
    PYACT_INLINE fivec fivec_##name(fivec a, fivec b) { \
        return (fivec){{a.lane[0] operator b.lane[0], a.lane[1] operator b.lane[1]}}; \
    }
SCALAR_FLOATS_2(add, a + b)
SCALAR_FLOATS_2(sub, a - b)
SCALAR_FLOATS_2(mul, a * b)
SCALAR_FLOATS_2(div, a / b)
SCALAR_FLOATS_1(sqrt, sqrtf(a))
SCALAR_FLOATS_3(fma, fmaf(a, b, c))
SCALAR_FLOATS_3(fnma, fmaf(-a, b, c))
SCALAR_FLOATS_3(fms, fmaf(a, b, -c))
SCALAR_FLOATS_1(neg, -a)
SCALAR_FLOATS_1(abs, fabsf(a))
SCALAR_FLOATS_2(copysign, copysignf(a, b))
SCALAR_FLOATS_2(xor_sign, copysignf(1.0f, b) < 0 ? -a : a) /* signbit(b) crashes gcc 12 here */
SCALAR_FLOATS_2(at_most, b < a ? b : a)
SCALAR_FLOATS_2(at_least, b > a ? b : a)
SCALAR_COMPARE(lt, <)
SCALAR_COMPARE(le, <=)
SCALAR_COMPARE(eq, ==)
SCALAR_COMPARE(ne, !=)
PYACT_INLINE fmask fvec_is_nan(fvec a) { return fvec_ne(a, a); }
PYACT_INLINE fvec fvec_select(fmask m, fvec if_true, fvec if_false)
{
    return (fvec){{m.bits & 1 ? if_true.lane[0] : if_false.lane[0], m.bits & 2 ? if_true.lane[1] : if_false.lane[1]}};
}
PYACT_INLINE fvec fvec_keep(fmask m, fvec a) { return fvec_select(m, a, fvec_set(0.0f)); }
PYACT_INLINE fvec fvec_clear(fmask m, fvec a) { return fvec_select(m, fvec_set(0.0f), a); }

PYACT_INLINE fmask fmask_and(fmask a, fmask b) { return (fmask){a.bits & b.bits}; }
PYACT_INLINE fmask fmask_or(fmask a, fmask b) { return (fmask){a.bits | b.bits}; }
PYACT_INLINE fmask fvec_unordered(fvec a, fvec b) { return fmask_or(fvec_is_nan(a), fvec_is_nan(b)); }
PYACT_INLINE fmask fmask_not(fmask a) { return (fmask){a.bits ^ 3}; }
PYACT_INLINE fmask fmask_none(void) { return (fmask){0}; }
PYACT_INLINE int fmask_any(fmask a) { return a.bits != 0; }
PYACT_INLINE int fmask_all(fmask a) { return a.bits == 3; }
PYACT_INLINE unsigned fmask_bits(fmask a) { return a.bits; }

PYACT_INLINE fivec fivec_set(int32_t a) { return (fivec){{(uint32_t)a, (uint32_t)a}}; }
SCALAR_INTEGERS(add, +)
SCALAR_INTEGERS(sub, -)
SCALAR_INTEGERS(and, &)
SCALAR_INTEGERS(or, |)
SCALAR_INTEGERS(xor, ^)
PYACT_INLINE fivec fivec_shift_left(fivec a, int n) { return (fivec){{a.lane[0] << n, a.lane[1] << n}}; }
PYACT_INLINE fivec fivec_shift_right(fivec a, int n) { return (fivec){{a.lane[0] >> n, a.lane[1] >> n}}; }
PYACT_INLINE fivec fivec_select(fmask m, fivec if_true, fivec if_false)
{
    return (fivec){{m.bits & 1 ? if_true.lane[0] : if_false.lane[0], m.bits & 2 ? if_true.lane[1] : if_false.lane[1]}};
}
PYACT_INLINE fmask fivec_eq(fivec a, fivec b)
{
    return (fmask){(unsigned)(a.lane[0] == b.lane[0]) | (unsigned)(a.lane[1] == b.lane[1]) << 1};
}
PYACT_INLINE int fivec_any_negative(fivec a) { return (int)((a.lane[0] | a.lane[1]) >> 31); }

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

PYACT_INLINE vec fvec_low_to_vec(fvec a) { return a.lane[0]; }
PYACT_INLINE vec fvec_high_to_vec(fvec a) { return a.lane[1]; }
PYACT_INLINE fvec fvec_from_vecs(vec low, vec high) { return (fvec){{(float)low, (float)high}}; }

#endif
