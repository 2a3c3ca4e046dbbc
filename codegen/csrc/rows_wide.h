/* The softmax family in head-and-tail arithmetic: for f64, and for f32 rows whose logsumexp cancels. */
#ifndef PYACT_ROWS_WIDE_H
#define PYACT_ROWS_WIDE_H

#include "rows_narrow.h"

/* exp(x - shift) times 2^lift. The difference is exact as head and tail; below -1000, where it may have overflowed or x
 * is -inf, the exponential is 0 in any case. */
static inline wide wide_exponential(vec x, vec shift, double lift)
{
    const vec head = vec_sub(x, shift);
    const vec shift_part = vec_sub(x, head);
    const vec tail = vec_add(vec_sub(x, vec_add(head, shift_part)), vec_sub(shift_part, shift));
    const mask in_range = vec_le(vec_set(-1000.0), head);
    const wide clamped = wide_set(-1000.0, 0.0);
    const wide exact = {head, tail};
    wide_context context = {vec_set(lift), mask_none()};
    return wide_exp(wide_select(in_range, exact, clamped), &context);
}

/* Below exp(-600) > 2^-866 the exponential's tail leaves the normal range, and it is computed 2^512 larger. */
static const double smallest_plain = 0x1p-866;
static const double lift_exponent = 512.0, undo_lift_factor = 0x1p-512;

typedef struct {
    const row_input *x;
    row_shift shift;
    int cached;
    double values[ROW_CACHE], h[ROW_CACHE], l[ROW_CACHE];
} wide_row;

typedef struct {
    double values[PYACT_BLOCK], h[PYACT_BLOCK], l[PYACT_BLOCK];
} wide_block;

/* A block's x and its exponentials times 2^lift, from the cache or computed. */
typedef struct {
    const double *x, *h, *l;
} wide_view;

static inline wide wide_load(const double *h, const double *l)
{
    const wide result = {vec_load(h), vec_load(l)};
    return result;
}

static inline void wide_exponentiate(const double *x, size_t n, double shift, double lift, double *h, double *l)
{
    for (size_t i = 0; i < n; i += LANES) {
        const wide e = wide_exponential(vec_load(x + i), vec_set(shift), lift);
        vec_store(h + i, e.h);
        vec_store(l + i, e.l);
    }
}

static inline wide_view wide_view_at(const wide_row *row, size_t start, double lift, wide_block *block)
{
    if (row->cached && lift == 0.0) {
        const wide_view cached = {row->values + start, row->h + start, row->l + start};
        return cached;
    }
    const size_t n = read_block(row->x, start, block->values);
    wide_exponentiate(block->values, whole_sums(n), row->shift.shift, lift, block->h, block->l);
    const wide_view computed = {block->values, block->h, block->l};
    return computed;
}

/* The sum of all exponentials but the first maximum's, all times 2^lift. */
static pair wide_sum_of_lifted(const wide_row *row, double lift)
{
    wide_block block;
    row_sum sum = empty_sum();
    for (size_t start = 0; start < row->x->length; start += PYACT_BLOCK) {
        const size_t left = row->x->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
        const wide_view view = wide_view_at(row, start, lift, &block);
        const vec first = vec_set((double)row->shift.first - (double)start);
        for (size_t i = 0; i < n; i += SUM_LANES)
            for (int j = 0; j < SUM_VECTORS; j++) {
                const size_t at = i + (size_t)j * LANES;
                const mask left_out = vec_eq(vec_add(lane_numbers(), vec_set((double)at)), first);
                add_to_sum(&sum, j, wide_select(left_out, wide_set(0.0, 0.0), wide_load(view.h + at, view.l + at)));
            }
    }
    return total(&sum);
}

/* The weight of softmax_one's extra element, times 2^lift. */
static inline wide wide_extra(const wide_row *row, double lift)
{
    return wide_exponential(vec_set(0.0), vec_set(row->shift.shift), lift);
}

static pair wide_sum_of_others(wide_row *row)
{
    if (row->cached) {
        converted(row->x, row->values);
        wide_exponentiate(row->values, whole_sums(row->x->length), row->shift.shift, 0.0, row->h, row->l);
    }
    const pair sum = wide_sum_of_lifted(row, 0.0);
    if (!row->shift.has_extra)
        return sum;
    return pair_add(sum, pair_of(wide_extra(row, 0.0)));
}

/* The others are below the normal range of head and tail: log(1 + others) is `others` to the last bit, and so on. */
static inline int is_tiny_sum(pair others)
{
    return others.h < smallest_plain;
}

/* 1 / (1 + others), as a factor for every element. */
static inline wide softmax_factor(pair others)
{
    return wide_div(wide_set(1.0, 0.0), wide_of(pair_add(pair_from(1.0), others)));
}

/* log(1 + others). */
static inline wide wide_log_sum(pair others)
{
    wide_context context = {vec_set(0.0), mask_none()};
    return wide_log1p(wide_of(others), &context);
}

/* Rounds e * factor, e one vector of exponentials; the lanes where e is tiny are taken from the lifted e. */
static inline vec wide_product(wide e, wide factor, vec x, double shift)
{
    const vec plain = wide_round(wide_mul(e, factor));
    const mask tiny = vec_lt(e.h, vec_set(smallest_plain));
    if (!mask_any(tiny))
        return plain;
    const wide lifted = wide_mul(wide_exponential(x, vec_set(shift), lift_exponent), factor);
    return vec_select(tiny, vec_mul(wide_round(lifted), vec_set(undo_lift_factor)), plain);
}

static void wide_softmax(const pyact_row *out, wide_row *row)
{
    wide_block block;
    const wide scale = softmax_factor(wide_sum_of_others(row));
    for (size_t start = 0; start < out->length; start += PYACT_BLOCK) {
        const size_t left = out->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
        const wide_view view = wide_view_at(row, start, 0.0, &block);
        for (size_t i = 0; i < n; i += LANES)
            vec_store(block.h + i, wide_product(wide_load(view.h + i, view.l + i), scale, vec_load(view.x + i),
                                                row->shift.shift));
        write_block(out, start, n, block.h);
    }
}

static void wide_log_softmax(const pyact_row *out, wide_row *row)
{
    double block[PYACT_BLOCK];
    const pair others = wide_sum_of_others(row);
    const wide log_sum = wide_log_sum(others);
    const vec shift = vec_set(row->shift.shift), log_sum_head = log_sum.h;
    const double tiny_sum = is_tiny_sum(others) ? wide_sum_of_lifted(row, lift_exponent).h * undo_lift_factor : 0.0;
    size_t n;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(row->x, start, block);
        for (size_t i = 0; i < n; i += LANES) {
            const vec x = vec_load(block + i);
            const wide exact = wide_sub(wide_sub(wide_from(x), wide_from(shift)), log_sum);
            const vec rounded = wide_round(exact), plain = vec_sub(vec_sub(x, shift), log_sum_head);
            vec_store(block + i, vec_select(vec_is_nan(rounded), plain, rounded)); /* x = -inf, or overflow */
        }
        if (is_tiny_sum(others) && row->shift.first - start < n)
            block[row->shift.first - start] = -tiny_sum;
        write_block(out, start, n, block);
    }
}

static double wide_logsumexp(wide_row *row)
{
    const pair others = wide_sum_of_others(row);
    if (is_tiny_sum(others))
        return row->shift.shift + wide_sum_of_lifted(row, lift_exponent).h * undo_lift_factor;
    const pair sum = pair_add(pair_from(row->shift.shift), pair_of(wide_log_sum(others)));
    return sum.h + sum.l;
}

static void wide_logsumexp_backward(const pyact_row *out, wide_row *row, const row_input *grad)
{
    wide_block block;
    const wide scale = softmax_factor(wide_sum_of_others(row));
    const wide factor = wide_mul(scale, wide_from(vec_set(read_element(grad, 0))));
    for (size_t start = 0; start < out->length; start += PYACT_BLOCK) {
        const size_t left = out->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
        const wide_view view = wide_view_at(row, start, 0.0, &block);
        for (size_t i = 0; i < n; i += LANES)
            vec_store(block.h + i, wide_product(wide_load(view.h + i, view.l + i), factor, vec_load(view.x + i),
                                                row->shift.shift));
        write_block(out, start, n, block.h);
    }
}

/* The sum of (g_j - reference) times the exponentials, softmax_one's extra element included, times 2^lift. */
static wide wide_centred_dot(const wide_row *row, const row_input *grad, wide reference, double lift)
{
    wide_block block;
    double gradients[PYACT_BLOCK];
    row_sum sum = empty_sum();
    size_t n;
    for (size_t start = 0; start < grad->length; start += n) {
        n = read_block(grad, start, gradients);
        const wide_view view = wide_view_at(row, start, lift, &block);
        for (size_t i = 0; i < n; i += SUM_LANES)
            for (int j = 0; j < SUM_VECTORS; j++) {
                const size_t at = i + (size_t)j * LANES;
                const wide difference = wide_sub(wide_from(vec_load(gradients + at)), reference);
                add_to_sum(&sum, j, wide_mul(difference, wide_load(view.h + at, view.l + at)));
            }
    }
    const wide dot = wide_of(total(&sum));
    return !row->shift.has_extra ? dot : wide_sub(dot, wide_mul(reference, wide_extra(row, lift)));
}

/* As narrow_softmax_backward. */
static void wide_softmax_backward(const pyact_row *out, wide_row *row, const row_input *grad)
{
    wide_block block;
    double gradients[PYACT_BLOCK], lanes[LANES];
    const pair others = wide_sum_of_others(row);
    const size_t first = row->shift.first;
    const wide scale = softmax_factor(others);
    const wide reference = wide_from(vec_set(first < out->length ? read_element(grad, first) : 0.0));
    const wide mean = wide_mul(wide_centred_dot(row, grad, reference, 0.0), scale);
    if (is_tiny_sum(others)) /* the first maximum has all the weight, and its gradient is the tiny mean */
        vec_store(lanes, vec_mul(wide_round(wide_centred_dot(row, grad, reference, lift_exponent)),
                                 vec_set(-undo_lift_factor)));
    size_t n;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        const wide_view view = wide_view_at(row, start, 0.0, &block);
        for (size_t i = 0; i < n; i += LANES) {
            const wide centred = wide_sub(wide_sub(wide_from(vec_load(gradients + i)), reference), mean);
            vec_store(block.h + i, wide_product(wide_load(view.h + i, view.l + i), wide_mul(centred, scale),
                                                vec_load(view.x + i), row->shift.shift));
        }
        if (is_tiny_sum(others) && first - start < n)
            block.h[first - start] = lanes[0];
        write_block(out, start, n, block.h);
    }
}

static void wide_log_softmax_backward(const pyact_row *out, wide_row *row, const row_input *grad)
{
    wide_block block;
    double gradients[PYACT_BLOCK];
    const wide scale = softmax_factor(wide_sum_of_others(row));
    row_sum sum = empty_sum();
    size_t n;
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        for (size_t i = 0; i < n; i += SUM_LANES)
            for (int j = 0; j < SUM_VECTORS; j++)
                add_to_sum(&sum, j, wide_from(vec_load(gradients + i + (size_t)j * LANES)));
    }
    const wide factor = wide_mul(wide_of(total(&sum)), scale);
    for (size_t start = 0; start < out->length; start += n) {
        n = read_block(grad, start, gradients);
        const wide_view view = wide_view_at(row, start, 0.0, &block);
        for (size_t i = 0; i < n; i += LANES) {
            const wide weighted = wide_mul(wide_load(view.h + i, view.l + i), factor);
            vec_store(block.h + i, wide_round(wide_sub(wide_from(vec_load(gradients + i)), weighted)));
        }
        write_block(out, start, n, block.h);
    }
}

/* Heads and tails need finite gradients whose differences and sums stay finite. */
static int has_moderate_gradients(const row_input *grad)
{
    double block[PYACT_BLOCK];
    size_t n;
    for (size_t start = 0; start < grad->length; start += n) {
        n = read_block(grad, start, block);
        for (size_t i = 0; i < n; i += LANES)
            if (!mask_all(vec_le(vec_abs(vec_load(block + i)), vec_set(0x1p900))))
                return 0;
    }
    return 1;
}

#endif
