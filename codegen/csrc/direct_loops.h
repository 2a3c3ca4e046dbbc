/* float64 kernels that are a few plain operations: their loops run at the speed of memory, so nothing is done for each
 * vector that can be done once. Parameters stay in registers, one call takes the whole array, and NaN is looked for once
 * in a block. The generator writes NAME_direct_at for one vector, and NAME_direct_core around these loops. */
#ifndef PYACT_DIRECT_LOOPS_H
#define PYACT_DIRECT_LOOPS_H

#include "convert.h"
#include "kernel.h"
#include "simd.h"

enum { DIRECT_BLOCK = 256 * LANES };

/* Whether two vectors are equal, a zero with its sign, NaN with itself. */
PYACT_INLINE int direct_is_same(vec a, vec b)
{
    return mask_all(ivec_eq(ivec_from_bits(canonical_nan(a)), ivec_from_bits(canonical_nan(b))));
}

PYACT_OUTLINE void direct_clean_block(double *block, size_t n)
{
    for (size_t i = 0; i < n; i += LANES) vec_store(block + i, canonical_nan(vec_load(block + i)));
}

/* Stores AT, an expression of i, for 0 <= i < n. Products of results, added up, are NaN if one of them is, and seldom
 * else: that costs one operation for two vectors instead of two for each. */
#define PYACT_DIRECT_WATCHED(AT) \
    for (size_t start = 0, end; start < n; start = end) { \
        size_t i = start; \
        vec watch = vec_set(0.0), last = watch; \
        end = n - start < DIRECT_BLOCK ? n : start + DIRECT_BLOCK; \
        for (; i + 2 * LANES <= end; i += LANES) { \
            const vec even = AT; \
            i += LANES; \
            const vec odd = AT; \
            vec_store(to + i - LANES, even); \
            vec_store(to + i, odd); \
            watch = vec_fma(even, odd, watch); \
        } \
        if (i < end) vec_store(to + i, last = AT); \
        if (__builtin_expect(mask_any(vec_unordered(watch, last)), 0)) direct_clean_block(to + start, end - start); \
    }

/* The same with AT right, and with the bits of CAREFUL, where GUARD, at least 1, is below 2^50, and not for NaN. A block where
 * products of guards, added up, are larger is evaluated again: no input may be the output. */
#define PYACT_DIRECT_GUARDED(AT, GUARD, CAREFUL) \
    for (size_t start = 0, end; start < n; start = end) { \
        size_t i = start; \
        vec watch = vec_set(0.0), last = watch, guard = watch; \
        end = n - start < DIRECT_BLOCK ? n : start + DIRECT_BLOCK; \
        for (; i + 2 * LANES <= end; i += LANES) { \
            const vec even = AT, even_guard = GUARD; \
            i += LANES; \
            const vec odd = AT; \
            guard = vec_fma(even_guard, GUARD, guard); \
            vec_store(to + i - LANES, even); \
            vec_store(to + i, odd); \
            watch = vec_fma(even, odd, watch); \
        } \
        if (i < end) { \
            guard = vec_add(guard, GUARD); \
            vec_store(to + i, last = AT); \
        } \
        if (__builtin_expect(!mask_all(vec_lt(guard, vec_set(0x1p50))), 0)) \
            for (i = start; i < end; i += LANES) vec_store(to + i, canonical_nan(CAREFUL)); \
        else if (__builtin_expect(mask_any(vec_unordered(watch, last)), 0)) \
            direct_clean_block(to + start, end - start); \
    }

/* As the first, where the result is to be NaN where SILENT, an array, is. */
#define PYACT_DIRECT_UNWATCHED(SILENT, AT) \
    for (size_t i = 0; i < n; i += LANES) { \
        const vec y = AT; \
        const mask is_nan = vec_unordered(y, vec_load(SILENT + i)); \
        vec_store(to + i, vec_select(is_nan, vec_from_bits(ivec_set(0x7ff8000000000000)), y)); \
    }

/* As the narrow core, with the parameters where they are. */
#define PYACT_DIRECT_CHECKED(AT) \
    for (size_t i = 0; i < n; i += LANES) vec_store(to + i, canonical_nan(AT));

#endif
