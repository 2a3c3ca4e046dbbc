/* float32 rows that lie side by side, element by element: axis 0 of an array in C order, the channels of images.
 *
 * Every lane is a row. Whole lines of memory are streamed, a panel of rows wide: numbers of each row wait in arrays in
 * between. The partial sums are those of rows_single.h, element i going to partial i mod 16, so the bits are the same:
 * an addition to partial p needs the elements p, p + 16, p + 32 and p + 48, which are visited together. */
#ifndef PYACT_ROWS_SINGLE_COLUMNS_H
#define PYACT_ROWS_SINGLE_COLUMNS_H

#include <stdlib.h>

#include "rows_single_rows.h"

enum {
    PANEL = 1024,                 /* rows of a panel */
    VISIT = 4,                    /* elements of each row in one visit */
    PANEL_MAXIMA = 16 * PANEL     /* of all pieces: with many of them the panel is narrower */
};

typedef struct {
    size_t width;                 /* a multiple of PARTIALS */
    float largest[PANEL], lowest[PANEL], magic[PANEL], subtract[PANEL], exponent[PANEL];
    float sum[PARTIALS * PANEL], rest[PARTIALS * PANEL]; /* partial p from p * width on */
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

/* The sums of elements begin to end of every row; the exponentials go to the output if they are wanted. */
static void panel_sums(column_panel *panel, const pyact_row *row, size_t begin, size_t end, int negate, int general,
                       int store)
{
    for (size_t c = 0; c < panel->width; c++) panel->piece_total[c] = 0.0;
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
        panel_maximum(row, panel->width, begin, end, negate, maximum);
        const int general = panel_shifts(panel, maximum, negate);
        panel_sums(panel, row, begin, end, negate, general, store);
        for (size_t c = 0; c < panel->width && !one_piece; c++)
            add_piece(&panel->total[c], maximum[c], column_shift(panel, c), panel->piece_total[c], 0.0);
    }
    if (has_extra_element(row->function))
        for (size_t c = 0; c < panel->width; c++) add_extra_element(&panel->total[c], 0.0);
}

static inline running_sum column_total(const column_panel *panel, size_t c, int one_piece)
{
    const running_sum total = {panel->maximum[c], column_shift(panel, c), panel->piece_total[c], 0.0};
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
    const int one_piece = row->length <= length && !has_extra_element(row->function);
    sum_panel(panel, row, one_piece, 1);
    for (size_t piece = (row->length + length - 1) / length; piece-- > 0;) {
        const size_t begin = piece * length, end = row->length - begin < length ? row->length : begin + length;
        if (one_piece)
            panel_factors(panel);
        else
            piece_factors(panel, piece);
        for (size_t i = end; i-- > begin;) { /* backwards: the end is still in the cache */
            float *out = line_to(row->output, row->output_stride, i);
            for (size_t c = 0; c < panel->width; c += FLANES) {
                fvec h = fvec_load(out + c);
                if (!one_piece) h = fvec_mul(h, fvec_load(panel->before + c));
                fvec_store(out + c, times_factor(h, fvec_load(panel->high + c), fvec_load(panel->low + c)));
            }
        }
    }
    const int all_ordinary = one_piece && none_special(panel);
    for (size_t c = 0; c < panel->width && !all_ordinary; c++) {
        const running_sum total = column_total(panel, c, one_piece);
        const pyact_row one = column(row, c);
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

static int panel_log_softmax(column_panel *panel, const pyact_row *row, ptrdiff_t output_step)
{
    const int one_piece = row->length <= piece_length(row->length);
    double log_sum[PANEL];
    int status = PYACT_OK;
    sum_panel(panel, row, one_piece, 0);
    if (one_piece) panel_logarithms(panel, log_sum);
    for (size_t c = 0; c < panel->width; c++) {
        pyact_row one = column(row, c);
        const running_sum total = column_total(panel, c, one_piece);
        if (!one_piece) log_sum[c] = log_of_sum(total.sum, total.shift, total.largest);
        const int special = is_special(&total) || !refine_log_sum(&one, total.largest, &log_sum[c]);
        panel->largest[c] = special ? NAN : total.largest;
        panel->low[c] = (float)log_sum[c];
        if (row->function != PYACT_ROW_LOGSUMEXP) continue;
        one.output = row->output + (ptrdiff_t)c * output_step;
        if (special)
            status |= PYACT_FN(row)(&one);
        else
            store_single(one.output, (double)total.largest + log_sum[c]);
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

/* ---- gradients ---- */

enum { GRADIENT_PANEL = 1024 };

/* A panel of gradients has the partials of single_dot for every row, those of partial p from p * width on. */
typedef struct {
    column_panel shifts;
    float reference[GRADIENT_PANEL], mean_high[GRADIENT_PANEL], mean_low[GRADIENT_PANEL];
    double sum[PARTIALS * GRADIENT_PANEL], dot[PARTIALS * GRADIENT_PANEL];
    float sum_rest[PARTIALS * GRADIENT_PANEL], dot_rest[PARTIALS * GRADIENT_PANEL];
    double dot_total[GRADIENT_PANEL];
} gradient_panel;

PYACT_INLINE shift_vectors shift_at(const column_panel *panel, size_t c, int negate, int general)
{
    shift_vectors shift;
    shift.lowest = fvec_load(panel->lowest + c);
    shift.magic = fvec_load(panel->magic + c);
    shift.subtract = general ? fvec_load(panel->subtract + c) : fvec_set(0.0f);
    shift.sign = fvec_set(negate ? -0.0f : 0.0f);
    return shift;
}

PYACT_INLINE void head_and_tail(fvec x, const shift_vectors *shift, int general, fvec *head, fvec *tail)
{
    fvec scale;
    const fvec v = exp_parts(x, shift, general, &scale);
    *head = fvec_fma(scale, v, scale);
    *tail = fvec_fma(scale, v, fvec_sub(scale, *head));
}

/* Sums and dot products of the elements of one block, as products_with takes them. */
PYACT_INLINE void gradient_block_with(gradient_panel *panel, const pyact_row *row, size_t begin, size_t end,
                                      gradient_sum kind, int negate, int general)
{
    const size_t width = panel->shifts.width;
    for (size_t start = begin; start < end; start += VISIT * PARTIALS)
        for (size_t i = start; i < end && i < start + PARTIALS; i++) {
            const size_t left = (end - i + PARTIALS - 1) / PARTIALS, count = left < VISIT ? left : VISIT;
            const size_t at = i % PARTIALS * width;
            const float *x[VISIT], *g[VISIT];
            for (size_t k = 0; k < count; k++) {
                x[k] = line(row->x, row->x_stride, i + k * PARTIALS);
                g[k] = line(row->grad_output, row->grad_stride, i + k * PARTIALS);
            }
            for (size_t c = 0; c < width; c += FLANES) {
                const shift_vectors shift = shift_at(&panel->shifts, c, negate, general);
                const fvec reference = fvec_load(panel->reference + c);
                double *sum = panel->sum + at + c, *dot = panel->dot + at + c;
                float *sum_rest = panel->sum_rest + at + c, *dot_rest = panel->dot_rest + at + c;
                single_dot d;
                start_dot(&d);
                if (start != begin) {
                    d.sum_low[0] = vec_load(sum);
                    d.sum_high[0] = vec_load(sum + LANES);
                    d.dot_low[0] = vec_load(dot);
                    d.dot_high[0] = vec_load(dot + LANES);
                    d.sum_rest[0] = fvec_load(sum_rest);
                    d.dot_rest[0] = fvec_load(dot_rest);
                }
                for (size_t k = 0; k < count; k++) {
                    const fvec gradient = fvec_load(g[k] + c);
                    fvec head, tail;
                    head_and_tail(fvec_load(x[k] + c), &shift, general, &head, &tail);
                    add_weight(&d, 0, head, tail);
                    if (kind == WEIGHTED)
                        add_product(&d, 0, gradient, reference, head, tail);
                    else
                        add_gradient(&d, 0, gradient);
                }
                vec_store(sum, d.sum_low[0]);
                vec_store(sum + LANES, d.sum_high[0]);
                vec_store(dot, d.dot_low[0]);
                vec_store(dot + LANES, d.dot_high[0]);
                fvec_store(sum_rest, d.sum_rest[0]);
                fvec_store(dot_rest, d.dot_rest[0]);
            }
        }
}

PYACT_OUTLINE void weighted_block(gradient_panel *panel, const pyact_row *row, size_t begin, size_t end)
{
    gradient_block_with(panel, row, begin, end, WEIGHTED, 0, 0);
}
PYACT_OUTLINE void unweighted_block(gradient_panel *panel, const pyact_row *row, size_t begin, size_t end)
{
    gradient_block_with(panel, row, begin, end, UNWEIGHTED, 0, 0);
}
PYACT_OUTLINE void general_gradient_block(gradient_panel *panel, const pyact_row *row, size_t begin, size_t end,
                                          gradient_sum kind, int negate)
{
    gradient_block_with(panel, row, begin, end, kind, negate, 1);
}

/* Adds the partials of a block to the totals. */
static void finish_gradient_block(gradient_panel *panel, size_t used)
{
    const size_t width = panel->shifts.width;
    for (size_t c = 0; c < width; c += LANES) {
        vec sum[PARTIALS], dot[PARTIALS];
        for (size_t p = 0; p < PARTIALS; p++) {
            const size_t at = p * width + c;
            sum[p] = dot[p] = vec_set(0.0);
            if (p >= used) continue;
            double sum_rest[LANES], dot_rest[LANES];
            for (size_t k = 0; k < LANES; k++) {
                sum_rest[k] = (double)panel->sum_rest[at + k];
                dot_rest[k] = (double)panel->dot_rest[at + k];
            }
            sum[p] = vec_add(vec_load(panel->sum + at), vec_load(sum_rest));
            dot[p] = vec_fma(vec_load(dot_rest), vec_set(0.25), vec_load(panel->dot + at));
        }
        for (size_t half = PARTIALS / 2; half > 0; half /= 2)
            for (size_t p = 0; p < half; p++) {
                sum[p] = vec_add(sum[p], sum[p + half]);
                dot[p] = vec_add(dot[p], dot[p + half]);
            }
        double *sum_total = panel->shifts.piece_total + c, *dot_total = panel->dot_total + c;
        vec_store(sum_total, vec_add(vec_load(sum_total), sum[0]));
        vec_store(dot_total, vec_add(vec_load(dot_total), dot[0]));
    }
}

/* Factor and mean of every row, as batch_backward takes them; 0 if a row is special. */
static int gradient_factors(gradient_panel *panel, const pyact_row *row, gradient_plan plan, ptrdiff_t grad_step)
{
    column_panel *shifts = &panel->shifts;
    const int rescaled = has_extra_element(row->function);
    for (size_t c = 0; c < shifts->width; c++) {
        const double reference = (double)panel->reference[c];
        running_sum total = {shifts->maximum[c], column_shift(shifts, c), shifts->piece_total[c], panel->dot_total[c]};
        if (rescaled) {
            total = no_sum();
            add_piece(&total, shifts->maximum[c], column_shift(shifts, c), shifts->piece_total[c], panel->dot_total[c]);
            add_extra_element(&total, reference);
        }
        double weight = 1.0, mean = 0.0;
        if (plan.one_gradient)
            weight = (double)load_single(row->grad_output + (ptrdiff_t)c * grad_step);
        else if (plan.centred)
            mean = reference + total.dot / total.sum;
        else
            weight = total.dot;
        weight /= total.sum;
        const single_factor factor =
            factor_of(rescaled ? ratio_of_piece(&total, shifts->maximum[c]) * weight : weight);
        if (is_special(&total) || !isfinite(factor.high) || !isfinite(mean)) return 0;
        const float lift = !plan.centred ? 1.0f : plan.negate ? -LIFT_WEIGHT : LIFT_WEIGHT;
        shifts->high[c] = lift * factor.high;
        shifts->low[c] = lift * factor.low;
        shifts->before[c] = factor.before;
        panel->mean_high[c] = (float)mean;
        panel->mean_low[c] = (float)(mean - (double)panel->mean_high[c]);
    }
    return 1;
}

PYACT_INLINE void write_gradients_with(const gradient_panel *panel, const pyact_row *row, gradient_plan plan,
                                       int general)
{
    const column_panel *shifts = &panel->shifts;
    for (size_t i = row->length; i-- > 0;) {
        const float *x = line(row->x, row->x_stride, i);
        const float *g = plan.one_gradient ? NULL : line(row->grad_output, row->grad_stride, i);
        float *out = line_to(row->output, row->output_stride, i);
        for (size_t c = 0; c < shifts->width; c += FLANES) {
            const shift_vectors shift = shift_at(shifts, c, plan.negate, general);
            const fvec high = fvec_load(shifts->high + c), low = fvec_load(shifts->low + c);
            const fvec before = fvec_load(shifts->before + c);
            fvec head, tail, result;
            head_and_tail(fvec_load(x + c), &shift, general, &head, &tail);
            head = fvec_mul(head, before);
            tail = fvec_mul(tail, before);
            if (plan.one_gradient)
                result = times_factor(head, high, low);
            else if (plan.centred)
                result = centred_gradient(head, tail, fvec_load(g + c), high, low, fvec_load(panel->mean_high + c),
                                          fvec_load(panel->mean_low + c));
            else
                result = weighted_difference(head, tail, fvec_load(g + c), high, low);
            fvec_store(out + c, result);
        }
    }
}

PYACT_OUTLINE void write_gradients(const gradient_panel *panel, const pyact_row *row, gradient_plan plan, int general)
{
    if (general)
        write_gradients_with(panel, row, plan, 1);
    else if (plan.one_gradient)
        write_gradients_with(panel, row, plan_of(PYACT_ROW_LOGSUMEXP), 0);
    else if (plan.centred)
        write_gradients_with(panel, row, plan_of(PYACT_ROW_SOFTMAX), 0);
    else
        write_gradients_with(panel, row, plan_of(PYACT_ROW_LOG_SOFTMAX), 0);
}

/* The gradients of one panel of rows of one piece; 0, and nothing is written, if one of the rows is special. */
static int panel_backward(gradient_panel *panel, const pyact_row *row, ptrdiff_t grad_step)
{
    const gradient_plan plan = plan_of(row->function);
    column_panel *shifts = &panel->shifts;
    panel_maximum(row, shifts->width, 0, row->length, plan.negate, shifts->maximum);
    const int general = panel_shifts(shifts, shifts->maximum, plan.negate);
    for (size_t c = 0; c < shifts->width; c++) {
        panel->reference[c] = plan.one_gradient ? 0.0f : finite_or_zero(line(row->grad_output, 0, 0)[c]);
        panel->dot_total[c] = 0.0;
    }
    if (plan.one_gradient) {
        panel_sums(shifts, row, 0, row->length, 0, general, 0);
    } else {
        for (size_t c = 0; c < shifts->width; c++) shifts->piece_total[c] = 0.0;
        for (size_t block = 0; block < row->length; block += SUM_BLOCK) {
            const size_t end = row->length - block < SUM_BLOCK ? row->length : block + SUM_BLOCK;
            if (general)
                general_gradient_block(panel, row, block, end, plan.kind, plan.negate);
            else if (plan.kind == WEIGHTED)
                weighted_block(panel, row, block, end);
            else
                unweighted_block(panel, row, block, end);
            finish_gradient_block(panel, end - block < PARTIALS ? end - block : PARTIALS);
        }
    }
    if (!gradient_factors(panel, row, plan, grad_step)) return 0;
    write_gradients(panel, row, plan, general);
    return 1;
}

static size_t backward_columns(const pyact_rows *rows, int *status)
{
    const size_t whole = rows->count / PARTIALS * PARTIALS;
    gradient_panel *panel = malloc(sizeof *panel); /* large for a stack */
    if (panel == NULL) return 0;                   /* the rows are then taken one by one */
    for (size_t done = 0; done < whole; done += panel->shifts.width) {
        const pyact_row row = row_of(rows, done);
        panel->shifts.width = whole - done < GRADIENT_PANEL ? whole - done : GRADIENT_PANEL;
        if (panel_backward(panel, &row, rows->grad_step)) continue;
        pyact_rows part = *rows;
        part.first = row;
        part.count = panel->shifts.width;
        *status |= short_rows(&part);
    }
    free(panel);
    return whole;
}

/* Whether the rows lie side by side, and there are enough of them. */
static inline int are_columns(const pyact_rows *rows)
{
    const pyact_row *first = &rows->first;
    if (rows->x_step != sizeof(float) || first->x_stride == sizeof(float) || rows->count < PARTIALS) return 0;
    if (first->function == PYACT_ROW_LOGSUMEXP) return 1;
    if (rows->output_step != sizeof(float) || first->output_stride == sizeof(float)) return 0;
    if (first->function % 2 == 0) return 1;
    if (first->length > PIECE) return 0;
    return first->function == PYACT_ROW_LOGSUMEXP_BACKWARD || rows->grad_step == sizeof(float);
}

static size_t forward_columns(const pyact_rows *rows, int *status)
{
    column_panel panel;
    const size_t length = piece_length(rows->first.length), pieces = (rows->first.length + length - 1) / length;
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

/* As many rows as fill whole vectors; returns how many, and adds to *status. */
static size_t single_columns(const pyact_rows *rows, int *status)
{
    return (rows->first.function % 2 ? backward_columns : forward_columns)(rows, status);
}

/* ---- very short rows ----
 *
 * Some of them at a time are turned into columns: within a row there is too little to do at a time. */

enum { SHORT_ROW = 48, SHORT_GRADIENT = 16, SHORT_WIDTH = 128 };

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
        panel.width = whole - done < SHORT_WIDTH ? whole - done : SHORT_WIDTH;
        turned.x = (const char *)buffer;
        turned.x_stride = turned.output_stride = (ptrdiff_t)(panel.width * sizeof(float));
        if (!one_result) turned.output = (char *)buffer;
        transpose_in(row.x, row.x_stride, rows->x_step, row.length, panel.width, buffer);
        if (row.function == PYACT_ROW_LOG_SOFTMAX || one_result)
            *status |= panel_log_softmax(&panel, &turned, rows->output_step);
        else
            panel_softmax(&panel, &turned);
        if (!one_result) transpose_out(buffer, &row, rows->output_step, panel.width);
    }
    return whole;
}

static size_t very_short_backward(const pyact_rows *rows, int *status)
{
    float x[SHORT_ROW * SHORT_WIDTH], gradient[SHORT_ROW * SHORT_WIDTH];
    const int one_gradient = rows->first.function == PYACT_ROW_LOGSUMEXP_BACKWARD;
    const size_t whole = rows->count / PARTIALS * PARTIALS;
    gradient_panel *panel = malloc(sizeof *panel);
    if (panel == NULL) return 0;
    for (size_t done = 0, width; done < whole; done += width) {
        const pyact_row row = row_of(rows, done);
        pyact_row turned = row;
        width = whole - done < SHORT_WIDTH ? whole - done : SHORT_WIDTH;
        panel->shifts.width = width;
        turned.x = (const char *)x;
        turned.output = (char *)x;
        turned.x_stride = turned.output_stride = turned.grad_stride = (ptrdiff_t)(width * sizeof(float));
        transpose_in(row.x, row.x_stride, rows->x_step, row.length, width, x);
        if (!one_gradient) {
            turned.grad_output = (const char *)gradient;
            transpose_in(row.grad_output, row.grad_stride, rows->grad_step, row.length, width, gradient);
        }
        if (panel_backward(panel, &turned, rows->grad_step)) {
            transpose_out(x, &row, rows->output_step, width);
        } else {
            pyact_rows part = *rows;
            part.first = row;
            part.count = width;
            *status |= short_rows(&part);
        }
    }
    free(panel);
    return whole;
}

static size_t very_short_rows(const pyact_rows *rows, int *status)
{
    return (rows->first.function % 2 ? very_short_backward : very_short_forward)(rows, status);
}

#endif
