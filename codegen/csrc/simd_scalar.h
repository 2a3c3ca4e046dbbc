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

#endif
