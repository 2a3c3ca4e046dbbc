/* Rows of float16 and bfloat16: by way of float32, some rows at a time.
 *
 * A float32 result is within 2 ULP, which is 2^-12 ULP of float16 and 2^-15 of bfloat16: rounded once more it is the
 * nearest number of the format in all but the closest of cases. Gradients from x are sums and products in double, so
 * what cancels in them is not lost in float32. */
#ifndef PYACT_ROWS_HALVES_H
#define PYACT_ROWS_HALVES_H

#include "rows_from_output.h"

enum {
    HALF_SIZE = 2,
    HALVES_TOGETHER = 1 << 13,   /* elements of each array that are converted before the rows are evaluated */
    HALF_LINE = 32,              /* the same of a line of rows side by side, at least */
    MOST_HALVES = 1 << 22        /* of longer rows no copy is made */
};

PYACT_INLINE void load_halves_of(pyact_dtype dtype, const char *from, ptrdiff_t stride, size_t n, float *to)
{
    size_t i = 0;
    if (stride == HALF_SIZE)
        for (; i + FLANES <= n; i += FLANES) {
            const char *vector = from + i * HALF_SIZE;
            fvec_store(to + i, dtype == PYACT_F16 ? load_fvec_f16(vector) : load_fvec_bf16(vector));
        }
    for (; i < n; i++) {
        const char *element = from + (ptrdiff_t)i * stride;
        to[i] = (float)(dtype == PYACT_F16 ? load_one_f16(element) : load_one_bf16(element));
    }
}

static void load_halves(pyact_dtype dtype, const char *from, ptrdiff_t stride, size_t n, float *to)
{
    if (dtype == PYACT_F16)
        load_halves_of(PYACT_F16, from, stride, n, to);
    else
        load_halves_of(PYACT_BF16, from, stride, n, to);
}

PYACT_INLINE void store_half_vector(pyact_dtype dtype, char *to, fvec value)
{
    if (dtype == PYACT_F16)
        store_nearest_f16(to, canonical_nan_f32(value));
    else
        store_nearest_bf16(to, canonical_nan_f32(value), 0);
}

PYACT_INLINE void store_halves_of(pyact_dtype dtype, const float *from, size_t n, char *to, ptrdiff_t stride)
{
    uint16_t elements[FLANES];
    size_t i = 0;
    if (stride == HALF_SIZE)
        for (; i + FLANES <= n; i += FLANES) store_half_vector(dtype, to + i * HALF_SIZE, fvec_load(from + i));
    for (; i < n; i += FLANES) {
        const size_t left = n - i < FLANES ? n - i : FLANES;
        store_half_vector(dtype, (char *)elements, fvec_load_first(from + i, left, 0.0f));
        scatter_16_bits(to + (ptrdiff_t)i * stride, stride, left, elements);
    }
}

static void store_halves(pyact_dtype dtype, const float *from, size_t n, char *to, ptrdiff_t stride)
{
    if (dtype == PYACT_F16)
        store_halves_of(PYACT_F16, from, n, to, stride);
    else
        store_halves_of(PYACT_BF16, from, n, to, stride);
}

/* `lines` of `n` elements each lie in memory, the bytes from line to line and from element to element as given. */
typedef struct {
    ptrdiff_t line_step, step;
    size_t lines, n;
} half_lines;

/* Without gaps they are one line. */
static inline half_lines joined(half_lines all)
{
    const half_lines one = {0, all.step, 1, all.lines * all.n};
    return all.line_step == (ptrdiff_t)all.n * all.step ? one : all;
}

/* A copy in float32, one line after the other. */
static void load_half_lines(pyact_dtype dtype, const char *from, half_lines lines, float *to)
{
    const half_lines all = joined(lines);
    for (size_t i = 0; i < all.lines; i++)
        load_halves(dtype, from + (ptrdiff_t)i * all.line_step, all.step, all.n, to + i * all.n);
}

static void store_half_lines(pyact_dtype dtype, const float *from, half_lines lines, char *to)
{
    const half_lines all = joined(lines);
    for (size_t i = 0; i < all.lines; i++)
        store_halves(dtype, from + i * all.n, all.n, to + (ptrdiff_t)i * all.line_step, all.step);
}

typedef struct {
    float *x, *gradient, *out;
} half_buffers;

/* Rows side by side (`across`) have lines across them, others along them. */
static inline half_lines lines_of(const pyact_rows *rows, ptrdiff_t stride, ptrdiff_t step, int across)
{
    const half_lines along = {step, stride, rows->count, rows->first.length};
    const half_lines over = {stride, step, rows->first.length, rows->count};
    return across ? over : along;
}

/* Rows that have room in the buffers. Where they lie side by side (`across`), so they do in the buffers. */
static int some_half_rows(const pyact_rows *rows, const half_buffers *buffers, int across)
{
    const pyact_row *first = &rows->first;
    const pyact_dtype dtype = first->dtype;
    const size_t n = across ? rows->count : first->length;
    const int one_result = first->function == PYACT_ROW_LOGSUMEXP;
    const int one_gradient = first->function == PYACT_ROW_LOGSUMEXP_BACKWARD;
    const ptrdiff_t size = sizeof(float), whole = (ptrdiff_t)n * size;
    const ptrdiff_t stride = across ? whole : size, step = across ? size : whole;
    pyact_rows single = *rows;
    single.first.dtype = PYACT_F32;
    single.first.x = (const char *)buffers->x;
    single.first.grad_output = (const char *)buffers->gradient;
    single.first.output = (char *)buffers->out;
    single.first.x_stride = single.first.output_stride = stride;
    single.x_step = step;
    single.output_step = one_result ? size : step;
    single.first.grad_stride = one_gradient ? 0 : stride;
    single.grad_step = one_gradient ? size : step;

    load_half_lines(dtype, first->x, lines_of(rows, first->x_stride, rows->x_step, across), buffers->x);
    if (one_gradient)
        load_halves(dtype, first->grad_output, rows->grad_step, rows->count, buffers->gradient);
    else if (first->function % 2 || starts_from_output(first->function))
        load_half_lines(dtype, first->grad_output, lines_of(rows, first->grad_stride, rows->grad_step, across),
                        buffers->gradient);

    const int status = starts_from_output(first->function) ? single_rows_from_output(&single) : single_rows(&single);

    if (one_result)
        store_halves(dtype, buffers->out, rows->count, first->output, rows->output_step);
    else
        store_half_lines(dtype, buffers->out, lines_of(rows, first->output_stride, rows->output_step, across),
                         first->output);
    return status;
}

/* Returns whether the rows could be taken; *status is then their pyact_status. */
static int half_rows(const pyact_rows *rows, int *status)
{
    const pyact_row *first = &rows->first;
    const int across = rows->x_step == HALF_SIZE && first->x_stride != HALF_SIZE;
    const size_t fit = HALVES_TOGETHER / first->length, least = across ? HALF_LINE : 1;
    const size_t wanted = fit > least ? fit : least, most = wanted < rows->count ? wanted : rows->count;
    if (first->length > MOST_HALVES / most) return 0;
    const size_t room = first->length * most;
    float *memory = malloc(3 * (room + PARTIALS) * sizeof *memory);
    if (memory == NULL) return 0;
    const half_buffers buffers = {memory, memory + room + PARTIALS, memory + 2 * (room + PARTIALS)};
    *status = PYACT_OK;
    for (size_t done = 0; done < rows->count; done += most) {
        pyact_rows part = *rows;
        part.first = row_of(rows, done);
        part.count = rows->count - done < most ? rows->count - done : most;
        *status |= some_half_rows(&part, &buffers, across);
    }
    free(memory);
    return 1;
}

#endif
