/* Gradients of float32 rows that lie side by side, element by element (rows_gradients.h): every lane is a row.
 *
 * A panel of rows is taken at a time. Where its weights fit into the cache they are stored between the sums and the
 * result, else they are computed twice and the panel is wider, so that whole lines of memory are streamed. */
#ifndef PYACT_ROWS_GRADIENT_COLUMNS_H
#define PYACT_ROWS_GRADIENT_COLUMNS_H

#include "rows_few_gradients.h"

enum {
    GRADIENT_PANEL = 512,      /* rows of a panel whose weights are not stored: whole lines, and few pages of memory */
    STORING_PANEL = 64,        /* rows of one whose weights are: sums and weights stay in the nearest caches */
    PANEL_WEIGHTS = 16384,     /* stored for a panel */
    NEAR_LINES = 512,          /* bytes from line to line for which narrow panels do not cost a page each */
    VISIT = 4,                 /* elements of each row in one visit */
    LINES_AHEAD = 8            /* lines are far apart: they are fetched ahead */
};

typedef struct {
    panel_layout layout;
    size_t width, count;       /* rows: a multiple of PARTIALS, of which those from `count` on are idle */
    ptrdiff_t x_step, grad_step, output_step;
    int stores, general;
    float reference[GRADIENT_PANEL], lowest[GRADIENT_PANEL], highest[GRADIENT_PANEL];
    double magic[GRADIENT_PANEL], subtract[GRADIENT_PANEL];
    /* partial p from p * width on */
    double sum[GRADIENT_PARTIALS * GRADIENT_PANEL], dot[GRADIENT_PARTIALS * GRADIENT_PANEL];
    double factor[GRADIENT_PANEL], mean[GRADIENT_PANEL];
    few_weights patterns;      /* of few_columns */
    void *memory;
    size_t room;
    __attribute__((aligned(64))) double weights[]; /* room for so many; element i from i * width on */
} gradient_panel;

/* Large for a stack. NULL if there is no memory. */
static gradient_panel *new_gradient_panel(size_t room)
{
    const size_t line = 64;
    char *memory = malloc(sizeof(gradient_panel) + (room + PARTIALS) * sizeof(double) + line);
    if (memory == NULL) return NULL;
    gradient_panel *panel = (gradient_panel *)(void *)(memory + (line - (uintptr_t)memory % line));
    panel->memory = memory;
    panel->room = room;
    return panel;
}

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

/* weight_shift_of, of every row. */
static void panel_weight_shifts(gradient_panel *panel)
{
    const vec magic = vec_set(WEIGHT_MAGIC), zero = vec_set(0.0);
    panel->general = 0;
    for (size_t c = 0; c < panel->width; c += FLANES) {
        const fvec maximum = fvec_load(panel->reference + c);
        const fmask is_number = fvec_lt(fvec_abs(maximum), fvec_set(INFINITY));
        const fvec rounded = fvec_select(is_number, maximum, fvec_set(0.0f));
        const vec reference[2] = {fvec_low_to_vec(rounded), fvec_high_to_vec(rounded)};
        vec origin[2];
        for (size_t j = 0; j < 2; j++) {
            const mask plain = vec_le(vec_abs(reference[j]), vec_set((double)LARGEST_PLAIN));
            origin[j] = vec_select(plain, reference[j], zero);
            const vec steps = vec_sub(vec_add(vec_mul(origin[j], vec_set(1.0 / LN2)), magic), magic);
            vec_store(panel->magic + c + j * LANES, vec_sub(magic, steps));
            vec_store(panel->subtract + c + j * LANES, vec_select(plain, zero, reference[j]));
            panel->general |= !mask_all(plain);
        }
        const vec least = vec_set(LEAST_DIFFERENCE), most = vec_set(MOST_DIFFERENCE);
        fvec_store(panel->lowest + c, fvec_from_vecs(vec_add(origin[0], least), vec_add(origin[1], least)));
        fvec_store(panel->highest + c, fvec_from_vecs(vec_add(origin[0], most), vec_add(origin[1], most)));
    }
}

static inline void fetch_line(const char *data, ptrdiff_t stride, size_t i, size_t width)
{
    for (size_t c = 0; c < width; c += PARTIALS) __builtin_prefetch(line(data, stride, i) + c);
}

/* The weights of FLANES rows, of one element each. */
PYACT_INLINE void panel_row_weights(const gradient_panel *panel, const float *x, size_t c, fvec sign, int general,
                                    vec weight[2])
{
    weight_vectors shift;
    shift.lowest = fvec_load(panel->lowest + c);
    shift.highest = fvec_load(panel->highest + c);
    shift.sign = sign;
    shift.magic[0] = vec_load(panel->magic + c);
    shift.magic[1] = vec_load(panel->magic + c + LANES);
    shift.subtract[0] = general ? vec_load(panel->subtract + c) : vec_set(0.0);
    shift.subtract[1] = general ? vec_load(panel->subtract + c + LANES) : vec_set(0.0);
    row_weights(fvec_load(x + c), &shift, general, weight);
}

/* One visit: elements i, i + 8, ..., count of them, go to one partial sum. */
PYACT_INLINE void visit_gradients(gradient_panel *panel, const pyact_row *row, size_t i, size_t count,
                                  gradient_kind kind, int negate, int general, int stores)
{
    const size_t width = panel->width;
    const fvec sign = fvec_set(negate ? -0.0f : 0.0f);
    double *sums = panel->sum + i % GRADIENT_PARTIALS * width, *dots = panel->dot + i % GRADIENT_PARTIALS * width;
    const float *x[VISIT], *gradient[VISIT];
    double *weights[VISIT];
    for (size_t k = 0; k < count; k++) {
        const size_t at = i + k * GRADIENT_PARTIALS;
        x[k] = line(row->x, row->x_stride, at);
        gradient[k] = kind == SCALED_GRADIENT ? x[k] : line(row->grad_output, row->grad_stride, at);
        weights[k] = panel->weights + (stores ? at * width : 0);
    }
    for (size_t c = 0; c < width; c += FLANES) {
        vec sum[2] = {vec_load(sums + c), vec_load(sums + c + LANES)};
        vec dot[2] = {vec_load(dots + c), vec_load(dots + c + LANES)};
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            vec weight[2];
            const fvec g = fvec_load(gradient[k] + c);
            panel_row_weights(panel, x[k], c, sign, general, weight);
            if (stores) {
                vec_store(weights[k] + c, weight[0]);
                vec_store(weights[k] + c + LANES, weight[1]);
            }
            sum[0] = vec_add(sum[0], weight[0]);
            sum[1] = vec_add(sum[1], weight[1]);
            dot[0] = gradient_sum(kind, weight[0], fvec_low_to_vec(g), dot[0]);
            dot[1] = gradient_sum(kind, weight[1], fvec_high_to_vec(g), dot[1]);
        }
        vec_store(sums + c, sum[0]);
        vec_store(sums + c + LANES, sum[1]);
        vec_store(dots + c, dot[0]);
        vec_store(dots + c + LANES, dot[1]);
    }
}

PYACT_INLINE void panel_gradient_sums_with(gradient_panel *panel, const pyact_row *row, gradient_kind kind, int negate,
                                           int general, int stores)
{
    enum { TOGETHER = VISIT * GRADIENT_PARTIALS };
    const size_t length = row->length;
    for (size_t start = 0; start < length; start += TOGETHER) {
        for (size_t i = start + TOGETHER; i < start + 2 * TOGETHER && i < length; i++) {
            fetch_line(row->x, row->x_stride, i, panel->width);
            if (kind != SCALED_GRADIENT) fetch_line(row->grad_output, row->grad_stride, i, panel->width);
        }
        for (size_t i = start; i < length && i < start + GRADIENT_PARTIALS; i++) {
            const size_t count = (length - i + GRADIENT_PARTIALS - 1) / GRADIENT_PARTIALS;
            if (count >= VISIT)
                visit_gradients(panel, row, i, VISIT, kind, negate, general, stores);
            else
                visit_gradients(panel, row, i, count, kind, negate, general, stores);
        }
    }
}

PYACT_INLINE void panel_gradient_sums_of(gradient_panel *panel, const pyact_row *row, gradient_kind kind, int negate,
                                         int general)
{
    if (panel->stores)
        panel_gradient_sums_with(panel, row, kind, negate, general, 1);
    else
        panel_gradient_sums_with(panel, row, kind, negate, general, 0);
}

PYACT_OUTLINE void panel_gradient_sums(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    if (panel->general)
        panel_gradient_sums_with(panel, row, plan.kind, plan.negate, 1, panel->stores);
    else if (plan.kind == CENTRED_GRADIENT)
        panel_gradient_sums_of(panel, row, CENTRED_GRADIENT, plan.negate, 0);
    else if (plan.kind == REDUCED_GRADIENT)
        panel_gradient_sums_of(panel, row, REDUCED_GRADIENT, 0, 0);
    else
        panel_gradient_sums_of(panel, row, SCALED_GRADIENT, 0, 0);
}

/* Partial sums joined by halves, into those of partial 0. */
static void join_gradient_partials(double *partials, size_t width)
{
    for (size_t half = GRADIENT_PARTIALS / 2; half > 0; half /= 2)
        for (size_t at = 0; at < half * width; at += LANES)
            vec_store(partials + at, vec_add(vec_load(partials + at), vec_load(partials + at + half * width)));
}

static inline const float *few_gradients(const pyact_row *row, gradient_plan plan)
{
    return plan.kind == SCALED_GRADIENT ? line(row->x, 0, 0) : line(row->grad_output, 0, 0);
}


/* Rows that lie one after the other. The partial sums of all are joined when all are there: that is a chain of
 * additions, which need not be waited for before the next row. */
static void sum_row_gradients(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    const size_t pitch = whole_sixteens(row->length);
    for (size_t r = 0; r < panel->count; r++) {
        const float *x = line(row->x, panel->x_step, r);
        const float *g = plan.kind == SCALED_GRADIENT ? x : line(row->grad_output, panel->grad_step, r);
        const weight_shift shift = {panel->magic[r], panel->subtract[r], panel->lowest[r], panel->highest[r]};
        gradient_sums sums = no_gradients();
        sum_gradients(plan.kind, x, g, row->length, plan.negate, shift, &sums, panel->weights + r * pitch);
#pragma GCC unroll 4
        for (size_t j = 0; j < GRADIENT_VECTORS; j++) {
            vec_store(panel->sum + r * GRADIENT_PARTIALS + j * LANES, sums.sum[j]);
            vec_store(panel->dot + r * GRADIENT_PARTIALS + j * LANES, sums.dot[j]);
        }
    }
    for (size_t r = 0; r < panel->count; r++) {
        vec sum[GRADIENT_VECTORS], dot[GRADIENT_VECTORS];
#pragma GCC unroll 4
        for (size_t j = 0; j < GRADIENT_VECTORS; j++) {
            sum[j] = vec_load(panel->sum + r * GRADIENT_PARTIALS + j * LANES);
            dot[j] = vec_load(panel->dot + r * GRADIENT_PARTIALS + j * LANES);
        }
        panel->sum[r] = total_of_gradient_partials(sum); /* partials of later rows are further on */
        panel->dot[r] = total_of_gradient_partials(dot);
    }
}

static void write_row_gradients(const gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    const size_t pitch = whole_sixteens(row->length);
    for (size_t r = 0; r < panel->count; r++) {
        const float *g = plan.kind == SCALED_GRADIENT ? NULL : line(row->grad_output, panel->grad_step, r);
        const row_gradient numbers = {panel->factor[r], panel->mean[r]};
        write_gradients(plan.kind, panel->weights + r * pitch, g, line_to(row->output, panel->output_step, r),
                        row->length, numbers);
    }
}

static void sum_few_gradients(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    few_weights *patterns = &panel->patterns;
    repeat_floats(panel->lowest, panel->count, FEW_REPEATED, patterns->lowest);
    repeat_floats(panel->highest, panel->count, FEW_REPEATED, patterns->highest);
    repeat_doubles(panel->magic, panel->count, FEW_REPEATED, patterns->magic);
    if (panel->general) repeat_doubles(panel->subtract, panel->count, FEW_REPEATED, patterns->subtract);
    few_gradient_sums(plan, line(row->x, 0, 0), few_gradients(row, plan), row->length, panel->count, patterns,
                      panel->general, panel->sum, panel->dot, panel->stores ? panel->weights : NULL);
}

static void sum_gradient_panel(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    panel_weight_shifts(panel);
    if (panel->layout != SIDE_BY_SIDE) {
        (panel->layout == FEW_SIDE_BY_SIDE ? sum_few_gradients : sum_row_gradients)(panel, row, plan);
        for (size_t c = panel->count; c < panel->width; c++) {
            panel->sum[c] = 1.0;
            panel->dot[c] = 0.0;
        }
        return;
    }
    for (size_t at = 0; at < GRADIENT_PARTIALS * panel->width; at++) panel->sum[at] = panel->dot[at] = 0.0;
    panel_gradient_sums(panel, row, plan);
    join_gradient_partials(panel->sum, panel->width);
    join_gradient_partials(panel->dot, panel->width);
}

/* The maxima of the first n elements of every row; 0 for idle rows. */
static void gradient_panel_maximum(const gradient_panel *panel, const pyact_row *row, size_t n, int negate,
                                   float *maximum)
{
    if (panel->layout == SIDE_BY_SIDE)
        panel_maximum(row, panel->width, 0, n, negate, maximum);
    else if (panel->layout == FEW_SIDE_BY_SIDE)
        few_maximum(line(row->x, 0, 0), n, panel->count, negate, maximum);
    else
        for (size_t r = 0; r < panel->count; r++)
            maximum[r] = piece_maximum_of(line(row->x, panel->x_step, r), n, negate);
    for (size_t c = panel->count; c < panel->width; c++) maximum[c] = 0.0f;
}

/* is_good_reference, of every row. */
static int all_references_good(const gradient_panel *panel)
{
    int good = 1;
    for (size_t c = 0; c < panel->width; c += FLANES)
        good &= fmask_all(fvec_lt(fvec_abs(fvec_load(panel->reference + c)), fvec_set(INFINITY)));
    for (size_t c = 0; c < panel->width; c += LANES)
        good &= mask_all(vec_lt(vec_load(panel->sum + c), vec_set(LARGEST_SUM)));
    return good;
}

/* Rows whose reference was not good take their maximum instead; returns whether there are any. */
static int improve_references(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    float maximum[GRADIENT_PANEL];
    if (all_references_good(panel)) return 0;
    gradient_panel_maximum(panel, row, row->length, plan.negate, maximum);
    for (size_t c = 0; c < panel->width; c++)
        if (!is_good_reference(panel->reference[c], panel->sum[c])) panel->reference[c] = maximum[c];
    return 1;
}

static void add_extra_weights(gradient_panel *panel)
{
    for (size_t c = 0; c < panel->width; c++) panel->sum[c] += extra_weight(weight_shift_of(panel->reference[c]));
}

/* finish_gradient, of every row, softmax_one's extra element added; 0 if a row is special. */
static int finish_gradient_panel(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    const vec one = vec_set(plan.negate ? -1.0 : 1.0), least = vec_set(((double)row->length + 16.0) * 0x1p-54);
    const vec infinite = vec_set(INFINITY), zero = vec_set(0.0);
    int ordinary = 1;
    for (size_t c = 0; c < panel->width; c += LANES) {
        double gradients[LANES];
        for (size_t k = 0; k < LANES; k++)
            gradients[k] = c + k < panel->count ? (double)*line(row->grad_output, panel->grad_step, c + k) : 0.0;
        const vec sum = vec_load(panel->sum + c), dot = vec_load(panel->dot + c), gradient = vec_load(gradients);
        vec mean = zero, factor;
        if (plan.kind == CENTRED_GRADIENT) {
            const vec quotient = vec_div(dot, sum);
            const mask snaps = vec_le(vec_abs(vec_sub(quotient, gradient)), vec_mul(least, vec_abs(gradient)));
            mean = vec_select(snaps, gradient, quotient);
            factor = vec_div(one, sum);
        } else {
            factor = vec_div(plan.kind == REDUCED_GRADIENT ? dot : gradient, sum);
        }
        ordinary &= mask_all(vec_lt(vec_abs(sum), infinite)) & mask_all(vec_lt(vec_abs(factor), infinite)) &
                    mask_all(vec_lt(vec_abs(mean), infinite));
        vec_store(panel->factor + c, factor);
        vec_store(panel->mean + c, mean);
    }
    for (size_t c = 0; c < panel->width; c += FLANES)
        ordinary &= fmask_all(fvec_lt(fvec_abs(fvec_load(panel->reference + c)), fvec_set(INFINITY)));
    return ordinary;
}

PYACT_INLINE void write_panel_gradients_with(const gradient_panel *panel, const pyact_row *row, gradient_kind kind,
                                             int negate, int general, int stored)
{
    const fvec sign = fvec_set(negate ? -0.0f : 0.0f);
    for (size_t i = row->length; i-- > 0;) { /* backwards: the end is still in the cache */
        const float *x = line(row->x, row->x_stride, i);
        const float *gradient = kind == SCALED_GRADIENT ? x : line(row->grad_output, row->grad_stride, i);
        const double *weights = panel->weights + i * panel->width;
        float *out = line_to(row->output, row->output_stride, i);
        if (i >= LINES_AHEAD) {
            if (!stored) fetch_line(row->x, row->x_stride, i - LINES_AHEAD, panel->width);
            if (kind != SCALED_GRADIENT) fetch_line(row->grad_output, row->grad_stride, i - LINES_AHEAD, panel->width);
            fetch_line(row->output, row->output_stride, i - LINES_AHEAD, panel->width);
        }
        for (size_t c = 0; c < panel->width; c += FLANES) {
            vec weight[2];
            if (stored) {
                weight[0] = vec_load(weights + c);
                weight[1] = vec_load(weights + c + LANES);
            } else {
                panel_row_weights(panel, x, c, sign, general, weight);
            }
            const fvec g = fvec_load(gradient + c);
            const vec low = gradient_result(kind, weight[0], fvec_low_to_vec(g), vec_load(panel->factor + c),
                                            vec_load(panel->mean + c));
            const vec high = gradient_result(kind, weight[1], fvec_high_to_vec(g), vec_load(panel->factor + c + LANES),
                                             vec_load(panel->mean + c + LANES));
            fvec_store(out + c, fvec_from_vecs(low, high));
        }
    }
}

PYACT_INLINE void write_panel_gradients_of(const gradient_panel *panel, const pyact_row *row, gradient_kind kind,
                                           int negate)
{
    if (panel->stores)
        write_panel_gradients_with(panel, row, kind, negate, 0, 1);
    else
        write_panel_gradients_with(panel, row, kind, negate, 0, 0);
}

PYACT_OUTLINE void write_panel_gradients(gradient_panel *panel, const pyact_row *row, gradient_plan plan)
{
    if (panel->layout == ONE_AFTER_THE_OTHER) {
        write_row_gradients(panel, row, plan);
        return;
    }
    if (panel->layout == FEW_SIDE_BY_SIDE) {
        repeat_doubles(panel->factor, panel->count, FEW_REPEATED, panel->patterns.factor);
        repeat_doubles(panel->mean, panel->count, FEW_REPEATED, panel->patterns.mean);
        write_few_gradients(plan, line(row->x, 0, 0), few_gradients(row, plan), line_to(row->output, 0, 0),
                            row->length, panel->count, &panel->patterns, panel->general,
                            panel->stores ? panel->weights : NULL);
        return;
    }
    if (panel->general)
        write_panel_gradients_with(panel, row, plan.kind, plan.negate, 1, panel->stores);
    else if (plan.kind == CENTRED_GRADIENT)
        write_panel_gradients_of(panel, row, CENTRED_GRADIENT, plan.negate);
    else if (plan.kind == REDUCED_GRADIENT)
        write_panel_gradients_of(panel, row, REDUCED_GRADIENT, 0);
    else
        write_panel_gradients_of(panel, row, SCALED_GRADIENT, 0);
}

/* The gradients of `rows` rows, a multiple of PARTIALS if they are SIDE_BY_SIDE; 0, and nothing is written, if one of
 * them is special. */
static int panel_backward(gradient_panel *panel, const pyact_row *row, size_t rows)
{
    const gradient_plan plan = plan_of(row->function);
    panel->width = whole_sixteens(rows);
    panel->count = rows;
    panel->stores = row->length * rows <= panel->room;
    gradient_panel_maximum(panel, row, row->length < PARTIALS ? row->length : PARTIALS, plan.negate, panel->reference);
    sum_gradient_panel(panel, row, plan);
    if (improve_references(panel, row, plan)) sum_gradient_panel(panel, row, plan);
    if (plan.extra) add_extra_weights(panel);
    if (!finish_gradient_panel(panel, row, plan)) return 0;
    write_panel_gradients(panel, row, plan);
    return 1;
}

/* The rows of a panel. */
static inline size_t gradient_panel_width(const pyact_row *row)
{
    const size_t fit = PANEL_WEIGHTS / row->length / PARTIALS * PARTIALS;
    const size_t least = row->x_stride <= NEAR_LINES && row->x_stride >= -NEAR_LINES ? PARTIALS : STORING_PANEL;
    return fit < least ? GRADIENT_PANEL : fit < STORING_PANEL ? fit : STORING_PANEL;
}

/* Rows of any length, one by one or some at a time. */
static int float32_rows(const pyact_rows *rows)
{
    return (rows->first.length <= PIECE ? short_rows : long_rows)(rows);
}

/* Rows in panels of at most `most`; returns a pyact_status. */
static int rows_in_panels(gradient_panel *panel, const pyact_rows *rows, size_t most)
{
    int status = PYACT_OK;
    panel->x_step = rows->x_step;
    panel->grad_step = rows->grad_step;
    panel->output_step = rows->output_step;
    for (size_t done = 0, some; done < rows->count; done += some) {
        const pyact_row row = row_of(rows, done);
        some = rows->count - done < most ? rows->count - done : most;
        if (panel->layout == ONE_AFTER_THE_OTHER) fetch_rows(rows, done + some, some);
        if (panel_backward(panel, &row, some)) continue;
        pyact_rows part = *rows;
        part.first = row;
        part.count = some;
        status |= float32_rows(&part);
    }
    return status;
}

static size_t backward_columns(const pyact_rows *rows, int *status)
{
    const int few = are_few_columns(rows);
    const size_t elements = rows->first.length * rows->count;
    gradient_panel *panel = new_gradient_panel(few && elements <= MOST_WEIGHTS ? elements : PANEL_WEIGHTS);
    if (panel == NULL) return 0; /* the rows are then taken one by one */
    pyact_rows whole = *rows;
    if (!few) whole.count = rows->count / PARTIALS * PARTIALS;
    panel->layout = few ? FEW_SIDE_BY_SIDE : SIDE_BY_SIDE;
    *status |= rows_in_panels(panel, &whole, few ? rows->count : gradient_panel_width(&rows->first));
    free(panel->memory);
    return whole.count;
}

/* Contiguous rows of at most a piece, one after the other. */
static int stacked_backward(const pyact_rows *rows)
{
    enum { TOGETHER = 2048 }; /* their weights stay in the nearest cache */
    const size_t pitch = whole_sixteens(rows->first.length), fit = TOGETHER / pitch, most = fit > 1 ? fit : 1;
    gradient_panel *panel = new_gradient_panel(most * pitch);
    if (panel == NULL) return float32_rows(rows);
    panel->layout = ONE_AFTER_THE_OTHER;
    const int status = rows_in_panels(panel, rows, most);
    free(panel->memory);
    return status;
}

#endif
