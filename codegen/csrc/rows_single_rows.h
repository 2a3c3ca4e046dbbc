/* float32 rows whose elements lie side by side, or far apart but not side by side with those of other rows.
 *
 * Short rows are evaluated sixteen at a time, step by step: a step is short and takes its numbers from the one before,
 * so within a row the processor would mostly wait. Long rows go piece by piece. Elements that do not lie side by side
 * are copied to a buffer first, a batch or a piece at a time. */
#ifndef PYACT_ROWS_SINGLE_ROWS_H
#define PYACT_ROWS_SINGLE_ROWS_H

#include <stdlib.h>

#include "rows_gradients.h"

static int PYACT_FN(row)(const pyact_row *row);

/* ---- what all the functions share ---- */

static inline pyact_row_function forward_of(pyact_row_function function)
{
    return (pyact_row_function)(function - function % 2);
}

static inline int has_extra_element(pyact_row_function function)
{
    return forward_of(function) == PYACT_ROW_SOFTMAX_ONE;
}

static inline double double_exp(double x)
{
    double lanes[LANES];
    vec_store(lanes, vec_exp(vec_set(x)));
    return lanes[0];
}

static inline double double_log(double x)
{
    double lanes[LANES];
    vec_store(lanes, vec_log(vec_set(x)));
    return lanes[0];
}

static inline double double_log1p(double x)
{
    double lanes[LANES];
    vec_store(lanes, vec_log1p(vec_set(x)));
    return lanes[0];
}

/* The exponential of softmax_one's extra element, 0, on the scale of the others. */
static inline double extra_exponential(exp_shift shift)
{
    return EXP_FACTOR * 0x1p64 * double_exp(-log_reference(shift, 0.0));
}

/* What exponentials relative to `from` are multiplied by to be relative to `to`. */
static inline double shift_ratio(exp_shift from, exp_shift to)
{
    const double steps = (double)from.exponent - (double)to.exponent;
    if (from.subtract == to.subtract) return ldexp(1.0, (int)steps);
    return double_exp(((double)from.subtract - (double)to.subtract) + steps * LN2);
}

/* log(sum of e^(x - maximum)) from the sum of the exponentials. */
static inline double log_of_sum(double sum, exp_shift shift, float maximum)
{
    return double_log(sum * (UNLIFT / EXP_FACTOR)) + log_reference(shift, maximum);
}

/* Elements start, start + 1, ... of a row: where they lie, or copied into `buffer`. */
static inline const float *contiguous(const char *data, ptrdiff_t stride, size_t start, size_t n, float *buffer)
{
    const char *from = data + (ptrdiff_t)start * stride;
    if (stride == sizeof(float)) return (const float *)(const void *)from;
    for (size_t i = 0; i < n; i++, from += stride) memcpy(buffer + i, from, sizeof(float));
    return buffer;
}

static inline void scatter(const float *values, size_t n, char *to, ptrdiff_t stride)
{
    for (size_t i = 0; i < n; i++, to += stride) memcpy(to, values + i, sizeof(float));
}

static inline void store_single(char *to, double value)
{
    const float rounded = isnan(value) ? NAN : (float)value;
    memcpy(to, &rounded, sizeof rounded);
}

static inline float load_single(const char *from)
{
    float value;
    memcpy(&value, from, sizeof value);
    return value;
}

/* log(1 + others), `others` the sum of e^(x - maximum) over all elements below the maximum: for rows in which one
 * element has nearly all the weight, where 1 + others would have lost the digits of `others`. */
static double log1p_of_others(const pyact_row *row, float maximum)
{
    float buffer[PIECE];
    double others = 0.0;
    for (size_t start = 0; start < row->length; start += PIECE) {
        const size_t left = row->length - start, n = left < PIECE ? left : PIECE;
        const float *x = contiguous(row->x, row->x_stride, start, n, buffer);
        for (size_t i = 0; i < n; i++) buffer[i] = x[i] == maximum ? -INFINITY : x[i];
        const float next = piece_maximum(buffer, n);
        if (next == -INFINITY) continue;
        const exp_shift shift = shift_for(next);
        const double sum = piece_sum(buffer, NULL, n, shift, 0) * (UNLIFT / EXP_FACTOR);
        others += sum * double_exp(log_reference(shift, maximum));
    }
    return double_log1p(others);
}

/* Below this a logarithm of the sum has lost too many digits. */
#define LEAST_LOG 0.25
#define LEAST_LOGSUMEXP 0.125

/* The logarithm to use for a row that is not special; 0 if float32 is not enough for its logsumexp. */
static inline int refine_log_sum(const pyact_row *row, float maximum, double *log_sum)
{
    if (row->function == PYACT_ROW_LOGSUMEXP) return fabs((double)maximum + *log_sum) >= LEAST_LOGSUMEXP;
    if (*log_sum < LEAST_LOG) *log_sum = log1p_of_others(row, maximum);
    return 1;
}

static inline void fetch_pages(const char *from, ptrdiff_t bytes)
{
    enum { PAGE = 4096 };
    for (ptrdiff_t at = 0; at < bytes; at += PAGE) __builtin_prefetch(from + at);
}

/* Touches the pages of `count` rows: in large arrays finding pages takes longer than reading them. */
static inline void fetch_rows(const pyact_rows *rows, size_t from, size_t count)
{
    if (from >= rows->count) return;
    const pyact_row row = row_of(rows, from);
    const ptrdiff_t n = (ptrdiff_t)(rows->count - from < count ? rows->count - from : count);
    fetch_pages(row.x, n * rows->x_step);
    fetch_pages(row.output, n * rows->output_step);
    if (row.function % 2 || starts_from_output(row.function)) fetch_pages(row.grad_output, n * rows->grad_step);
}

static void fill_single(const pyact_row *row, float value)
{
    char *to = row->output;
    for (size_t i = 0; i < row->length; i++, to += row->output_stride) memcpy(to, &value, sizeof value);
}

/* ---- long rows ---- */

/* The sum so far, on the scale of the largest element so far. */
typedef struct {
    float largest;
    exp_shift shift;
    double sum;
} running_sum;

static inline running_sum no_sum(void)
{
    const running_sum result = {.largest = -INFINITY};
    return result;
}

/* Without a finite maximum, or with a NaN. */
static inline int is_special(const running_sum *total)
{
    return !(fabsf(total->largest) < INFINITY) || isnan(total->sum);
}

static inline void rescale_to(running_sum *total, float largest)
{
    const exp_shift shift = shift_for(largest);
    if (total->largest != -INFINITY) total->sum *= shift_ratio(total->shift, shift);
    total->largest = largest;
    total->shift = shift;
}

/* A piece of nothing but -inf adds nothing; NaN is added whatever the maximum. */
static inline void add_piece(running_sum *total, float maximum, exp_shift shift, double sum)
{
    if (maximum > total->largest) rescale_to(total, maximum);
    if (isnan(sum)) {
        total->sum = sum;
    } else if (maximum != -INFINITY) {
        total->sum += sum * shift_ratio(shift, total->shift);
    }
}

/* softmax_one's extra element: x = 0. */
static inline void add_extra_element(running_sum *total)
{
    if (!(total->largest > 0.0f)) rescale_to(total, 0.0f);
    total->sum += extra_exponential(total->shift);
}

/* What the exponentials of a piece are multiplied by to be on the scale of the whole row. */
static inline double ratio_of_piece(const running_sum *total, float maximum)
{
    return maximum == -INFINITY ? 0.0 : shift_ratio(shift_for(maximum), total->shift);
}

typedef struct {
    size_t count, length; /* pieces, and elements of each; a multiple of PIECE */
    float maximum[MOST_PIECES];
    running_sum total;
} long_row;

static inline size_t piece_length(size_t length)
{
    size_t piece = PIECE;
    while ((length + piece - 1) / piece > MOST_PIECES) piece *= 2;
    return piece;
}

static float long_piece_maximum(const pyact_row *row, size_t begin, size_t end, int negate)
{
    float buffer[PIECE], largest = -INFINITY;
    for (size_t start = begin; start < end; start += PIECE) {
        const size_t n = end - start < PIECE ? end - start : PIECE;
        const float one = piece_maximum_of(contiguous(row->x, row->x_stride, start, n, buffer), n, negate);
        if (one > largest) largest = one;
    }
    return largest;
}

/* The sum of a piece; the exponentials go to the output if they are wanted. */
static double long_piece_sum(const pyact_row *row, size_t begin, size_t end, exp_shift shift, int negate, int store)
{
    float in[PIECE], out[PIECE];
    double sum = 0.0;
    for (size_t start = begin; start < end; start += PIECE) {
        const size_t n = end - start < PIECE ? end - start : PIECE;
        const float *x = contiguous(row->x, row->x_stride, start, n, in);
        char *to = row->output + (ptrdiff_t)start * row->output_stride;
        const int direct = row->output_stride == sizeof(float);
        sum += piece_sum(x, !store ? NULL : direct ? (float *)(void *)to : out, n, shift, negate);
        if (store && !direct) scatter(out, n, to, row->output_stride);
    }
    return sum;
}

static inline size_t piece_end(const long_row *pieces, const pyact_row *row, size_t i)
{
    return i + 1 == pieces->count ? row->length : (i + 1) * pieces->length;
}

/* The shift of a piece; of one that has no finite maximum any will do. */
static inline exp_shift piece_shift(float maximum) { return shift_for(maximum == -INFINITY ? 0.0f : maximum); }

/* Maximum and sum. The maximum of the next piece is found before the sum of this one: then nothing waits for it. */
static void sum_long_row(const pyact_row *row, long_row *pieces, int negate, int store)
{
    pieces->length = piece_length(row->length);
    pieces->count = (row->length + pieces->length - 1) / pieces->length;
    pieces->total = no_sum();
    pieces->maximum[0] = long_piece_maximum(row, 0, piece_end(pieces, row, 0), negate);
    for (size_t i = 0; i < pieces->count; i++) {
        const size_t begin = i * pieces->length, end = piece_end(pieces, row, i);
        const float maximum = pieces->maximum[i];
        const exp_shift shift = piece_shift(maximum);
        if (i + 1 < pieces->count)
            pieces->maximum[i + 1] = long_piece_maximum(row, end, piece_end(pieces, row, i + 1), negate);
        add_piece(&pieces->total, maximum, shift, long_piece_sum(row, begin, end, shift, negate, store));
    }
    if (has_extra_element(row->function)) add_extra_element(&pieces->total);
}

/* The output of elements begin to end, where it lies or in a buffer that flush_output copies there. */
static inline float *output_at(const pyact_row *row, size_t start, float *buffer)
{
    char *to = row->output + (ptrdiff_t)start * row->output_stride;
    return row->output_stride == sizeof(float) ? (float *)(void *)to : buffer;
}

static inline void flush_output(const pyact_row *row, size_t start, size_t n, const float *from)
{
    char *to = row->output + (ptrdiff_t)start * row->output_stride;
    if (row->output_stride != sizeof(float)) scatter(from, n, to, row->output_stride);
}

static int long_softmax(const pyact_row *row, long_row *pieces)
{
    float buffer[PIECE], result[PIECE];
    const running_sum *total = &pieces->total;
    sum_long_row(row, pieces, forward_of(row->function) == PYACT_ROW_SOFTMIN, 1);
    if (is_special(total)) {
        fill_single(row, NAN);
        return PYACT_OK;
    }
    for (size_t i = pieces->count; i-- > 0;) { /* backwards: the end of the row is still in the cache */
        const single_factor factor = factor_of(ratio_of_piece(total, pieces->maximum[i]) / total->sum);
        const size_t end = piece_end(pieces, row, i);
        for (size_t start = i * pieces->length, n; start < end; start += n) {
            n = end - start < PIECE ? end - start : PIECE;
            const char *h = row->output + (ptrdiff_t)start * row->output_stride;
            float *to = output_at(row, start, result);
            scale_piece(contiguous(h, row->output_stride, 0, n, buffer), to, n, factor);
            flush_output(row, start, n, to);
        }
    }
    return PYACT_OK;
}

static int long_log_softmax(const pyact_row *row, long_row *pieces)
{
    float buffer[PIECE], result[PIECE];
    const running_sum *total = &pieces->total;
    sum_long_row(row, pieces, 0, 0);
    double log_sum = log_of_sum(total->sum, total->shift, total->largest);
    if (is_special(total) || !refine_log_sum(row, total->largest, &log_sum)) return PYACT_FN(row)(row);
    if (row->function == PYACT_ROW_LOGSUMEXP) {
        store_single(row->output, (double)total->largest + log_sum);
        return PYACT_OK;
    }
    for (size_t start = 0, n; start < row->length; start += n) {
        n = row->length - start < PIECE ? row->length - start : PIECE;
        float *to = output_at(row, start, result);
        subtract_logarithm(contiguous(row->x, row->x_stride, start, n, buffer), to, n, total->largest, (float)log_sum);
        flush_output(row, start, n, to);
    }
    return PYACT_OK;
}

/* The sums of a long row, whose weights are relative to `reference`; they are stored unless `weights` is NULL. */
static gradient_sums sum_long_gradients(const pyact_row *row, gradient_plan plan, float reference, double *weights)
{
    float in[GRADIENT_PIECE], gradients[GRADIENT_PIECE];
    const weight_shift shift = weight_shift_of(reference);
    gradient_sums sums = no_gradients();
    for (size_t start = 0, n; start < row->length; start += n) {
        n = row->length - start < GRADIENT_PIECE ? row->length - start : GRADIENT_PIECE;
        const float *x = contiguous(row->x, row->x_stride, start, n, in), *g = x;
        if (plan.kind != SCALED_GRADIENT) g = contiguous(row->grad_output, row->grad_stride, start, n, gradients);
        sum_gradients(plan.kind, x, g, n, plan.negate, shift, &sums, weights != NULL ? weights + start : NULL);
    }
    return sums;
}

/* The gradients of a long row. `stored` has room for its weights, or is NULL: they are then computed a second time. */
static int long_backward(const pyact_row *row, double *stored)
{
    float in[GRADIENT_PIECE], gradients[GRADIENT_PIECE], result[GRADIENT_PIECE];
    double computed[GRADIENT_PIECE];
    const gradient_plan plan = plan_of(row->function);
    float reference = long_piece_maximum(row, 0, PARTIALS, plan.negate);
    gradient_sums sums = sum_long_gradients(row, plan, reference, stored);
    row_gradient numbers;
    if (!is_good_reference(reference, total_of_gradient_partials(sums.sum))) {
        reference = long_piece_maximum(row, 0, row->length, plan.negate);
        sums = sum_long_gradients(row, plan, reference, stored);
    }
    const weight_shift shift = weight_shift_of(reference);
    if (!finish_gradient_row(&sums, plan, row->length, shift, load_single(row->grad_output), &numbers) ||
        !isfinite(reference))
        return PYACT_FN(row)(row);
    for (size_t start = 0, n; start < row->length; start += n) {
        n = row->length - start < GRADIENT_PIECE ? row->length - start : GRADIENT_PIECE;
        const double *weights = stored != NULL ? stored + start : computed;
        const float *g = gradients;
        if (plan.kind != SCALED_GRADIENT) g = contiguous(row->grad_output, row->grad_stride, start, n, gradients);
        float *to = output_at(row, start, result);
        if (stored == NULL)
            weigh_again(contiguous(row->x, row->x_stride, start, n, in), n, plan.negate, shift, computed);
        write_gradients(plan.kind, weights, g, to, n, numbers);
        flush_output(row, start, n, to);
    }
    return PYACT_OK;
}

/* ---- short rows ---- */

enum { BATCH_BUFFER = COLUMN_ELEMENTS };

typedef struct {
    size_t count, length, pitch;
    pyact_row row[BATCH];
    const float *x[BATCH], *gradient[BATCH];
    float *out[BATCH];
    float maximum[BATCH];
    exp_shift shift[BATCH];
    running_sum total[BATCH];
} row_batch;

/* Rows that do not lie contiguous are copied, in the order in which memory holds them. */
static void gather_rows(const char *data, ptrdiff_t stride, ptrdiff_t step, const row_batch *batch, float *buffer,
                        const float **at)
{
    for (size_t r = 0; r < batch->count; r++)
        at[r] = stride == sizeof(float) ? (const float *)(const void *)(data + (ptrdiff_t)r * step)
                                        : buffer + r * batch->pitch;
    if (stride == sizeof(float)) return;
    if (step == sizeof(float)) {
        transpose_lines(data, stride, batch->length, batch->count, (char *)buffer,
                        (ptrdiff_t)(batch->pitch * sizeof(float)));
        return;
    }
    for (size_t r = 0; r < batch->count; r++)
        contiguous(data + (ptrdiff_t)r * step, stride, 0, batch->length, buffer + r * batch->pitch);
}

/* The rows in `buffer` go to where they belong, but for those whose bit is set. */
static void scatter_rows(const float *buffer, const row_batch *batch, ptrdiff_t step, unsigned written)
{
    const pyact_row *first = &batch->row[0];
    if (step == sizeof(float) && written == 0) {
        transpose_lines((const char *)buffer, (ptrdiff_t)(batch->pitch * sizeof(float)), batch->count, batch->length,
                        first->output, first->output_stride);
        return;
    }
    for (size_t r = 0; r < batch->count; r++)
        if (!(written >> r & 1))
            scatter(buffer + r * batch->pitch, batch->length, batch->row[r].output, first->output_stride);
}

static void batch_shifts(row_batch *batch, int negate)
{
    for (size_t r = 0; r < batch->count; r++)
        batch->maximum[r] = piece_maximum_of(batch->x[r], batch->length, negate);
    for (size_t r = 0; r < batch->count; r++) batch->shift[r] = piece_shift(batch->maximum[r]);
}

/* A row of one piece: its sum is the total, but for the extra element. */
static inline running_sum total_of_row(const row_batch *batch, size_t r, double sum)
{
    running_sum total = {batch->maximum[r], batch->shift[r], sum};
    if (has_extra_element(batch->row[0].function)) {
        total = no_sum();
        add_piece(&total, batch->maximum[r], batch->shift[r], sum);
        add_extra_element(&total);
    }
    return total;
}

static inline single_factor factor_of_row(const row_batch *batch, size_t r)
{
    const running_sum *total = &batch->total[r];
    const int rescaled = has_extra_element(batch->row[0].function);
    return factor_of((rescaled ? ratio_of_piece(total, batch->maximum[r]) : 1.0) / total->sum);
}

static void batch_softmax(row_batch *batch)
{
    const int negate = batch->row[0].function == PYACT_ROW_SOFTMIN;
    batch_shifts(batch, negate);
    for (size_t r = 0; r < batch->count; r++) {
        const double sum = piece_sum(batch->x[r], batch->out[r], batch->length, batch->shift[r], negate);
        batch->total[r] = total_of_row(batch, r, sum);
    }
    for (size_t r = 0; r < batch->count; r++) {
        if (is_special(&batch->total[r]))
            for (size_t i = 0; i < batch->length; i++) batch->out[r][i] = NAN;
        else
            scale_piece(batch->out[r], batch->out[r], batch->length, factor_of_row(batch, r));
    }
}

/* The rows whose result the generic code has already written are reported by a bit. */
static unsigned batch_log_softmax(row_batch *batch, int *status)
{
    double log_sum[BATCH];
    unsigned written = 0;
    batch_shifts(batch, 0);
    for (size_t r = 0; r < batch->count; r++) {
        const double sum = piece_sum(batch->x[r], NULL, batch->length, batch->shift[r], 0);
        batch->total[r] = total_of_row(batch, r, sum);
    }
    for (size_t r = 0; r < batch->count; r++)
        log_sum[r] = log_of_sum(batch->total[r].sum, batch->shift[r], batch->maximum[r]);
    for (size_t r = 0; r < batch->count; r++)
        if (is_special(&batch->total[r]) || !refine_log_sum(&batch->row[r], batch->maximum[r], &log_sum[r])) {
            *status |= PYACT_FN(row)(&batch->row[r]);
            written |= 1u << r;
        }
    for (size_t r = 0; r < batch->count; r++) {
        if (written >> r & 1) continue;
        if (batch->row[r].function == PYACT_ROW_LOGSUMEXP)
            store_single(batch->row[r].output, (double)batch->maximum[r] + log_sum[r]);
        else
            subtract_logarithm(batch->x[r], batch->out[r], batch->length, batch->maximum[r], (float)log_sum[r]);
    }
    return written;
}

/* Rows first to end of the batch, whose weights have room together. Rows that the generic code has written are reported
 * by a bit. */
static unsigned some_gradients(row_batch *batch, gradient_plan plan, size_t first, size_t end, int *status)
{
    double weights[STORED_WEIGHTS + PARTIALS];
    gradient_sums sums[BATCH];
    const size_t n = batch->length, head = n < PARTIALS ? n : PARTIALS;
    unsigned written = 0;
    for (size_t r = first; r < end; r++) batch->maximum[r] = piece_maximum_of(batch->x[r], head, plan.negate);
    for (size_t r = first; r < end; r++) {
        double *stored = weights + (r - first) * batch->pitch;
        gradient_sums row = no_gradients();
        weight_shift shift = weight_shift_of(batch->maximum[r]);
        sum_gradients(plan.kind, batch->x[r], batch->gradient[r], n, plan.negate, shift, &row, stored);
        if (!is_good_reference(batch->maximum[r], total_of_gradient_partials(row.sum))) {
            batch->maximum[r] = piece_maximum_of(batch->x[r], n, plan.negate);
            shift = weight_shift_of(batch->maximum[r]);
            row = no_gradients();
            sum_gradients(plan.kind, batch->x[r], batch->gradient[r], n, plan.negate, shift, &row, stored);
        }
        sums[r - first] = row;
    }
    for (size_t r = first; r < end; r++) {
        row_gradient numbers;
        const float reference = batch->maximum[r], gradient = load_single(batch->row[r].grad_output);
        if (finish_gradient_row(&sums[r - first], plan, n, weight_shift_of(reference), gradient, &numbers) &&
            isfinite(reference)) {
            const double *stored = weights + (r - first) * batch->pitch;
            write_gradients(plan.kind, stored, batch->gradient[r], batch->out[r], n, numbers);
        } else {
            *status |= PYACT_FN(row)(&batch->row[r]);
            written |= 1u << r;
        }
    }
    return written;
}

static unsigned batch_backward(row_batch *batch, int *status)
{
    enum { TOGETHER = 2048 };
    const gradient_plan plan = plan_of(batch->row[0].function);
    const size_t fit = TOGETHER / batch->pitch, step = fit > 1 ? fit : 1;
    unsigned written = 0;
    for (size_t first = 0; first < batch->count; first += step) {
        const size_t end = batch->count - first < step ? batch->count : first + step;
        written |= some_gradients(batch, plan, first, end, status);
    }
    return written;
}

static int short_rows(const pyact_rows *rows)
{
    float x_buffer[BATCH_BUFFER], gradient_buffer[BATCH_BUFFER], out_buffer[BATCH_BUFFER];
    row_batch batch;
    const pyact_row *first = &rows->first;
    const pyact_row_function forward = forward_of(first->function);
    const int backward = first->function % 2, one_gradient = forward == PYACT_ROW_LOGSUMEXP;
    const int direct = first->output_stride == sizeof(float) || first->function == PYACT_ROW_LOGSUMEXP;
    int status = PYACT_OK;
    batch.length = first->length;
    /* one more line: rows a power of two apart would share few places in the cache */
    batch.pitch = (first->length + PARTIALS - 1) / PARTIALS * PARTIALS + PARTIALS;
    /* rows that lie side by side share the lines of memory that are read: then all sixteen, if they fit */
    const size_t room = rows->x_step == sizeof(float) ? COLUMN_ELEMENTS : BATCH_ELEMENTS;
    const size_t most = room / batch.pitch < BATCH ? room / batch.pitch : BATCH;
    for (size_t done = 0; done < rows->count; done += batch.count) {
        batch.count = rows->count - done < most ? rows->count - done : most;
        for (size_t r = 0; r < batch.count; r++) {
            batch.row[r] = row_of(rows, done + r);
            batch.out[r] = direct ? (float *)(void *)batch.row[r].output : out_buffer + r * batch.pitch;
        }
        gather_rows(batch.row[0].x, first->x_stride, rows->x_step, &batch, x_buffer, batch.x);
        if (backward && !one_gradient)
            gather_rows(batch.row[0].grad_output, first->grad_stride, rows->grad_step, &batch, gradient_buffer,
                        batch.gradient);
        else if (backward)
            memcpy(batch.gradient, batch.x, sizeof batch.gradient); /* not read */
        unsigned written = 0;
        if (backward)
            written = batch_backward(&batch, &status);
        else if (forward == PYACT_ROW_LOG_SOFTMAX || forward == PYACT_ROW_LOGSUMEXP)
            written = batch_log_softmax(&batch, &status);
        else
            batch_softmax(&batch);
        if (!direct) scatter_rows(out_buffer, &batch, rows->output_step, written);
    }
    return status;
}

static int long_rows(const pyact_rows *rows)
{
    const pyact_row_function forward = forward_of(rows->first.function);
    const int stores = rows->first.function % 2 && rows->first.length <= MOST_WEIGHTS;
    double *weights = stores ? malloc((rows->first.length + PARTIALS) * sizeof *weights) : NULL;
    long_row pieces;
    int status = PYACT_OK;
    for (size_t i = 0; i < rows->count; i++) {
        const pyact_row row = row_of(rows, i);
        if (row.function % 2)
            status |= long_backward(&row, weights);
        else if (forward == PYACT_ROW_LOG_SOFTMAX || forward == PYACT_ROW_LOGSUMEXP)
            status |= long_log_softmax(&row, &pieces);
        else
            status |= long_softmax(&row, &pieces);
    }
    free(weights);
    return status;
}

#endif
