/* Runs a fitted float32 kernel (codegen/fitted.py): a table of polynomials for the zone where inputs are common, limits
 * that are constant or proportional to x beyond it, and the double arithmetic of the kernel for the rest.
 *
 * Which of the three evaluates an element depends on the element alone, so its bits do not depend on its place, on its
 * neighbours or on the instruction set. What differs is the order of the work: the main loop evaluates the zone for
 * every lane, and lists the vectors that have lanes outside. Those lanes are packed, evaluated together, and put back.
 * The first 8 or 16 entries of the tables cover an inner zone and are cheaper to look up than all of them: the main loop
 * begins with these, and takes more where too many lanes were outside; all entries serve the packed lanes. */
#ifndef PYACT_FITTED_H
#define PYACT_FITTED_H

#include <float.h>

#include "convert.h"
#include "simd.h"

#define PYACT_TABLE __attribute__((aligned(64)))

enum { FITTED_BLOCK = 1024 }; /* elements: the block and its lists stay in the first cache */

/* The least entries that a lookup gains by, and the most that the main loop takes. */
#if defined(PYACT_ISA_AVX512)
enum { FITTED_FEWEST = 16, FITTED_MOST = 32 };
#elif defined(PYACT_ISA_AVX2) || defined(PYACT_ISA_NEON)
enum { FITTED_FEWEST = 8, FITTED_MOST = 16 };
#else
enum { FITTED_FEWEST = 32, FITTED_MOST = 32 };
#endif

/* Adding this rounds a float below 2^22 to an integer, which then sits in the low bits. */
#define FITTED_ROUND_TO_INTEGER 0x1.8p23f

/* The polynomials at x, with the first `entries` entries of each table. */
typedef fvec (*fitted_zone)(fvec x, int entries);
/* Lanes in the zone of the first `entries` entries. False on NaN. */
typedef fmask (*fitted_inside)(fvec x, int entries);
/* Lanes beyond the start of a limit, and the value there. */
typedef fmask (*fitted_limits)(fvec x, fvec *value);
/* The kernel in double: with its gradient factor, if it has one. */
typedef vec (*fitted_rest)(vec gradient, vec x);

PYACT_INLINE fvec fitted_lookup(const float *table, fivec index, int entries)
{
    return entries == 8 ? fvec_lookup8(table, index) : entries == 16 ? fvec_lookup16(table, index) : fvec_lookup32(table, index);
}

PYACT_INLINE fvec fitted_canonical_nan(fvec a)
{
    return fvec_select(fvec_is_nan(a), fvec_from_bits(fivec_set(0x7fc00000)), a);
}

/* The kernel in double on packed lanes, the last vector filled up with a harmless number. */
PYACT_INLINE void fitted_far(fitted_rest rest, float *factor, float *x, size_t n)
{
    fvec_store(x + n, fvec_set(1.0f));
    if (factor != NULL) fvec_store(factor + n, fvec_set(1.0f));
    for (size_t i = 0; i < n; i += FLANES) {
        const fvec a = fvec_load(x + i), g = factor != NULL ? fvec_load(factor + i) : fvec_set(1.0f);
        const vec low = rest(fvec_low_to_vec(g), fvec_low_to_vec(a));
        const vec high = rest(fvec_high_to_vec(g), fvec_high_to_vec(a));
        fvec_store(x + i, fitted_canonical_nan(fvec_from_vecs(low, high)));
    }
}

/* The polynomials of the whole zone on packed lanes. */
PYACT_INLINE void fitted_near(fitted_zone zone, int entries, float *factor, float *x, size_t n)
{
    fvec_store(x + n, fvec_set(0.0f));
    for (size_t i = 0; i < n; i += FLANES) {
        fvec value = zone(fvec_load(x + i), entries);
        if (factor != NULL) value = fitted_canonical_nan(fvec_mul(fvec_load(factor + i), value));
        fvec_store(x + i, value);
    }
}

/* Returns the number of vectors with lanes outside the zone of the first `few` entries. `gradient` is NULL for a value.
 * n is a multiple of FLANES and at most FITTED_BLOCK. */
PYACT_INLINE size_t fitted_block(fitted_zone zone, fitted_inside inside, fitted_limits limits, fitted_rest rest,
                                 int few, int entries, const float *gradient, const float *x, float *y, size_t n)
{
    const unsigned all_lanes = (1u << FLANES) - 1;
    float listed_x[FITTED_BLOCK + FLANES], listed_gradient[FITTED_BLOCK + FLANES];
    float far_x[FITTED_BLOCK + FLANES], far_gradient[FITTED_BLOCK + FLANES];
    uint16_t listed[FITTED_BLOCK / FLANES + 1], near_lanes[FITTED_BLOCK / FLANES + 1], far_lanes[FITTED_BLOCK / FLANES + 1];
    size_t count = 0;

    /* 1: the zone for every lane. Inputs are kept where a lane is outside, since y may be x. */
    for (size_t i = 0; i < n; i += FLANES) {
        const fvec a = fvec_load(x + i);
        fvec value = zone(a, few);
        fvec_store(listed_x + count * FLANES, a);
        if (gradient != NULL) {
            const fvec factor = fvec_load(gradient + i);
            fvec_store(listed_gradient + count * FLANES, factor);
            value = fitted_canonical_nan(fvec_mul(factor, value));
        }
        fvec_store(y + i, value);
        listed[count] = (uint16_t)i;
        count += fmask_bits(inside(a, few)) != all_lanes;
    }
    if (count == 0) return 0;

    /* 2: limits; what is left is packed: lanes for more entries, over inputs already read, and lanes for double. */
    size_t near = 0, far = 0;
    for (size_t k = 0; k < count; k++) {
        const fvec a = fvec_load(listed_x + k * FLANES);
        const fvec factor = gradient != NULL ? fvec_load(listed_gradient + k * FLANES) : fvec_set(1.0f);
        fvec limit = fvec_set(0.0f);
        const fmask done = limits(a, &limit);
        if (gradient != NULL) limit = fitted_canonical_nan(fvec_mul(factor, limit));
        fvec_store(y + listed[k], fvec_select(done, limit, fvec_load(y + listed[k])));

        const unsigned settled = fmask_bits(fmask_or(inside(a, few), done));
        const unsigned in_zone = few < entries ? fmask_bits(inside(a, entries)) : 0;
        if (few < entries) {
            const unsigned lanes = ~settled & in_zone & all_lanes;
            fvec_compress_store(listed_x + near, lanes, a);
            if (gradient != NULL) fvec_compress_store(listed_gradient + near, lanes, factor);
            near_lanes[k] = (uint16_t)lanes;
            near += (size_t)__builtin_popcount(lanes);
        }
        const unsigned lanes = ~settled & ~in_zone & all_lanes;
        far_lanes[k] = (uint16_t)lanes;
        if (lanes != 0) {
            fvec_compress_store(far_x + far, lanes, a);
            if (gradient != NULL) fvec_compress_store(far_gradient + far, lanes, factor);
            far += (size_t)__builtin_popcount(lanes);
        }
    }

    /* 3: evaluate, and put back to where they came from. */
    if (near != 0) {
        fitted_near(zone, entries, gradient != NULL ? listed_gradient : NULL, listed_x, near);
        const float *from = listed_x;
        for (size_t k = 0; k < count; k++) {
            fvec_expand_store(y + listed[k], near_lanes[k], from);
            from += __builtin_popcount(near_lanes[k]);
        }
    }
    if (far != 0) {
        fitted_far(rest, gradient != NULL ? far_gradient : NULL, far_x, far);
        const float *from = far_x;
        for (size_t k = 0; k < count; k++) {
            if (far_lanes[k] == 0) continue;
            fvec_expand_store(y + listed[k], far_lanes[k], from);
            from += __builtin_popcount(far_lanes[k]);
        }
    }
    return count;
}

/* Whether so many lanes of a block were outside that larger tables pay. */
static inline int fitted_is_crowded(size_t outside, size_t n) { return outside * FLANES * 3 > n; }

/* in[0] is x, or in[0] the gradient and in[1] x. The output may be an input. `fewest` entries cover the innermost zone.
 * Where many lanes were outside, the next blocks look up more entries, for a while. */
PYACT_INLINE void fitted_run(fitted_zone zone, fitted_inside inside, fitted_limits limits, fitted_rest rest,
                             int has_gradient, int fewest, int entries, const char *const *in, char *out, size_t n)
{
    enum { PATIENCE = 12 }; /* blocks */
    const int few = fewest > FITTED_FEWEST ? fewest : FITTED_FEWEST < entries ? FITTED_FEWEST : entries;
    const int more = FITTED_MOST < entries ? FITTED_MOST : entries;
    const float *gradient = has_gradient ? (const float *)(const void *)in[0] : NULL;
    const float *x = (const float *)(const void *)in[has_gradient];
    float *y = (float *)(void *)out;
    int crowded = 0;
    for (size_t start = 0; start < n; start += FITTED_BLOCK) {
        const size_t length = n - start < FITTED_BLOCK ? n - start : FITTED_BLOCK;
        const float *const factor = has_gradient ? gradient + start : NULL;
        if (crowded > 0 && few < more) {
            fitted_block(zone, inside, limits, rest, more, entries, factor, x + start, y + start, length);
            crowded--;
        } else {
            const size_t outside = fitted_block(zone, inside, limits, rest, few, entries, factor, x + start, y + start, length);
            if (few < more && fitted_is_crowded(outside, length)) crowded = PATIENCE;
        }
    }
}

/* The table holds for the default parameters only. */
static inline int fitted_has_defaults(const char *const *parameters, const double *defaults, int count)
{
    for (int k = 0; k < count; k++)
        if (*(const double *)(const void *)parameters[k] != defaults[k]) return 0;
    return 1;
}

#endif
