/* float64 rows of any layout: softmax, softmin, log_softmax and their gradients (rows_double_math.h).
 *
 * Rows that hold something out of the ordinary (no finite maximum, exponentials that are subnormal, gradients that are
 * no numbers) go the way of rows_wide.h. */
#ifndef PYACT_ROWS_DOUBLE_H
#define PYACT_ROWS_DOUBLE_H

#include <stdlib.h>

#include "rows_double_columns.h"
#include "rows_double_rows.h"

/* The kind of a row function, or -1 where it has none. */
static inline int double_kind_of(pyact_row_function function)
{
    switch (function) {
    case PYACT_ROW_SOFTMAX:
    case PYACT_ROW_SOFTMIN: return DOUBLE_SOFTMAX;
    case PYACT_ROW_LOG_SOFTMAX: return DOUBLE_LOG_SOFTMAX;
    case PYACT_ROW_SOFTMAX_BACKWARD:
    case PYACT_ROW_SOFTMIN_BACKWARD: return DOUBLE_GRADIENT;
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD: return DOUBLE_LOG_GRADIENT;
    case PYACT_ROW_SOFTMAX_BACKWARD_FROM_OUTPUT: return DOUBLE_FROM_OUTPUT;
    case PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT: return DOUBLE_NEGATED_FROM_OUTPUT;
    case PYACT_ROW_LOG_SOFTMAX_BACKWARD_FROM_OUTPUT: return DOUBLE_LOG_FROM_OUTPUT;
    default: return -1;
    }
}

/* softmin is the softmax of -x, and its gradient that of -x for -g. */
static inline int is_negated(pyact_row_function function)
{
    return function == PYACT_ROW_SOFTMIN || function == PYACT_ROW_SOFTMIN_BACKWARD;
}

static inline pyact_row_function of_negated(pyact_row_function function)
{
    return function == PYACT_ROW_SOFTMIN ? PYACT_ROW_SOFTMAX : PYACT_ROW_SOFTMAX_BACKWARD;
}

/* ---- copies of elements that are apart ---- */

/* `count` rows of them, together, because rows side by side share their cache lines. */
typedef struct {
    ptrdiff_t stride, step; /* bytes from element to element, and from row to row */
    size_t count, n, pitch; /* the pitch of the copies, in elements */
} double_layout;

static void gather_double_rows(const char *from, double_layout layout, int negate, double *to)
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

static void scatter_double_rows(const double *from, double_layout layout, char *to)
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

/* Whether the elements at `data`, some bytes apart one way, and side by side the other way, can be read as doubles. */
static inline int are_doubles(const char *data, ptrdiff_t side_by_side, ptrdiff_t apart)
{
    const ptrdiff_t size = sizeof(double);
    return side_by_side == size && apart % size == 0 && (uintptr_t)data % sizeof(double) == 0;
}

/* ---- rows one after the other ---- */

/* A row that is not ordinary. */
static int row_of_batch(const double_batch *batch, size_t k, pyact_row_function function,
                        int (*one_row)(const pyact_row *row))
{
    const ptrdiff_t size = sizeof(double);
    const pyact_row row = {
        .function = is_negated(function) ? of_negated(function) : function,
        .dtype = PYACT_F64,
        .length = batch->n,
        .grad_output = (const char *)batch->g[k],
        .x = (const char *)batch->x[k],
        .grad_stride = size,
        .x_stride = size,
        .output = (char *)batch->out[k],
        .output_stride = size,
    };
    return one_row(&row);
}

/* `one_row` takes what is not ordinary. Returns a pyact_status. */
static int double_rows_along(const pyact_rows *rows, double_kind kind, int (*one_row)(const pyact_row *row))
{
    const pyact_row *first = &rows->first;
    const size_t n = first->length, pitch = whole_sums(n) + SUM_LANES;
    const int gradients = is_double_gradient(kind), negate = is_negated(first->function);
    const int x_direct = !negate && are_doubles(first->x, first->x_stride, rows->x_step);
    const int g_direct =
        !gradients || (!negate && are_doubles(first->grad_output, first->grad_stride, rows->grad_step));
    const int out_direct = are_doubles(first->output, first->output_stride, rows->output_step);
    const size_t copies = (size_t)!x_direct + (size_t)!g_direct + (size_t)!out_direct, room_size = DOUBLE_ROWS * pitch;
    double *room = NULL;
    if (copies != 0 && (room = malloc(copies * room_size * sizeof *room)) == NULL) return PYACT_ERROR_MEMORY;
    double *const x_room = room, *const g_room = x_direct ? room : room + room_size;
    double *const out_room = g_direct ? g_room : g_room + room_size;

    double_batch batch;
    batch.n = n;
    const size_t near = DOUBLE_NEAR_ELEMENTS / n, most = near < 1 ? 1 : near < DOUBLE_ROWS ? near : DOUBLE_ROWS;
    const size_t together = x_direct && g_direct && out_direct ? most : DOUBLE_ROWS;
    int status = PYACT_OK;
    for (size_t done = 0; done < rows->count; done += batch.count) {
        const pyact_row top = row_of(rows, done);
        batch.count = rows->count - done < together ? rows->count - done : together;
        const double_layout x = {top.x_stride, rows->x_step, batch.count, n, pitch};
        const double_layout g = {top.grad_stride, rows->grad_step, batch.count, n, pitch};
        const double_layout out = {top.output_stride, rows->output_step, batch.count, n, pitch};
        if (!x_direct) gather_double_rows(top.x, x, negate, x_room);
        if (!g_direct) gather_double_rows(top.grad_output, g, negate, g_room);
        for (size_t k = 0; k < batch.count; k++) {
            const pyact_row row = row_of(rows, done + k);
            batch.x[k] = x_direct ? (const double *)(const void *)row.x : x_room + k * pitch;
            batch.g[k] = g_direct ? (const double *)(const void *)row.grad_output : g_room + k * pitch;
            batch.out[k] = out_direct ? (double *)(void *)row.output : out_room + k * pitch;
        }
        evaluate_rows(&batch, kind);
        for (size_t k = 0; k < batch.count; k++)
            if (batch.panel.ordinary[k] == 0.0) status |= row_of_batch(&batch, k, first->function, one_row);
        if (!out_direct) scatter_double_rows(out_room, out, top.output);
    }
    free(room);
    return status;
}

/* ---- rows side by side ---- */

static inline int are_double_columns(const pyact_rows *rows, double_kind kind)
{
    const pyact_row *first = &rows->first;
    return !is_negated(first->function) && rows->count >= DOUBLE_LEAST_COLUMNS &&
           are_doubles(first->x, rows->x_step, first->x_stride) &&
           are_doubles(first->output, rows->output_step, first->output_stride) &&
           (!is_double_gradient(kind) || are_doubles(first->grad_output, rows->grad_step, first->grad_stride));
}

/* The bytes that rows lie in. */
typedef struct {
    uintptr_t begin, end;
} byte_range;

static inline byte_range range_of(const char *data, ptrdiff_t stride, size_t n, size_t rows)
{
    const uintptr_t first = (uintptr_t)data, last = first + (uintptr_t)(stride * (ptrdiff_t)(n - 1));
    const byte_range range = {first < last ? first : last, (first < last ? last : first) + rows * sizeof(double)};
    return range;
}

static inline int ranges_are_apart(byte_range a, byte_range b) { return a.end <= b.begin || b.end <= a.begin; }

/* Whether the output shares no bytes with the inputs. */
static inline int are_apart(const pyact_rows *rows, double_kind kind)
{
    const pyact_row *first = &rows->first;
    const size_t n = first->length, count = rows->count;
    const byte_range out = range_of(first->output, first->output_stride, n, count);
    return ranges_are_apart(out, range_of(first->x, first->x_stride, n, count)) &&
           (!is_double_gradient(kind) || ranges_are_apart(out, range_of(first->grad_output, first->grad_stride, n, count)));
}

/* Rows in panels, as many as fill whole vectors on every CPU; sets `done` to their number. */
static int double_rows_across(const pyact_rows *rows, double_kind kind, int (*one_row)(const pyact_row *row),
                              size_t *done)
{
    const size_t count = rows->count / SUM_LANES * SUM_LANES;
    const int apart = are_apart(rows, kind);
    int status = PYACT_OK;
    double_panel panel;
    for (size_t begin = 0; begin < count; begin += panel.width) {
        const pyact_row first = row_of(rows, begin);
        const double_lines lines = {
            first.x, first.grad_output, first.output, first.output,
            first.x_stride, first.grad_stride, first.output_stride, first.output_stride,
            first.length,
        };
        panel.width = count - begin < DOUBLE_PANEL ? count - begin : DOUBLE_PANEL;
        if (evaluate_panel(&panel, &lines, kind, apart)) continue;
        for (size_t c = 0; c < panel.width; c++)
            if (panel.ordinary[c] == 0.0) {
                const pyact_row row = row_of(rows, begin + c);
                status |= one_row(&row);
            }
    }
    *done = count;
    return status;
}

/* ---- short rows one after the other: transposed ---- */

enum { DOUBLE_SHORT = 24, DOUBLE_TOGETHER = 64 };

static inline int are_short_rows(const pyact_rows *rows, double_kind kind)
{
    const pyact_row *first = &rows->first;
    return !is_negated(first->function) && first->length <= DOUBLE_SHORT && rows->count >= DOUBLE_LEAST_COLUMNS &&
           are_doubles(first->x, first->x_stride, rows->x_step) &&
           are_doubles(first->output, first->output_stride, rows->output_step) &&
           (!is_double_gradient(kind) || are_doubles(first->grad_output, first->grad_stride, rows->grad_step));
}

/* A row of a panel that is not ordinary. */
static int row_of_lines(const double_lines *lines, size_t c, pyact_row_function function,
                        int (*one_row)(const pyact_row *row))
{
    const ptrdiff_t at = (ptrdiff_t)(c * sizeof(double));
    const pyact_row row = {
        .function = function,
        .dtype = PYACT_F64,
        .length = lines->n,
        .grad_output = lines->g + at,
        .x = lines->x + at,
        .grad_stride = lines->g_stride,
        .x_stride = lines->x_stride,
        .output = lines->out + at,
        .output_stride = lines->out_stride,
    };
    return one_row(&row);
}

static int double_rows_transposed(const pyact_rows *rows, double_kind kind, int (*one_row)(const pyact_row *row),
                                  size_t *done)
{
    const size_t count = rows->count / SUM_LANES * SUM_LANES, n = rows->first.length;
    const ptrdiff_t pitch = DOUBLE_TOGETHER * sizeof(double);
    double x[DOUBLE_SHORT * DOUBLE_TOGETHER], g[DOUBLE_SHORT * DOUBLE_TOGETHER], w[DOUBLE_SHORT * DOUBLE_TOGETHER];
    double out[DOUBLE_SHORT * DOUBLE_TOGETHER];
    const double_lines lines = {
        (const char *)x, (const char *)g, (char *)out, (char *)w, pitch, pitch, pitch, pitch, n,
    };
    int status = PYACT_OK;
    double_panel panel;
    for (size_t begin = 0; begin < count; begin += panel.width) {
        const pyact_row first = row_of(rows, begin);
        panel.width = count - begin < DOUBLE_TOGETHER ? count - begin : DOUBLE_TOGETHER;
        transpose_lines_of_doubles(first.x, rows->x_step, panel.width, n, (char *)x, pitch);
        if (is_double_gradient(kind))
            transpose_lines_of_doubles(first.grad_output, rows->grad_step, panel.width, n, (char *)g, pitch);
        if (!evaluate_panel(&panel, &lines, kind, 1))
            for (size_t c = 0; c < panel.width; c++)
                if (panel.ordinary[c] == 0.0) status |= row_of_lines(&lines, c, first.function, one_row);
        transpose_lines_of_doubles((const char *)out, pitch, n, panel.width, first.output, rows->output_step);
    }
    *done = count;
    return status;
}

/* ---- any rows ---- */

/* Rows of a function that has a kind. Returns a pyact_status. */
static int double_rows(const pyact_rows *rows, double_kind kind, int (*one_row)(const pyact_row *row))
{
    size_t done = 0;
    int status = PYACT_OK;
    if (are_short_rows(rows, kind))
        status = double_rows_transposed(rows, kind, one_row, &done);
    else if (are_double_columns(rows, kind))
        status = double_rows_across(rows, kind, one_row, &done);
    if (done == rows->count) return status;
    pyact_rows rest = *rows;
    rest.first = row_of(rows, done);
    rest.count = rows->count - done;
    return status | double_rows_along(&rest, kind, one_row);
}

#endif
