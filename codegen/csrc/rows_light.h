/* softmax, softmin, log_softmax and their gradients in float64: light arithmetic (light_math.h), within 0.54 ULP.
 *
 * Rows that hold something out of the ordinary (no finite maximum, gradients that are huge or no numbers, exponentials
 * that are subnormal) go the way of rows_wide.h. */
#ifndef PYACT_ROWS_LIGHT_H
#define PYACT_ROWS_LIGHT_H

#include <stdlib.h>

#include "rows_light_gradients.h"
#include "rows_light_sums.h"
#include "simd_rows.h"

/* ---- softmax ---- */

PYACT_OUTLINE void light_softmax_row(const light_batch *batch, size_t row)
{
    const size_t n = batch->n;
    double results[SUM_LANES];
    light_parts room;
    const light factor = light_pair_at(batch->factor_h, batch->factor_l, row);
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = light_block_end(begin, n);
        const light_view view = light_view_of(batch, row, begin, end, &room);
        for (size_t i = begin; i < end; i += SUM_LANES) {
            double *to = eight_to(batch->out[row], i, n, results);
#pragma GCC unroll 8
            for (int j = 0; j < SUM_VECTORS; j++) {
                const light e = light_load(view, i - begin + (size_t)j * LANES);
                vec_store(to + j * LANES, vec_fma(e.h, factor.h, vec_fma(e.l, factor.h, vec_mul(e.h, factor.l))));
            }
            finish_eight(batch->out[row], i, n, results);
        }
    }
}

static void light_softmax(light_batch *batch)
{
    light_begin(batch);
    light_sum_rows(batch);
    for (size_t row = 0; row < batch->count; row++)
        if (batch->ordinary[row]) light_softmax_row(batch, row);
}

/* ---- log_softmax ---- */

static void light_log_softmax_row(const light_batch *batch, size_t row)
{
    const size_t n = batch->n;
    double room[SUM_LANES], results[SUM_LANES];
    const light log_sum = light_pair_at(batch->factor_h, batch->factor_l, row);
    const vec maximum = vec_set(batch->maximum[row]);
    for (size_t i = 0; i < n; i += SUM_LANES) {
        const double *at = eight_at(batch->x[row], i, n, 0.0, room);
        double *to = eight_to(batch->out[row], i, n, results);
#pragma GCC unroll 8
        for (int j = 0; j < SUM_VECTORS; j++) {
            const light difference = light_difference(vec_load(at + j * LANES), maximum);
            const light rest = {log_sum.h, vec_sub(log_sum.l, difference.l)};
            const vec rounded = light_round_difference(difference.h, rest), plain = vec_sub(difference.h, log_sum.h);
            vec_store(to + j * LANES, vec_select(vec_is_nan(rounded), plain, rounded)); /* x = -inf, or overflow */
        }
        finish_eight(batch->out[row], i, n, results);
    }
}

static void light_log_softmax(light_batch *batch)
{
    light_begin(batch);
    for (size_t row = 0; row < batch->count; row++) {
        batch->reference[row] = 0.0;
        if (batch->ordinary[row]) batch->ordinary[row] = light_sum_others(batch, row);
    }
    for (size_t row = batch->count; row % LANES != 0; row++) batch->reference[row] = 0.0;
    for (size_t row = 0; row < batch->count; row += LANES) {
        const light others = light_add_vec(light_join(&batch->sums, row), vec_load(batch->reference + row));
        wide_context context = {vec_set(0.0), mask_none()};
        wide sum;
        sum.h = vec_two_sum(others.h, others.l, &sum.l);
        const wide log_sum = wide_log1p(sum, &context);
        vec_store(batch->factor_h + row, log_sum.h);
        vec_store(batch->factor_l + row, log_sum.l);
        vec_store(batch->mean_h + row, others.h);
    }
    for (size_t row = 0; row < batch->count; row++) {
        batch->ordinary[row] &= batch->mean_h[row] >= LIGHT_SMALLEST_SUM;
        if (batch->ordinary[row]) light_log_softmax_row(batch, row);
    }
}

/* ---- rows of any layout ---- */

static inline int has_light_rows(pyact_row_function function)
{
    switch (function) {
    case PYACT_ROW_SOFTMAX:
    case PYACT_ROW_SOFTMIN:
    case PYACT_ROW_LOG_SOFTMAX:
    case PYACT_ROW_SOFTMAX_BACKWARD:
    case PYACT_ROW_SOFTMIN_BACKWARD:
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD:
    case PYACT_ROW_SOFTMAX_BACKWARD_FROM_OUTPUT:
    case PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT:
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD_FROM_OUTPUT: return 1;
    default: return 0;
    }
}

static void light_evaluate(light_batch *batch, pyact_row_function function)
{
    switch (function) {
    case PYACT_ROW_LOG_SOFTMAX: light_log_softmax(batch); break;
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD: light_backward(batch, 1); break;
    case PYACT_ROW_SOFTMAX_BACKWARD:
    case PYACT_ROW_SOFTMIN_BACKWARD: light_backward(batch, 0); break;
    case PYACT_ROW_SOFTMAX_BACKWARD_FROM_OUTPUT: light_from_output(batch, 1.0); break;
    case PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT: light_from_output(batch, -1.0); break;
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD_FROM_OUTPUT: light_log_from_output(batch); break;
    default: light_softmax(batch);
    }
}

/* Elements that are apart: `count` rows of them, together, because rows side by side share their cache lines. */
typedef struct {
    ptrdiff_t stride, step; /* bytes from element to element, and from row to row */
    size_t count, n, pitch; /* the pitch of the copies, in elements */
} light_layout;

static void light_gather(const char *from, light_layout layout, int negate, double *to)
{
    if (layout.step == sizeof(double))
        transpose_lines_of_doubles(from, layout.stride, layout.n, layout.count, (char *)to,
                                   (ptrdiff_t)(layout.pitch * sizeof(double)));
    else
        for (size_t row = 0; row < layout.count; row++)
            for (size_t i = 0; i < layout.n; i++)
                memcpy(to + row * layout.pitch + i, from + (ptrdiff_t)row * layout.step + (ptrdiff_t)i * layout.stride,
                       sizeof *to);
    if (negate)
        for (size_t row = 0; row < layout.count; row++)
            for (size_t i = 0; i < layout.n; i++) to[row * layout.pitch + i] = -to[row * layout.pitch + i];
}

static void light_scatter(const double *from, light_layout layout, char *to)
{
    if (layout.step == sizeof(double)) {
        transpose_lines_of_doubles((const char *)from, (ptrdiff_t)(layout.pitch * sizeof(double)), layout.count,
                                   layout.n, to, layout.stride);
        return;
    }
    for (size_t row = 0; row < layout.count; row++)
        for (size_t i = 0; i < layout.n; i++)
            memcpy(to + (ptrdiff_t)row * layout.step + (ptrdiff_t)i * layout.stride, from + row * layout.pitch + i,
                   sizeof *from);
}

static inline int is_double_row(const char *data, ptrdiff_t stride)
{
    return stride == sizeof(double) && (uintptr_t)data % sizeof(double) == 0;
}

static inline int are_double_rows(const char *data, ptrdiff_t stride, ptrdiff_t step)
{
    return is_double_row(data, stride) && step % (ptrdiff_t)sizeof(double) == 0;
}

/* `one_row` takes what is not ordinary. Returns a pyact_status. */
static int light_rows(const pyact_rows *rows, int (*one_row)(const pyact_row *row))
{
    const pyact_row *first = &rows->first;
    const pyact_row_function function = first->function;
    const size_t n = first->length, pitch = whole_sums(n) + SUM_LANES;
    const int from_output = starts_from_output(function), has_gradient = from_output || function % 2;
    const int negate = function == PYACT_ROW_SOFTMIN || function == PYACT_ROW_SOFTMIN_BACKWARD;
    const int x_direct = !negate && are_double_rows(first->x, first->x_stride, rows->x_step);
    const int g_direct = !negate && are_double_rows(first->grad_output, first->grad_stride, rows->grad_step);
    const int out_direct = are_double_rows(first->output, first->output_stride, rows->output_step);
    const size_t copies = (size_t)!x_direct + (size_t)(has_gradient && !g_direct) + (size_t)!out_direct;
    double *room = NULL, *next;
    if (copies != 0 && (room = malloc(copies * LIGHT_ROWS * pitch * sizeof *room)) == NULL) return PYACT_ERROR_MEMORY;
    next = room;
    double *const x_room = next;
    next += x_direct ? 0 : LIGHT_ROWS * pitch;
    double *const g_room = next;
    next += !has_gradient || g_direct ? 0 : LIGHT_ROWS * pitch;
    double *const out_room = next;

    light_batch batch;
    batch.n = n;
    const size_t fit = LIGHT_CACHE / whole_sums(n), together = fit < 1 ? 1 : fit < LIGHT_ROWS ? fit : LIGHT_ROWS;
    int status = PYACT_OK;
    for (size_t done = 0, some; done < rows->count; done += some) {
        const pyact_row top = row_of(rows, done);
        unsigned unusual = 0;
        some = rows->count - done < LIGHT_ROWS ? rows->count - done : LIGHT_ROWS;
        const light_layout x = {top.x_stride, rows->x_step, some, n, pitch};
        const light_layout g = {top.grad_stride, rows->grad_step, some, n, pitch};
        const light_layout out = {top.output_stride, rows->output_step, some, n, pitch};
        if (!x_direct) light_gather(top.x, x, negate, x_room);
        if (has_gradient && !g_direct) light_gather(top.grad_output, g, negate, g_room);
        for (size_t begin = 0; begin < some; begin += batch.count) {
            batch.count = some - begin < together ? some - begin : together;
            for (size_t k = 0; k < batch.count; k++) {
                const size_t at = begin + k;
                const pyact_row row = row_of(rows, done + at);
                batch.x[k] = x_direct ? (const double *)(const void *)row.x : x_room + at * pitch;
                batch.g[k] = g_direct ? (const double *)(const void *)row.grad_output : g_room + at * pitch;
                batch.out[k] = out_direct ? (double *)(void *)row.output : out_room + at * pitch;
            }
            light_evaluate(&batch, function);
            for (size_t k = 0; k < batch.count; k++) unusual |= (unsigned)!batch.ordinary[k] << (begin + k);
        }
        if (!out_direct) light_scatter(out_room, out, top.output);
        for (; unusual != 0; unusual &= unusual - 1) {
            const pyact_row row = row_of(rows, done + (size_t)__builtin_ctz(unusual));
            status |= one_row(&row);
        }
    }
    free(room);
    return status;
}

#endif
