/* The softmax family in plain double: for f16, bf16 and f32. */
#ifndef PYACT_ROWS_NARROW_H
#define PYACT_ROWS_NARROW_H

#include "rows_common.h"

/* How a row is normalised: element i of the softmax is exp(x_i - shift) / (1 + others). The 1 is the first maximum,
 * or, for softmax_one, the extra element where that is larger; `others` is the sum of all the rest. Keeping it apart
 * is what keeps log_softmax accurate near 0. */
typedef struct {
    double shift;
    size_t first;      /* the element left out of `others`; the row's length if there is none */
    int has_extra;     /* softmax_one's extra element, where that is not the 1; its exponential is exp(-shift) */
    double extra;      /* that exponential, or 0 */
} row_shift;

static inline row_shift shift_of(row_maximum maximum, size_t length, int with_extra_element)
{
    row_shift shift = {maximum.value, maximum.index, 0, 0.0};
    if (!with_extra_element)
        return shift;
    if (maximum.value > 0.0) {
        double lanes[LANES];
        vec_store(lanes, vec_exp(vec_set(-maximum.value)));
        shift.has_extra = 1;
        shift.extra = lanes[0];
    } else {
        shift.shift = 0.0;
        shift.first = length;
    }
    return shift;
}

/* The row being evaluated. Values and exponentials of short rows are kept, those of long rows computed again. */
typedef struct {
    const row_input *x;
    row_shift shift;
    int cached;
    double exponentials[ROW_CACHE];
} narrow_row;

static inline void exponentiate(const double *x, size_t n, double shift, double *result)
{
    const vec subtract = vec_set(shift);
    for (size_t i = 0; i < n; i += LANES)
        vec_store(result + i, vec_exp(vec_sub(vec_load(x + i), subtract)));
}

/* The exponentials of one block: from the cache, or into `block`. */
static inline const double *exponentials_at(const narrow_row *row, size_t start, double *block)
{
    if (row->cached)
        return row->exponentials + start;
    const size_t n = read_block(row->x, start, block);
    exponentiate(block, whole_sums(n), row->shift.shift, block);
    return block;
}

/* The eight partial sums of one block. */
static inline void sum_block(const double *terms, size_t n, vec *part)
{
    for (int j = 0; j < SUM_VECTORS; j++)
        part[j] = vec_set(0.0);
    for (size_t i = 0; i < n; i += SUM_LANES)
        for (int j = 0; j < SUM_VECTORS; j++)
            part[j] = vec_add(part[j], vec_load(terms + i + j * LANES));
}

/* Adds the terms of a block, of either sign: the sums of the blocks are added exactly. */
static inline void add_block(row_sum *sum, const double *terms, size_t n)
{
    vec part[SUM_VECTORS];
    sum_block(terms, n, part);
    for (int j = 0; j < SUM_VECTORS; j++)
        add_to_sum(sum, j, wide_from(part[j]));
}

/* The sum of all exponentials but the first maximum's. Fills the cache. Sums of positive terms need no tails: block by
 * block, even 2^30 terms lose less than the last bit of a float32. */
static double sum_of_others(narrow_row *row)
{
    double block[PYACT_BLOCK], lanes[SUM_LANES];
    vec sum[SUM_VECTORS], part[SUM_VECTORS];
    size_t n;
    for (int j = 0; j < SUM_VECTORS; j++)
        sum[j] = vec_set(0.0);
    for (size_t start = 0; start < row->x->length; start += n) {
        double *terms = row->cached ? row->exponentials + start : block;
        n = read_block(row->x, start, terms);
        exponentiate(terms, whole_sums(n), row->shift.shift, terms);
        if (row->shift.first - start < n) {
            const double kept = terms[row->shift.first - start];
            terms[row->shift.first - start] = 0.0;
            sum_block(terms, n, part);
            terms[row->shift.first - start] = kept;
        } else {
            sum_block(terms, n, part);
        }
        for (int j = 0; j < SUM_VECTORS; j++)
            sum[j] = vec_add(sum[j], part[j]);
    }
    for (int j = 0; j < SUM_VECTORS; j++)
        vec_store(lanes + j * LANES, sum[j]);
    for (int half = SUM_LANES / 2; half > 0; half /= 2)
        for (int j = 0; j < half; j++)
            lanes[j] += lanes[j + half];
    return lanes[0] + row->shift.extra;
}

static inline vec log1p_of(double value)
{
    return vec_log1p(vec_set(value));
}

static void narrow_softmax(const pyact_row *out, narrow_row *row)
{
    double block[PYACT_BLOCK];
    const vec scale = vec_set(1.0 / (1.0 + sum_of_others(row)));
    for (size_t start = 0; start < out->length; start += PYACT_BLOCK) {
        const size_t left = out->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
        const double *terms = exponentials_at(row, start, block);
        for (size_t i = 0; i < n; i += LANES)
            vec_store(block + i, vec_mul(vec_load(terms + i), scale));
        write_block(out, start, n, block);
    }
}

static void narrow_log_softmax(const pyact_row *out, narrow_row *row)
{
    double block[PYACT_BLOCK];
    const vec shift = vec_set(row->shift.shift), log_sum = log1p_of(sum_of_others(row));
    size_t n;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(row->x, start, block);
        for (size_t i = 0; i < n; i += LANES)
            vec_store(block + i, vec_sub(vec_sub(vec_load(block + i), shift), log_sum));
        write_block(out, start, n, block);
    }
}

static double narrow_logsumexp(narrow_row *row)
{
    double lanes[LANES];
    vec_store(lanes, vec_add(vec_set(row->shift.shift), log1p_of(sum_of_others(row))));
    return lanes[0];
}

static void narrow_logsumexp_backward(const pyact_row *out, narrow_row *row, const row_input *grad)
{
    double block[PYACT_BLOCK];
    const vec scale = vec_set(1.0 / (1.0 + sum_of_others(row))), factor = vec_set(read_element(grad, 0));
    for (size_t start = 0; start < out->length; start += PYACT_BLOCK) {
        const size_t left = out->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
        const double *terms = exponentials_at(row, start, block);
        for (size_t i = 0; i < n; i += LANES)
            vec_store(block + i, vec_mul(vec_mul(vec_load(terms + i), scale), factor));
        write_block(out, start, n, block);
    }
}

/* y_i * (g_i - sum g_j y_j). Gradients enter as differences from the one at the first maximum: the result is the same
 * in exact arithmetic, and exact where all gradients are equal or one element has all the weight. */
static void narrow_softmax_backward(const pyact_row *out, narrow_row *row, const row_input *grad)
{
    double block[PYACT_BLOCK], gradients[PYACT_BLOCK];
    const double scale = 1.0 / (1.0 + sum_of_others(row));
    double reference = 0.0;
    if (row->shift.first < out->length)
        reference = read_element(grad, row->shift.first);
    if (!isfinite(reference))
        reference = 0.0;
    const vec reference_vec = vec_set(reference), scale_vec = vec_set(scale);
    row_sum sum = empty_sum();
    size_t n;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        const double *terms = exponentials_at(row, start, block);
        for (size_t i = 0; i < whole_sums(n); i += LANES)
            vec_store(gradients + i, vec_mul(vec_sub(vec_load(gradients + i), reference_vec), vec_load(terms + i)));
        add_block(&sum, gradients, n);
    }
    const vec mean = vec_set((total(&sum).h - reference * row->shift.extra) * scale);
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        const double *terms = exponentials_at(row, start, block);
        for (size_t i = 0; i < n; i += LANES) {
            const vec centred = vec_sub(vec_sub(vec_load(gradients + i), reference_vec), mean);
            vec_store(block + i, vec_mul(vec_mul(vec_load(terms + i), scale_vec), centred));
        }
        write_block(out, start, n, block);
    }
}

/* g_i - y_i * sum g_j */
static void narrow_log_softmax_backward(const pyact_row *out, narrow_row *row, const row_input *grad)
{
    double block[PYACT_BLOCK], gradients[PYACT_BLOCK];
    const double others = sum_of_others(row);
    row_sum sum = empty_sum();
    size_t n;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        add_block(&sum, gradients, n);
    }
    const vec gradient_sum = vec_set(total(&sum).h), scale = vec_set(1.0 / (1.0 + others));
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        const double *terms = exponentials_at(row, start, block);
        for (size_t i = 0; i < n; i += LANES) {
            const vec weight = vec_mul(vec_load(terms + i), scale);
            vec_store(block + i, vec_sub(vec_load(gradients + i), vec_mul(weight, gradient_sum)));
        }
        write_block(out, start, n, block);
    }
}

#endif
