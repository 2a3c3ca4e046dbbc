/* Gradients from the saved output y of a row function: what a framework keeps between the passes.
 *
 *   softmax:      y (g - m), m = sum(g y)          softmin: the same, negated
 *   log_softmax:  g - e^y sum(g)
 *
 * float32: products of floats are exact in double, so g y is summed with one rounding each. m is applied as head and
 * tail. Sums are sixteen partial sums, element i going to partial sum i mod 16. A row whose sum is not finite goes the
 * way of the other dtypes: in double, float64 with the tails of products and sums.
 */
#ifndef PYACT_ROWS_FROM_OUTPUT_H
#define PYACT_ROWS_FROM_OUTPUT_H

#include "rows_single_columns.h"

static inline int is_log_output(pyact_row_function function)
{
    return function == PYACT_ROW_LOG_SOFTMAX_BACKWARD_FROM_OUTPUT;
}

/* ---- any dtype ---- */

/* The sum of the gradients, times the outputs for softmax. */
static pair sum_from_output(const row_input *gradients, const row_input *outputs, int is_log)
{
    double g[PYACT_BLOCK], y[PYACT_BLOCK];
    row_sum sum = empty_sum();
    for (size_t start = 0, n; start < gradients->length; start += n) {
        n = read_block(gradients, start, g);
        read_block(outputs, start, y);
        for (size_t i = 0; i < n; i += SUM_LANES)
            for (int j = 0; j < SUM_VECTORS; j++) {
                const vec gradient = vec_load(g + i + j * LANES), output = vec_load(y + i + j * LANES);
                const vec product = vec_mul(gradient, output);
                const wide exact = {product, vec_fms(gradient, output, product)};
                add_to_sum(&sum, j, is_log ? wide_from(gradient) : exact);
            }
    }
    return total(&sum);
}

/* g - e^y sum; a tail that is no number stems from an infinity, and is left out. */
static inline vec log_gradient_from_output(vec g, vec y, wide sum, int is_double)
{
    const vec plain = vec_fnma(vec_exp(y), sum.h, g);
    if (!is_double) return plain;
    wide_context context = {vec_set(0.0), mask_none()};
    const vec accurate = wide_round(wide_sub(wide_from(g), wide_mul(wide_exp(wide_from(y), &context), sum)));
    return vec_select(vec_is_nan(accurate), plain, accurate);
}

/* y (g - m) */
static inline vec centred_from_output(vec g, vec y, wide mean)
{
    const wide difference = wide_sub(wide_from(g), mean);
    const vec result = vec_fma(y, difference.h, vec_mul(y, difference.l));
    const vec plain = vec_mul(y, vec_sub(g, mean.h));
    return vec_select(vec_is_nan(result), plain, result);
}

static int row_from_output(const pyact_row *row)
{
    const row_input gradients = {row->grad_output, row->grad_stride, row->length, row->dtype, 0, 0.0};
    const row_input outputs = {row->x, row->x_stride, row->length, row->dtype, 0, 0.0};
    const int is_log = is_log_output(row->function);
    const pair sum = sum_from_output(&gradients, &outputs, is_log);
    double g[PYACT_BLOCK], y[PYACT_BLOCK];
    for (size_t start = 0, n; start < row->length; start += n) {
        n = read_block(&gradients, start, g);
        read_block(&outputs, start, y);
        for (size_t i = 0; i < n; i += LANES) {
            const vec gradient = vec_load(g + i), output = vec_load(y + i);
            vec result = is_log ? log_gradient_from_output(gradient, output, wide_of(sum), row->dtype == PYACT_F64)
                                : centred_from_output(gradient, output, wide_of(sum));
            if (row->function == PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT) result = vec_neg(result);
            vec_store(g + i, result);
        }
        write_block(row, start, n, g);
    }
    return PYACT_OK;
}

/* ---- float32 ---- */

/* The partial sums, vectors of doubles. */
enum { OUTPUT_VECTORS = PARTIALS / LANES };

typedef struct {
    vec part[OUTPUT_VECTORS];
} output_sums;

PYACT_INLINE output_sums no_outputs(void)
{
    output_sums sums;
#pragma GCC unroll 16
    for (int j = 0; j < OUTPUT_VECTORS; j++) sums.part[j] = vec_set(0.0);
    return sums;
}

/* Adds LANES elements. */
PYACT_INLINE void add_output(vec *sum, const float *g, const float *y, int is_log)
{
    const vec gradients = load_vec_f32((const char *)g);
    if (is_log)
        *sum = vec_add(*sum, gradients);
    else
        *sum = vec_add_product_of_floats(*sum, gradients, load_vec_f32((const char *)y));
}

/* Adds the first `left` of sixteen elements. */
PYACT_INLINE void add_last_outputs(output_sums *sums, const float *g, const float *y, size_t left, int is_log)
{
    float last_g[PARTIALS], last_y[PARTIALS];
#pragma GCC unroll 8
    for (size_t at = 0; at < PARTIALS; at += FLANES) {
        const size_t rest = at < left ? left - at : 0;
        fvec_store(last_g + at, fvec_load_first(g + at, rest, 0.0f));
        if (!is_log) fvec_store(last_y + at, fvec_load_first(y + at, rest, 0.0f));
    }
#pragma GCC unroll 16
    for (size_t j = 0; j < OUTPUT_VECTORS; j++)
        add_output(&sums->part[j], last_g + j * LANES, last_y + j * LANES, is_log);
}

/* How the sum of a row enters the result: high + low. The exponentials of log_softmax may be 2^64 larger than they are:
 * `magic` and `lowest` are what exp_parts needs for that. */
typedef struct {
    float high, low, magic, lowest;
} output_factor;

/* Returns 0 where float32 has not the range for it. As they are e^-87 is the smallest exponential: times a small sum it
 * is 0 after rounding, and times any other an e^-129 is, which is a number when it is 2^64 larger. */
static inline int output_factor_of(double sum, int is_log, output_factor *factor)
{
    const double small = 0x1p-32, large = 0x1p32;
    factor->high = factor->low = 0.0f;
    factor->magic = FLOAT_TO_INTEGER;
    factor->lowest = -87.0f;
    if (is_log) {
        sum *= 1.0 / EXP_FACTOR;
        if (fabs(sum) > large) return 0;
        if (fabs(sum) >= small) {
            sum *= UNLIFT;
            factor->magic = FLOAT_TO_INTEGER + 8 * LIFT_EXPONENT;
            factor->lowest = SMALLEST_DIFFERENCE;
        }
    }
    factor->high = (float)sum;
    factor->low = (float)(sum - (double)factor->high);
    return fabsf(factor->high) < INFINITY;
}

typedef struct {
    fvec high, low, magic, lowest, sign;
} output_vectors;

/* The result. For softmax y g - y m rounds twice; a sum that cancels costs nothing, as |y m| is one of the terms. */
PYACT_INLINE fvec output_result(fvec g, fvec y, const output_vectors *row, int is_log)
{
    if (!is_log) {
        const fvec product = fvec_fma(y, row->high, fvec_mul(y, row->low));
        return fvec_xor_sign(fvec_fms(y, g, product), row->sign);
    }
    const shift_vectors shift = {row->lowest, row->magic, fvec_set(0.0f), fvec_set(0.0f)};
    fvec scale;
    const fvec v = exp_parts(y, &shift, 0, &scale);
    const fvec head = fvec_fma(scale, v, scale), tail = fvec_fma(scale, v, fvec_sub(scale, head));
    const fvec rest = fvec_fma(tail, row->high, fvec_mul(head, row->low));
    return fvec_fnma(head, row->high, fvec_sub(g, rest));
}

static inline float output_sign(pyact_row_function function)
{
    return function == PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT ? -0.0f : 0.0f;
}

/* ---- contiguous elements ---- */

PYACT_INLINE void add_outputs(output_sums *sums, const float *g, const float *y, size_t n, int is_log)
{
    output_sums s = *sums;
    size_t i = 0;
    for (; i + PARTIALS <= n; i += PARTIALS)
#pragma GCC unroll 16
        for (size_t j = 0; j < OUTPUT_VECTORS; j++)
            add_output(&s.part[j], g + i + j * LANES, y + i + j * LANES, is_log);
    if (i < n) add_last_outputs(&s, g + i, y + i, n - i, is_log);
    *sums = s;
}

PYACT_INLINE double total_of_outputs(const output_sums *sums)
{
    vec low[GROUP], high[GROUP];
#pragma GCC unroll 4
    for (int j = 0; j < GROUP; j++) {
        low[j] = sums->part[2 * j];
        high[j] = sums->part[2 * j + 1];
    }
    return total_of_partials(low, high);
}

PYACT_INLINE void write_outputs(const float *g, const float *y, float *to, size_t n, output_factor factor, float sign,
                                int is_log)
{
    const output_vectors row = {fvec_set(factor.high), fvec_set(factor.low), fvec_set(factor.magic),
                                fvec_set(factor.lowest), fvec_set(sign)};
    size_t i = 0;
    for (; i + FLANES <= n; i += FLANES)
        fvec_store(to + i, output_result(fvec_load(g + i), fvec_load(y + i), &row, is_log));
    if (i == n) return;
    const fvec g_end = fvec_load_first(g + i, n - i, 0.0f), y_end = fvec_load_first(y + i, n - i, 0.0f);
    fvec_store_first(to + i, n - i, output_result(g_end, y_end, &row, is_log));
}

PYACT_INLINE double contiguous_total(const float *g, const float *y, size_t length, int is_log)
{
    output_sums sums = no_outputs();
    add_outputs(&sums, g, y, length, is_log);
    return total_of_outputs(&sums);
}

/* Rows whose elements are contiguous in all three arrays. Short ones are summed some at a time before the first result
 * is written: the end of a sum is a chain of additions, during which the next row can begin. */
PYACT_INLINE int contiguous_rows_from_output(const pyact_rows *rows, int is_log)
{
    const size_t length = rows->first.length, fit = length > 0 ? 2048 / length : 1;
    const size_t most = fit < 1 ? 1 : fit < BATCH ? fit : BATCH;
    const float sign = output_sign(rows->first.function);
    int status = PYACT_OK;
    for (size_t done = 0, count; done < rows->count; done += count) {
        const pyact_row first = row_of(rows, done);
        double total[BATCH];
        output_factor factor[BATCH];
        int is_ordinary[BATCH];
        count = rows->count - done < most ? rows->count - done : most;
        fetch_rows(rows, done + count, count);
        for (size_t r = 0; r < count; r++)
            total[r] = contiguous_total(line(first.grad_output, rows->grad_step, r), line(first.x, rows->x_step, r),
                                        length, is_log);
        for (size_t r = 0; r < count; r++) is_ordinary[r] = output_factor_of(total[r], is_log, &factor[r]);
        for (size_t r = 0; r < count; r++) {
            if (is_ordinary[r]) {
                write_outputs(line(first.grad_output, rows->grad_step, r), line(first.x, rows->x_step, r),
                              line_to(first.output, rows->output_step, r), length, factor[r], sign, is_log);
            } else {
                const pyact_row row = row_of(rows, done + r);
                status |= row_from_output(&row);
            }
        }
    }
    return status;
}

PYACT_OUTLINE int softmax_rows_from_output(const pyact_rows *rows) { return contiguous_rows_from_output(rows, 0); }
PYACT_OUTLINE int log_rows_from_output(const pyact_rows *rows) { return contiguous_rows_from_output(rows, 1); }

/* ---- other layouts ---- */

/* Elements that are apart are copied, a piece at a time, twice. */
static int scattered_row_from_output(const pyact_row *row)
{
    float gradients[GRADIENT_PIECE], outputs[GRADIENT_PIECE], result[GRADIENT_PIECE];
    const int is_log = is_log_output(row->function);
    output_sums sums = no_outputs();
    output_factor factor;
    for (size_t start = 0, n; start < row->length; start += n) {
        n = row->length - start < GRADIENT_PIECE ? row->length - start : GRADIENT_PIECE;
        const float *g = contiguous(row->grad_output, row->grad_stride, start, n, gradients);
        add_outputs(&sums, g, contiguous(row->x, row->x_stride, start, n, outputs), n, is_log);
    }
    if (!output_factor_of(total_of_outputs(&sums), is_log, &factor)) return row_from_output(row);
    for (size_t start = 0, n; start < row->length; start += n) {
        n = row->length - start < GRADIENT_PIECE ? row->length - start : GRADIENT_PIECE;
        const float *g = contiguous(row->grad_output, row->grad_stride, start, n, gradients);
        const float *y = contiguous(row->x, row->x_stride, start, n, outputs);
        float *to = output_at(row, start, result);
        write_outputs(g, y, to, n, factor, output_sign(row->function), is_log);
        flush_output(row, start, n, to);
    }
    return PYACT_OK;
}

/* ---- rows side by side: every lane is a row ---- */

enum { OUTPUT_PANEL = 512, NEAR_PANEL = 64, NEAR_LENGTH = 256 };

typedef struct {
    size_t width;
    double dot[PARTIALS * OUTPUT_PANEL]; /* partial p from p * width on */
    float high[OUTPUT_PANEL], low[OUTPUT_PANEL], magic[OUTPUT_PANEL], lowest[OUTPUT_PANEL];
} output_panel;

/* One visit: elements i, i + 16, ..., count of them, go to one partial sum. */
PYACT_INLINE void visit_outputs(output_panel *panel, const pyact_row *row, size_t i, size_t count, int is_log)
{
    const size_t width = panel->width;
    double *dots = panel->dot + i % PARTIALS * width;
    const float *g[VISIT], *y[VISIT];
    for (size_t k = 0; k < count; k++) {
        g[k] = line(row->grad_output, row->grad_stride, i + k * PARTIALS);
        y[k] = line(row->x, row->x_stride, i + k * PARTIALS);
    }
    for (size_t c = 0; c < width; c += LANES) {
        vec sum = vec_load(dots + c);
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) add_output(&sum, g[k] + c, y[k] + c, is_log);
        vec_store(dots + c, sum);
    }
}

PYACT_INLINE void panel_outputs_with(output_panel *panel, const pyact_row *row, int is_log)
{
    const size_t length = row->length, width = panel->width;
    for (size_t at = 0; at < PARTIALS * width; at++) panel->dot[at] = 0.0;
    for (size_t start = 0; start < length; start += VISIT * PARTIALS)
        for (size_t i = start; i < length && i < start + PARTIALS; i++) {
            const size_t count = (length - i + PARTIALS - 1) / PARTIALS;
            if (count >= VISIT)
                visit_outputs(panel, row, i, VISIT, is_log);
            else
                visit_outputs(panel, row, i, count, is_log);
        }
}

static int finish_output_panel(output_panel *panel, int is_log)
{
    int ordinary = 1;
    for (size_t half = PARTIALS / 2 * panel->width; half >= panel->width; half /= 2)
        for (size_t at = 0; at < half; at += LANES)
            vec_store(panel->dot + at, vec_add(vec_load(panel->dot + at), vec_load(panel->dot + at + half)));
    for (size_t c = 0; c < panel->width; c++) {
        output_factor factor;
        ordinary &= output_factor_of(panel->dot[c], is_log, &factor);
        panel->high[c] = factor.high;
        panel->low[c] = factor.low;
        panel->magic[c] = factor.magic;
        panel->lowest[c] = factor.lowest;
    }
    return ordinary;
}

PYACT_INLINE void write_output_panel(const output_panel *panel, const pyact_row *row, int is_log)
{
    const fvec sign = fvec_set(output_sign(row->function));
    for (size_t i = row->length; i-- > 0;) { /* backwards: the end is still in the cache */
        const float *g = line(row->grad_output, row->grad_stride, i), *y = line(row->x, row->x_stride, i);
        float *out = line_to(row->output, row->output_stride, i);
        for (size_t c = 0; c < panel->width; c += FLANES) {
            const output_vectors factor = {fvec_load(panel->high + c), fvec_load(panel->low + c),
                                           fvec_load(panel->magic + c), fvec_load(panel->lowest + c), sign};
            fvec_store(out + c, output_result(fvec_load(g + c), fvec_load(y + c), &factor, is_log));
        }
    }
}

/* 0, and nothing is written, if one of the rows needs more than float32. */
PYACT_INLINE int panel_from_output(output_panel *panel, const pyact_row *row, int is_log)
{
    panel_outputs_with(panel, row, is_log);
    if (!finish_output_panel(panel, is_log)) return 0;
    write_output_panel(panel, row, is_log);
    return 1;
}

PYACT_OUTLINE int softmax_panel_from_output(output_panel *panel, const pyact_row *row)
{
    return panel_from_output(panel, row, 0);
}
PYACT_OUTLINE int log_panel_from_output(output_panel *panel, const pyact_row *row)
{
    return panel_from_output(panel, row, 1);
}

/* ---- few rows side by side, with nothing between them (rows_few_columns.h) ---- */

typedef struct {
    double dot[FEW_LINE + PARTIALS]; /* partial p of row c at p * rows + c */
    float high[FEW_PATTERN], low[FEW_PATTERN], magic[FEW_PATTERN], lowest[FEW_PATTERN];
} few_outputs;

/* Adds n elements of every row to the partial sums. */
PYACT_INLINE void add_few_outputs(few_outputs *few, const float *g, const float *y, size_t n, size_t rows, int is_log)
{
    const size_t width = PARTIALS * rows, count = n * rows;
    for (size_t j = 0; j < width; j += PARTIALS) {
        output_sums s;
        size_t i = j;
#pragma GCC unroll 16
        for (size_t v = 0; v < OUTPUT_VECTORS; v++) s.part[v] = vec_load(few->dot + j + v * LANES);
        for (; i + PARTIALS <= count; i += width)
#pragma GCC unroll 16
            for (size_t v = 0; v < OUTPUT_VECTORS; v++)
                add_output(&s.part[v], g + i + v * LANES, y + i + v * LANES, is_log);
        if (i < count) add_last_outputs(&s, g + i, y + i, count - i, is_log);
#pragma GCC unroll 16
        for (size_t v = 0; v < OUTPUT_VECTORS; v++) vec_store(few->dot + j + v * LANES, s.part[v]);
    }
}

PYACT_INLINE output_vectors few_factor(const few_outputs *few, size_t at, fvec sign)
{
    const output_vectors factor = {fvec_load(few->high + at), fvec_load(few->low + at), fvec_load(few->magic + at),
                                   fvec_load(few->lowest + at), sign};
    return factor;
}

PYACT_INLINE void write_few_outputs(const few_outputs *few, const float *g, const float *y, float *out, size_t count,
                                    size_t rows, float negative, int is_log)
{
    const size_t period = FLANES * rows;
    const fvec sign = fvec_set(negative);
    size_t start = 0;
    for (; start + period <= count; start += period)
        for (size_t j = 0, i = start; j < period; j += FLANES, i += FLANES) {
            const output_vectors factor = few_factor(few, j, sign);
            fvec_store(out + i, output_result(fvec_load(g + i), fvec_load(y + i), &factor, is_log));
        }
    for (size_t j = 0, i = start; i < count; j += FLANES, i += FLANES) {
        const output_vectors factor = few_factor(few, j, sign);
        const fvec g_end = fvec_load_first(g + i, count - i, 0.0f), y_end = fvec_load_first(y + i, count - i, 0.0f);
        fvec_store_first(out + i, count - i, output_result(g_end, y_end, &factor, is_log));
    }
}

/* 0, and nothing is written, if one of the rows needs more than float32. */
PYACT_INLINE int few_from_output_with(few_outputs *few, const pyact_row *row, size_t rows, int is_log)
{
    const float *g = line(row->grad_output, 0, 0), *y = line(row->x, 0, 0);
    float numbers[4][FEW_ROWS];
    for (size_t i = 0; i < PARTIALS * rows; i++) few->dot[i] = 0.0;
    const size_t most = few_together(rows, PARTIALS);
    for (size_t start = 0; start < row->length; start += most) {
        const size_t left = row->length - start, n = left < most ? left : most;
        add_few_outputs(few, g + start * rows, y + start * rows, n, rows, is_log);
    }
    join_few(few->dot, PARTIALS, rows);
    for (size_t c = 0; c < rows; c++) {
        output_factor factor;
        if (!output_factor_of(few->dot[c], is_log, &factor)) return 0;
        numbers[0][c] = factor.high;
        numbers[1][c] = factor.low;
        numbers[2][c] = factor.magic;
        numbers[3][c] = factor.lowest;
    }
    repeat_floats(numbers[0], rows, FLANES, few->high);
    repeat_floats(numbers[1], rows, FLANES, few->low);
    repeat_floats(numbers[2], rows, FLANES, few->magic);
    repeat_floats(numbers[3], rows, FLANES, few->lowest);
    write_few_outputs(few, g, y, line_to(row->output, 0, 0), row->length * rows, rows, output_sign(row->function),
                      is_log);
    return 1;
}

PYACT_OUTLINE int few_softmax_from_output(const pyact_row *row, size_t rows)
{
    few_outputs few;
    return few_from_output_with(&few, row, rows, 0);
}
PYACT_OUTLINE int few_log_from_output(const pyact_row *row, size_t rows)
{
    few_outputs few;
    return few_from_output_with(&few, row, rows, 1);
}

static int scattered_rows_from_output(const pyact_rows *rows)
{
    int status = PYACT_OK;
    for (size_t i = 0; i < rows->count; i++) {
        const pyact_row row = row_of(rows, i);
        status |= scattered_row_from_output(&row);
    }
    return status;
}

static int few_from_output(const pyact_rows *rows)
{
    const int is_log = is_log_output(rows->first.function);
    if ((is_log ? few_log_from_output : few_softmax_from_output)(&rows->first, rows->count)) return PYACT_OK;
    return scattered_rows_from_output(rows);
}

/* As many rows as fill whole vectors. */
static size_t columns_from_output(const pyact_rows *rows, int *status)
{
    const size_t whole = rows->count / PARTIALS * PARTIALS;
    const size_t most = rows->first.length <= NEAR_LENGTH ? NEAR_PANEL : OUTPUT_PANEL;
    const int is_log = is_log_output(rows->first.function);
    output_panel *panel = malloc(sizeof *panel);
    if (panel == NULL) return 0;
    for (size_t done = 0; done < whole; done += panel->width) {
        const pyact_row row = row_of(rows, done);
        panel->width = whole - done < most ? whole - done : most;
        if ((is_log ? log_panel_from_output : softmax_panel_from_output)(panel, &row)) continue;
        pyact_rows part = *rows;
        part.first = row;
        part.count = panel->width;
        *status |= scattered_rows_from_output(&part);
    }
    free(panel);
    return whole;
}

static int single_rows_from_output(const pyact_rows *rows)
{
    const ptrdiff_t size = sizeof(float);
    const pyact_row *first = &rows->first;
    int status = PYACT_OK;
    if (first->x_stride == size && first->grad_stride == size && first->output_stride == size)
        return (is_log_output(first->function) ? log_rows_from_output : softmax_rows_from_output)(rows);
    if (are_few_columns(rows)) return few_from_output(rows);
    const int side_by_side = rows->x_step == size && rows->grad_step == size && rows->output_step == size;
    const size_t done = side_by_side && first->output_stride != size ? columns_from_output(rows, &status) : 0;
    pyact_rows others = *rows;
    others.first = row_of(rows, done);
    others.count = rows->count - done;
    return status | scattered_rows_from_output(&others);
}

/* Rows of one function. Returns a pyact_status. */
static int rows_from_output(const pyact_rows *rows)
{
    if (rows->first.dtype == PYACT_F32) return single_rows_from_output(rows);
    for (size_t i = 0; i < rows->count; i++) {
        const pyact_row row = row_of(rows, i);
        row_from_output(&row);
    }
    return PYACT_OK;
}

#endif
