/* float64 rows that lie side by side, a row per lane (rows_double_math.h). A panel of rows is read along the lines of
 * memory, four elements of a partial sum at a time; what is kept of every row lies in the cache meanwhile. */
#ifndef PYACT_ROWS_DOUBLE_COLUMNS_H
#define PYACT_ROWS_DOUBLE_COLUMNS_H

#include "rows_double_rows.h"

enum {
    DOUBLE_VISIT = 4,         /* elements of one partial sum */
    DOUBLE_EXTREMES = 8,      /* elements whose extremes are taken together */
    DOUBLE_LEAST_COLUMNS = 8, /* fewer are copied into rows */
};

/* Elements i of all rows begin at data + i * stride. `keep` is where w is kept in between: the output or a place of its own. */
typedef struct {
    const char *x, *g;
    char *out, *keep;
    ptrdiff_t x_stride, g_stride, out_stride, keep_stride;
    size_t n;
} double_lines;

static inline const double *double_line(const char *data, ptrdiff_t stride, size_t i)
{
    return (const double *)(const void *)(data + (ptrdiff_t)i * stride);
}

static inline double *double_line_to(char *data, ptrdiff_t stride, size_t i)
{
    return (double *)(void *)(data + (ptrdiff_t)i * stride);
}

PYACT_OUTLINE void panel_extremes(double_panel *panel, const char *data, ptrdiff_t stride, size_t n)
{
    for (size_t c = 0; c < panel->width; c++) {
        panel->maximum[c] = -INFINITY;
        panel->minimum[c] = INFINITY;
    }
    for (size_t i = 0; i < n; i += DOUBLE_EXTREMES) {
        const double *x[DOUBLE_EXTREMES];
        for (size_t k = 0; k < DOUBLE_EXTREMES; k++) /* the last line again and again: it changes nothing */
            x[k] = double_line(data, stride, i + k < n ? i + k : n - 1);
        for (size_t c = 0; c < panel->width; c += LANES) {
            vec most = vec_load(panel->maximum + c), least = vec_load(panel->minimum + c);
#pragma GCC unroll 8
            for (size_t k = 0; k < DOUBLE_EXTREMES; k++) {
                const vec value = vec_load(x[k] + c);
                most = vec_at_least(value, most);
                least = vec_at_most(value, least);
            }
            vec_store(panel->maximum + c, most);
            vec_store(panel->minimum + c, least);
        }
    }
}

PYACT_INLINE light panel_sum(const double *h, const double *l)
{
    const light sum = {vec_load(h), vec_load(l)};
    return sum;
}

PYACT_INLINE void keep_panel_sum(light sum, double *h, double *l)
{
    vec_store(h, sum.h);
    vec_store(l, sum.l);
}

/* Elements i, i + 8, ..., count of them. */
PYACT_INLINE void visit_lines(double_kind kind, int checked, int kept, double_panel *panel, const double_lines *lines,
                              size_t i, size_t count)
{
    const size_t first = i % SUM_LANES * panel->width;
    const double *x[DOUBLE_VISIT], *g[DOUBLE_VISIT];
    double *keep[DOUBLE_VISIT];
    for (size_t k = 0; k < count; k++) {
        keep[k] = double_line_to(lines->keep, lines->keep_stride, i + k * SUM_LANES);
        x[k] = double_line(lines->x, lines->x_stride, i + k * SUM_LANES);
        g[k] = double_line(lines->g, lines->g_stride, i + k * SUM_LANES);
    }
    for (size_t c = 0; c < panel->width; c += LANES) {
        const size_t at = first + c;
        light sum = light_set(0.0, 0.0), dot = sum;
        vec element[DOUBLE_VISIT], gradient[DOUBLE_VISIT];
        double_power e[DOUBLE_VISIT];
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            element[k] = vec_load(x[k] + c);
            gradient[k] = is_double_gradient(kind) ? vec_load(g[k] + c) : element[k];
            e[k].scale = e[k].w = e[k].low = element[k];
        }
        if (sums_exponentials(kind)) {
            const row_shift_vectors shift = {vec_load(panel->magic + c), vec_load(panel->lowest + c)};
            sum = panel_sum(panel->sum_h + at, panel->sum_l + at);
            powers_of(kind, element, (int)count, &shift, checked, e);
        }
        if (is_double_gradient(kind)) dot = panel_sum(panel->dot_h + at, panel->dot_l + at);
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            add_element(kind, e[k], element[k], gradient[k], &sum, &dot);
            if (kept) vec_store(keep[k] + c, e[k].w);
        }
        if (sums_exponentials(kind)) keep_panel_sum(sum, panel->sum_h + at, panel->sum_l + at);
        if (is_double_gradient(kind)) keep_panel_sum(dot, panel->dot_h + at, panel->dot_l + at);
    }
}

PYACT_INLINE void sum_double_panel(double_kind kind, int checked, int kept, double_panel *panel,
                                   const double_lines *lines)
{
    const size_t n = lines->n;
    for (size_t p = 0; p < SUM_LANES; p++)
        for (size_t c = 0; c < panel->width; c++) {
            const size_t at = p * panel->width + c;
            panel->sum_h[at] = DOUBLE_SUM_START;
            panel->dot_h[at] = panel->dot_start[c];
            panel->sum_l[at] = panel->dot_l[at] = 0.0;
        }
    for (size_t start = 0; start < n; start += DOUBLE_VISIT * SUM_LANES)
        for (size_t i = start; i < n && i < start + SUM_LANES; i++) {
            const size_t count = (n - i + SUM_LANES - 1) / SUM_LANES;
            if (count >= DOUBLE_VISIT)
                visit_lines(kind, checked, kept, panel, lines, i, DOUBLE_VISIT);
            else
                for (size_t k = 0; k < count; k++) visit_lines(kind, checked, kept, panel, lines, i + k * SUM_LANES, 1);
        }
}

/* The results of elements i to i + count. With `masked` those of rows that are not ordinary are left out: the output
 * may be the input. */
PYACT_INLINE void write_lines(double_kind kind, int checked, int kept, int masked, const double_panel *panel,
                              const double_lines *lines, size_t i, size_t count)
{
    const double *x[POWERS], *g[POWERS], *keep[POWERS];
    double *out[POWERS];
    for (size_t k = 0; k < count; k++) {
        keep[k] = double_line(lines->keep, lines->keep_stride, i + k);
        x[k] = double_line(lines->x, lines->x_stride, i + k);
        g[k] = double_line(lines->g, lines->g_stride, i + k);
        out[k] = double_line_to(lines->out, lines->out_stride, i + k);
    }
    for (size_t c = 0; c < panel->width; c += LANES) {
        const row_numbers numbers = {
            {vec_load(panel->magic + c), vec_load(panel->lowest + c)}, vec_load(panel->factor + c),
            vec_load(panel->factor_rest + c), vec_load(panel->mean + c), vec_load(panel->mean_rest + c),
        };
        const mask is_ordinary = vec_eq(vec_load(panel->ordinary + c), vec_set(1.0));
        vec element[POWERS], gradient[POWERS], result[POWERS];
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            element[k] = vec_load(x[k] + c);
            gradient[k] = is_double_gradient(kind) ? vec_load(g[k] + c) : element[k];
            result[k] = kept ? vec_load(keep[k] + c) : element[k];
        }
        double_results(kind, element, gradient, (int)count, &numbers, checked, kept, result);
#pragma GCC unroll 4
        for (size_t k = 0; k < count; k++) {
            if (masked) result[k] = vec_select(is_ordinary, result[k], vec_load(out[k] + c));
            vec_store(out[k] + c, result[k]);
        }
    }
}

PYACT_INLINE void write_panel(double_kind kind, int checked, int kept, int masked, const double_panel *panel,
                              const double_lines *lines)
{
    size_t i = lines->n; /* backwards: the end is still in the cache */
    for (; i >= POWERS; i -= POWERS) write_lines(kind, checked, kept, masked, panel, lines, i - POWERS, POWERS);
    for (; i > 0; i--) write_lines(kind, checked, kept, masked, panel, lines, i - 1, 1);
}

/* ---- one function per kind, so that each is compiled on its own ---- */

#define PYACT_DOUBLE_SUM_PANEL(name, kind) \
    PYACT_OUTLINE void name(double_panel *panel, const double_lines *lines) \
    { \
        sum_double_panel(kind, 0, 0, panel, lines); \
    } \
    PYACT_OUTLINE void name##_kept(double_panel *panel, const double_lines *lines) \
    { \
        sum_double_panel(kind, 0, can_keep(kind), panel, lines); \
    } \
    PYACT_OUTLINE void name##_checked(double_panel *panel, const double_lines *lines) \
    { \
        sum_double_panel(kind, 1, 0, panel, lines); \
    }
#define PYACT_DOUBLE_WRITE_PANEL(name, kind) \
    PYACT_OUTLINE void name(const double_panel *panel, const double_lines *lines) \
    { \
        write_panel(kind, 0, 0, 0, panel, lines); \
    } \
    PYACT_OUTLINE void name##_kept(const double_panel *panel, const double_lines *lines) \
    { \
        write_panel(kind, 0, can_keep(kind), 0, panel, lines); \
    } \
    PYACT_OUTLINE void name##_checked(const double_panel *panel, const double_lines *lines) \
    { \
        write_panel(kind, sums_exponentials(kind), 0, 1, panel, lines); \
    }

PYACT_DOUBLE_SUM_PANEL(sum_softmax_panel, DOUBLE_SOFTMAX)
PYACT_DOUBLE_SUM_PANEL(sum_double_gradient_panel, DOUBLE_GRADIENT)
PYACT_DOUBLE_SUM_PANEL(sum_log_gradient_panel, DOUBLE_LOG_GRADIENT)
PYACT_OUTLINE void sum_output_panel(double_panel *panel, const double_lines *lines)
{
    sum_double_panel(DOUBLE_FROM_OUTPUT, 0, 0, panel, lines);
}
PYACT_OUTLINE void sum_log_output_panel(double_panel *panel, const double_lines *lines)
{
    sum_double_panel(DOUBLE_LOG_FROM_OUTPUT, 0, 0, panel, lines);
}
PYACT_DOUBLE_WRITE_PANEL(write_softmax_panel, DOUBLE_SOFTMAX)
PYACT_DOUBLE_WRITE_PANEL(write_log_softmax_panel, DOUBLE_LOG_SOFTMAX)
PYACT_DOUBLE_WRITE_PANEL(write_gradient_panel, DOUBLE_GRADIENT)
PYACT_DOUBLE_WRITE_PANEL(write_log_gradient_panel, DOUBLE_LOG_GRADIENT)
PYACT_DOUBLE_WRITE_PANEL(write_double_output_panel, DOUBLE_FROM_OUTPUT)
PYACT_DOUBLE_WRITE_PANEL(write_negated_output_panel, DOUBLE_NEGATED_FROM_OUTPUT)
PYACT_DOUBLE_WRITE_PANEL(write_log_output_panel, DOUBLE_LOG_FROM_OUTPUT)

typedef struct {
    void (*sum[DOUBLE_WAYS])(double_panel *panel, const double_lines *lines);
    void (*write[DOUBLE_WAYS])(const double_panel *panel, const double_lines *lines);
} double_panel_functions;

static const double_panel_functions *double_panel_functions_of(double_kind kind)
{
    static const double_panel_functions functions[] = {
        {PYACT_DOUBLE_WAYS(sum_softmax_panel), PYACT_DOUBLE_WAYS(write_softmax_panel)},
        {{sum_softmax_panel, sum_softmax_panel, sum_softmax_panel_checked}, PYACT_DOUBLE_WAYS(write_log_softmax_panel)},
        {PYACT_DOUBLE_WAYS(sum_double_gradient_panel), PYACT_DOUBLE_WAYS(write_gradient_panel)},
        {PYACT_DOUBLE_WAYS(sum_log_gradient_panel), PYACT_DOUBLE_WAYS(write_log_gradient_panel)},
        {PYACT_DOUBLE_ONE_WAY(sum_output_panel), PYACT_DOUBLE_WAYS(write_double_output_panel)},
        {PYACT_DOUBLE_ONE_WAY(sum_output_panel), PYACT_DOUBLE_WAYS(write_negated_output_panel)},
        {PYACT_DOUBLE_ONE_WAY(sum_log_output_panel), PYACT_DOUBLE_WAYS(write_log_output_panel)},
    };
    return &functions[kind];
}

/* The results of all rows that are ordinary. `can_keep_w` says whether there is
 * a place for it. Returns whether all are. */
static int evaluate_panel(double_panel *panel, const double_lines *lines, double_kind kind, int can_keep_w)
{
    const double_panel_functions *functions = double_panel_functions_of(kind);
    if (is_product_with_output(kind))
        panel_extremes(panel, lines->g, lines->g_stride, lines->n);
    else
        panel_extremes(panel, lines->x, lines->x_stride, lines->n);
    panel->used = panel->width;
    const int plain = begin_panel(panel, kind, lines->n);
    const double_way way = !plain ? DOUBLE_CHECKED : can_keep_w ? DOUBLE_KEPT : DOUBLE_TWICE;
    functions->sum[way](panel, lines);
    const int all = finish_panel(panel, kind);
    functions->write[all ? way : DOUBLE_CHECKED](panel, lines);
    return all;
}

#endif
