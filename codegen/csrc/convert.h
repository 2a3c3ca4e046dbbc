/* Conversion between strided arrays of f16, bf16, f32, f64 and contiguous blocks of double.
 *
 * Loading is exact. Storing rounds once, from double to the array's dtype, to nearest even; subnormals are kept and
 * every NaN becomes the one canonical quiet NaN, so that its bits do not depend on the instruction set. */
#ifndef PYACT_CONVERT_H
#define PYACT_CONVERT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel.h"
#include "simd.h"

static inline size_t dtype_size(pyact_dtype dtype) { return dtype == PYACT_F64 ? 8 : dtype == PYACT_F32 ? 4 : 2; }

/* ---- one element ---- */

static inline double double_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double load_one_f64(const char *from)
{
    double value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline double load_one_f32(const char *from)
{
    float value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline double load_one_bf16(const char *from)
{
    uint16_t bits;
    memcpy(&bits, from, sizeof bits);
    const uint32_t as_f32 = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &as_f32, sizeof value);
    return value;
}

static inline double load_one_f16(const char *from)
{
    uint16_t bits;
    memcpy(&bits, from, sizeof bits);
    const uint64_t sign = (uint64_t)(bits & 0x8000) << 48, magnitude = bits & 0x7fff;
    const uint64_t rebias = (uint64_t)(1023 - 15) << 52;
    if (magnitude < 0x0400) { /* zero or subnormal: a multiple of 2^-24 */
        const double value = (double)magnitude * 0x1p-24;
        return sign ? -value : value;
    }
    if (magnitude >= 0x7c00) return double_from_bits(sign | 0x7ff0000000000000 | magnitude << 42);
    return double_from_bits(sign | ((magnitude << 42) + rebias));
}

/* ---- one vector of contiguous elements, not necessarily aligned ---- */

#if defined(PYACT_ISA_AVX512)
static inline vec load_vec_f32(const char *from) { return _mm512_cvtps_pd(_mm256_loadu_ps((const float *)from)); }
static inline void store_vec_f32(char *to, vec value) { _mm256_storeu_ps((float *)to, _mm512_cvtpd_ps(value)); }
static inline vec load_vec_f16(const char *from)
{
    return _mm512_cvtps_pd(_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)from)));
}
static inline vec load_vec_bf16(const char *from)
{
    const __m256i words = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from));
    return _mm512_cvtps_pd(_mm256_castsi256_ps(_mm256_slli_epi32(words, 16)));
}
#elif defined(PYACT_ISA_AVX2)
static inline vec load_vec_f32(const char *from) { return _mm256_cvtps_pd(_mm_loadu_ps((const float *)from)); }
static inline void store_vec_f32(char *to, vec value) { _mm_storeu_ps((float *)to, _mm256_cvtpd_ps(value)); }
static inline vec load_vec_f16(const char *from)
{
    return _mm256_cvtps_pd(_mm_cvtph_ps(_mm_loadl_epi64((const __m128i *)from)));
}
static inline vec load_vec_bf16(const char *from)
{
    const __m128i words = _mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *)from));
    return _mm256_cvtps_pd(_mm_castsi128_ps(_mm_slli_epi32(words, 16)));
}
#else
#define PYACT_LOAD_BY_ELEMENT(dtype) \
    static inline vec load_vec_##dtype(const char *from) { \
        double block[LANES]; \
        for (int i = 0; i < LANES; i++) block[i] = load_one_##dtype(from + i * PYACT_SIZE_##dtype); \
        return vec_load(block); \
    }
#define PYACT_SIZE_f16 2
#define PYACT_SIZE_bf16 2
#define PYACT_SIZE_f32 4
PYACT_LOAD_BY_ELEMENT(bf16)
#if defined(PYACT_ISA_NEON)
static inline vec load_vec_f32(const char *from)
{
    float pair[2];
    memcpy(pair, from, sizeof pair);
    return vcvt_f64_f32(vld1_f32(pair));
}
static inline vec load_vec_f16(const char *from)
{
    uint16_t quad[4] = {0, 0, 0, 0};
    memcpy(quad, from, LANES * sizeof quad[0]);
    return vcvt_f64_f32(vget_low_f32(vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(quad)))));
}
static inline void store_vec_f32(char *to, vec value)
{
    float pair[2];
    vst1_f32(pair, vcvt_f32_f64(value));
    memcpy(to, pair, sizeof pair);
}
#else
PYACT_LOAD_BY_ELEMENT(f32)
PYACT_LOAD_BY_ELEMENT(f16)
static inline void store_vec_f32(char *to, vec value)
{
    double wide_elements[LANES];
    float elements[LANES];
    vec_store(wide_elements, value);
    for (int i = 0; i < LANES; i++) elements[i] = (float)wide_elements[i];
    memcpy(to, elements, sizeof elements);
}
#endif
#endif

static inline vec load_vec_f64(const char *from)
{
    double block[LANES];
    memcpy(block, from, sizeof block);
    return vec_load(block);
}

static inline vec canonical_nan(vec value)
{
    return vec_select(vec_is_nan(value), vec_from_bits(ivec_set(0x7ff8000000000000)), value);
}

/* ---- rounding double to 16 bits ---- */

/* Bit arithmetic on the double's own pattern, one rounding: `DROPPED` mantissa bits go, the exponent is rebased by
 * `REBIAS`; below MIN_NORMAL, adding 2^52 units of the subnormal spacing leaves the rounded count in the low bits;
 * what is at or above OVERFLOWS (the power of two beyond the largest finite value) becomes infinity. */
#define PYACT_DEFINE_ROUNDING(dtype, DROPPED, REBIAS, MIN_NORMAL, SUBNORMAL_UNITS, OVERFLOWS, QUIET_NAN) \
    static inline ivec round_to_##dtype(vec value) { \
        const vec magnitude = vec_min(vec_abs(value), vec_set(OVERFLOWS)); \
        const ivec bits = ivec_from_bits(magnitude); \
        const ivec odd = ivec_and(ivec_shift_right(bits, DROPPED), ivec_set(1)); \
        const ivec nearest = ivec_add(ivec_add(bits, ivec_set((INT64_C(1) << (DROPPED - 1)) - 1)), odd); \
        const ivec normal = ivec_sub(ivec_shift_right(nearest, DROPPED), \
                                     ivec_set((int64_t)(REBIAS) << (52 - DROPPED))); \
        const ivec subnormal = ivec_sub(ivec_from_bits(vec_add(magnitude, vec_set(SUBNORMAL_UNITS))), \
                                        ivec_from_bits(vec_set(SUBNORMAL_UNITS))); \
        const ivec rounded = ivec_select(vec_lt(magnitude, vec_set(MIN_NORMAL)), subnormal, normal); \
        const ivec sign = ivec_and(ivec_shift_right(ivec_from_bits(value), 48), ivec_set(0x8000)); \
        return ivec_select(vec_is_nan(value), ivec_set(QUIET_NAN), ivec_or(sign, rounded)); \
    }
PYACT_DEFINE_ROUNDING(f16, 42, 1023 - 15, 0x1p-14, 0x1p28, 0x1p16, 0x7e00)
PYACT_DEFINE_ROUNDING(bf16, 45, 1023 - 127, 0x1p-126, 0x1p-81, 0x1p128, 0x7fc0)

static inline ivec round_to_16_bits(pyact_dtype dtype, vec value)
{
    return dtype == PYACT_F16 ? round_to_f16(value) : round_to_bf16(value);
}

/* The low 16 bits of each lane. */
static inline void store_low_16_bits(uint16_t *to, ivec bits)
{
#if defined(PYACT_ISA_AVX512)
    _mm_storeu_si128((__m128i *)to, _mm512_cvtepi64_epi16(bits));
#else
    double block[LANES];
    vec_store(block, vec_from_bits(bits));
    for (int i = 0; i < LANES; i++) {
        uint64_t lane;
        memcpy(&lane, &block[i], sizeof lane);
        to[i] = (uint16_t)lane;
    }
#endif
}

/* A quick way by float32, where the CPU helps. The midpoints between 16-bit numbers are float32 numbers, so rounding to
 * float32 keeps a value on its side of every midpoint unless it lands on one. These functions store the vector if no
 * lane did so (or, for f16, gave a subnormal), and return whether they stored it. Then any number within the error of
 * `value` rounds alike. */
#if defined(PYACT_ISA_AVX512)
static inline int store_quickly_f16(uint16_t *to, vec value)
{
    const __m256i bits = _mm256_castps_si256(_mm512_cvtpd_ps(canonical_nan(value)));
    const __m256i magnitude = _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffffff));
    const __m256i dropped = _mm256_and_si256(bits, _mm256_set1_epi32(0x1fff));
    const __mmask8 midpoint = _mm256_cmpeq_epi32_mask(dropped, _mm256_set1_epi32(0x1000));
    const __mmask8 subnormal = _mm256_cmplt_epu32_mask(_mm256_sub_epi32(magnitude, _mm256_set1_epi32(1)),
                                                       _mm256_set1_epi32(0x38800000 - 1));
    _mm_storeu_si128((__m128i *)to, _mm256_cvtps_ph(_mm256_castsi256_ps(bits), _MM_FROUND_TO_NEAREST_INT));
    return (midpoint | subnormal) == 0;
}
static inline int store_quickly_bf16(uint16_t *to, vec value)
{
    const __m256i bits = _mm256_castps_si256(_mm512_cvtpd_ps(canonical_nan(value)));
    const __m256i dropped = _mm256_and_si256(bits, _mm256_set1_epi32(0xffff)), half = _mm256_set1_epi32(0x8000);
    const __mmask8 midpoint = _mm256_cmpeq_epi32_mask(dropped, half);
    _mm_storeu_si128((__m128i *)to, _mm256_cvtepi32_epi16(_mm256_srli_epi32(_mm256_add_epi32(bits, half), 16)));
    return midpoint == 0;
}
#elif defined(PYACT_ISA_AVX2)
static inline int store_quickly_f16(uint16_t *to, vec value)
{
    const __m128i bits = _mm_castps_si128(_mm256_cvtpd_ps(canonical_nan(value)));
    const __m128i magnitude = _mm_and_si128(bits, _mm_set1_epi32(0x7fffffff));
    const __m128i dropped = _mm_and_si128(bits, _mm_set1_epi32(0x1fff));
    const __m128i midpoint = _mm_cmpeq_epi32(dropped, _mm_set1_epi32(0x1000));
    const __m128i below_normal = _mm_cmplt_epi32(magnitude, _mm_set1_epi32(0x38800000));
    const __m128i subnormal = _mm_andnot_si128(_mm_cmpeq_epi32(magnitude, _mm_setzero_si128()), below_normal);
    _mm_storel_epi64((__m128i *)to, _mm_cvtps_ph(_mm_castsi128_ps(bits), _MM_FROUND_TO_NEAREST_INT));
    return _mm_movemask_epi8(_mm_or_si128(midpoint, subnormal)) == 0;
}
static inline int store_quickly_bf16(uint16_t *to, vec value)
{
    const __m128i bits = _mm_castps_si128(_mm256_cvtpd_ps(canonical_nan(value)));
    const __m128i dropped = _mm_and_si128(bits, _mm_set1_epi32(0xffff)), half = _mm_set1_epi32(0x8000);
    const __m128i midpoint = _mm_cmpeq_epi32(dropped, half);
    const __m128i rounded = _mm_srli_epi32(_mm_add_epi32(bits, half), 16);
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi32(rounded, rounded));
    return _mm_movemask_epi8(midpoint) == 0;
}
#else
static inline int store_quickly_f16(uint16_t *to, vec value)
{
    (void)to;
    (void)value;
    return 0;
}
static inline int store_quickly_bf16(uint16_t *to, vec value)
{
    return store_quickly_f16(to, value);
}
#endif

static inline int store_quickly(pyact_dtype dtype, uint16_t *to, vec value)
{
    return dtype == PYACT_F16 ? store_quickly_f16(to, value) : store_quickly_bf16(to, value);
}

/* ---- floats ---- */

static inline fvec canonical_nan_f32(fvec value)
{
    return fvec_select(fvec_is_nan(value), fvec_from_bits(fivec_set(0x7fc00000)), value);
}

#if defined(PYACT_ISA_AVX512)
static inline fvec load_fvec_f16(const char *from)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)from));
}
static inline fvec load_fvec_bf16(const char *from)
{
    const __m512i words = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(words, 16));
}
static inline void store_low_halves(char *to, fivec bits)
{
    _mm256_storeu_si256((__m256i *)(void *)to, _mm512_cvtepi32_epi16(bits));
}
#elif defined(PYACT_ISA_AVX2)
static inline fvec load_fvec_f16(const char *from)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)from));
}
static inline fvec load_fvec_bf16(const char *from)
{
    const __m256i words = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(words, 16));
}
static inline void store_low_halves(char *to, fivec bits) /* bits < 2^16 */
{
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(bits), _mm256_extracti128_si256(bits, 1));
    _mm_storeu_si128((__m128i *)(void *)to, words);
}
#else
#define PYACT_LOAD_FLOATS_BY_ELEMENT(dtype) \
    static inline fvec load_fvec_##dtype(const char *from) { \
        float block[FLANES]; \
        for (int i = 0; i < FLANES; i++) block[i] = (float)load_one_##dtype(from + 2 * i); \
        return fvec_load(block); \
    }
#if defined(PYACT_ISA_NEON)
static inline fvec load_fvec_f16(const char *from)
{
    uint16_t quad[4];
    memcpy(quad, from, sizeof quad);
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(quad)));
}
#else
PYACT_LOAD_FLOATS_BY_ELEMENT(f16)
#endif
PYACT_LOAD_FLOATS_BY_ELEMENT(bf16)
static inline void store_low_halves(char *to, fivec bits)
{
    uint32_t lanes[FLANES];
    uint16_t words[FLANES];
    memcpy(lanes, &bits, sizeof lanes);
    for (int i = 0; i < FLANES; i++) words[i] = (uint16_t)lanes[i];
    memcpy(to, words, sizeof words);
}
#endif

/* What the error of the float32 core may be, in units of the last place of its result: 1 for the derivative, which is
 * twice as much where the product with grad_output comes out at the end of its binade, and 1/2 for the product. */
enum { SINGLE_MARGIN = 3 };

/* The results of the float32 core (NaN is the canonical one) rounded to the nearest 16-bit number, ties either way. */
static inline void store_rounded_bf16(char *to, fvec value)
{
    store_low_halves(to, fivec_shift_right(fivec_add(fivec_from_bits(value), fivec_set(0x8000)), 16));
}
#if defined(PYACT_ISA_AVX512)
static inline void store_rounded_f16(char *to, fvec value)
{
    const __m256i halves = _mm512_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT);
    _mm256_storeu_si256((__m256i *)(void *)to, halves);
}
#elif defined(PYACT_ISA_AVX2)
static inline void store_rounded_f16(char *to, fvec value)
{
    const __m128i halves = _mm256_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128((__m128i *)(void *)to, halves);
}
#else
static inline void store_rounded_f16(char *to, fvec value) /* see PYACT_DEFINE_ROUNDING */
{
    const fvec magnitude = fvec_at_most(fvec_abs(value), fvec_set(0x1p16f)), units = fvec_set(0.5f);
    const fivec bits = fivec_add(fivec_from_bits(magnitude), fivec_set(0x1000));
    const fivec normal = fivec_sub(fivec_shift_right(bits, 13), fivec_set((127 - 15) << 10));
    const fivec subnormal = fivec_sub(fivec_from_bits(fvec_add(magnitude, units)), fivec_from_bits(units));
    const fivec rounded = fivec_select(fvec_lt(magnitude, fvec_set(0x1p-14f)), subnormal, normal);
    const fivec sign = fivec_and(fivec_shift_right(fivec_from_bits(value), 16), fivec_set(0x8000));
    store_low_halves(to, fivec_select(fvec_is_nan(value), fivec_set(0x7e00), fivec_or(sign, rounded)));
}
#endif

/* Rounded to nearest, ties to even; NaN is the canonical one. `exact`: the values are numbers of the format. */
PYACT_INLINE void store_nearest_bf16(char *to, fvec value, int exact)
{
    const fivec bits = fivec_from_bits(value), odd = fivec_and(fivec_shift_right(bits, 16), fivec_set(1));
    const fivec nearest = fivec_add(fivec_add(bits, fivec_set(0x7fff)), odd);
    store_low_halves(to, fivec_shift_right(exact ? bits : nearest, 16));
}
#if defined(PYACT_ISA_AVX512) || defined(PYACT_ISA_AVX2)
static inline void store_nearest_f16(char *to, fvec value) { store_rounded_f16(to, value); }
#elif defined(PYACT_ISA_NEON)
static inline void store_nearest_f16(char *to, fvec value)
{
    vst1_u16((uint16_t *)(void *)to, vreinterpret_u16_f16(vcvt_f16_f32(value)));
}
#else
static inline void store_nearest_f16(char *to, fvec value) /* see PYACT_DEFINE_ROUNDING */
{
    const fvec magnitude = fvec_at_most(fvec_abs(value), fvec_set(0x1p16f)), units = fvec_set(0.5f);
    const fivec bits = fivec_from_bits(magnitude), odd = fivec_and(fivec_shift_right(bits, 13), fivec_set(1));
    const fivec nearest = fivec_add(fivec_add(bits, fivec_set(0xfff)), odd);
    const fivec normal = fivec_sub(fivec_shift_right(nearest, 13), fivec_set((127 - 15) << 10));
    const fivec subnormal = fivec_sub(fivec_from_bits(fvec_add(magnitude, units)), fivec_from_bits(units));
    const fivec rounded = fivec_select(fvec_lt(magnitude, fvec_set(0x1p-14f)), subnormal, normal);
    const fivec sign = fivec_and(fivec_shift_right(fivec_from_bits(value), 16), fivec_set(0x8000));
    store_low_halves(to, fivec_select(fvec_is_nan(value), fivec_set(0x7e00), fivec_or(sign, rounded)));
}
#endif

/* Zero bits where the low bits of the float are within the margin (one more above it) of `half`, a power of two. */
static inline fivec distance_from_midpoint(fvec value, int32_t half)
{
    const fivec distance = fivec_sub(fivec_from_bits(value), fivec_set(half - SINGLE_MARGIN));
    return fivec_and(distance, fivec_set((2 * half - 1) & ~(2 * SINGLE_MARGIN + 1)));
}

/* Lanes whose value, and whatever is within the margin of it, may round to different subnormals of float16. Adding 1/2
 * leaves the number of subnormal spacings in the low bits. */
static inline fmask near_subnormal_midpoint(fvec magnitude)
{
    const fvec units = fvec_set(0.5f);
    const fivec margin = fivec_set(SINGLE_MARGIN), bits = fivec_from_bits(magnitude);
    const fvec low = fvec_from_bits(fivec_sub(bits, margin)), high = fvec_from_bits(fivec_add(bits, margin));
    return fmask_not(fvec_eq(fvec_add(low, units), fvec_add(high, units)));
}

/* Lanes where not everything within the margin of the value rounds alike. */
static inline unsigned unsure_lanes(pyact_dtype dtype, fvec value)
{
    const fmask near = fivec_eq(distance_from_midpoint(value, dtype == PYACT_F16 ? 0x1000 : 0x8000), fivec_set(0));
    if (dtype == PYACT_BF16) return fmask_bits(near);
    const fvec magnitude = fvec_abs(value);
    const fmask subnormal = fmask_and(fvec_lt(magnitude, fvec_set(0x1p-14f)), fvec_ne(value, fvec_set(0.0f)));
    const fmask normal = fmask_and(fmask_not(subnormal), near);
    return fmask_bits(fmask_or(fmask_and(subnormal, near_subnormal_midpoint(magnitude)), normal));
}

/* What several vectors show of their need for unsure_lanes(), in few operations: the least distance from a midpoint, as
 * the bits of a float, and for float16 the least magnitude but 0, whose predecessor is a NaN and is not taken. */
typedef struct {
    fvec distance, magnitude;
} suspicion;

static inline suspicion no_suspicion(void) { return (suspicion){fvec_set(1.0f), fvec_set(1.0f)}; }
static inline suspicion suspect(suspicion all, pyact_dtype dtype, fvec value)
{
    const fivec distance = distance_from_midpoint(value, dtype == PYACT_F16 ? 0x1000 : 0x8000);
    all.distance = fvec_at_most(all.distance, fvec_from_bits(distance));
    if (dtype == PYACT_F16) {
        const fivec predecessor = fivec_sub(fivec_from_bits(fvec_abs(value)), fivec_set(1));
        all.magnitude = fvec_at_most(all.magnitude, fvec_from_bits(predecessor));
    }
    return all;
}
static inline int is_suspicious(suspicion all)
{
    const fmask near = fivec_eq(fivec_from_bits(all.distance), fivec_set(0));
    return fmask_any(fmask_or(near, fvec_lt(all.magnitude, fvec_set(0x1p-14f))));
}

/* ---- blocks ---- */

#define PYACT_DEFINE_LOAD(dtype, size) \
    static inline void load_block_##dtype(const char *from, ptrdiff_t stride, size_t n, double *block) { \
        size_t i = 0; \
        if (stride == size) \
            for (; i + LANES <= n; i += LANES) vec_store(block + i, load_vec_##dtype(from + i * size)); \
        for (; i < n; i++) block[i] = load_one_##dtype(from + (ptrdiff_t)i * stride); \
    }
PYACT_DEFINE_LOAD(f16, 2)
PYACT_DEFINE_LOAD(bf16, 2)
PYACT_DEFINE_LOAD(f32, 4)
PYACT_DEFINE_LOAD(f64, 8)

/* n <= PYACT_BLOCK elements, exactly. */
static inline void load_block(pyact_dtype dtype, const char *from, ptrdiff_t stride, size_t n, double *block)
{
    switch (dtype) {
    case PYACT_F32: load_block_f32(from, stride, n, block); break;
    case PYACT_F64: load_block_f64(from, stride, n, block); break;
    case PYACT_F16: load_block_f16(from, stride, n, block); break;
    case PYACT_BF16: load_block_bf16(from, stride, n, block); break;
    }
}

static inline void scatter_16_bits(char *to, ptrdiff_t stride, size_t n, const uint16_t *elements)
{
    if (stride == 2) {
        memcpy(to, elements, 2 * n);
        return;
    }
    for (size_t i = 0; i < n; i++) memcpy(to + (ptrdiff_t)i * stride, &elements[i], 2);
}

/* Stores n <= PYACT_BLOCK elements. The block must be readable, and is overwritten, up to a whole vector. */
static inline void store_block(pyact_dtype dtype, char *to, ptrdiff_t stride, size_t n, double *block)
{
    size_t i = 0;
    if (dtype == PYACT_F16 || dtype == PYACT_BF16) {
        uint16_t elements[PYACT_BLOCK];
        for (; i < n; i += LANES) {
            const vec value = vec_load(block + i);
            if (!store_quickly(dtype, elements + i, value))
                store_low_16_bits(elements + i, round_to_16_bits(dtype, value));
        }
        scatter_16_bits(to, stride, n, elements);
        return;
    }
    if (dtype == PYACT_F32 && stride == 4)
        for (; i + LANES <= n; i += LANES) store_vec_f32(to + i * 4, canonical_nan(vec_load(block + i)));
    for (size_t k = i; k < n; k += LANES) vec_store(block + k, canonical_nan(vec_load(block + k)));
    if (dtype == PYACT_F32) {
        for (; i < n; i++) {
            const float element = (float)block[i];
            memcpy(to + (ptrdiff_t)i * stride, &element, 4);
        }
    } else if (stride == 8) {
        memcpy(to, block, 8 * n);
    } else {
        for (; i < n; i++) memcpy(to + (ptrdiff_t)i * stride, &block[i], 8);
    }
}

#endif
