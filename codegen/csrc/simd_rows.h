/* What the float32 rows need beyond simd.h: parts of vectors, and the ends of sixteen partial results.
 *
 * Sixteen partial results, whatever the vector length: element i of a row goes to partial i mod 16, and the partials
 * are joined by halves (0 with 8, then 0 with 4, ...). That fixes every rounding, so a row has the same bits on every
 * CPU. */
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
    __m128 part = _mm256_castps256_ps128(a); /* not the masked store: it takes some processors dozens of cycles */
    if (n >= 8) {
        _mm256_storeu_ps(to, a);
        return;
    }
    if (n & 4) {
        _mm_storeu_ps(to, part);
        part = _mm256_extractf128_ps(a, 1);
        to += 4;
    }
    if (n & 2) {
        _mm_storel_pi((__m64 *)(void *)to, part);
        part = _mm_movehl_ps(part, part);
        to += 2;
    }
    if (n & 1) _mm_store_ss(to, part);
#else
    float lanes[FLANES];
    fvec_store(lanes, a);
    if (n > 0) memcpy(to, lanes, (n < FLANES ? n : FLANES) * sizeof(float));
#endif
}

/* One vector whose first n lanes come from memory (n may be more than LANES), the others are 0. */
PYACT_INLINE vec vec_load_first(const double *from, size_t n)
{
#if defined(PYACT_ISA_AVX512)
    return _mm512_maskz_loadu_pd((__mmask8)(n < 8 ? (1u << n) - 1 : 0xff), from);
#elif defined(PYACT_ISA_AVX2)
    static const int64_t lanes[8] = {-1, -1, -1, -1};
    return _mm256_maskload_pd(from, _mm256_loadu_si256((const __m256i *)(const void *)(lanes + 4 - (n < 4 ? n : 4))));
#else
    double lanes[LANES] = {0.0};
    if (n >= LANES) return vec_load(from);
    for (size_t i = 0; i < n; i++) lanes[i] = from[i];
    return vec_load(lanes);
#endif
}

/* sum + a * b, where a and b were floats: their product is a double, so the sum is the only rounding. */
PYACT_INLINE vec vec_add_product_of_floats(vec sum, vec a, vec b)
{
#if defined(PYACT_ISA_AVX512) || defined(PYACT_ISA_AVX2) || defined(PYACT_ISA_NEON)
    return vec_fma(a, b, sum);
#else
    return vec_add(sum, vec_mul(a, b)); /* their vec_fma is emulated */
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

/* to[j][i] = from[i][j] for i, j < 4; steps in bytes. */
PYACT_INLINE void transpose_4(const char *from, ptrdiff_t from_step, char *to, ptrdiff_t to_step)
{
#if defined(PYACT_ISA_AVX512) || defined(PYACT_ISA_AVX2) || defined(PYACT_ISA_SSE2)
    __m128 a = _mm_loadu_ps((const float *)(const void *)from);
    __m128 b = _mm_loadu_ps((const float *)(const void *)(from + from_step));
    __m128 c = _mm_loadu_ps((const float *)(const void *)(from + 2 * from_step));
    __m128 d = _mm_loadu_ps((const float *)(const void *)(from + 3 * from_step));
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps((float *)(void *)to, a);
    _mm_storeu_ps((float *)(void *)(to + to_step), b);
    _mm_storeu_ps((float *)(void *)(to + 2 * to_step), c);
    _mm_storeu_ps((float *)(void *)(to + 3 * to_step), d);
#else
    float values[4][4];
    for (int i = 0; i < 4; i++) memcpy(values[i], from + i * from_step, sizeof values[i]);
    for (int j = 0; j < 4; j++)
        for (int i = 0; i < 4; i++)
            memcpy(to + j * to_step + i * (ptrdiff_t)sizeof(float), &values[i][j], sizeof(float));
#endif
}

/* The same of doubles. */
PYACT_INLINE void transpose_4_doubles(const char *from, ptrdiff_t from_step, char *to, ptrdiff_t to_step)
{
#if defined(PYACT_ISA_AVX512) || defined(PYACT_ISA_AVX2)
    const __m256d a = _mm256_loadu_pd((const double *)(const void *)from);
    const __m256d b = _mm256_loadu_pd((const double *)(const void *)(from + from_step));
    const __m256d c = _mm256_loadu_pd((const double *)(const void *)(from + 2 * from_step));
    const __m256d d = _mm256_loadu_pd((const double *)(const void *)(from + 3 * from_step));
    const __m256d ab_even = _mm256_unpacklo_pd(a, b), ab_odd = _mm256_unpackhi_pd(a, b);
    const __m256d cd_even = _mm256_unpacklo_pd(c, d), cd_odd = _mm256_unpackhi_pd(c, d);
    _mm256_storeu_pd((double *)(void *)to, _mm256_permute2f128_pd(ab_even, cd_even, 0x20));
    _mm256_storeu_pd((double *)(void *)(to + to_step), _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20));
    _mm256_storeu_pd((double *)(void *)(to + 2 * to_step), _mm256_permute2f128_pd(ab_even, cd_even, 0x31));
    _mm256_storeu_pd((double *)(void *)(to + 3 * to_step), _mm256_permute2f128_pd(ab_odd, cd_odd, 0x31));
#else
    for (int j = 0; j < 4; j++)
        for (int i = 0; i < 4; i++)
            memcpy(to + j * to_step + i * (ptrdiff_t)sizeof(double),
                   from + i * from_step + j * (ptrdiff_t)sizeof(double), sizeof(double));
#endif
}

/* Where a strip of four begins: the last one again covers elements of the one before it, so that all are whole. */
PYACT_INLINE ptrdiff_t strip_start(size_t i, size_t n) { return (ptrdiff_t)(n - i < 4 ? n - 4 : i); }

/* to[j][i] = from[i][j] for i < lines, j < n, elements of 4 or 8 bytes. The n elements of a line of `from` lie side by
 * side, as do the lines of `to`. The two do not overlap. Lines that are far apart are visited once, fetched ahead. */
PYACT_INLINE void transpose_lines_of(ptrdiff_t size, const char *from, ptrdiff_t from_step, size_t lines, size_t n,
                                     char *to, ptrdiff_t to_step)
{
    enum { AHEAD = 24 };
    if (lines < 4 || n < 4) {
        for (size_t i = 0; i < lines; i++)
            for (size_t j = 0; j < n; j++)
                memcpy(to + (ptrdiff_t)j * to_step + (ptrdiff_t)i * size,
                       from + (ptrdiff_t)i * from_step + (ptrdiff_t)j * size, (size_t)size);
    } else if (lines >= n) {
        for (size_t i = 0; i < lines; i += 4) {
            const ptrdiff_t line = strip_start(i, lines);
            for (size_t k = i + AHEAD; k < i + AHEAD + 4 && k < lines; k++) {
                __builtin_prefetch(from + (ptrdiff_t)k * from_step);
                __builtin_prefetch(from + (ptrdiff_t)k * from_step + (ptrdiff_t)(n - 1) * size);
            }
            for (size_t j = 0; j < n; j += 4) {
                const ptrdiff_t element = strip_start(j, n);
                (size == 4 ? transpose_4 : transpose_4_doubles)(from + line * from_step + element * size, from_step,
                                                                to + element * to_step + line * size, to_step);
            }
        }
    } else {
        for (size_t j = 0; j < n; j += 4) {
            const ptrdiff_t element = strip_start(j, n);
            for (size_t k = j + AHEAD; k < j + AHEAD + 4 && k < n; k++) {
                __builtin_prefetch(to + (ptrdiff_t)k * to_step, 1);
                __builtin_prefetch(to + (ptrdiff_t)k * to_step + (ptrdiff_t)(lines - 1) * size, 1);
            }
            for (size_t i = 0; i < lines; i += 4) {
                const ptrdiff_t line = strip_start(i, lines);
                (size == 4 ? transpose_4 : transpose_4_doubles)(from + line * from_step + element * size, from_step,
                                                                to + element * to_step + line * size, to_step);
            }
        }
    }
}

PYACT_OUTLINE void transpose_lines(const char *from, ptrdiff_t from_step, size_t lines, size_t n, char *to,
                                   ptrdiff_t to_step)
{
    transpose_lines_of(sizeof(float), from, from_step, lines, n, to, to_step);
}

PYACT_OUTLINE void transpose_lines_of_doubles(const char *from, ptrdiff_t from_step, size_t lines, size_t n, char *to,
                                              ptrdiff_t to_step)
{
    transpose_lines_of(sizeof(double), from, from_step, lines, n, to, to_step);
}

#endif
