/* float32 rows that lie side by side with nothing between them, and are few: (32000, 2) along axis 0.
 *
 * Such an array of n lines and `rows` columns is, read as it lies, one of n / 16 lines and 16 rows columns: element
 * i = 16 q + p of row c is found in line q at column p rows + c. So one column of that array is one partial sum of one
 * row (rows_single.h), whole vectors are full for any number of rows, and nothing is copied or transposed. What
 * differs from row to row is kept in patterns, repeated until they fill whole vectors. */
#ifndef PYACT_ROWS_FEW_COLUMNS_H
#define PYACT_ROWS_FEW_COLUMNS_H

#include "rows_single_rows.h"

/* How the rows of a panel lie in memory: side by side; the same, few and with nothing between them
 * (rows_few_columns.h); one after the other, each contiguous. */
typedef enum { SIDE_BY_SIDE, FEW_SIDE_BY_SIDE, ONE_AFTER_THE_OTHER } panel_layout;

enum {
    FEW_ROWS = 64,                        /* at most */
    FEW_LINE = PARTIALS * FEW_ROWS,       /* floats of one line, all partials of all rows */
    FEW_PATTERN = FEW_LINE                /* elements of a pattern: those of a line */
};

static inline size_t whole_sixteens(size_t n) { return (n + PARTIALS - 1) / PARTIALS * PARTIALS; }

/* How many elements of each row to take together where `partials` partial sums wait in memory in between: enough for a
 * few additions to each, and few enough that they are read along the lines of memory. */
static inline size_t few_together(size_t rows, size_t partials)
{
    enum { NEAR_ELEMENTS = 2048, LEAST_LINES = 4 };
    const size_t lines = NEAR_ELEMENTS / (rows * partials);
    return partials * (lines > LEAST_LINES ? lines : LEAST_LINES);
}

/* Whether the elements of all rows lie in memory without a gap, element by element. */
static inline int are_few(size_t rows, ptrdiff_t step, ptrdiff_t stride)
{
    return rows > 1 && rows <= FEW_ROWS && step == (ptrdiff_t)sizeof(float) &&
           stride == (ptrdiff_t)(rows * sizeof(float));
}

/* Whether all rows are few_columns, in every array. */
static inline int are_few_columns(const pyact_rows *rows)
{
    const pyact_row *first = &rows->first;
    if (first->length < PARTIALS || !are_few(rows->count, rows->x_step, first->x_stride)) return 0;
    if (first->function == PYACT_ROW_LOGSUMEXP) return 1;
    if (!are_few(rows->count, rows->output_step, first->output_stride)) return 0;
    const int reads_gradients = first->function % 2 == 1 || starts_from_output(first->function);
    if (!reads_gradients || first->function == PYACT_ROW_LOGSUMEXP_BACKWARD) return 1;
    return are_few(rows->count, rows->grad_step, first->grad_stride);
}

/* pattern[i] = of_row[i mod rows], so many times over */
static inline void repeat_floats(const float *of_row, size_t rows, size_t times, float *pattern)
{
    for (size_t i = 0; i < times; i++) memcpy(pattern + i * rows, of_row, rows * sizeof(float));
}

static inline void repeat_doubles(const double *of_row, size_t rows, size_t times, double *pattern)
{
    for (size_t i = 0; i < times; i++) memcpy(pattern + i * rows, of_row, rows * sizeof(double));
}

/* Joins `parts` partial results of every row by halves, those of partial p from p * rows on. */
static inline void join_few(double *partials, size_t parts, size_t rows)
{
    for (size_t half = parts / 2 * rows; half >= rows; half /= 2)
        for (size_t i = 0; i < half; i += LANES) /* lanes beyond `half` are not used again */
            vec_store(partials + i, vec_add(vec_load(partials + i), vec_load(partials + i + half)));
}

/* The maxima of n elements of every row. */
static void few_maximum(const float *x, size_t n, size_t rows, int negate, float *maximum)
{
    float best[FEW_LINE];
    const fvec sign = fvec_set(negate ? -0.0f : 0.0f);
    const float filler = negate ? INFINITY : -INFINITY;
    const size_t width = PARTIALS * rows, count = n * rows;
    for (size_t j = 0; j < width; j += PARTIALS) {
        fvec top[GROUP];
        size_t i = j;
        for (int v = 0; v < GROUP; v++) top[v] = fvec_set(-INFINITY);
        for (; i + PARTIALS <= count; i += width)
#pragma GCC unroll 8
            for (int v = 0; v < GROUP; v++)
                top[v] = fvec_running_max(fvec_xor_sign(fvec_load(x + i + v * FLANES), sign), top[v]);
        for (int v = 0; v < GROUP; v++, i += FLANES) {
            const size_t left = i < count ? count - i : 0;
            top[v] = fvec_running_max(fvec_xor_sign(fvec_load_first(x + i, left, filler), sign), top[v]);
            fvec_store(best + j + v * FLANES, top[v]);
        }
    }
    for (size_t half = PARTIALS / 2 * rows; half >= rows; half /= 2)
        for (size_t i = 0; i < half; i++)
            if (best[i + half] > best[i]) best[i] = best[i + half];
    memcpy(maximum, best, rows * sizeof(float));
}

/* The shifts of all rows. */
typedef struct {
    float lowest[FEW_PATTERN], magic[FEW_PATTERN], subtract[FEW_PATTERN];
} few_shifts;

/* Adds the sums of at most SUM_BLOCK elements of every row to `total`; the exponentials go to `out` if wanted. */
PYACT_INLINE void few_block_with(const float *x, float *out, size_t n, size_t rows, const few_shifts *shifts,
                                 int negate, int general, int store, double *total)
{
    double partials[FEW_LINE + PARTIALS];
    const float filler = negate ? INFINITY : -INFINITY;
    const size_t width = PARTIALS * rows, count = n * rows;
    for (size_t j = 0; j < width; j += PARTIALS) {
        shift_vectors shift[GROUP];
        single_sum s;
        size_t i = j;
        start_sum(&s);
#pragma GCC unroll 8
        for (int v = 0; v < GROUP; v++) {
            const size_t at = j + (size_t)v * FLANES;
            shift[v].lowest = fvec_load(shifts->lowest + at);
            shift[v].magic = fvec_load(shifts->magic + at);
            shift[v].subtract = general ? fvec_load(shifts->subtract + at) : fvec_set(0.0f);
            shift[v].sign = fvec_set(negate ? -0.0f : 0.0f);
        }
        for (; i + PARTIALS <= count; i += width)
#pragma GCC unroll 8
            for (int v = 0; v < GROUP; v++) {
                fvec scale;
                const fvec rest = exp_parts(fvec_load(x + i + v * FLANES), &shift[v], general, &scale);
                if (store) fvec_store(out + i + v * FLANES, fvec_fma(scale, rest, scale));
                add_exponential(&s.sum[v], &s.rest[v], scale, rest);
            }
        if (i < count)
#pragma GCC unroll 8
            for (int v = 0; v < GROUP; v++) {
                const size_t from = i + (size_t)v * FLANES, left = from < count ? count - from : 0;
                fvec scale;
                const fvec rest = exp_parts(fvec_load_first(x + from, left, filler), &shift[v], general, &scale);
                if (store) fvec_store_first(out + from, left, fvec_fma(scale, rest, scale));
                add_exponential(&s.sum[v], &s.rest[v], scale, rest);
            }
#pragma GCC unroll 8
        for (int v = 0; v < GROUP; v++) {
            const fvec sum = fvec_sub(s.sum[v], fvec_set(SUM_START));
            double *to = partials + j + v * FLANES;
            vec_store(to, vec_add(fvec_low_to_vec(sum), fvec_low_to_vec(s.rest[v])));
            vec_store(to + LANES, vec_add(fvec_high_to_vec(sum), fvec_high_to_vec(s.rest[v])));
        }
    }
    join_few(partials, PARTIALS, rows);
    for (size_t c = 0; c < rows; c++) total[c] += partials[c];
}

PYACT_OUTLINE void few_and_store(const float *x, float *out, size_t n, size_t rows, const few_shifts *shifts,
                                 double *total)
{
    few_block_with(x, out, n, rows, shifts, 0, 0, 1, total);
}
PYACT_OUTLINE void few_and_sum(const float *x, size_t n, size_t rows, const few_shifts *shifts, double *total)
{
    few_block_with(x, NULL, n, rows, shifts, 0, 0, 0, total);
}
PYACT_OUTLINE void few_in_general(const float *x, float *out, size_t n, size_t rows, const few_shifts *shifts,
                                  int negate, int store, double *total)
{
    few_block_with(x, out, n, rows, shifts, negate, 1, store, total);
}

/* The sums of n elements of every row. */
static void few_sums(const float *x, float *out, size_t n, size_t rows, const few_shifts *shifts, int negate,
                     int general, int store, double *total)
{
    for (size_t start = 0; start < n; start += SUM_BLOCK) {
        const size_t some = n - start < SUM_BLOCK ? n - start : SUM_BLOCK, at = start * rows;
        if (general)
            few_in_general(x + at, store ? out + at : NULL, some, rows, shifts, negate, store, total);
        else if (store)
            few_and_store(x + at, out + at, some, rows, shifts, total);
        else
            few_and_sum(x + at, some, rows, shifts, total);
    }
}

/* Every element times the factor of its row, before * (high + low). */
static void few_scaled(float *out, size_t n, size_t rows, const float *high_of_row, const float *low_of_row,
                       const float *before_of_row)
{
    float high[FEW_PATTERN], low[FEW_PATTERN], before[FEW_PATTERN];
    const size_t count = n * rows, period = FLANES * rows;
    repeat_floats(high_of_row, rows, FLANES, high);
    repeat_floats(low_of_row, rows, FLANES, low);
    repeat_floats(before_of_row, rows, FLANES, before);
    size_t start = 0;
    for (; start + period <= count; start += period)
        for (size_t j = 0; j < period; j += FLANES) {
            const fvec h = fvec_mul(fvec_load(out + start + j), fvec_load(before + j));
            fvec_store(out + start + j, times_factor(h, fvec_load(high + j), fvec_load(low + j)));
        }
    for (size_t j = 0; start + j < count; j += FLANES) {
        float *to = out + start + j;
        const size_t left = count - start - j;
        const fvec h = fvec_mul(fvec_load_first(to, left, 0.0f), fvec_load(before + j));
        fvec_store_first(to, left, times_factor(h, fvec_load(high + j), fvec_load(low + j)));
    }
}

/* (x - largest) - logarithm */
static void few_subtracted(const float *x, float *out, size_t n, size_t rows, const float *largest_of_row,
                           const float *log_of_row)
{
    float largest[FEW_PATTERN], logarithm[FEW_PATTERN];
    const size_t count = n * rows, period = FLANES * rows;
    repeat_floats(largest_of_row, rows, FLANES, largest);
    repeat_floats(log_of_row, rows, FLANES, logarithm);
    size_t start = 0;
    for (; start + period <= count; start += period)
        for (size_t j = 0; j < period; j += FLANES) {
            const fvec difference = fvec_sub(fvec_load(x + start + j), fvec_load(largest + j));
            fvec_store(out + start + j, fvec_sub(difference, fvec_load(logarithm + j)));
        }
    for (size_t j = 0; start + j < count; j += FLANES) {
        const size_t left = count - start - j;
        const fvec difference = fvec_sub(fvec_load_first(x + start + j, left, 0.0f), fvec_load(largest + j));
        fvec_store_first(out + start + j, left, fvec_sub(difference, fvec_load(logarithm + j)));
    }
}

#endif
