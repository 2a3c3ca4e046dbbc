/* Exponentials of float64 rows and their sums, in light arithmetic: what rows_light.h is built on.
 *
 * e^(x - maximum) is a head and a tail, from a difference that is exact as a head and a tail. Sums start at a power of
 * two above every term, so that what an addition loses is known exactly and costs little. As in the other row functions
 * there are eight partial sums, element i going to partial sum i mod 8; the partial sums of several rows are joined
 * together, a row per lane. */
#ifndef PYACT_ROWS_LIGHT_SUMS_H
#define PYACT_ROWS_LIGHT_SUMS_H

#include "light_math.h"
#include "rows_wide.h"

enum {
    LIGHT_ROWS = 8,     /* rows joined together, and gathered together where their elements are apart */
    LIGHT_BLOCK = 128,  /* elements between two passes */
    LIGHT_CACHE = 1024, /* exponentials that are kept; those of longer rows are computed again */
};

/* Below this an exponential is nothing beside the 1 of the maximum, and below that it is 0 in any case; between the two
 * it is a result, but not in the range of light arithmetic. */
#define LIGHT_LOWEST (-640.0)
#define LIGHT_ZERO (-746.0)
/* A sum below this is too small for its logarithm to come out of exponentials cut off at the lowest. */
#define LIGHT_SMALLEST_SUM 0x1p-700

/* ---- elements ---- */

/* Eight elements from i on; beyond the end of the row the filler, in `room`. */
static inline const double *eight_at(const double *x, size_t i, size_t n, double filler, double *room)
{
    if (n - i >= SUM_LANES) return x + i;
    for (size_t k = 0; k < SUM_LANES; k++) room[k] = i + k < n ? x[i + k] : filler;
    return room;
}

static inline double *eight_to(double *out, size_t i, size_t n, double *room)
{
    return n - i >= SUM_LANES ? out + i : room;
}

static inline void finish_eight(double *out, size_t i, size_t n, const double *room)
{
    if (n - i < SUM_LANES) memcpy(out + i, room, (n - i) * sizeof *room);
}

/* x - maximum, exactly where it does not overflow. */
PYACT_INLINE light light_difference(vec x, vec maximum)
{
    light difference;
    difference.h = vec_sub(x, maximum);
    const vec part = vec_sub(x, difference.h);
    difference.l = vec_add(vec_sub(x, vec_add(difference.h, part)), vec_sub(part, maximum));
    return difference;
}

/* e^x = scale (1 + w.h + w.l), and scale = 0 below the lowest; lanes that are too small, but not 0, are noted. */
PYACT_INLINE light light_weight_parts(light x, vec *scale, mask *late)
{
    const vec lowest = vec_set(LIGHT_LOWEST);
    const mask in_range = vec_le(lowest, x.h);
    *late = mask_or(*late, mask_and(vec_lt(x.h, lowest), vec_le(vec_set(LIGHT_ZERO), x.h)));
    vec r, rest;
    light w;
    const vec power = light_exp_parts(vec_at_least(x.h, lowest), &x.l, 1, &r, &rest);
    *scale = vec_select(in_range, power, vec_set(0.0));
    w.h = vec_add(r, rest);
    w.l = vec_sub(rest, vec_sub(w.h, r));
    /* What is no number stems from an infinite difference. */
    w.h = vec_select(in_range, w.h, vec_set(0.0));
    w.l = vec_select(in_range, w.l, vec_set(0.0));
    return w;
}

PYACT_INLINE light light_weight_from(vec scale, light w)
{
    light weight;
    weight.h = vec_fma(scale, w.h, scale);
    weight.l = vec_fma(scale, w.l, vec_fma(scale, w.h, vec_sub(scale, weight.h)));
    return weight;
}

PYACT_INLINE light light_weight(light x, mask *late)
{
    vec scale;
    const light w = light_weight_parts(x, &scale, late);
    return light_weight_from(scale, w);
}

/* a - b, rounded once */
PYACT_INLINE vec light_round_difference(vec a, light b)
{
    vec error;
    const vec head = vec_two_sum(a, vec_neg(b.h), &error);
    return vec_add(head, vec_sub(error, b.l));
}

/* ---- sums ---- */

typedef struct {
    light part[SUM_VECTORS];
} light_sum;

PYACT_INLINE light_sum light_sum_from(double start)
{
    light_sum sum;
#pragma GCC unroll 8
    for (int j = 0; j < SUM_VECTORS; j++) sum.part[j] = light_set(start, 0.0);
    return sum;
}

/* Adds a term not larger than the sum. */
PYACT_INLINE void light_add_smaller(light *sum, light term)
{
    const vec before = sum->h;
    sum->h = vec_add(before, term.h);
    sum->l = vec_add(sum->l, vec_add(vec_sub(term.h, vec_sub(sum->h, before)), term.l));
}

PYACT_INLINE void light_add_any(light *sum, light term)
{
    vec error;
    sum->h = vec_two_sum(sum->h, term.h, &error);
    sum->l = vec_add(sum->l, vec_add(error, term.l));
}

/* The partial sums of some rows, a row per column. */
typedef struct {
    double h[SUM_LANES][LIGHT_ROWS], l[SUM_LANES][LIGHT_ROWS];
} light_partials;

static inline void light_keep(light_partials *all, size_t row, const light_sum *sum, double start)
{
    double h[SUM_LANES], l[SUM_LANES];
#pragma GCC unroll 8
    for (int j = 0; j < SUM_VECTORS; j++) {
        vec_store(h + j * LANES, vec_sub(sum->part[j].h, vec_set(start)));
        vec_store(l + j * LANES, sum->part[j].l);
    }
    for (int p = 0; p < SUM_LANES; p++) {
        all->h[p][row] = h[p];
        all->l[p][row] = l[p];
    }
}

/* The sums of LANES rows. */
PYACT_INLINE light light_join(const light_partials *all, size_t row)
{
    light part[SUM_LANES];
#pragma GCC unroll 8
    for (int p = 0; p < SUM_LANES; p++) {
        part[p].h = vec_load(all->h[p] + row);
        part[p].l = vec_load(all->l[p] + row);
    }
#pragma GCC unroll 4
    for (int half = SUM_LANES / 2; half > 0; half /= 2)
#pragma GCC unroll 4
        for (int p = 0; p < half; p++) {
            vec error;
            part[p].h = vec_two_sum(part[p].h, part[p + half].h, &error);
            part[p].l = vec_add(error, vec_add(part[p].l, part[p + half].l));
        }
    light sum;
    sum.h = vec_two_sum(part[0].h, part[0].l, &sum.l);
    return sum;
}

/* ---- a batch of rows, their elements contiguous ---- */

typedef struct {
    size_t count, n;
    const double *x[LIGHT_ROWS], *g[LIGHT_ROWS];
    double *out[LIGHT_ROWS];
    int ordinary[LIGHT_ROWS];
    double maximum[LIGHT_ROWS], reference[LIGHT_ROWS];
    light_partials sums, dots;
    double factor_h[LIGHT_ROWS], factor_l[LIGHT_ROWS], mean_h[LIGHT_ROWS], mean_l[LIGHT_ROWS];
    double h[LIGHT_CACHE], l[LIGHT_CACHE]; /* the exponentials of all rows, or of none */
} light_batch;

static inline size_t light_pitch(const light_batch *batch) { return whole_sums(batch->n); }

static inline int light_is_cached(const light_batch *batch)
{
    return batch->count * light_pitch(batch) <= LIGHT_CACHE;
}

PYACT_INLINE light light_pair_at(const double *h, const double *l, size_t row)
{
    const light value = {vec_set(h[row]), vec_set(l[row])};
    return value;
}

static double light_maximum(const double *x, size_t n)
{
    double room[SUM_LANES];
    vec best[SUM_VECTORS];
    for (int j = 0; j < SUM_VECTORS; j++) best[j] = vec_set(-INFINITY);
    for (size_t i = 0; i < n; i += SUM_LANES) update_maximum(best, eight_at(x, i, n, -INFINITY, room), SUM_LANES);
    return largest_lane(best);
}

/* What comes before a maximum is not larger. */
static size_t light_first(const double *x, size_t n, double maximum)
{
    size_t i = 0;
    while (i + LANES <= n && !mask_any(vec_eq(vec_load(x + i), vec_set(maximum)))) i += LANES;
    while (i < n && x[i] != maximum) i++;
    return i;
}

/* What goes between the two passes of the exponentials: one chain of all their operations is longer than a processor
 * can look ahead (staged.h). */
typedef struct {
    double scale[LIGHT_BLOCK], h[LIGHT_BLOCK], l[LIGHT_BLOCK];
} light_parts;

static inline size_t light_block_end(size_t begin, size_t n)
{
    return n - begin < LIGHT_BLOCK ? n : begin + LIGHT_BLOCK;
}

/* The first pass, of elements begin to end of a row. */
PYACT_INLINE void light_block_parts(const double *x, size_t begin, size_t end, vec maximum, light_parts *parts,
                                    mask *late)
{
    double room[SUM_LANES];
    for (size_t i = begin; i < end; i += SUM_LANES) {
        const double *at = eight_at(x, i, end, -INFINITY, room);
#pragma GCC unroll 8
        for (int j = 0; j < SUM_VECTORS; j++) {
            const size_t to = i - begin + (size_t)j * LANES;
            vec scale;
            const light w = light_weight_parts(light_difference(vec_load(at + j * LANES), maximum), &scale, late);
            vec_store(parts->scale + to, scale);
            vec_store(parts->h + to, w.h);
            vec_store(parts->l + to, w.l);
        }
    }
}

/* The exponentials of a row, added up and kept if there is room for them. Returns whether all are in range or 0. With
 * `others` the maxima count for themselves, so that the rest of the sum keeps its accuracy. */
PYACT_INLINE int light_sum_row(light_batch *batch, size_t row, int others, int keep)
{
    const double *x = batch->x[row];
    const size_t n = batch->n;
    double *h = batch->h + row * light_pitch(batch), *l = batch->l + row * light_pitch(batch), room[SUM_LANES];
    const vec maximum = vec_set(batch->maximum[row]), zero = vec_set(0.0), one = vec_set(1.0);
    light_parts parts;
    light_sum sum = light_sum_from(2.0);
    vec maxima = zero;
    mask late = mask_none();
    for (size_t begin = 0; begin < n; begin += LIGHT_BLOCK) {
        const size_t end = light_block_end(begin, n);
        light_block_parts(x, begin, end, maximum, &parts, &late);
        for (size_t i = begin; i < end; i += SUM_LANES) {
            const double *at = others ? eight_at(x, i, n, -INFINITY, room) : NULL;
#pragma GCC unroll 8
            for (int j = 0; j < SUM_VECTORS; j++) {
                const size_t from = i - begin + (size_t)j * LANES;
                const light w = {vec_load(parts.h + from), vec_load(parts.l + from)};
                light weight = light_weight_from(vec_load(parts.scale + from), w);
                if (others) {
                    const mask is_maximum = vec_eq(vec_load(at + j * LANES), maximum);
                    weight = light_select(is_maximum, light_from(zero), weight);
                    maxima = vec_add(maxima, vec_select(is_maximum, one, zero));
                }
                light_add_smaller(&sum.part[j], weight);
                if (keep) {
                    vec_store(h + i + j * LANES, weight.h);
                    vec_store(l + i + j * LANES, weight.l);
                }
            }
        }
    }
    light_keep(&batch->sums, row, &sum, 2.0);
    if (others) {
        double count[LANES], more = -1.0;
        vec_store(count, maxima);
        for (int k = 0; k < LANES; k++) more += count[k];
        batch->reference[row] = more;
        return 1;
    }
    return !mask_any(late);
}

PYACT_OUTLINE int light_sum_others(light_batch *batch, size_t row) { return light_sum_row(batch, row, 1, 0); }
PYACT_OUTLINE int light_sum_and_keep(light_batch *batch, size_t row) { return light_sum_row(batch, row, 0, 1); }
PYACT_OUTLINE int light_sum_only(light_batch *batch, size_t row) { return light_sum_row(batch, row, 0, 0); }

/* The exponentials of elements begin to end. */
typedef struct {
    const double *h, *l;
} light_view;

PYACT_OUTLINE void light_compute_again(const light_batch *batch, size_t row, size_t begin, size_t end,
                                       light_parts *room)
{
    mask late = mask_none();
    light_block_parts(batch->x[row], begin, end, vec_set(batch->maximum[row]), room, &late);
    for (size_t i = 0; i < whole_sums(end - begin); i += LANES) {
        const light w = {vec_load(room->h + i), vec_load(room->l + i)};
        const light weight = light_weight_from(vec_load(room->scale + i), w);
        vec_store(room->h + i, weight.h);
        vec_store(room->l + i, weight.l);
    }
}

/* As they were kept, or computed again. */
static inline light_view light_view_of(const light_batch *batch, size_t row, size_t begin, size_t end,
                                       light_parts *room)
{
    const size_t at = row * light_pitch(batch) + begin;
    const light_view kept = {batch->h + at, batch->l + at}, computed = {room->h, room->l};
    if (light_is_cached(batch)) return kept;
    light_compute_again(batch, row, begin, end, room);
    return computed;
}

PYACT_INLINE light light_load(light_view view, size_t i)
{
    const light value = {vec_load(view.h + i), vec_load(view.l + i)};
    return value;
}

PYACT_INLINE light light_reciprocal(light a)
{
    light inverse;
    inverse.h = vec_div(vec_set(1.0), a.h);
    inverse.l = vec_mul(vec_fnma(inverse.h, a.l, vec_fnma(inverse.h, a.h, vec_set(1.0))), inverse.h);
    return inverse;
}

/* Maxima, and sums of exponentials. */
static void light_begin(light_batch *batch)
{
    memset(&batch->sums, 0, sizeof batch->sums);
    memset(&batch->dots, 0, sizeof batch->dots);
    for (size_t row = 0; row < batch->count; row++) {
        batch->maximum[row] = light_maximum(batch->x[row], batch->n);
        batch->ordinary[row] = isfinite(batch->maximum[row]);
    }
}

/* Of every ordinary row the sum and its inverse, the factor of softmax. */
static void light_sum_rows(light_batch *batch)
{
    const int keep = light_is_cached(batch);
    for (size_t row = 0; row < batch->count; row++)
        if (batch->ordinary[row])
            batch->ordinary[row] = keep ? light_sum_and_keep(batch, row) : light_sum_only(batch, row);
    for (size_t row = 0; row < batch->count; row += LANES) {
        const light factor = light_reciprocal(light_join(&batch->sums, row));
        vec_store(batch->factor_h + row, factor.h);
        vec_store(batch->factor_l + row, factor.l);
    }
}

#endif
