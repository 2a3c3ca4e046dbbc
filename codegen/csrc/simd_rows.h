/* What the float32 rows need beyond simd.h: parts of vectors, and the ends of sixteen partial results.
 *
 * Sixteen partial results, whatever the vector length: element i of a row goes to partial i mod 16, and the partials are
 * joined by halves (0 with 8, then 0 with 4, ...). That fixes every rounding, so a row has the same bits on every CPU. */
#ifndef PYACT_SIMD_ROWS_H
#define PYACT_SIMD_ROWS_H

#include "simd.h"

enum {
    PARTIALS = 16,
    GROUP = PARTIALS / FLANES, /* float vectors that hold the partials */
};

/* One vector whose first n lanes come from memory (n may be more than FLANES), the others hold `filler`. */
PYACT_INLINE fvec fvec_load_first(const float *from, size_t n, float filler)
{
#if defined(PYACT_ISA_AVX512)
    return _mm512_mask_loadu_ps(fvec_set(filler), (__mmask16)(n < 16 ? (1u << n) - 1 : 0xffff), from);
#elif defined(PYACT_ISA_AVX2)
    static const int32_t lanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    const __m256i wanted = _mm256_loadu_si256((const __m256i *)(const void *)(lanes + 8 - (n < 8 ? n : 8)));
    return fvec_select(_mm256_castsi256_ps(wanted), _mm256_maskload_ps(from, wanted), fvec_set(filler));
#else
    float lanes[FLANES];
    if (n >= FLANES) return fvec_load(from);
    for (size_t i = 0; i < FLANES; i++) lanes[i] = filler;
    if (n > 0) memcpy(lanes, from, n * sizeof(float));
    return fvec_load(lanes);
#endif
}

PYACT_INLINE void fvec_store_first(float *to, size_t n, fvec a)
{
#if defined(PYACT_ISA_AVX512)
    _mm512_mask_storeu_ps(to, (__mmask16)(n < 16 ? (1u << n) - 1 : 0xffff), a);
#elif defined(PYACT_ISA_AVX2)
    static const int32_t lanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    _mm256_maskstore_ps(to, _mm256_loadu_si256((const __m256i *)(const void *)(lanes + 8 - (n < 8 ? n : 8))), a);
#else
    float lanes[FLANES];
    fvec_store(lanes, a);
    if (n > 0) memcpy(to, lanes, (n < FLANES ? n : FLANES) * sizeof(float));
#endif
}

/* The larger of two, the second where the first is NaN: a NaN in x is passed over. */
PYACT_INLINE fvec fvec_running_max(fvec x, fvec best)
{
#if defined(PYACT_ISA_AVX512)
    return _mm512_max_ps(x, best);
#elif defined(PYACT_ISA_AVX2)
    return _mm256_max_ps(x, best);
#elif defined(PYACT_ISA_SSE2)
    return _mm_max_ps(x, best);
#else
    return fvec_select(fvec_lt(best, x), x, best);
#endif
}

#if defined(PYACT_ISA_AVX512) || defined(PYACT_ISA_AVX2)
PYACT_INLINE float largest_of_8(__m256 a)
{
    __m128 m = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}

PYACT_INLINE double total_of_4(__m256d a)
{
    const __m128d b = _mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_add_sd(b, _mm_unpackhi_pd(b, b)));
}
#endif

/* The largest of the partials; none of them is NaN. */
PYACT_INLINE float largest_partial(const fvec *part)
{
#if defined(PYACT_ISA_AVX512)
    return largest_of_8(_mm256_max_ps(_mm512_castps512_ps256(part[0]), _mm512_extractf32x8_ps(part[0], 1)));
#elif defined(PYACT_ISA_AVX2)
    return largest_of_8(_mm256_max_ps(part[0], part[1]));
#else
    float lanes[FLANES];
    fvec best = part[0];
    for (int j = 1; j < GROUP; j++) best = fvec_running_max(part[j], best);
    fvec_store(lanes, best);
    float largest = lanes[0];
    for (int i = 1; i < FLANES; i++)
        if (lanes[i] > largest) largest = lanes[i];
    return largest;
#endif
}

/* The sum of the partials: low[j] and high[j] hold those of float vector j. */
PYACT_INLINE double total_of_partials(const vec *low, const vec *high)
{
#if defined(PYACT_ISA_AVX512)
    const __m512d a = _mm512_add_pd(low[0], high[0]);
    return total_of_4(_mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1)));
#elif defined(PYACT_ISA_AVX2)
    return total_of_4(_mm256_add_pd(_mm256_add_pd(low[0], low[1]), _mm256_add_pd(high[0], high[1])));
#else
    double part[PARTIALS];
    for (int j = 0; j < GROUP; j++) {
        vec_store(part + j * FLANES, low[j]);
        vec_store(part + j * FLANES + LANES, high[j]);
    }
    for (int half = PARTIALS / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) part[i] += part[i + half];
    return part[0];
#endif
}

#endif
