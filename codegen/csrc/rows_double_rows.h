/* float64 rows whose elements are contiguous, a vector of one row at a time (rows_double_math.h). Eight rows are a
 * panel, so that what is done once per row is done for a vector of rows. */
#ifndef PYACT_ROWS_DOUBLE_ROWS_H
#define PYACT_ROWS_DOUBLE_ROWS_H

#include "rows_double_math.h"
#include "simd_rows.h"

enum {
    DOUBLE_ROWS = 8,
    DOUBLE_NEAR_ELEMENTS = 1024, /* that stay in the nearest cache from pass to pass */
    DOUBLE_BLOCK = 128 /* elements between two passes: one chain of all their operations is too long to overlap */
};

/* Some rows of n elements. */
typedef struct {
    size_t count, n;
    const double *x[DOUBLE_ROWS], *g[DOUBLE_ROWS];
    double *out[DOUBLE_ROWS];
    double_panel panel;
} double_batch;

/* The last elements of a row, `left` of them, and zeros, so that they are eight. */
PYACT_INLINE const double *last_eight(const double *from, size_t left, double *room)
{
#pragma GCC unroll 8
    for (size_t at = 0; at < SUM_LANES; at += LANES)
        vec_store(room + at, vec_load_first(from + at, at < left ? left - at : 0));
    return room;
}

/* Of eight elements those from `left` on become 0. */
PYACT_INLINE void clear_last(double *eight, size_t left)
{
#pragma GCC unroll 8
    for (size_t at = 0; at < SUM_LANES; at += LANES) {
        const mask counts = vec_lt(vec_add(lane_numbers(), vec_set((double)at)), vec_set((double)left));
        vec_store(eight + at, vec_select(counts, vec_load(eight + at), vec_set(0.0)));
    }
}

PYACT_OUTLINE void row_extremes(const double *x, size_t n, double *maximum, double *minimum)
{
    vec most[SUM_VECTORS], least[SUM_VECTORS];
    double high[LANES], low[LANES], largest = -INFINITY, smallest = INFINITY;
    size_t i = 0;
    for (int j = 0; j < SUM_VECTORS; j++) {
        most[j] = vec_set(-INFINITY);
        least[j] = vec_set(INFINITY);
    }
    for (; i + SUM_LANES <= n; i += SUM_LANES)
#pragma GCC unroll 8
        for (int j = 0; j < SUM_VECTORS; j++) {
            const vec value = vec_load(x + i + j * LANES);
            most[j] = vec_at_least(value, most[j]);
            least[j] = vec_at_most(value, least[j]);
        }
    for (int j = 1; j < SUM_VECTORS; j++) {
        most[0] = vec_at_least(most[j], most[0]);
        least[0] = vec_at_most(least[j], least[0]);
    }
    vec_store(high, most[0]);
    vec_store(low, least[0]);
    for (; i < n; i++) {
        largest = x[i] <= largest ? largest : x[i];
        smallest = x[i] >= smallest ? smallest : x[i];
    }
#pragma GCC unroll 8
    for (int j = 0; j < LANES; j++) {
        largest = high[j] <= largest ? largest : high[j];
        smallest = low[j] >= smallest ? smallest : low[j];
    }
    *maximum = largest;
    *minimum = smallest;
}

/* Where exponentials are kept. */
typedef struct {
    double *scale, *w, *low;
} power_arrays;

static inline power_arrays arrays_at(power_arrays arrays, size_t i)
{
    const power_arrays result = {arrays.scale + i, arrays.w + i, arrays.low + i};
    return result;
}

/* The exponentials of `count` vectors. */
PYACT_INLINE void store_powers(double_kind kind, const double *x, int count, const row_shift_vectors *shift,
                               int checked, power_arrays to)
{
    vec element[POWERS];
    double_power e[POWERS];
#pragma GCC unroll 4
    for (int v = 0; v < count; v++) element[v] = vec_load(x + v * LANES);
    powers_of(kind, element, count, shift, checked, e);
#pragma GCC unroll 4
    for (int v = 0; v < count; v++) {
        vec_store(to.scale + v * LANES, e[v].scale);
        vec_store(to.w + v * LANES, e[v].w);
        if (in_quarters(kind)) vec_store(to.low + v * LANES, e[v].low);
    }
}

/* The exponentials of a multiple of eight elements. */
PYACT_INLINE void store_power_blocks(double_kind kind, const double *x, size_t n, const row_shift_vectors *shift,
                                     int checked, power_arrays to)
{
    size_t i = 0;
    for (; i + POWERS * LANES <= n; i += POWERS * LANES)
        store_powers(kind, x + i, POWERS, shift, checked, arrays_at(to, i));
    for (; i < n; i += LANES) store_powers(kind, x + i, 1, shift, checked, arrays_at(to, i));
}

PYACT_INLINE void add_eight(double_kind kind, power_arrays powers, const double *x, const double *g, light *sum,
                            light *dot)
{
#pragma GCC unroll 8
    for (int j = 0; j < SUM_VECTORS; j++) {
        const int at = j * LANES;
        double_power e = {vec_set(0.0), vec_set(0.0), vec_set(0.0)};
        if (sums_exponentials(kind)) {
            e.scale = vec_load(powers.scale + at);
            e.w = vec_load(powers.w + at);
        }
        if (in_quarters(kind)) e.low = vec_load(powers.low + at);
        const vec element = sums_exponentials(kind) ? e.w : vec_load(x + at);
        add_element(kind, e, element, is_double_gradient(kind) ? vec_load(g + at) : e.w, &sum[j], &dot[j]);
    }
}

PYACT_INLINE void keep_sums(const light *sum, double *h, double *l, size_t width)
{
    double lanes[SUM_LANES], tails[SUM_LANES];
#pragma GCC unroll 8
    for (int j = 0; j < SUM_VECTORS; j++) {
        vec_store(lanes + j * LANES, sum[j].h);
        vec_store(tails + j * LANES, sum[j].l);
    }
    for (size_t p = 0; p < SUM_LANES; p++) {
        h[p * width] = lanes[p];
        l[p * width] = tails[p];
    }
}

/* w goes to the output if `kept`. */
PYACT_INLINE void sum_row(double_kind kind, int checked, int kept, double_batch *batch, size_t row)
{
    double_panel *panel = &batch->panel;
    const double *x = batch->x[row], *g = batch->g[row];
    double *out = batch->out[row];
    const row_shift_vectors shift = {vec_set(panel->magic[row]), vec_set(panel->lowest[row])};
    const int exponentials = sums_exponentials(kind);
    double scale[DOUBLE_BLOCK], w[DOUBLE_BLOCK], low[DOUBLE_BLOCK], x_room[SUM_LANES], g_room[SUM_LANES];
    light sum[SUM_VECTORS], dot[SUM_VECTORS];
    for (int j = 0; j < SUM_VECTORS; j++) {
        sum[j] = light_set(DOUBLE_SUM_START, 0.0);
        dot[j] = light_set(panel->dot_start[row], 0.0);
    }
    const size_t whole = batch->n / SUM_LANES * SUM_LANES, left = batch->n - whole;
    for (size_t begin = 0, some; begin < whole; begin += some) {
        some = whole - begin < DOUBLE_BLOCK ? whole - begin : DOUBLE_BLOCK;
        const power_arrays powers = {scale, kept ? out + begin : w, low};
        if (exponentials) store_power_blocks(kind, x + begin, some, &shift, checked, powers);
        for (size_t i = 0; i < some; i += SUM_LANES)
            add_eight(kind, arrays_at(powers, i), x + begin + i, g + begin + i, sum, dot);
    }
    if (left > 0) {
        const power_arrays powers = {scale, w, low};
        const double *const last = last_eight(x + whole, left, x_room);
        const double *const last_g = is_double_gradient(kind) ? last_eight(g + whole, left, g_room) : NULL;
        if (exponentials) store_power_blocks(kind, last, SUM_LANES, &shift, checked, powers);
        clear_last(scale, left);
        clear_last(w, left);
        add_eight(kind, powers, last, last_g, sum, dot);
        if (kept) memcpy(out + whole, w, left * sizeof *out);
    }
    if (exponentials) keep_sums(sum, panel->sum_h + row, panel->sum_l + row, panel->width);
    if (is_double_gradient(kind)) keep_sums(dot, panel->dot_h + row, panel->dot_l + row, panel->width);
}

/* `count` vectors of results. */
PYACT_INLINE void write_vectors(double_kind kind, int checked, int kept, const row_numbers *numbers, const double *x,
                                const double *g, double *out, int count)
{
    vec element[POWERS], gradient[POWERS], result[POWERS];
#pragma GCC unroll 4
    for (int v = 0; v < count; v++) {
        element[v] = vec_load(x + v * LANES);
        gradient[v] = is_double_gradient(kind) ? vec_load(g + v * LANES) : element[v];
        result[v] = kept ? vec_load(out + v * LANES) : element[v];
    }
    double_results(kind, element, gradient, count, numbers, checked, kept, result);
#pragma GCC unroll 4
    for (int v = 0; v < count; v++) vec_store(out + v * LANES, result[v]);
}

PYACT_INLINE void write_row(double_kind kind, int checked, int kept, const double_batch *batch, size_t row)
{
    const double_panel *panel = &batch->panel;
    const double *x = batch->x[row], *g = batch->g[row];
    double *out = batch->out[row], x_room[SUM_LANES], g_room[SUM_LANES], results[SUM_LANES];
    const row_numbers numbers = {
        {vec_set(panel->magic[row]), vec_set(panel->lowest[row])},
        vec_set(panel->factor[row]),
        vec_set(panel->factor_rest[row]),
        vec_set(panel->mean[row]),
        vec_set(panel->mean_rest[row]),
    };
    const size_t whole = batch->n / SUM_LANES * SUM_LANES, left = batch->n - whole;
    size_t i = 0;
    for (; i + POWERS * LANES <= whole; i += POWERS * LANES)
        write_vectors(kind, checked, kept, &numbers, x + i, g + i, out + i, POWERS);
    for (; i < whole; i += LANES) write_vectors(kind, checked, kept, &numbers, x + i, g + i, out + i, 1);
    if (left == 0) return;
    const double *const last = last_eight(x + whole, left, x_room);
    const double *const last_g = is_double_gradient(kind) ? last_eight(g + whole, left, g_room) : last;
    if (kept) last_eight(out + whole, left, results);
    for (i = 0; i < SUM_LANES; i += LANES)
        write_vectors(kind, checked, kept, &numbers, last + i, last_g + i, results + i, 1);
    memcpy(out + whole, results, left * sizeof *out);
}

/* ---- one function per kind, so that each is compiled on its own ---- */

#define PYACT_DOUBLE_SUM(name, kind) \
    PYACT_OUTLINE void name(double_batch *batch, size_t row) { sum_row(kind, 0, 0, batch, row); } \
    PYACT_OUTLINE void name##_kept(double_batch *batch, size_t row) { sum_row(kind, 0, can_keep(kind), batch, row); } \
    PYACT_OUTLINE void name##_checked(double_batch *batch, size_t row) { sum_row(kind, 1, 0, batch, row); }
#define PYACT_DOUBLE_WRITE(name, kind) \
    PYACT_OUTLINE void name(const double_batch *batch, size_t row) { write_row(kind, 0, 0, batch, row); } \
    PYACT_OUTLINE void name##_kept(const double_batch *batch, size_t row) \
    { \
        write_row(kind, 0, can_keep(kind), batch, row); \
    } \
    PYACT_OUTLINE void name##_checked(const double_batch *batch, size_t row) \
    { \
        write_row(kind, sums_exponentials(kind), 0, batch, row); \
    }

PYACT_DOUBLE_SUM(sum_softmax_row, DOUBLE_SOFTMAX)
PYACT_DOUBLE_SUM(sum_gradient_row, DOUBLE_GRADIENT)
PYACT_DOUBLE_SUM(sum_log_gradient_row, DOUBLE_LOG_GRADIENT)
PYACT_OUTLINE void sum_output_row(double_batch *batch, size_t row) { sum_row(DOUBLE_FROM_OUTPUT, 0, 0, batch, row); }
PYACT_OUTLINE void sum_log_output_row(double_batch *batch, size_t row)
{
    sum_row(DOUBLE_LOG_FROM_OUTPUT, 0, 0, batch, row);
}
PYACT_DOUBLE_WRITE(write_softmax_row, DOUBLE_SOFTMAX)
PYACT_DOUBLE_WRITE(write_gradient_row, DOUBLE_GRADIENT)
PYACT_DOUBLE_WRITE(write_log_gradient_row, DOUBLE_LOG_GRADIENT)
PYACT_OUTLINE void write_log_softmax_row(const double_batch *batch, size_t row)
{
    write_row(DOUBLE_LOG_SOFTMAX, 0, 0, batch, row);
}
PYACT_OUTLINE void write_output_row(const double_batch *batch, size_t row)
{
    write_row(DOUBLE_FROM_OUTPUT, 0, 0, batch, row);
}
PYACT_OUTLINE void write_negated_output_row(const double_batch *batch, size_t row)
{
    write_row(DOUBLE_NEGATED_FROM_OUTPUT, 0, 0, batch, row);
}
PYACT_OUTLINE void write_log_output_row(const double_batch *batch, size_t row)
{
    write_row(DOUBLE_LOG_FROM_OUTPUT, 0, 0, batch, row);
}

/* What a row goes through: exponentials twice, or kept in between, or with checks. */
typedef enum { DOUBLE_TWICE, DOUBLE_KEPT, DOUBLE_CHECKED, DOUBLE_WAYS } double_way;

typedef struct {
    void (*sum[DOUBLE_WAYS])(double_batch *batch, size_t row);
    void (*write[DOUBLE_WAYS])(const double_batch *batch, size_t row);
} double_row_functions;

#define PYACT_DOUBLE_WAYS(name) {name, name##_kept, name##_checked}
#define PYACT_DOUBLE_ONE_WAY(name) {name, name, name}

static const double_row_functions *double_row_functions_of(double_kind kind)
{
    static const double_row_functions functions[] = {
        {PYACT_DOUBLE_WAYS(sum_softmax_row), PYACT_DOUBLE_WAYS(write_softmax_row)},
        {{sum_softmax_row, sum_softmax_row, sum_softmax_row_checked}, PYACT_DOUBLE_ONE_WAY(write_log_softmax_row)},
        {PYACT_DOUBLE_WAYS(sum_gradient_row), PYACT_DOUBLE_WAYS(write_gradient_row)},
        {PYACT_DOUBLE_WAYS(sum_log_gradient_row), PYACT_DOUBLE_WAYS(write_log_gradient_row)},
        {PYACT_DOUBLE_ONE_WAY(sum_output_row), PYACT_DOUBLE_ONE_WAY(write_output_row)},
        {PYACT_DOUBLE_ONE_WAY(sum_output_row), PYACT_DOUBLE_ONE_WAY(write_negated_output_row)},
        {PYACT_DOUBLE_ONE_WAY(sum_log_output_row), PYACT_DOUBLE_ONE_WAY(write_log_output_row)},
    };
    return &functions[kind];
}

/* Whether rows of doubles have no byte in common, or the same bytes would be read where they are written. */
static inline int is_apart(const double *out, const double *in, size_t n)
{
    return (uintptr_t)(out + n) <= (uintptr_t)in || (uintptr_t)(in + n) <= (uintptr_t)out;
}

static inline double_way way_of_row(const double_batch *batch, size_t row, double_kind kind)
{
    const double *x = batch->x[row], *out = batch->out[row];
    if (!sums_exponentials(kind)) return DOUBLE_TWICE;
    if (!(batch->panel.minimum[row] >= batch->panel.lowest[row])) return DOUBLE_CHECKED;
    if (!is_apart(out, x, batch->n)) return DOUBLE_TWICE;
    return is_double_gradient(kind) && !is_apart(out, batch->g[row], batch->n) ? DOUBLE_TWICE : DOUBLE_KEPT;
}

/* The results of all rows that are ordinary. */
static void evaluate_rows(double_batch *batch, double_kind kind)
{
    const double_row_functions *functions = double_row_functions_of(kind);
    double_panel *panel = &batch->panel;
    double_way way[DOUBLE_ROWS];
    panel->width = DOUBLE_ROWS;
    panel->used = (batch->count + LANES - 1) / LANES * LANES;
    for (size_t row = 0; row < batch->count; row++)
        row_extremes((is_product_with_output(kind) ? batch->g : batch->x)[row], batch->n, &panel->maximum[row],
                     &panel->minimum[row]);
    begin_panel(panel, kind, batch->n);
    for (size_t row = 0; row < batch->count; row++) {
        way[row] = way_of_row(batch, row, kind);
        if (panel->ordinary[row] != 0.0) functions->sum[way[row]](batch, row);
    }
    finish_panel(panel, kind);
    for (size_t row = 0; row < batch->count; row++)
        if (panel->ordinary[row] != 0.0) functions->write[way[row]](batch, row);
}

#endif
