/* float32 rows that lie side by side, element by element: axis 0 of an array in C order, the channels of images.
 *
 * Every lane is a row. Whole lines of memory are streamed, a panel of rows wide: numbers of each row wait in arrays in
 * between. The partial sums are those of rows_single.h, element i going to partial i mod 16, so the bits are the same: an
 * addition to partial p needs the elements p, p + 16, p + 32 and p + 48, which are visited together. */
#ifndef PYACT_ROWS_SINGLE_COLUMNS_H
#define PYACT_ROWS_SINGLE_COLUMNS_H

#include "rows_single_rows.h"

enum {
    PANEL = 512,                  /* rows of a panel */
    VISIT = 4,                    /* elements of each row in one visit */
    PANEL_MAXIMA = 32 * PANEL     /* of all pieces: with many of them the panel is narrower */
};

typedef struct {
    size_t width;                 /* a multiple of PARTIALS */
    float largest[PANEL], lowest[PANEL], magic[PANEL], subtract[PANEL], exponent[PANEL];
    float sum[PARTIALS][PANEL], rest[PARTIALS][PANEL];
    double piece_total[PANEL];
    float high[PANEL], low[PANEL], before[PANEL];
    running_sum total[PANEL];
    float maximum[PANEL_MAXIMA];  /* those of piece i from i * width on */
} column_panel;

static inline const float *line(const char *data, ptrdiff_t stride, size_t i)
{
    return (const float *)(const void *)(data + (ptrdiff_t)i * stride);
}

static inline float *line_to(char *data, ptrdiff_t stride, size_t i)
{
    return (float *)(void *)(data + (ptrdiff_t)i * stride);
}

/* The maxima of elements begin to end of every row. */
static void panel_maximum(const pyact_row *row, size_t width, size_t begin, size_t end, int negate, float *maximum)
{
    const fvec sign = fvec_set(negate ? -0.0f : 0.0f);
    size_t i = begin;
    for (size_t c = 0; c < width; c++) maximum[c] = -INFINITY;
    for (; i + VISIT <= end; i += VISIT) {
        const float *x[VISIT];
        for (size_t k = 0; k < VISIT; k++) x[k] = line(row->x, row->x_stride, i + k);
        for (size_t c = 0; c < width; c += FLANES) {
            fvec best = fvec_load(maximum + c);
            for (size_t k = 0; k < VISIT; k++)
                best = fvec_running_max(fvec_xor_sign(fvec_load(x[k] + c), sign), best);
            fvec_store(maximum + c, best);
        }
    }
    for (; i < end; i++) {
        const float *x = line(row->x, row->x_stride, i);
        for (size_t c = 0; c < width; c += FLANES)
            fvec_store(maximum + c, fvec_running_max(fvec_xor_sign(fvec_load(x + c), sign), fvec_load(maximum + c)));
    }
}

/* shift_for, of every row of the panel; -inf is taken for 0. Returns whether exp_parts must take the general way. */
static int panel_shifts(column_panel *panel, const float *maximum, int negate)
{
    const fvec round = fvec_set(FLOAT_TO_INTEGER), zero = fvec_set(0.0f);
    int general = negate;
    for (size_t c = 0; c < panel->width; c += FLANES) {
        fvec top = fvec_load(maximum + c);
        top = fvec_select(fvec_eq(top, fvec_set(-INFINITY)), zero, top);
        const fmask plain = fvec_le(fvec_abs(top), fvec_set(LARGEST_PLAIN));
        const fvec rounded = fvec_sub(fvec_add(fvec_mul(top, fvec_set(0x1.715476p+0f)), round), round);
        const fvec exponent = fvec_select(plain, rounded, zero);
        const fvec least = fvec_set(SMALLEST_DIFFERENCE), steps = fvec_mul(exponent, fvec_set(8.0f));
        fvec_store(panel->exponent + c, exponent);
        fvec_store(panel->lowest + c, fvec_select(plain, fvec_add(top, least), least));
        fvec_store(panel->magic + c, fvec_sub(fvec_set(FLOAT_TO_INTEGER + 8 * LIFT_EXPONENT), steps));
        fvec_store(panel->subtract + c, fvec_select(plain, zero, top));
        general |= !fmask_all(plain);
    }
    return general;
}

static inline exp_shift column_shift(const column_panel *panel, size_t c)
{
    const exp_shift shift = {panel->lowest[c], panel->magic[c], panel->subtract[c], panel->exponent[c]};
    return shift;
}

/* One visit: elements i, i + 16, ..., count of them, go to partial p. The first visit of a block starts the partial. */
PYACT_INLINE void visit_with(column_panel *panel, const pyact_row *row, size_t i, size_t count, int first, int negate,
                             int general, int store)
{
    const size_t p = i % PARTIALS;
    const float *x[VISIT];
    float *out[VISIT];
    for (size_t k = 0; k < count; k++) {
        x[k] = line(row->x, row->x_stride, i + k * PARTIALS);
        out[k] = store ? line_to(row->output, row->output_stride, i + k * PARTIALS) : NULL;
    }
    for (size_t c = 0; c < panel->width; c += FLANES) {
        shift_vectors shift;
        shift.lowest = fvec_load(panel->lowest + c);
        shift.magic = fvec_load(panel->magic + c);
        shift.subtract = general ? fvec_load(panel->subtract + c) : fvec_set(0.0f);
        shift.sign = fvec_set(negate ? -0.0f : 0.0f);
        fvec sum = first ? fvec_set(SUM_START) : fvec_load(panel->sum[p] + c);
        fvec rest = first ? fvec_set(0.0f) : fvec_load(panel->rest[p] + c);
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            fvec scale;
            const fvec v = exp_parts(fvec_load(x[k] + c), &shift, general, &scale);
            if (store) fvec_store(out[k] + c, fvec_fma(scale, v, scale));
            add_exponential(&sum, &rest, scale, v);
        }
        fvec_store(panel->sum[p] + c, sum);
        fvec_store(panel->rest[p] + c, rest);
    }
}

PYACT_OUTLINE void visit_and_store(column_panel *panel, const pyact_row *row, size_t i, size_t count, int first)
{
    if (count == VISIT)
        visit_with(panel, row, i, VISIT, first, 0, 0, 1);
    else
        visit_with(panel, row, i, count, first, 0, 0, 1);
}
PYACT_OUTLINE void visit_and_sum(column_panel *panel, const pyact_row *row, size_t i, size_t count, int first)
{
    if (count == VISIT)
        visit_with(panel, row, i, VISIT, first, 0, 0, 0);
    else
        visit_with(panel, row, i, count, first, 0, 0, 0);
}
PYACT_OUTLINE void visit_general(column_panel *panel, const pyact_row *row, size_t i, size_t count, int first, int negate,
                                 int store)
{
    visit_with(panel, row, i, count, first, negate, 1, store);
}

/* Adds the partials of a block, of which the first `used` hold something, to the totals of the piece. */
static void finish_block(column_panel *panel, size_t used)
{
    for (size_t c = 0; c < panel->width; c += FLANES) {
        vec low[PARTIALS], high[PARTIALS];
        for (size_t p = 0; p < PARTIALS; p++) {
            if (p >= used) {
                low[p] = high[p] = vec_set(0.0);
                continue;
            }
            const fvec sum = fvec_sub(fvec_load(panel->sum[p] + c), fvec_set(SUM_START));
            const fvec rest = fvec_load(panel->rest[p] + c);
            low[p] = vec_add(fvec_low_to_vec(sum), fvec_low_to_vec(rest));
            high[p] = vec_add(fvec_high_to_vec(sum), fvec_high_to_vec(rest));
        }
#pragma GCC unroll 4
        for (size_t half = PARTIALS / 2; half > 0; half /= 2)
#pragma GCC unroll 8
            for (size_t p = 0; p < half; p++) {
                low[p] = vec_add(low[p], low[p + half]);
                high[p] = vec_add(high[p], high[p + half]);
            }
        double *total = panel->piece_total + c;
        vec_store(total, vec_add(vec_load(total), low[0]));
        vec_store(total + LANES, vec_add(vec_load(total + LANES), high[0]));
    }
}

/* The sums of elements begin to end of every row; the exponentials go to the output if they are wanted. */
static void panel_sums(column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate, int general,
                       int store)
{
    for (size_t c = 0; c < panel->width; c++) panel->piece_total[c] = 0.0;
    for (size_t block = begin; block < end; block += SUM_BLOCK) {
        const size_t block_end = end - block < SUM_BLOCK ? end : block + SUM_BLOCK;
        for (size_t start = block; start < block_end; start += VISIT * PARTIALS)
            for (size_t i = start; i < block_end && i < start + PARTIALS; i++) {
                const size_t left = (block_end - i + PARTIALS - 1) / PARTIALS, count = left < VISIT ? left : VISIT;
                if (general)
                    visit_general(panel, row, i, count, start == block, negate, store);
                else if (store)
                    visit_and_store(panel, row, i, count, start == block);
                else
                    visit_and_sum(panel, row, i, count, start == block);
            }
        finish_block(panel, block_end - block < PARTIALS ? block_end - block : PARTIALS);
    }
}

/* The totals of every row. A row of one piece keeps its sum as it is, as short rows do. */
static void sum_panel(column_panel *panel, const pyact_row *row, int store)
{
    const int negate = row->function == PYACT_ROW_SOFTMIN;
    const size_t length = piece_length(row->length);
    size_t piece = 0;
    for (size_t c = 0; c < panel->width; c++) panel->total[c] = no_sum();
    for (size_t begin = 0; begin < row->length; begin += length, piece++) {
        const size_t end = row->length - begin < length ? row->length : begin + length;
        float *maximum = panel->maximum + piece * panel->width;
        panel_maximum(row, panel->width, begin, end, negate, maximum);
        const int general = panel_shifts(panel, maximum, negate);
        panel_sums(panel, row, begin, end, negate, general, store);
        for (size_t c = 0; c < panel->width; c++)
            add_piece(&panel->total[c], maximum[c], column_shift(panel, c), panel->piece_total[c], 0.0);
    }
    if (has_extra_element(row->function))
        for (size_t c = 0; c < panel->width; c++) add_extra_element(&panel->total[c], 0.0);
}

static inline pyact_row column(const pyact_row *first, size_t c)
{
    pyact_row row = *first;
    row.x += c * sizeof(float);
    row.output += c * sizeof(float);
    return row;
}

static void panel_softmax(column_panel *panel, const pyact_row *row)
{
    const size_t length = piece_length(row->length);
    sum_panel(panel, row, 1);
    for (size_t piece = (row->length + length - 1) / length; piece-- > 0;) {
        const size_t begin = piece * length, end = row->length - begin < length ? row->length : begin + length;
        for (size_t c = 0; c < panel->width; c++) {
            const running_sum *total = &panel->total[c];
            const double ratio = ratio_of_piece(total, panel->maximum[piece * panel->width + c]);
            const single_factor factor = factor_of(ratio / total->sum);
            panel->high[c] = factor.high;
            panel->low[c] = factor.low;
            panel->before[c] = factor.before;
        }
        for (size_t i = end; i-- > begin;) { /* backwards: the end is still in the cache */
            float *out = line_to(row->output, row->output_stride, i);
            for (size_t c = 0; c < panel->width; c += FLANES) {
                const fvec h = fvec_mul(fvec_load(out + c), fvec_load(panel->before + c));
                fvec_store(out + c, times_factor(h, fvec_load(panel->high + c), fvec_load(panel->low + c)));
            }
        }
    }
    for (size_t c = 0; c < panel->width; c++) {
        const pyact_row one = column(row, c);
        if (is_special(&panel->total[c])) fill_single(&one, NAN);
    }
}

static int panel_log_softmax(column_panel *panel, const pyact_row *row, ptrdiff_t output_step)
{
    int status = PYACT_OK;
    sum_panel(panel, row, 0);
    for (size_t c = 0; c < panel->width; c++) {
        pyact_row one = column(row, c);
        const running_sum *total = &panel->total[c];
        double log_sum = NAN;
        const int special = !log_sum_of(&one, total->largest, total->sum, total->shift, &log_sum);
        panel->largest[c] = special ? NAN : total->largest;
        panel->low[c] = (float)log_sum;
        if (row->function != PYACT_ROW_LOGSUMEXP) continue;
        one.output = row->output + (ptrdiff_t)c * output_step;
        if (special)
            status |= PYACT_FN(row)(&one);
        else
            store_single(one.output, (double)total->largest + log_sum);
    }
    if (row->function == PYACT_ROW_LOGSUMEXP) return status;
    for (size_t i = row->length; i-- > 0;) {
        const float *x = line(row->x, row->x_stride, i);
        float *out = line_to(row->output, row->output_stride, i);
        for (size_t c = 0; c < panel->width; c += FLANES)
            fvec_store(out + c, fvec_sub(fvec_sub(fvec_load(x + c), fvec_load(panel->largest + c)),
                                         fvec_load(panel->low + c)));
    }
    for (size_t c = 0; c < panel->width; c++) {
        const pyact_row one = column(row, c);
        if (isnan(panel->largest[c])) fill_single(&one, NAN);
    }
    return status;
}

/* Whether the rows lie side by side, and there are enough of them. */
static inline int are_columns(const pyact_rows *rows)
{
    const pyact_row *first = &rows->first;
    if (first->function % 2 || rows->count < PARTIALS) return 0;
    if (rows->x_step != sizeof(float) || first->x_stride == sizeof(float)) return 0;
    return first->function == PYACT_ROW_LOGSUMEXP || rows->output_step == sizeof(float);
}

/* As many rows as fill whole vectors; returns how many, and adds to *status. */
static size_t single_columns(const pyact_rows *rows, int *status)
{
    column_panel panel;
    const size_t pieces = (rows->first.length + piece_length(rows->first.length) - 1) / piece_length(rows->first.length);
    const size_t widest = PANEL_MAXIMA / pieces / PARTIALS * PARTIALS, most = widest < PANEL ? widest : PANEL;
    const size_t whole = rows->count / PARTIALS * PARTIALS;
    for (size_t done = 0; done < whole; done += panel.width) {
        const pyact_row row = row_of(rows, done);
        panel.width = whole - done < most ? whole - done : most;
        if (row.function == PYACT_ROW_LOG_SOFTMAX || row.function == PYACT_ROW_LOGSUMEXP)
            *status |= panel_log_softmax(&panel, &row, rows->output_step);
        else
            panel_softmax(&panel, &row);
    }
    return whole;
}

#endif
