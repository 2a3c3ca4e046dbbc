/* sparsemax: the Euclidean projection of a row onto the probability simplex, max(x - threshold, 0).
 *
 * The threshold comes from the elements in descending order: the largest k with 1 + k x_k > x_1 + ... + x_k gives
 * threshold = (x_1 + ... + x_k - 1) / k. All arithmetic is head and tail, since results near 0 are differences. Only
 * elements within 1 of the maximum can be above the threshold, so usually few are sorted. */
#ifndef PYACT_ROWS_SPARSEMAX_H
#define PYACT_ROWS_SPARSEMAX_H

#include <stdlib.h>

#include "rows_common.h"

enum { SORT_BUFFER = 512 };

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static inline pair pair_scale(pair a, double factor)
{
    const double product = a.h * factor;
    const pair result = {product, fma(a.h, factor, -product) + a.l * factor};
    return two_sum(result.h, result.l);
}

static inline pair pair_divide(pair a, double divisor)
{
    const double quotient = a.h / divisor;
    const double remainder = fma(-quotient, divisor, a.h) + a.l;
    return two_sum(quotient, remainder / divisor);
}

static inline pair pair_negate(pair a)
{
    const pair result = {-a.h, -a.l};
    return result;
}

/* Appends the elements within 1 of the maximum. */
static size_t collect_candidates(const row_input *x, double maximum, double *candidates, size_t room)
{
    double block[PYACT_BLOCK];
    size_t count = 0, n;
    for (size_t start = 0; start < x->length; start += n) {
        n = read_block(x, start, block);
        for (size_t i = 0; i < n; i++)
            if (block[i] - maximum > -1.0) {
                if (count < room)
                    candidates[count] = block[i];
                count++;
            }
    }
    return count;
}

/* The threshold, relative to the maximum. */
static pair threshold_of_sorted(const double *sorted, size_t count, double maximum)
{
    pair sum = pair_from(0.0), threshold = pair_from(-1.0);
    for (size_t k = 0; k < count; k++) {
        const pair element = two_sum(sorted[k], -maximum);
        sum = pair_add(sum, element);
        const pair excess = pair_add(sum, pair_from(-1.0));
        const pair room = pair_add(pair_scale(element, (double)(k + 1)), pair_negate(excess));
        if (!(room.h > 0.0))
            break;
        threshold = pair_divide(excess, (double)(k + 1));
    }
    return threshold;
}

static int find_threshold(const row_input *x, double maximum, pair *threshold)
{
    double buffer[SORT_BUFFER], *candidates = buffer;
    const size_t count = collect_candidates(x, maximum, buffer, SORT_BUFFER);
    if (count > SORT_BUFFER) {
        candidates = malloc(count * sizeof *candidates);
        if (candidates == NULL)
            return PYACT_ERROR_MEMORY;
        collect_candidates(x, maximum, candidates, count);
    }
    qsort(candidates, count, sizeof *candidates, descending);
    *threshold = threshold_of_sorted(candidates, count, maximum);
    if (candidates != buffer)
        free(candidates);
    return PYACT_OK;
}

/* Element x of the result; 0 outside the support. */
static inline double above_threshold(double x, double maximum, pair threshold)
{
    if (!(x - maximum > -1.0))
        return 0.0;
    const pair result = pair_add(two_sum(x, -maximum), pair_negate(threshold));
    return result.h > 0.0 ? result.h + result.l : 0.0;
}

static int sparsemax(const pyact_row *out, const row_input *x, double maximum)
{
    double block[PYACT_BLOCK];
    pair threshold;
    size_t n;
    const int status = find_threshold(x, maximum, &threshold);
    if (status != PYACT_OK)
        return status;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(x, start, block);
        for (size_t i = 0; i < n; i++)
            block[i] = above_threshold(block[i], maximum, threshold);
        write_block(out, start, n, block);
    }
    return PYACT_OK;
}

/* The gradients of the support, less their mean; 0 elsewhere. */
static int sparsemax_backward(const pyact_row *out, const row_input *x, double maximum, const row_input *grad)
{
    double block[PYACT_BLOCK], gradients[PYACT_BLOCK];
    pair threshold, sum = pair_from(0.0);
    double plain_sum = 0.0;
    size_t n, support = 0;
    const int status = find_threshold(x, maximum, &threshold);
    if (status != PYACT_OK)
        return status;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(x, start, block);
        read_block(grad, start, gradients);
        for (size_t i = 0; i < n; i++)
            if (above_threshold(block[i], maximum, threshold) > 0.0) {
                sum = pair_add(sum, pair_from(gradients[i]));
                plain_sum += gradients[i];
                support++;
            }
    }
    const pair mean = isfinite(sum.h) ? pair_divide(sum, (double)support) : pair_from(plain_sum / (double)support);
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(x, start, block);
        read_block(grad, start, gradients);
        for (size_t i = 0; i < n; i++) {
            const int in_support = above_threshold(block[i], maximum, threshold) > 0.0;
            const pair centred = pair_add(pair_from(gradients[i]), pair_negate(mean));
            const double result = isfinite(centred.h) ? centred.h + centred.l : gradients[i] - mean.h;
            block[i] = in_support ? result : 0.0;
        }
        write_block(out, start, n, block);
    }
    return PYACT_OK;
}

#endif
