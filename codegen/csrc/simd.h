/* One small vector API over doubles, the same on every instruction set.
 *
 * The including translation unit defines exactly one PYACT_ISA_<NAME>; the header of that ISA supplies
 *   vec    LANES doubles          ivec   LANES 64-bit integers          mask   LANES truth values
 * and the functions listed here.  All of them are IEEE operations with one possible result, so a kernel that is written
 * with them gives the same bits on every ISA.
 *
 *   vec_load vec_store vec_set                              memory (no alignment needed), broadcast
 *   vec_add vec_sub vec_mul vec_div vec_sqrt                correctly rounded
 *   vec_fma(a,b,c) = a*b+c   vec_fms = a*b-c   vec_fnma = c-a*b        one rounding
 *   vec_neg vec_abs vec_copysign(magnitude, sign)           sign bit only
 *   vec_min vec_max                                         NaN of either operand wins; equal operands give the first
 *   vec_at_most(x, limit) vec_at_least(x, limit)            clamps; x NaN stays NaN, x = limit gives x
 *   vec_lt vec_le vec_eq                                    false on NaN        vec_ne vec_is_nan: true on NaN
 *   vec_select(m, if_true, if_false)
 *   mask_and mask_or mask_not mask_none() mask_any mask_all
 *   ivec_from_bits vec_from_bits ivec_set ivec_add ivec_sub ivec_and ivec_or ivec_xor ivec_eq ivec_select
 *   ivec_shift_left ivec_shift_right (logical)              the count is a constant
 *   vec_lookup4(table, index)                               table[index mod 4]
 *   vec_load_columns4(rows, first, columns)                 of LANES rows: columns[j] = rows[lane][first + j], j < 4
 *
 * The same for floats, FLANES = 2 * LANES of them in one vector:
 *   fvec   FLANES floats       fivec   FLANES 32-bit integers         fmask   FLANES truth values
 *
 *   fvec_load ... fvec_select, fmask_and ... fmask_all, fivec_from_bits ... fivec_shift_right: as above
 *   fvec_xor_sign(a, b)                                     a, with its sign flipped where the sign bit of b is set
 *   fvec_select_sign(sign, if_negative, if_positive)        by the sign bit
 *   fvec_unordered(a, b)                                    whether a or b is NaN
 *   fvec_keep(m, a) fvec_clear(m, a)                        a where m holds (does not hold), else 0.0
 *   fmask_bits(m)                                           unsigned, bit i is lane i
 *   fivec_any_negative(a)                                   whether a sign bit is set
 *   fvec_lookup8 fvec_lookup16 fvec_lookup32(table, index)  table[index mod 8, 16, 32]; table is aligned to 64 bytes
 *                                                           counts, the others have no meaning
 *   fvec_compress_store(to, bits, a)                        the lanes whose bit is set, in order; a whole vector is
 *                                                           written, the rest of it has no meaning
 *   fvec_expand_store(to, bits, from)                       the reverse: to[lane] takes the next of `from` where its
 *                                                           bit is set, else stays (but may be written back); may
 *                                                           read a whole vector of `from`
 *   fvec_low_to_vec fvec_high_to_vec                        the first and the last LANES lanes, exactly
 *   fvec_from_vecs(low, high)                               rounded to nearest
 */
#ifndef PYACT_SIMD_H
#define PYACT_SIMD_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PYACT_INLINE static inline __attribute__((always_inline))
#define PYACT_OUTLINE static __attribute__((noinline, unused))

#define PYACT_JOIN_(a, b) a##_##b
#define PYACT_JOIN(a, b) PYACT_JOIN_(a, b)
#define PYACT_FN(name) PYACT_JOIN(name, PYACT_ISA_SUFFIX)

#if defined(PYACT_ISA_SSE2)
#define PYACT_ISA_SUFFIX sse2
#include "simd_sse2.h"
#elif defined(PYACT_ISA_AVX2)
#define PYACT_ISA_SUFFIX avx2
#include "simd_avx2.h"
#elif defined(PYACT_ISA_AVX512)
#define PYACT_ISA_SUFFIX avx512
#include "simd_avx512.h"
#elif defined(PYACT_ISA_NEON)
#define PYACT_ISA_SUFFIX neon
#include "simd_neon.h"
#elif defined(PYACT_ISA_SCALAR)
#define PYACT_ISA_SUFFIX scalar
#include "simd_scalar.h"
#else
#error "define one of PYACT_ISA_SSE2, PYACT_ISA_AVX2, PYACT_ISA_AVX512, PYACT_ISA_NEON, PYACT_ISA_SCALAR"
#endif

/* Defined by the operations above, hence the same everywhere. */

PYACT_INLINE vec vec_min(vec a, vec b) { return vec_select(mask_or(vec_le(a, b), vec_is_nan(a)), a, b); }
PYACT_INLINE vec vec_max(vec a, vec b) { return vec_select(mask_or(vec_le(b, a), vec_is_nan(a)), a, b); }

#if !defined(PYACT_ISA_AVX2) && !defined(PYACT_ISA_AVX512) /* they have an instruction for it */
PYACT_INLINE fvec fvec_select_sign(fvec sign, fvec if_negative, fvec if_positive)
{
    const fivec set = fivec_sub(fivec_set(0), fivec_shift_right(fivec_from_bits(sign), 31)); /* all ones, or 0 */
    const fivec a = fivec_from_bits(if_negative), b = fivec_from_bits(if_positive);
    return fvec_from_bits(fivec_xor(b, fivec_and(fivec_xor(a, b), set)));
}
#endif

PYACT_INLINE fvec fvec_min(fvec a, fvec b) { return fvec_select(fmask_or(fvec_le(a, b), fvec_is_nan(a)), a, b); }
PYACT_INLINE fvec fvec_max(fvec a, fvec b) { return fvec_select(fmask_or(fvec_le(b, a), fvec_is_nan(a)), a, b); }

/* c[0] + c[1] x + ... + c[n-1] x^(n-1) by Horner's rule: fewest roundings, longest dependency chain. */
PYACT_INLINE vec vec_horner(const double *c, int n, vec x)
{
    vec sum = vec_set(c[n - 1]);
#pragma GCC unroll 40
    for (int i = n - 2; i >= 0; i--)
        sum = vec_fma(sum, x, vec_set(c[i]));
    return sum;
}

/* The same polynomial as pairs (c[i] + c[i+1] x) in powers of x^2: half the chain for one more operation. */
PYACT_INLINE vec vec_polynomial(const double *c, int n, vec x)
{
    vec square = vec_mul(x, x);
    int i = (n - 1) & ~1;
    vec sum = i + 1 < n ? vec_fma(vec_set(c[i + 1]), x, vec_set(c[i])) : vec_set(c[i]);
#pragma GCC unroll 20
    for (i -= 2; i >= 0; i -= 2)
        sum = vec_fma(sum, square, vec_fma(vec_set(c[i + 1]), x, vec_set(c[i])));
    return sum;
}

#endif
