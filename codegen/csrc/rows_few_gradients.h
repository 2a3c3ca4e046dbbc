/* Gradients of few float32 rows that lie side by side with nothing between them (rows_few_columns.h).
 *
 * The partial sums of a gradient are eight (rows_gradients.h), so the array is read as one of n / 8 lines. */
#ifndef PYACT_ROWS_FEW_GRADIENTS_H
#define PYACT_ROWS_FEW_GRADIENTS_H

#include "rows_few_columns.h"

enum {
    FEW_SUMS = GRADIENT_PARTIALS * FEW_ROWS,
    FEW_REPEATED = FLANES > GRADIENT_PARTIALS ? FLANES : GRADIENT_PARTIALS, /* of a pattern */
    STRIP_VECTORS = FLANES < GRADIENT_PARTIALS ? GRADIENT_PARTIALS / FLANES : 1 /* float vectors of eight elements */
};

/* weight_shift_of, and the numbers of the result, of all rows. */
typedef struct {
    float lowest[FEW_PATTERN], highest[FEW_PATTERN];
    double magic[FEW_PATTERN], subtract[FEW_PATTERN], factor[FEW_PATTERN], mean[FEW_PATTERN];
} few_weights;

PYACT_INLINE weight_vectors few_weight_vectors(const few_weights *rows, size_t at, int negate, int general)
{
    const vec zero = vec_set(0.0);
    const weight_vectors result = {
        fvec_load(rows->lowest + at),
        fvec_load(rows->highest + at),
        fvec_set(negate ? -0.0f : 0.0f),
        {vec_load(rows->magic + at), vec_load(rows->magic + at + LANES)},
        {general ? vec_load(rows->subtract + at) : zero, general ? vec_load(rows->subtract + at + LANES) : zero},
    };
    return result;
}

/* Eight elements, of which the first `left` count (all, if `whole`); the weight of the others is next to nothing. */
PYACT_INLINE void sum_few_eight(gradient_kind kind, const float *x, const float *gradient, size_t left, int whole,
                                const weight_vectors *shift, int general, float filler, gradient_sums *sums,
                                double *weights)
{
#pragma GCC unroll 4
    for (size_t v = 0; v < STRIP_VECTORS; v++) {
        const size_t at = v * FLANES, rest = at < left ? left - at : 0;
        const int is_loaded = whole && FLANES <= GRADIENT_PARTIALS;
        vec weight[2];
        fvec g = fvec_set(0.0f);
        row_weights(is_loaded ? fvec_load(x + at) : fvec_load_first(x + at, rest, filler), &shift[v], general, weight);
        if (kind != SCALED_GRADIENT)
            g = is_loaded ? fvec_load(gradient + at) : fvec_load_first(gradient + at, rest, 0.0f);
        const vec gradients[2] = {fvec_low_to_vec(g), fvec_high_to_vec(g)};
        for (size_t half = 0; half < 2 && 2 * v + half < GRADIENT_VECTORS; half++) {
            if (weights != NULL) vec_store(weights + at + half * LANES, weight[half]);
            vec *sum = &sums->sum[2 * v + half], *dot = &sums->dot[2 * v + half];
            *sum = vec_add(*sum, weight[half]);
            *dot = gradient_sum(kind, weight[half], gradients[half], *dot);
        }
    }
}

/* The partial sums of `count` elements of all rows are added to `sum` and `dot`; partial p of row c lies
 * at p * rows + c. The weights go to `weights` unless that is NULL. */
PYACT_INLINE void few_gradient_lines(gradient_kind kind, const float *x, const float *gradient, size_t count,
                                     size_t rows, const few_weights *shifts, int negate, int general, double *sum,
                                     double *dot, double *weights)
{
    const float filler = negate ? INFINITY : -INFINITY;
    const size_t width = GRADIENT_PARTIALS * rows;
    for (size_t j = 0; j < width; j += GRADIENT_PARTIALS) {
        weight_vectors shift[STRIP_VECTORS];
        gradient_sums s;
        size_t i = j;
#pragma GCC unroll 4
        for (size_t v = 0; v < STRIP_VECTORS; v++)
            shift[v] = few_weight_vectors(shifts, j + v * FLANES, negate, general);
#pragma GCC unroll 4
        for (size_t v = 0; v < GRADIENT_VECTORS; v++) {
            s.sum[v] = vec_load(sum + j + v * LANES);
            s.dot[v] = vec_load(dot + j + v * LANES);
        }
        for (; i + GRADIENT_PARTIALS <= count; i += width)
            sum_few_eight(kind, x + i, gradient + i, GRADIENT_PARTIALS, 1, shift, general, filler, &s,
                          weights != NULL ? weights + i : NULL);
        if (i < count)
            sum_few_eight(kind, x + i, gradient + i, count - i, 0, shift, general, filler, &s,
                          weights != NULL ? weights + i : NULL);
#pragma GCC unroll 4
        for (size_t v = 0; v < GRADIENT_VECTORS; v++) {
            vec_store(sum + j + v * LANES, s.sum[v]);
            vec_store(dot + j + v * LANES, s.dot[v]);
        }
    }
}

PYACT_INLINE void few_gradient_sums_with(gradient_kind kind, const float *x, const float *gradient, size_t n,
                                         size_t rows, const few_weights *shifts, int negate, int general, double *sum,
                                         double *dot, double *weights)
{
    const size_t count = n * rows, most = rows * few_together(rows, GRADIENT_PARTIALS);
    for (size_t start = 0; start < count; start += most) {
        const size_t some = count - start < most ? count - start : most;
        if (weights != NULL)
            few_gradient_lines(kind, x + start, gradient + start, some, rows, shifts, negate, general, sum, dot,
                               weights + start);
        else
            few_gradient_lines(kind, x + start, gradient + start, some, rows, shifts, negate, general, sum, dot, NULL);
    }
}

/* The sums of n elements of every row, into sum[c] and dot[c]; both have room for FEW_SUMS and a vector. */
PYACT_OUTLINE void few_gradient_sums(gradient_plan plan, const float *x, const float *gradient, size_t n, size_t rows,
                                     const few_weights *shifts, int general, double *sum, double *dot, double *weights)
{
    for (size_t i = 0; i < GRADIENT_PARTIALS * rows; i++) sum[i] = dot[i] = 0.0;
    if (general)
        few_gradient_sums_with(plan.kind, x, gradient, n, rows, shifts, plan.negate, 1, sum, dot, weights);
    else if (plan.kind == CENTRED_GRADIENT)
        few_gradient_sums_with(CENTRED_GRADIENT, x, gradient, n, rows, shifts, plan.negate, 0, sum, dot, weights);
    else if (plan.kind == REDUCED_GRADIENT)
        few_gradient_sums_with(REDUCED_GRADIENT, x, gradient, n, rows, shifts, 0, 0, sum, dot, weights);
    else
        few_gradient_sums_with(SCALED_GRADIENT, x, x, n, rows, shifts, 0, 0, sum, dot, weights);
    join_few(sum, GRADIENT_PARTIALS, rows);
    join_few(dot, GRADIENT_PARTIALS, rows);
}

/* One vector of results, of elements that have place `at` in the patterns; `weights` NULL: they are computed again. */
PYACT_INLINE fvec few_results(gradient_kind kind, fvec x, fvec g, const few_weights *rows, size_t at, int negate,
                              int general, const double *weights)
{
    vec weight[2];
    if (weights != NULL) {
        weight[0] = vec_load(weights);
        weight[1] = vec_load(weights + LANES);
    } else {
        const weight_vectors shift = few_weight_vectors(rows, at, negate, general);
        row_weights(x, &shift, general, weight);
    }
    return fvec_from_vecs(gradient_result(kind, weight[0], fvec_low_to_vec(g), vec_load(rows->factor + at),
                                          vec_load(rows->mean + at)),
                          gradient_result(kind, weight[1], fvec_high_to_vec(g), vec_load(rows->factor + at + LANES),
                                          vec_load(rows->mean + at + LANES)));
}

PYACT_INLINE void write_few_with(gradient_kind kind, const float *x, const float *gradient, float *out, size_t count,
                                 size_t period, const few_weights *rows, int negate, int general,
                                 const double *weights)
{
    size_t start = 0;
    for (; start + period <= count; start += period)
        for (size_t j = 0, i = start; j < period; j += FLANES, i += FLANES)
            fvec_store(out + i, few_results(kind, fvec_load(x + i), fvec_load(gradient + i), rows, j, negate, general,
                                            weights != NULL ? weights + i : NULL));
    for (size_t j = 0, i = start; i < count; j += FLANES, i += FLANES) {
        const fvec x_end = fvec_load_first(x + i, count - i, 0.0f), g = fvec_load_first(gradient + i, count - i, 0.0f);
        fvec_store_first(out + i, count - i, few_results(kind, x_end, g, rows, j, negate, general,
                                                         weights != NULL ? weights + i : NULL));
    }
}

PYACT_INLINE void write_few_of(gradient_kind kind, const float *x, const float *gradient, float *out, size_t count,
                               size_t period, const few_weights *rows, int negate, const double *weights)
{
    if (weights != NULL)
        write_few_with(kind, x, gradient, out, count, period, rows, negate, 0, weights);
    else
        write_few_with(kind, x, gradient, out, count, period, rows, negate, 0, NULL);
}

PYACT_OUTLINE void write_few_gradients(gradient_plan plan, const float *x, const float *gradient, float *out, size_t n,
                                       size_t rows, const few_weights *numbers, int general, const double *weights)
{
    const size_t count = n * rows, period = FLANES * rows;
    if (general)
        write_few_with(plan.kind, x, gradient, out, count, period, numbers, plan.negate, 1, weights);
    else if (plan.kind == CENTRED_GRADIENT)
        write_few_of(CENTRED_GRADIENT, x, gradient, out, count, period, numbers, plan.negate, weights);
    else if (plan.kind == REDUCED_GRADIENT)
        write_few_of(REDUCED_GRADIENT, x, gradient, out, count, period, numbers, 0, weights);
    else
        write_few_of(SCALED_GRADIENT, x, x, out, count, period, numbers, 0, weights);
}

#endif
