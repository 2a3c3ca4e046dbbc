/* Gradients of float32 rows, in double.
 *
 * The gradient of softmax is y (g - m), m the mean of the gradients under the weights y. m may be far smaller than the
 * gradients, and an error of y in float32 would then be far larger than the result: so weights, sums and m are double,
 * with 2^-46 of relative error, and the result is rounded once.
 *
 * Weights are e^(x - reference). double has room for any reference up to e^600 below the maximum, so the maximum of the
 * first sixteen elements serves, and memory is not read for the maximum of all; where the sum shows that it was not
 * enough, the row is summed again with that. Sums are eight partial sums, element i going to partial sum i mod 8,
 * whether the lanes of a vector are elements (here) or rows (rows_gradient_columns.h). */
#ifndef PYACT_ROWS_GRADIENTS_H
#define PYACT_ROWS_GRADIENTS_H

#include "rows_single.h"

enum {
    GRADIENT_PIECE = 1024,  /* elements of a long row that are taken together */
    GRADIENT_PARTIALS = 8,
    GRADIENT_VECTORS = GRADIENT_PARTIALS / LANES,
    STORED_WEIGHTS = 4096,  /* weights kept between sums and result */
    MOST_WEIGHTS = 1 << 17  /* the same on the heap, a megabyte; of longer rows they are computed twice */
};

#define LEAST_DIFFERENCE (-700.0) /* smaller weights, beside one of 1 or more, are 0 after rounding to float */
#define MOST_DIFFERENCE 600.0     /* larger weights are not told apart */
#define LARGEST_SUM 0x1p800       /* less than e^600 */
#define WEIGHT_MAGIC 0x1.8p52     /* adding this rounds to an integer, and leaves it in the low bits */

/* e^r on |r| <= ln 2 / 2: minimax, relative error 2^-46. */
static const double WEIGHT_SERIES[10] = {
    0x1.000000000003ap+0,  0x1.ffffffffffc39p-1,  0x1.ffffffffe8248p-2,  0x1.55555555bb794p-3,  0x1.55555587a355cp-5,
    0x1.1111105b429a7p-7,  0x1.6c162d8366575p-10, 0x1.a01bc29caeeaep-13, 0x1.a17c146d71ad5p-16, 0x1.70dc07edce331p-19,
};

/* What the weights of a row are relative to: 2^exponent e^subtract. `subtract` is 0 but for large maxima. */
typedef struct {
    double magic, subtract; /* WEIGHT_MAGIC - exponent */
    float lowest, highest;  /* x - subtract is confined to this */
} weight_shift;

static inline weight_shift weight_shift_of(float maximum)
{
    const double reference = isfinite(maximum) ? (double)maximum : 0.0;
    const int plain = fabs(reference) <= (double)LARGEST_PLAIN;
    const double origin = plain ? reference : 0.0;
    const weight_shift shift = {
        WEIGHT_MAGIC - ((origin * (1.0 / LN2) + WEIGHT_MAGIC) - WEIGHT_MAGIC),
        plain ? 0.0 : reference,
        (float)(origin + LEAST_DIFFERENCE),
        (float)(origin + MOST_DIFFERENCE),
    };
    return shift;
}

/* Whether the sums of a row stand: the maximum of its first elements was a number, and not too far below the others. */
static inline int is_good_reference(float reference, double sum)
{
    return fabsf(reference) < INFINITY && sum < LARGEST_SUM;
}

/* The same for as many rows as a vector of floats has lanes, or once for all its lanes. */
typedef struct {
    fvec lowest, highest, sign;
    vec magic[2], subtract[2];
} weight_vectors;

PYACT_INLINE weight_vectors weight_vectors_of(weight_shift shift, int negate)
{
    const vec magic = vec_set(shift.magic), subtract = vec_set(shift.subtract);
    const weight_vectors result = {fvec_set(shift.lowest), fvec_set(shift.highest), fvec_set(negate ? -0.0f : 0.0f),
                                   {magic, magic}, {subtract, subtract}};
    return result;
}

/* One half of the vector. Pairs of powers first: a step of Horner's rule waits for the one before. */
PYACT_INLINE vec row_weight(vec x, vec magic)
{
    const double *c = WEIGHT_SERIES;
    const vec shifted = vec_fma(x, vec_set(1.0 / LN2), magic);
    const vec r = vec_fnma(vec_sub(shifted, magic), vec_set(LN2), x), r2 = vec_mul(r, r), r4 = vec_mul(r2, r2);
    const vec p01 = vec_fma(vec_set(c[1]), r, vec_set(c[0])), p23 = vec_fma(vec_set(c[3]), r, vec_set(c[2]));
    const vec p45 = vec_fma(vec_set(c[5]), r, vec_set(c[4])), p67 = vec_fma(vec_set(c[7]), r, vec_set(c[6]));
    const vec p89 = vec_fma(vec_set(c[9]), r, vec_set(c[8]));
    const vec high = vec_fma(p89, r4, vec_fma(p67, r2, p45));
    const vec p = vec_fma(high, r4, vec_fma(p23, r2, p01));
    return vec_from_bits(ivec_add(ivec_from_bits(p), ivec_shift_left(ivec_from_bits(shifted), 52)));
}

/* The weights of a vector of elements; NaN for NaN. */
PYACT_INLINE void row_weights(fvec x, const weight_vectors *shift, int general, vec weight[2])
{
    x = fvec_xor_sign(x, shift->sign);
    if (!general) x = fvec_at_most(fvec_at_least(x, shift->lowest), shift->highest);
    vec low = fvec_low_to_vec(x), high = fvec_high_to_vec(x);
    if (general) {
        const vec lowest[2] = {fvec_low_to_vec(shift->lowest), fvec_high_to_vec(shift->lowest)};
        const vec highest[2] = {fvec_low_to_vec(shift->highest), fvec_high_to_vec(shift->highest)};
        low = vec_at_most(vec_at_least(vec_sub(low, shift->subtract[0]), lowest[0]), highest[0]);
        high = vec_at_most(vec_at_least(vec_sub(high, shift->subtract[1]), lowest[1]), highest[1]);
    }
    weight[0] = row_weight(low, shift->magic[0]);
    weight[1] = row_weight(high, shift->magic[1]);
}

/* How the gradient of a function is made of its weights y: y (g - m); g - y sum(g); y g of one g. */
typedef enum { CENTRED_GRADIENT, REDUCED_GRADIENT, SCALED_GRADIENT } gradient_kind;

typedef struct {
    gradient_kind kind;
    int negate, extra; /* the function of -x; an element x = 0 with gradient 0 besides those of the row */
} gradient_plan;

static inline gradient_plan plan_of(pyact_row_function function)
{
    gradient_plan plan = {CENTRED_GRADIENT, function == PYACT_ROW_SOFTMIN_BACKWARD,
                          function == PYACT_ROW_SOFTMAX_ONE_BACKWARD};
    if (function == PYACT_ROW_LOG_SOFTMAX_BACKWARD) plan.kind = REDUCED_GRADIENT;
    if (function == PYACT_ROW_LOGSUMEXP_BACKWARD) plan.kind = SCALED_GRADIENT;
    return plan;
}

/* ---- the numbers of one row ---- */

/* The weight of softmax_one's extra element, 0. */
static inline double extra_weight(weight_shift shift)
{
    double lanes[LANES];
    vec_store(lanes, vec_exp(vec_set(-(shift.subtract + (WEIGHT_MAGIC - shift.magic) * LN2))));
    return lanes[0];
}

typedef struct {
    double factor, mean;
} row_gradient;

/* Where all gradients are equal, so is their mean, to the error of two sums of `length` terms: then the results are
 * exactly 0, as they should be. */
static inline double snapped_mean(double mean, double gradient, size_t length)
{
    return fabs(mean - gradient) <= ((double)length + 16.0) * 0x1p-54 * fabs(gradient) ? gradient : mean;
}

/* `gradient`: the first of the row. Returns whether the row is ordinary: all numbers finite. */
static inline int finish_gradient(gradient_plan plan, size_t length, weight_shift shift, double sum, double dot,
                                  double gradient, row_gradient *row)
{
    row->mean = 0.0;
    if (plan.extra) sum += extra_weight(shift);
    if (plan.kind == CENTRED_GRADIENT) {
        row->factor = (plan.negate ? -1.0 : 1.0) / sum;
        row->mean = snapped_mean(dot / sum, gradient, length);
    } else {
        row->factor = (plan.kind == REDUCED_GRADIENT ? dot : gradient) / sum;
    }
    return isfinite(sum) && isfinite(row->factor) && isfinite(row->mean);
}

/* The result: of a weight and its gradient. */
PYACT_INLINE vec gradient_result(gradient_kind kind, vec weight, vec gradient, vec factor, vec mean)
{
    if (kind == SCALED_GRADIENT) return vec_mul(weight, factor);
    if (kind == REDUCED_GRADIENT) return vec_fnma(weight, factor, gradient);
    return vec_mul(vec_mul(weight, factor), vec_sub(gradient, mean));
}

/* What is summed besides the weights. */
PYACT_INLINE vec gradient_sum(gradient_kind kind, vec weight, vec gradient, vec sum)
{
    if (kind == SCALED_GRADIENT) return sum;
    return kind == CENTRED_GRADIENT ? vec_fma(weight, gradient, sum) : vec_add(sum, gradient);
}

/* ---- contiguous elements ---- */

typedef struct {
    vec sum[GRADIENT_VECTORS], dot[GRADIENT_VECTORS];
} gradient_sums;

PYACT_INLINE double total_of_gradient_partials(const vec *part)
{
#if defined(PYACT_ISA_AVX512)
    return total_of_4(_mm256_add_pd(_mm512_castpd512_pd256(part[0]), _mm512_extractf64x4_pd(part[0], 1)));
#elif defined(PYACT_ISA_AVX2)
    return total_of_4(_mm256_add_pd(part[0], part[1]));
#else
    double partial[GRADIENT_PARTIALS];
    for (int j = 0; j < GRADIENT_VECTORS; j++) vec_store(partial + j * LANES, part[j]);
    for (int half = GRADIENT_PARTIALS / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) partial[i] += partial[i + half];
    return partial[0];
#endif
}

/* Sixteen elements, of which the first `left` count (all, if `whole`); the weight of the others is next to nothing. */
PYACT_INLINE void sum_sixteen(gradient_kind kind, const float *x, const float *gradient, size_t left, int whole,
                              const weight_vectors *shift, int general, float filler, gradient_sums *sums,
                              double *weights)
{
#pragma GCC unroll 8
    for (size_t j = 0; j < GROUP; j++) {
        const size_t at = j * FLANES, rest = at < left ? left - at : 0;
        const size_t first = 2 * j % GRADIENT_VECTORS, second = (2 * j + 1) % GRADIENT_VECTORS;
        vec weight[2];
        fvec g = fvec_set(0.0f);
        row_weights(whole ? fvec_load(x + at) : fvec_load_first(x + at, rest, filler), shift, general, weight);
        if (kind != SCALED_GRADIENT)
            g = whole ? fvec_load(gradient + at) : fvec_load_first(gradient + at, rest, 0.0f);
        if (weights != NULL) {
            vec_store(weights + at, weight[0]);
            vec_store(weights + at + LANES, weight[1]);
        }
        sums->sum[first] = vec_add(sums->sum[first], weight[0]);
        sums->sum[second] = vec_add(sums->sum[second], weight[1]);
        sums->dot[first] = gradient_sum(kind, weight[0], fvec_low_to_vec(g), sums->dot[first]);
        sums->dot[second] = gradient_sum(kind, weight[1], fvec_high_to_vec(g), sums->dot[second]);
    }
}

PYACT_INLINE void sum_gradients_with(gradient_kind kind, const float *x, const float *gradient, size_t n, int negate,
                                     weight_shift plain_shift, int general, gradient_sums *sums, double *weights)
{
    const weight_vectors shift = weight_vectors_of(plain_shift, negate);
    const float filler = negate ? INFINITY : -INFINITY;
    gradient_sums s;
    size_t i = 0;
#pragma GCC unroll 4
    for (int j = 0; j < GRADIENT_VECTORS; j++) {
        s.sum[j] = sums->sum[j];
        s.dot[j] = sums->dot[j];
    }
    if (weights == NULL) {
        for (; i + PARTIALS <= n; i += PARTIALS)
            sum_sixteen(kind, x + i, gradient + i, PARTIALS, 1, &shift, general, filler, &s, NULL);
        if (i < n) sum_sixteen(kind, x + i, gradient + i, n - i, 0, &shift, general, filler, &s, NULL);
    } else {
        for (; i + PARTIALS <= n; i += PARTIALS)
            sum_sixteen(kind, x + i, gradient + i, PARTIALS, 1, &shift, general, filler, &s, weights + i);
        if (i < n) sum_sixteen(kind, x + i, gradient + i, n - i, 0, &shift, general, filler, &s, weights + i);
    }
#pragma GCC unroll 4
    for (int j = 0; j < GRADIENT_VECTORS; j++) {
        sums->sum[j] = s.sum[j];
        sums->dot[j] = s.dot[j];
    }
}

PYACT_OUTLINE void general_gradient_sums(gradient_kind kind, const float *x, const float *gradient, size_t n,
                                         int negate, weight_shift shift, gradient_sums *sums, double *weights)
{
    sum_gradients_with(kind, x, gradient, n, negate, shift, 1, sums, weights);
}

/* Adds a piece to the sums; the weights go to `weights` unless that is NULL: as many as fill whole sixteens. */
PYACT_OUTLINE void sum_gradients(gradient_kind kind, const float *x, const float *gradient, size_t n, int negate,
                                 weight_shift shift, gradient_sums *sums, double *weights)
{
    if (shift.subtract != 0.0)
        general_gradient_sums(kind, x, gradient, n, negate, shift, sums, weights);
    else if (kind == CENTRED_GRADIENT)
        sum_gradients_with(CENTRED_GRADIENT, x, gradient, n, negate, shift, 0, sums, weights);
    else if (kind == REDUCED_GRADIENT)
        sum_gradients_with(REDUCED_GRADIENT, x, gradient, n, negate, shift, 0, sums, weights);
    else
        sum_gradients_with(SCALED_GRADIENT, x, x, n, negate, shift, 0, sums, weights);
}

PYACT_INLINE fvec eight_results(gradient_kind kind, const double *weights, fvec gradient, vec factor, vec mean)
{
    return fvec_from_vecs(gradient_result(kind, vec_load(weights), fvec_low_to_vec(gradient), factor, mean),
                          gradient_result(kind, vec_load(weights + LANES), fvec_high_to_vec(gradient), factor, mean));
}

PYACT_INLINE void write_gradients_with(gradient_kind kind, const double *weights, const float *gradient, float *to,
                                       size_t n, row_gradient row)
{
    const vec factor = vec_set(row.factor), mean = vec_set(row.mean);
    size_t i = 0;
    for (; i + FLANES <= n; i += FLANES) {
        const fvec g = kind == SCALED_GRADIENT ? fvec_set(0.0f) : fvec_load(gradient + i);
        fvec_store(to + i, eight_results(kind, weights + i, g, factor, mean));
    }
    if (i == n) return;
    const fvec g = kind == SCALED_GRADIENT ? fvec_set(0.0f) : fvec_load_first(gradient + i, n - i, 0.0f);
    fvec_store_first(to + i, n - i, eight_results(kind, weights + i, g, factor, mean));
}

PYACT_OUTLINE void write_gradients(gradient_kind kind, const double *weights, const float *gradient, float *to,
                                   size_t n, row_gradient row)
{
    if (kind == CENTRED_GRADIENT)
        write_gradients_with(CENTRED_GRADIENT, weights, gradient, to, n, row);
    else if (kind == REDUCED_GRADIENT)
        write_gradients_with(REDUCED_GRADIENT, weights, gradient, to, n, row);
    else
        write_gradients_with(SCALED_GRADIENT, weights, gradient, to, n, row);
}

static inline gradient_sums no_gradients(void)
{
    gradient_sums sums;
#pragma GCC unroll 4
    for (int j = 0; j < GRADIENT_VECTORS; j++) sums.sum[j] = sums.dot[j] = vec_set(0.0);
    return sums;
}

/* The weights of a piece again: as many as fill whole sixteens. */
static inline void weigh_again(const float *x, size_t n, int negate, weight_shift shift, double *weights)
{
    gradient_sums unused = no_gradients();
    sum_gradients(SCALED_GRADIENT, x, x, n, negate, shift, &unused, weights);
}

static inline int finish_gradient_row(const gradient_sums *sums, gradient_plan plan, size_t length, weight_shift shift,
                                      float gradient, row_gradient *result)
{
    return finish_gradient(plan, length, shift, total_of_gradient_partials(sums->sum),
                           total_of_gradient_partials(sums->dot), (double)gradient, result);
}

#endif
