/* float32 rows that lie side by side, element by element: axis 0 of an array in C order, the channels of images.
 *
 * Every lane is a row. Whole lines of memory are streamed, a panel of rows wide: numbers of each row wait in arrays in
 * between. The partial sums are those of rows_single.h, element i going to partial i mod 16, so the bits are the same:
 * an addition to partial p needs the elements p, p + 16, p + 32 and p + 48, which are visited together. */
#ifndef PYACT_ROWS_SINGLE_COLUMNS_H
#define PYACT_ROWS_SINGLE_COLUMNS_H

#include "rows_gradient_columns.h"

enum {
    PANEL = 1024,                 /* rows of a panel */
    PANEL_MAXIMA = 16 * PANEL     /* of all pieces: with many of them the panel is narrower */
};

typedef struct {
    panel_layout layout;
    size_t width, count;          /* rows: a multiple of PARTIALS, of which those from `count` on are idle */
    ptrdiff_t x_step, output_step;
    float largest[PANEL], lowest[PANEL], magic[PANEL], subtract[PANEL], exponent[PANEL];
    float sum[PARTIALS * PANEL], rest[PARTIALS * PANEL]; /* partial p from p * width on */
    double piece_total[PANEL];
    float high[PANEL], low[PANEL], before[PANEL];
    running_sum total[PANEL];
    float maximum[PANEL_MAXIMA];  /* those of piece i from i * width on */
} column_panel;

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
    float *sums = panel->sum + i % PARTIALS * panel->width, *rests = panel->rest + i % PARTIALS * panel->width;
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
        fvec sum = first ? fvec_set(SUM_START) : fvec_load(sums + c);
        fvec rest = first ? fvec_set(0.0f) : fvec_load(rests + c);
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            fvec scale;
            const fvec v = exp_parts(fvec_load(x[k] + c), &shift, general, &scale);
            if (store) fvec_store(out[k] + c, fvec_fma(scale, v, scale));
            add_exponential(&sum, &rest, scale, v);
        }
        fvec_store(sums + c, sum);
        fvec_store(rests + c, rest);
    }
}

/* The elements of one block of SUM_BLOCK, or fewer. */
PYACT_INLINE void block_with(column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate,
                             int general, int store)
{
    for (size_t start = begin; start < end; start += VISIT * PARTIALS)
        for (size_t i = start; i < end && i < start + PARTIALS; i++) {
            const size_t count = (end - i + PARTIALS - 1) / PARTIALS;
            if (count >= VISIT)
                visit_with(panel, row, i, VISIT, start == begin, negate, general, store);
            else if (count == 1)
                visit_with(panel, row, i, 1, start == begin, negate, general, store);
            else
                visit_with(panel, row, i, count, start == begin, negate, general, store);
        }
}

PYACT_OUTLINE void block_and_store(column_panel *panel, const pyact_row *row, size_t begin, size_t end)
{
    block_with(panel, row, begin, end, 0, 0, 1);
}
PYACT_OUTLINE void block_and_sum(column_panel *panel, const pyact_row *row, size_t begin, size_t end)
{
    block_with(panel, row, begin, end, 0, 0, 0);
}
PYACT_OUTLINE void general_block(column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate,
                                 int store)
{
    block_with(panel, row, begin, end, negate, 1, store);
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
            const fvec sum = fvec_sub(fvec_load(panel->sum + p * panel->width + c), fvec_set(SUM_START));
            const fvec rest = fvec_load(panel->rest + p * panel->width + c);
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

static inline const float *panel_x(const column_panel *panel, const pyact_row *row, size_t r)
{
    return line(row->x, panel->x_step, r);
}

static inline float *panel_output(const column_panel *panel, const pyact_row *row, size_t r)
{
    return line_to(row->output, panel->output_step, r);
}

static void panel_maxima(const column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate,
                         float *maximum)
{
    if (panel->layout == SIDE_BY_SIDE)
        panel_maximum(row, panel->width, begin, end, negate, maximum);
    else if (panel->layout == FEW_SIDE_BY_SIDE)
        few_maximum(line(row->x, row->x_stride, begin), end - begin, panel->count, negate, maximum);
    else
        for (size_t r = 0; r < panel->count; r++)
            maximum[r] = piece_maximum_of(panel_x(panel, row, r), row->length, negate);
    for (size_t r = panel->count; r < panel->width; r++) maximum[r] = 0.0f;
}

static void few_panel_sums(column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate, int general,
                           int store)
{
    few_shifts shifts;
    repeat_floats(panel->lowest, panel->count, PARTIALS, shifts.lowest);
    repeat_floats(panel->magic, panel->count, PARTIALS, shifts.magic);
    if (general) repeat_floats(panel->subtract, panel->count, PARTIALS, shifts.subtract);
    few_sums(line(row->x, row->x_stride, begin), store ? line_to(row->output, row->output_stride, begin) : NULL,
             end - begin, panel->count, &shifts, negate, general, store, panel->piece_total);
}

/* The sums of whole rows. */
static void row_panel_sums(column_panel *panel, const pyact_row *row, int negate, int general, int store)
{
    if (general || row->length > SUM_BLOCK) {
        for (size_t r = 0; r < panel->count; r++)
            panel->piece_total[r] = piece_sum(panel_x(panel, row, r), store ? panel_output(panel, row, r) : NULL,
                                              row->length, column_shift(panel, r), negate);
        return;
    }
    for (size_t r = 0; r < panel->count; r++) {
        float *sum = panel->sum + r * PARTIALS, *rest = panel->rest + r * PARTIALS;
        if (store)
            store_partials(panel_x(panel, row, r), panel_output(panel, row, r), row->length, column_shift(panel, r),
                           sum, rest);
        else
            sum_partials(panel_x(panel, row, r), row->length, column_shift(panel, r), sum, rest);
    }
    for (size_t r = 0; r < panel->count; r++)
        panel->piece_total[r] = total_of_stored(panel->sum + r * PARTIALS, panel->rest + r * PARTIALS);
}

/* The sums of elements begin to end of every row; the exponentials go to the output if they are wanted. */
static void panel_sums(column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate, int general,
                       int store)
{
    for (size_t c = 0; c < panel->width; c++) panel->piece_total[c] = c < panel->count ? 0.0 : 1.0;
    if (panel->layout == ONE_AFTER_THE_OTHER) {
        row_panel_sums(panel, row, negate, general, store);
        return;
    }
    if (panel->layout == FEW_SIDE_BY_SIDE) {
        few_panel_sums(panel, row, begin, end, negate, general, store);
        return;
    }
    for (size_t block = begin; block < end; block += SUM_BLOCK) {
        const size_t block_end = end - block < SUM_BLOCK ? end : block + SUM_BLOCK;
        if (general)
            general_block(panel, row, block, block_end, negate, store);
        else if (store)
            block_and_store(panel, row, block, block_end);
        else
            block_and_sum(panel, row, block, block_end);
        finish_block(panel, block_end - block < PARTIALS ? block_end - block : PARTIALS);
    }
}

/* The totals of every row. Where a row is one piece, its sum is the total, and stays in piece_total. */
static void sum_panel(column_panel *panel, const pyact_row *row, int one_piece, int store)
{
    const int negate = row->function == PYACT_ROW_SOFTMIN;
    const size_t length = piece_length(row->length);
    size_t piece = 0;
    for (size_t c = 0; c < panel->width && !one_piece; c++) panel->total[c] = no_sum();
    for (size_t begin = 0; begin < row->length; begin += length, piece++) {
        const size_t end = row->length - begin < length ? row->length : begin + length;
        float *maximum = panel->maximum + piece * panel->width;
        panel_maxima(panel, row, begin, end, negate, maximum);
        const int general = panel_shifts(panel, maximum, negate);
        panel_sums(panel, row, begin, end, negate, general, store);
        for (size_t c = 0; c < panel->width && !one_piece; c++)
            add_piece(&panel->total[c], maximum[c], column_shift(panel, c), panel->piece_total[c]);
    }
    if (has_extra_element(row->function))
        for (size_t c = 0; c < panel->width; c++) add_extra_element(&panel->total[c]);
}

static inline running_sum column_total(const column_panel *panel, size_t c, int one_piece)
{
    const running_sum total = {panel->maximum[c], column_shift(panel, c), panel->piece_total[c]};
    return one_piece ? total : panel->total[c];
}

/* Whether is_special holds for no row of one piece. */
static inline int none_special(const column_panel *panel)
{
    int none = 1;
    for (size_t c = 0; c < panel->width; c += FLANES) {
        none &= fmask_all(fvec_lt(fvec_abs(fvec_load(panel->maximum + c)), fvec_set(INFINITY)));
        none &= !mask_any(vec_is_nan(vec_load(panel->piece_total + c)));
        none &= !mask_any(vec_is_nan(vec_load(panel->piece_total + c + LANES)));
    }
    return none;
}

/* factor_of(1 / total) of every row of one piece, whose `before` is always 1. */
static void panel_factors(column_panel *panel)
{
    const vec one = vec_set(1.0);
    for (size_t c = 0; c < panel->width; c += FLANES) {
        const vec low = vec_div(one, vec_load(panel->piece_total + c));
        const vec high = vec_div(one, vec_load(panel->piece_total + c + LANES));
        const fvec head = fvec_from_vecs(low, high);
        fvec_store(panel->high + c, head);
        const vec low_rest = vec_sub(low, fvec_low_to_vec(head)), high_rest = vec_sub(high, fvec_high_to_vec(head));
        fvec_store(panel->low + c, fvec_from_vecs(low_rest, high_rest));
        fvec_store(panel->before + c, fvec_set(1.0f));
    }
}

static void piece_factors(column_panel *panel, size_t piece)
{
    for (size_t c = 0; c < panel->width; c++) {
        const running_sum *total = &panel->total[c];
        const double ratio = ratio_of_piece(total, panel->maximum[piece * panel->width + c]);
        const single_factor factor = factor_of(ratio / total->sum);
        panel->high[c] = factor.high;
        panel->low[c] = factor.low;
        panel->before[c] = factor.before;
    }
}

static inline pyact_row column(const column_panel *panel, const pyact_row *first, size_t c)
{
    pyact_row row = *first;
    row.x += (ptrdiff_t)c * panel->x_step;
    row.output += (ptrdiff_t)c * panel->output_step;
    return row;
}

/* The exponentials of elements begin to end, times the factors. */
static void scale_panel(const column_panel *panel, const pyact_row *row, size_t begin, size_t end, int one_piece)
{
    if (panel->layout == ONE_AFTER_THE_OTHER) {
        for (size_t r = 0; r < panel->count; r++) {
            const single_factor factor = {panel->high[r], panel->low[r], 1.0f};
            scale_piece(panel_output(panel, row, r), panel_output(panel, row, r), row->length, factor);
        }
        return;
    }
    if (panel->layout == FEW_SIDE_BY_SIDE) {
        few_scaled(line_to(row->output, row->output_stride, begin), end - begin, panel->count, panel->high, panel->low,
                   panel->before);
        return;
    }
    for (size_t i = end; i-- > begin;) { /* backwards: the end is still in the cache */
        float *out = line_to(row->output, row->output_stride, i);
        for (size_t c = 0; c < panel->width; c += FLANES) {
            fvec h = fvec_load(out + c);
            if (!one_piece) h = fvec_mul(h, fvec_load(panel->before + c));
            fvec_store(out + c, times_factor(h, fvec_load(panel->high + c), fvec_load(panel->low + c)));
        }
    }
}

static void panel_softmax(column_panel *panel, const pyact_row *row)
{
    const size_t length = piece_length(row->length);
    const int one_piece = row->length <= length && !has_extra_element(row->function);
    sum_panel(panel, row, one_piece, 1);
    for (size_t piece = (row->length + length - 1) / length; piece-- > 0;) {
        const size_t begin = piece * length, end = row->length - begin < length ? row->length : begin + length;
        if (one_piece)
            panel_factors(panel);
        else
            piece_factors(panel, piece);
        scale_panel(panel, row, begin, end, one_piece);
    }
    const int all_ordinary = one_piece && none_special(panel);
    for (size_t c = 0; c < panel->width && !all_ordinary; c++) {
        const running_sum total = column_total(panel, c, one_piece);
        const pyact_row one = column(panel, row, c);
        if (is_special(&total)) fill_single(&one, NAN);
    }
}

/* log_of_sum of every row of one piece. */
static void panel_logarithms(column_panel *panel, double *log_sum)
{
    for (size_t c = 0; c < panel->width; c += LANES) {
        double reference[LANES];
        for (size_t k = 0; k < LANES; k++)
            reference[k] = log_reference(column_shift(panel, c + k), (double)panel->maximum[c + k]);
        const vec sum = vec_mul(vec_load(panel->piece_total + c), vec_set(UNLIFT / EXP_FACTOR));
        vec_store(log_sum + c, vec_add(vec_log(sum), vec_load(reference)));
    }
}

static void subtract_from_panel(const column_panel *panel, const pyact_row *row)
{
    if (panel->layout == ONE_AFTER_THE_OTHER) {
        for (size_t r = 0; r < panel->count; r++)
            subtract_logarithm(panel_x(panel, row, r), panel_output(panel, row, r), row->length, panel->largest[r],
                               panel->low[r]);
        return;
    }
    if (panel->layout == FEW_SIDE_BY_SIDE) {
        few_subtracted(line(row->x, row->x_stride, 0), line_to(row->output, row->output_stride, 0), row->length,
                       panel->count, panel->largest, panel->low);
        return;
    }
    for (size_t i = row->length; i-- > 0;) {
        const float *x = line(row->x, row->x_stride, i);
        float *out = line_to(row->output, row->output_stride, i);
        for (size_t c = 0; c < panel->width; c += FLANES)
            fvec_store(out + c, fvec_sub(fvec_sub(fvec_load(x + c), fvec_load(panel->largest + c)),
                                         fvec_load(panel->low + c)));
    }
}

static int panel_log_softmax(column_panel *panel, const pyact_row *row)
{
    const size_t count = panel->count;
    const int one_piece = row->length <= piece_length(row->length);
    double log_sum[PANEL];
    int status = PYACT_OK;
    sum_panel(panel, row, one_piece, 0);
    if (one_piece) panel_logarithms(panel, log_sum);
    for (size_t c = 0; c < count; c++) {
        pyact_row one = column(panel, row, c);
        const running_sum total = column_total(panel, c, one_piece);
        if (!one_piece) log_sum[c] = log_of_sum(total.sum, total.shift, total.largest);
        const int special = is_special(&total) || !refine_log_sum(&one, total.largest, &log_sum[c]);
        panel->largest[c] = special ? NAN : total.largest;
        panel->low[c] = (float)log_sum[c];
        if (row->function != PYACT_ROW_LOGSUMEXP) continue;
        if (special)
            status |= PYACT_FN(row)(&one);
        else
            store_single(one.output, (double)total.largest + log_sum[c]);
    }
    if (row->function == PYACT_ROW_LOGSUMEXP) return status;
    subtract_from_panel(panel, row);
    for (size_t c = 0; c < count; c++) {
        const pyact_row one = column(panel, row, c);
        if (isnan(panel->largest[c])) fill_single(&one, NAN);
    }
    return status;
}

/* Whether the rows lie side by side, and there are enough of them. */
static inline int are_columns(const pyact_rows *rows)
{
    const pyact_row *first = &rows->first;
    if (rows->x_step != sizeof(float) || first->x_stride == sizeof(float) || rows->count < PARTIALS) return 0;
    if (first->function == PYACT_ROW_LOGSUMEXP) return 1;
    if (rows->output_step != sizeof(float) || first->output_stride == sizeof(float)) return 0;
    if (first->function % 2 == 0 || first->function == PYACT_ROW_LOGSUMEXP_BACKWARD) return 1;
    return rows->grad_step == sizeof(float) && first->grad_stride != sizeof(float);
}

static size_t forward_columns(const pyact_rows *rows, int *status)
{
    column_panel panel;
    const size_t length = piece_length(rows->first.length), pieces = (rows->first.length + length - 1) / length;
    const size_t widest = PANEL_MAXIMA / pieces / PARTIALS * PARTIALS, most = widest < PANEL ? widest : PANEL;
    const int few = are_few_columns(rows) && rows->count <= widest;
    const size_t whole = few ? rows->count : rows->count / PARTIALS * PARTIALS;
    panel.layout = few ? FEW_SIDE_BY_SIDE : SIDE_BY_SIDE;
    panel.x_step = rows->x_step;
    panel.output_step = rows->output_step;
    for (size_t done = 0; done < whole; done += panel.count) {
        const pyact_row row = row_of(rows, done);
        panel.count = few || whole - done < most ? whole - done : most;
        panel.width = whole_sixteens(panel.count);
        if (row.function == PYACT_ROW_LOG_SOFTMAX || row.function == PYACT_ROW_LOGSUMEXP)
            *status |= panel_log_softmax(&panel, &row);
        else
            panel_softmax(&panel, &row);
    }
    return whole;
}

/* ---- short rows one after the other ----
 *
 * What is done once a row is done for some of them together, in the lanes of vectors. */

enum { ROW_PANEL_ELEMENTS = 4096 }; /* they stay in the nearest cache */

static int stacked_forward(const pyact_rows *rows)
{
    column_panel panel;
    const size_t fit = ROW_PANEL_ELEMENTS / rows->first.length, most = fit > BATCH ? fit / BATCH * BATCH : BATCH;
    int status = PYACT_OK;
    panel.layout = ONE_AFTER_THE_OTHER;
    panel.x_step = rows->x_step;
    panel.output_step = rows->output_step;
    for (size_t done = 0; done < rows->count; done += panel.count) {
        const pyact_row row = row_of(rows, done);
        panel.count = rows->count - done < most ? rows->count - done : most;
        panel.width = whole_sixteens(panel.count);
        fetch_rows(rows, done + panel.count, panel.count);
        if (row.function == PYACT_ROW_LOG_SOFTMAX || row.function == PYACT_ROW_LOGSUMEXP)
            status |= panel_log_softmax(&panel, &row);
        else
            panel_softmax(&panel, &row);
    }
    return status;
}

static inline int are_rows_to_stack(const pyact_rows *rows)
{
    enum { LEAST_ROWS = 4 };
    const ptrdiff_t size = sizeof(float);
    const pyact_row *first = &rows->first;
    const int backward = first->function % 2;
    if (rows->count < LEAST_ROWS || first->length > PIECE || first->x_stride != size) return 0;
    if (first->function == PYACT_ROW_LOGSUMEXP) return 1;
    if (first->output_stride != size || (!backward && has_extra_element(first->function))) return 0;
    return !backward || first->function == PYACT_ROW_LOGSUMEXP_BACKWARD || first->grad_stride == size;
}

static int stacked_rows(const pyact_rows *rows)
{
    return (rows->first.function % 2 ? stacked_backward : stacked_forward)(rows);
}

/* As many rows as fill whole vectors; returns how many, and adds to *status. */
static size_t single_columns(const pyact_rows *rows, int *status)
{
    return (rows->first.function % 2 ? backward_columns : forward_columns)(rows, status);
}

/* ---- very short rows ----
 *
 * Some of them at a time are turned into columns: within a row there is too little to do at a time. */

enum { SHORT_ROW = 48, SHORT_GRADIENT = 48, SHORT_WIDTH = 128 };

/* Whether transposing pays: for functions of rows that lie one behind the other. */
static inline int are_very_short(const pyact_rows *rows)
{
    const size_t most = rows->first.function % 2 ? SHORT_GRADIENT : SHORT_ROW;
    return rows->first.length <= most && rows->count >= PARTIALS;
}

/* buffer[i * width + r] = element i of row r */
static void transpose_in(const char *data, ptrdiff_t stride, ptrdiff_t step, size_t length, size_t width, float *buffer)
{
    const ptrdiff_t line_step = (ptrdiff_t)(width * sizeof(float));
    if (stride == sizeof(float)) {
        transpose_lines(data, step, width, length, (char *)buffer, line_step);
        return;
    }
    for (size_t r = 0; r < width; r++)
        for (size_t i = 0; i < length; i++)
            memcpy(buffer + i * width + r, data + (ptrdiff_t)r * step + (ptrdiff_t)i * stride, sizeof(float));
}

static void transpose_out(const float *buffer, const pyact_row *row, ptrdiff_t step, size_t width)
{
    const ptrdiff_t line_step = (ptrdiff_t)(width * sizeof(float));
    if (row->output_stride == sizeof(float)) {
        transpose_lines((const char *)buffer, line_step, row->length, width, row->output, step);
        return;
    }
    for (size_t r = 0; r < width; r++)
        for (size_t i = 0; i < row->length; i++)
            memcpy(row->output + (ptrdiff_t)r * step + (ptrdiff_t)i * row->output_stride, buffer + i * width + r,
                   sizeof(float));
}

static size_t very_short_forward(const pyact_rows *rows, int *status)
{
    column_panel panel;
    float buffer[SHORT_ROW * SHORT_WIDTH];
    const int one_result = rows->first.function == PYACT_ROW_LOGSUMEXP;
    const size_t whole = rows->count / PARTIALS * PARTIALS;
    for (size_t done = 0; done < whole; done += panel.width) {
        const pyact_row row = row_of(rows, done);
        pyact_row turned = row;
        panel.width = panel.count = whole - done < SHORT_WIDTH ? whole - done : SHORT_WIDTH;
        panel.layout = SIDE_BY_SIDE;
        panel.x_step = sizeof(float);
        panel.output_step = one_result ? rows->output_step : (ptrdiff_t)sizeof(float);
        turned.x = (const char *)buffer;
        turned.x_stride = turned.output_stride = (ptrdiff_t)(panel.width * sizeof(float));
        if (!one_result) turned.output = (char *)buffer;
        transpose_in(row.x, row.x_stride, rows->x_step, row.length, panel.width, buffer);
        if (row.function == PYACT_ROW_LOG_SOFTMAX || one_result)
            *status |= panel_log_softmax(&panel, &turned);
        else
            panel_softmax(&panel, &turned);
        if (!one_result) transpose_out(buffer, &row, rows->output_step, panel.width);
    }
    return whole;
}

static size_t very_short_backward(const pyact_rows *rows, int *status)
{
    float x[SHORT_GRADIENT * STORING_PANEL], gradient[SHORT_GRADIENT * STORING_PANEL];
    const int one_gradient = rows->first.function == PYACT_ROW_LOGSUMEXP_BACKWARD;
    const size_t whole = rows->count / PARTIALS * PARTIALS;
    gradient_panel *panel = new_gradient_panel(SHORT_GRADIENT * STORING_PANEL);
    if (panel == NULL) return 0;
    panel->layout = SIDE_BY_SIDE;
    panel->grad_step = one_gradient ? rows->grad_step : (ptrdiff_t)sizeof(float);
    for (size_t done = 0, width; done < whole; done += width) {
        const pyact_row row = row_of(rows, done);
        pyact_row turned = row;
        width = whole - done < STORING_PANEL ? whole - done : STORING_PANEL;
        turned.x = (const char *)x;
        turned.output = (char *)x;
        turned.x_stride = turned.output_stride = (ptrdiff_t)(width * sizeof(float));
        transpose_in(row.x, row.x_stride, rows->x_step, row.length, width, x);
        if (!one_gradient) {
            turned.grad_output = (const char *)gradient;
            turned.grad_stride = turned.x_stride;
            transpose_in(row.grad_output, row.grad_stride, rows->grad_step, row.length, width, gradient);
        }
        if (panel_backward(panel, &turned, width)) {
            transpose_out(x, &row, rows->output_step, width);
        } else {
            pyact_rows part = *rows;
            part.first = row;
            part.count = width;
            *status |= short_rows(&part);
        }
    }
    free(panel->memory);
    return whole;
}

static size_t very_short_rows(const pyact_rows *rows, int *status)
{
    return (rows->first.function % 2 ? very_short_backward : very_short_forward)(rows, status);
}

/* ---- all layouts ---- */

static int single_rows(const pyact_rows *rows)
{
    int status = PYACT_OK;
    size_t done = 0;
    if (are_columns(rows) || are_few_columns(rows))
        done = single_columns(rows, &status);
    else if (are_very_short(rows))
        done = very_short_rows(rows, &status);
    pyact_rows others = *rows;
    others.first = row_of(rows, done);
    others.count = rows->count - done;
    return status | (are_rows_to_stack(&others) ? stacked_rows : float32_rows)(&others);
}

#endif
