/* The row functions: special rows, and the choice of arithmetic.
 *
 * A row that holds NaN or +inf, or only -inf, has no softmax and gives NaN everywhere; an element -inf among finite
 * ones has weight 0. softmax_one has an extra element, so a row of -inf gives zeros. logsumexp has its limits. */
#ifndef PYACT_ROWS_H
#define PYACT_ROWS_H

#include "rows_common.h"
#include "rows_halves.h"
#include "rows_double.h"
#include "rows_narrow.h"
#include "rows_sparsemax.h"
#include "rows_wide.h"

static __attribute__((noinline)) void evaluate_narrow(const pyact_row *row, const row_input *x, row_shift shift,
                                                      const row_input *grad)
{
    narrow_row work;
    work.x = x;
    work.shift = shift;
    work.cached = x->length <= ROW_CACHE;
    switch (row->function) {
    case PYACT_ROW_SOFTMAX:
    case PYACT_ROW_SOFTMIN:
    case PYACT_ROW_SOFTMAX_ONE: narrow_softmax(row, &work); break;
    case PYACT_ROW_LOG_SOFTMAX: narrow_log_softmax(row, &work); break;
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD: narrow_log_softmax_backward(row, &work, grad); break;
    case PYACT_ROW_LOGSUMEXP: write_one(row, narrow_logsumexp(&work)); break;
    case PYACT_ROW_LOGSUMEXP_BACKWARD: narrow_logsumexp_backward(row, &work, grad); break;
    default: narrow_softmax_backward(row, &work, grad); break;
    }
}

static __attribute__((noinline)) void evaluate_wide(const pyact_row *row, const row_input *x, row_shift shift,
                                                    const row_input *grad)
{
    wide_row work;
    work.x = x;
    work.shift = shift;
    work.cached = x->length <= ROW_CACHE;
    switch (row->function) {
    case PYACT_ROW_SOFTMAX:
    case PYACT_ROW_SOFTMIN:
    case PYACT_ROW_SOFTMAX_ONE: wide_softmax(row, &work); break;
    case PYACT_ROW_LOG_SOFTMAX: wide_log_softmax(row, &work); break;
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD: wide_log_softmax_backward(row, &work, grad); break;
    case PYACT_ROW_LOGSUMEXP: write_one(row, wide_logsumexp(&work)); break;
    case PYACT_ROW_LOGSUMEXP_BACKWARD: wide_logsumexp_backward(row, &work, grad); break;
    default: wide_softmax_backward(row, &work, grad); break;
    }
}

/* A sum of logarithms near 0 has lost bits to cancellation. */
static int logsumexp_cancels(const row_input *x, row_shift shift)
{
    narrow_row work;
    work.x = x;
    work.shift = shift;
    work.cached = x->length <= ROW_CACHE;
    return shift.shift < 0.0 && fabs(narrow_logsumexp(&work)) < 0x1p-6 * -shift.shift;
}

static int wants_wide(const pyact_row *row, const row_input *x, row_shift shift, const row_input *grad)
{
    if (row->function == PYACT_ROW_LOGSUMEXP)
        return row->dtype == PYACT_F64 || logsumexp_cancels(x, shift);
    if (row->dtype != PYACT_F64)
        return 0;
    return grad == NULL || has_moderate_gradients(grad);
}

static void softmax_family(const pyact_row *row, const row_input *x, row_maximum maximum, const row_input *grad)
{
    const int with_extra_element =
        row->function == PYACT_ROW_SOFTMAX_ONE || row->function == PYACT_ROW_SOFTMAX_ONE_BACKWARD;
    if (maximum.value == -INFINITY && with_extra_element)
        maximum.value = -1.0; /* any value below the extra element's */
    const row_shift shift = shift_of(maximum, row->length, with_extra_element);
    (wants_wide(row, x, shift, grad) ? evaluate_wide : evaluate_narrow)(row, x, shift, grad);
}

/* One row. Returns a pyact_status. */
static int PYACT_FN(row)(const pyact_row *row)
{
    const int backward = row->function % 2;
    const pyact_row_function forward = (pyact_row_function)(row->function - backward);
    const row_input elements = {row->x, row->x_stride, row->length, row->dtype, forward == PYACT_ROW_SOFTMIN,
                                -INFINITY};
    const int one_gradient = forward == PYACT_ROW_LOGSUMEXP;
    const row_input grad = {row->grad_output, one_gradient ? 0 : row->grad_stride, row->length, row->dtype,
                            forward == PYACT_ROW_SOFTMIN, 0.0};
    const row_input *gradient = backward ? &grad : NULL;

    if (row->length == 0) {
        if (row->function == PYACT_ROW_LOGSUMEXP)
            write_one(row, -INFINITY);
        return PYACT_OK;
    }
    if (row->function == PYACT_ROW_HARDMAX_BACKWARD) {
        fill_row(row, 0.0, row->length, 0.0);
        return PYACT_OK;
    }

    double values[ROW_CACHE];
    const row_input x = row->length <= ROW_CACHE ? converted(&elements, values) : elements;
    const row_maximum maximum = find_maximum(&x);
    if (row->function == PYACT_ROW_HARDMAX && !isnan(maximum.value)) {
        fill_row(row, 0.0, maximum.index, 1.0);
        return PYACT_OK;
    }
    if (row->function == PYACT_ROW_LOGSUMEXP && !isfinite(maximum.value)) {
        write_one(row, maximum.value);
        return PYACT_OK;
    }
    if (isnan(maximum.value) || maximum.value == INFINITY ||
        (maximum.value == -INFINITY && forward != PYACT_ROW_SOFTMAX_ONE)) {
        fill_row(row, NAN, row->length, NAN);
        return PYACT_OK;
    }
    if (forward == PYACT_ROW_SPARSEMAX)
        return backward ? sparsemax_backward(row, &x, maximum.value, gradient)
                        : sparsemax(row, &x, maximum.value);
    softmax_family(row, &x, maximum, gradient);
    return PYACT_OK;
}

static inline int is_softmax_family(pyact_row_function function)
{
    return function < PYACT_ROW_HARDMAX;
}

/* Rows of one function. Returns a pyact_status. */
static int PYACT_FN(rows)(const pyact_rows *rows)
{
    const pyact_row *first = &rows->first;
    const int from_output = starts_from_output(first->function), is_half = first->dtype < PYACT_F32;
    int status;
    if (is_half && first->length > 0 && (from_output || is_softmax_family(first->function)) && half_rows(rows, &status))
        return status;
    const int kind = double_kind_of(first->function);
    if (first->dtype == PYACT_F64 && first->length > 0 && kind >= 0)
        return double_rows(rows, (double_kind)kind, from_output ? row_from_output : PYACT_FN(row));
    if (from_output) return rows_from_output(rows);
    if (first->dtype == PYACT_F32 && first->length > 0 && is_softmax_family(first->function)) return single_rows(rows);
    for (size_t i = 0; i < rows->count; i++) {
        const pyact_row row = row_of(rows, i);
        status = PYACT_FN(row)(&row);
        if (status != PYACT_OK) return status;
    }
    return PYACT_OK;
}

#endif
