/* The softmax family in float32 arithmetic: at most 2 ULP at any length, in two passes over memory.
 *
 * e^x is computed as scale (1 + v): scale = 2^k T_j from a table of eight, v a polynomial.
 *  - The shift that keeps e^x in range is a power of two near the maximum, folded into the range reduction: x -
 *    maximum is never formed, and no element is rounded before it is exponentiated. Only beyond |x| = 8192 the maximum
 *    is subtracted.
 *  - The table holds c 2^(j/8) with one factor c for all of it, chosen so that all eight are float32 numbers to 2^-28.
 *    The factor cancels in every quotient; where a logarithm is taken, it is taken out.
 *  - Sums: `scale` is added to `sum`, and what each addition loses, which is exact because `sum` starts at a larger
 *    power of two, goes to `rest` together with scale * v. So sum + rest has about 2^-28 of relative error, though
 *    everything is float32. Every 256 elements both go to double.
 *
 * Rows longer than a piece are taken piece by piece, each with the shift of its own maximum; joining them is a product
 * with a power of two. Memory is read once for maximum and sum together, and once more for the result. */
#ifndef PYACT_ROWS_SINGLE_H
#define PYACT_ROWS_SINGLE_H

#include "rows_common.h"
#include "simd_rows.h"

enum {
    SUM_BLOCK = 256,       /* elements summed in float32 before the partials go to double */
    PIECE = 4096,          /* elements of a piece: it stays in the cache between maximum and sum */
    MOST_PIECES = 512,     /* of one row; the pieces of longer rows are longer */
    BATCH = 16,            /* rows evaluated together, so that the latencies of one hide behind the others */
    BATCH_ELEMENTS = 8192, /* of a batch together */
    COLUMN_ELEMENTS = 16384
};

/* float32(c 2^(j/8)), c = 0x1.16747bf7c5b82p+0: of all c in [1, 2), the one with the smallest largest relative error
 * over the eight, 2.76e-9. As fvec_lookup8 is indexed by the low bits of k, which are then shifted on top of the
 * exponent, j 2^20 has been subtracted from the bits of entry j. */
static const float EXP_SCALES[8] __attribute__((aligned(64))) = {
    0x1.16747cp+0f, 0x1.0fa848p+0f, 0x1.0b2404p+0f, 0x1.091c8ap+0f,
    0x1.09cb7cp+0f, 0x1.0d6fb4p+0f, 0x1.144dbcp+0f, 0x1.1eb052p+0f,
};
#define EXP_FACTOR 0x1.16747bf7c5b82p+0

/* e^r - 1 - r = r^2 (E2 + E3 r + E4 r^2) on |r| <= ln 2 / 16: minimax, error 1.9e-10. */
#define E2 0x1p-1f
#define E3 0x1.555cbp-3f
#define E4 0x1.555deap-5f

#define STEPS_PER_UNIT 0x1.715476p+3f /* 8 / ln 2 */
#define STEP_HIGH 0x1.62e43p-4f       /* ln 2 / 8 */
#define STEP_LOW (-0x1.05c61p-32f)
#define LN2 0x1.62e42fefa39efp-1
#define FLOAT_TO_INTEGER 0x1.8p23f    /* adding this rounds a float below 2^22 to an integer */

/* Exponentials are 2^64 times the usual: even e^-129 of the largest, which is 0 in the result, is a normal number. */
#define LIFT_EXPONENT 64
#define UNLIFT 0x1p-64
#define SMALLEST_DIFFERENCE (-129.0f)
#define SUM_START 0x1p65f             /* no scale is larger: 2^64 c sqrt(2) < 2^65 */
#define LARGEST_PLAIN 8192.0f

/* The shift of one piece: exponentials are c 2^64 e^(x - subtract) 2^-exponent. */
typedef struct {
    float lowest;    /* smaller x - subtract are raised to this: their weight is 0 in any case */
    float magic;     /* rounds to steps of ln 2 / 8, and puts 2^(64 - exponent) into the result */
    float subtract;  /* 0 but for large maxima */
    float exponent;  /* an integer */
} exp_shift;

static inline exp_shift shift_for(float maximum)
{
    exp_shift shift = {SMALLEST_DIFFERENCE, FLOAT_TO_INTEGER + 8 * LIFT_EXPONENT, maximum, 0.0f};
    if (fabsf(maximum) <= LARGEST_PLAIN) {
        shift.exponent = (maximum * 0x1.715476p+0f + FLOAT_TO_INTEGER) - FLOAT_TO_INTEGER; /* maximum / ln 2 */
        shift.lowest = maximum + SMALLEST_DIFFERENCE;
        shift.magic -= 8 * shift.exponent;
        shift.subtract = 0.0f;
    }
    return shift;
}

/* The logarithm of what the exponentials are relative to, minus `origin`. */
static inline double log_reference(exp_shift shift, double origin)
{
    return ((double)shift.subtract - origin) + (double)shift.exponent * LN2;
}

typedef struct {
    fvec lowest, magic, subtract, sign;
} shift_vectors;

/* `negate`: the row function is one of -x. */
PYACT_INLINE shift_vectors shift_vectors_of(exp_shift shift, int negate)
{
    const shift_vectors result = {fvec_set(shift.lowest), fvec_set(shift.magic), fvec_set(shift.subtract),
                                  fvec_set(negate ? -0.0f : 0.0f)};
    return result;
}

/* The common case, chosen by a constant, needs neither subtraction nor negation. */
PYACT_INLINE int is_general(exp_shift shift, int negate) { return negate || shift.subtract != 0.0f; }

/* e^x, shifted, is *scale * (1 + result). */
PYACT_INLINE fvec exp_parts(fvec x, const shift_vectors *shift, int general, fvec *scale)
{
    if (general) x = fvec_sub(fvec_xor_sign(x, shift->sign), shift->subtract);
    x = fvec_at_least(x, shift->lowest);
    const fvec shifted = fvec_fma(x, fvec_set(STEPS_PER_UNIT), shift->magic);
    const fvec steps = fvec_sub(shifted, shift->magic);
    fvec r = fvec_fnma(steps, fvec_set(STEP_HIGH), x); /* exact: it cancels to less than 0.05 */
    r = fvec_fnma(steps, fvec_set(STEP_LOW), r);
    const fivec k = fivec_from_bits(shifted);
    const fivec entry = fivec_from_bits(fvec_lookup8(EXP_SCALES, k));
    *scale = fvec_from_bits(fivec_add(entry, fivec_shift_left(k, 20)));
    const fvec q = fvec_fma(fvec_fma(r, fvec_set(E4), fvec_set(E3)), r, fvec_set(E2));
    return fvec_fma(fvec_mul(r, r), q, r);
}

/* ---- sums ---- */

typedef struct {
    fvec sum[GROUP], rest[GROUP];
} single_sum;

PYACT_INLINE void start_sum(single_sum *s)
{
#pragma GCC unroll 8
    for (int j = 0; j < GROUP; j++) {
        s->sum[j] = fvec_set(SUM_START);
        s->rest[j] = fvec_set(0.0f);
    }
}

/* Adds scale (1 + v) to sum + rest. */
PYACT_INLINE void add_exponential(fvec *sum, fvec *rest, fvec scale, fvec v)
{
    const fvec before = *sum;
    *sum = fvec_add(before, scale);
    *rest = fvec_fma(scale, v, fvec_add(*rest, fvec_sub(scale, fvec_sub(*sum, before))));
}

PYACT_INLINE double total_sum(const single_sum *s)
{
    vec low[GROUP], high[GROUP];
#pragma GCC unroll 8
    for (int j = 0; j < GROUP; j++) {
        const fvec sum = fvec_sub(s->sum[j], fvec_set(SUM_START));
        low[j] = vec_add(fvec_low_to_vec(sum), fvec_low_to_vec(s->rest[j]));
        high[j] = vec_add(fvec_high_to_vec(sum), fvec_high_to_vec(s->rest[j]));
    }
    return total_of_partials(low, high);
}

/* ---- one piece of contiguous elements ---- */

/* The largest element, NaN passed over; -inf of an empty or NaN piece. */
PYACT_INLINE float maximum_with(const float *x, size_t n, int negate)
{
    const fvec sign = fvec_set(negate ? -0.0f : 0.0f);
    const float filler = negate ? INFINITY : -INFINITY;
    fvec best[2 * GROUP];
    size_t i = 0;
#pragma GCC unroll 16
    for (int j = 0; j < 2 * GROUP; j++) best[j] = fvec_set(-INFINITY);
    for (; i + 2 * PARTIALS <= n; i += 2 * PARTIALS)
#pragma GCC unroll 16
        for (int j = 0; j < 2 * GROUP; j++)
            best[j] = fvec_running_max(fvec_xor_sign(fvec_load(x + i + j * FLANES), sign), best[j]);
    for (; i < n; i += FLANES)
        best[0] = fvec_running_max(fvec_xor_sign(fvec_load_first(x + i, n - i, filler), sign), best[0]);
#pragma GCC unroll 8
    for (int j = 0; j < GROUP; j++) best[j] = fvec_running_max(best[j + GROUP], best[j]);
    return largest_partial(best);
}

/* The partial sums of the exponentials of at most SUM_BLOCK elements, which go to `out` if `store` says so. */
PYACT_INLINE single_sum block_exponentials(const float *x, float *out, size_t n, const shift_vectors *shift, int negate,
                                           int general, int store)
{
    const float filler = negate ? INFINITY : -INFINITY;
    single_sum s;
    size_t i = 0;
    start_sum(&s);
    for (; i + PARTIALS <= n; i += PARTIALS)
#pragma GCC unroll 8
        for (int j = 0; j < GROUP; j++) {
            const size_t at = i + (size_t)j * FLANES;
            fvec scale;
            const fvec v = exp_parts(fvec_load(x + at), shift, general, &scale);
            if (store) fvec_store(out + at, fvec_fma(scale, v, scale));
            add_exponential(&s.sum[j], &s.rest[j], scale, v);
        }
    if (i < n)
#pragma GCC unroll 8
        for (int j = 0; j < GROUP; j++) {
            const size_t at = i + (size_t)j * FLANES, left = at < n ? n - at : 0;
            fvec scale;
            const fvec v = exp_parts(fvec_load_first(x + at, left, filler), shift, general, &scale);
            if (store) fvec_store_first(out + at, left, fvec_fma(scale, v, scale));
            add_exponential(&s.sum[j], &s.rest[j], scale, v);
        }
    return s;
}

/* The sum of the exponentials, which go to `out` if `store` says so. */
PYACT_INLINE double exponentials_with(const float *x, float *out, size_t n, exp_shift plain_shift, int negate,
                                      int general, int store)
{
    const shift_vectors shift = shift_vectors_of(plain_shift, negate);
    double total = 0.0;
    for (size_t begin = 0; begin < n; begin += SUM_BLOCK) {
        const size_t some = n - begin < SUM_BLOCK ? n - begin : SUM_BLOCK;
        const single_sum s = block_exponentials(x + begin, store ? out + begin : NULL, some, &shift, negate, general,
                                                store);
        total += total_sum(&s);
    }
    return total;
}

/* The same of at most SUM_BLOCK elements, but for the last step: it is a chain of additions, which need not be waited
 * for before the next row. */
PYACT_INLINE void partials_with(const float *x, float *out, size_t n, exp_shift plain_shift, int store, float *sum,
                                float *rest)
{
    const shift_vectors shift = shift_vectors_of(plain_shift, 0);
    const single_sum s = block_exponentials(x, out, n, &shift, 0, 0, store);
#pragma GCC unroll 8
    for (int j = 0; j < GROUP; j++) {
        fvec_store(sum + j * FLANES, s.sum[j]);
        fvec_store(rest + j * FLANES, s.rest[j]);
    }
}

PYACT_INLINE double total_of_stored(const float *sum, const float *rest)
{
    single_sum s;
#pragma GCC unroll 8
    for (int j = 0; j < GROUP; j++) {
        s.sum[j] = fvec_load(sum + j * FLANES);
        s.rest[j] = fvec_load(rest + j * FLANES);
    }
    return total_sum(&s);
}

PYACT_OUTLINE float piece_maximum(const float *x, size_t n) { return maximum_with(x, n, 0); }
PYACT_OUTLINE float negated_piece_maximum(const float *x, size_t n) { return maximum_with(x, n, 1); }

PYACT_OUTLINE double store_plain(const float *x, float *out, size_t n, exp_shift shift)
{
    return exponentials_with(x, out, n, shift, 0, 0, 1);
}
PYACT_OUTLINE double store_general(const float *x, float *out, size_t n, exp_shift shift, int negate)
{
    return exponentials_with(x, out, n, shift, negate, 1, 1);
}
PYACT_OUTLINE double sum_plain(const float *x, size_t n, exp_shift shift)
{
    return exponentials_with(x, NULL, n, shift, 0, 0, 0);
}
PYACT_OUTLINE double sum_general(const float *x, size_t n, exp_shift shift, int negate)
{
    return exponentials_with(x, NULL, n, shift, negate, 1, 0);
}
PYACT_OUTLINE void store_partials(const float *x, float *out, size_t n, exp_shift shift, float *sum, float *rest)
{
    partials_with(x, out, n, shift, 1, sum, rest);
}
PYACT_OUTLINE void sum_partials(const float *x, size_t n, exp_shift shift, float *sum, float *rest)
{
    partials_with(x, NULL, n, shift, 0, sum, rest);
}

static inline float piece_maximum_of(const float *x, size_t n, int negate)
{
    return negate ? negated_piece_maximum(x, n) : piece_maximum(x, n);
}

/* The sum of the exponentials of a piece; they go to `out` unless that is NULL. */
static inline double piece_sum(const float *x, float *out, size_t n, exp_shift shift, int negate)
{
    if (is_general(shift, negate))
        return out != NULL ? store_general(x, out, n, shift, negate) : sum_general(x, n, shift, negate);
    return out != NULL ? store_plain(x, out, n, shift) : sum_plain(x, n, shift);
}

/* A factor for exponentials: before * (high + low), `before` a power of two that keeps `low` in the normal range. */
typedef struct {
    float high, low, before;
} single_factor;

static inline single_factor factor_of(double value)
{
    single_factor factor = {0.0f, 0.0f, 1.0f};
    if (fabs(value) < 0x1p-154) {
        value *= 0x1p128;
        factor.before = 0x1p-128f;
    } else if (fabs(value) < 0x1p-90) {
        value *= 0x1p64;
        factor.before = 0x1p-64f;
    }
    factor.high = (float)value;
    if (isfinite(factor.high)) factor.low = (float)(value - (double)factor.high);
    return factor;
}

PYACT_INLINE fvec times_factor(fvec h, fvec high, fvec low) { return fvec_fma(h, high, fvec_mul(h, low)); }

/* to = from * factor; the two may be the same. */
PYACT_OUTLINE void scale_piece(const float *from, float *to, size_t n, single_factor factor)
{
    const fvec high = fvec_set(factor.high), low = fvec_set(factor.low);
    size_t i = 0;
    if (factor.before != 1.0f) {
        const fvec before = fvec_set(factor.before);
        for (; i < n; i += FLANES) {
            const fvec h = fvec_mul(fvec_load_first(from + i, n - i, 0.0f), before);
            fvec_store_first(to + i, n - i, times_factor(h, high, low));
        }
        return;
    }
    for (; i + 2 * FLANES <= n; i += 2 * FLANES) {
        const fvec first = times_factor(fvec_load(from + i), high, low);
        fvec_store(to + i + FLANES, times_factor(fvec_load(from + i + FLANES), high, low));
        fvec_store(to + i, first);
    }
    for (; i < n; i += FLANES)
        fvec_store_first(to + i, n - i, times_factor(fvec_load_first(from + i, n - i, 0.0f), high, low));
}

/* to = (x - maximum) - log_sum. */
PYACT_OUTLINE void subtract_logarithm(const float *x, float *to, size_t n, float maximum, float log_sum)
{
    const fvec top = fvec_set(maximum), rest = fvec_set(log_sum);
    size_t i = 0;
    for (; i + FLANES <= n; i += FLANES) fvec_store(to + i, fvec_sub(fvec_sub(fvec_load(x + i), top), rest));
    if (i < n)
        fvec_store_first(to + i, n - i, fvec_sub(fvec_sub(fvec_load_first(x + i, n - i, 0.0f), top), rest));
}

#endif
