/* What the row functions share: reading a row in blocks, its maximum, and sums in one fixed order.
 *
 * Every sum runs in eight partial sums, element i going to partial sum i mod 8, on every instruction set: a vector of
 * fewer lanes holds a part of the eight. So the bits of a row never depend on the CPU. */
#ifndef PYACT_ROWS_COMMON_H
#define PYACT_ROWS_COMMON_H

#include <math.h>

#include "convert.h"
#include "kernel.h"
#include "simd.h"
#include "vec_math.h"
#include "wide_math.h"

enum {
    SUM_LANES = 8,
    SUM_VECTORS = SUM_LANES / LANES,
    ROW_CACHE = 1024 /* rows up to this length are converted and exponentiated once */
};

static inline size_t whole_sums(size_t n)
{
    return (n + SUM_LANES - 1) / SUM_LANES * SUM_LANES;
}

/* 0, 1, 2, ... */
static inline vec lane_numbers(void)
{
    static const double numbers[] = {0, 1, 2, 3, 4, 5, 6, 7};
    return vec_load(numbers);
}

/* ---- reading ---- */

typedef struct {
    const char *data;
    ptrdiff_t stride;
    size_t length;
    pyact_dtype dtype;
    int negate;       /* softmin is the softmax of -x */
    double padding;   /* fills the last eight: an element that changes nothing */
} row_input;

/* Elements start, start + 1, ... as doubles, at most a block; returns how many, without the padding. */
static inline size_t read_block(const row_input *input, size_t start, double *block)
{
    const size_t left = input->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
    load_block(input->dtype, input->data + (ptrdiff_t)start * input->stride, input->stride, n, block);
    if (input->negate)
        for (size_t i = 0; i < n; i++)
            block[i] = -block[i];
    for (size_t i = n; i < whole_sums(n); i++)
        block[i] = input->padding;
    return n;
}

/* A row of at most ROW_CACHE elements, converted once into `values`. */
static inline row_input converted(const row_input *input, double *values)
{
    for (size_t start = 0; start < input->length; start += PYACT_BLOCK)
        read_block(input, start, values + start);
    const row_input result = {(const char *)values, sizeof(double), input->length, PYACT_F64, 0, input->padding};
    return result;
}

/* ---- the maximum ---- */

typedef struct {
    double value;  /* NaN if the row holds one */
    size_t index;  /* the first position that has it */
} row_maximum;

static inline void update_maximum(vec *best, const double *block, size_t n)
{
    for (size_t i = 0; i < n; i += SUM_LANES)
        for (int j = 0; j < SUM_VECTORS; j++)
            best[j] = vec_max(best[j], vec_load(block + i + j * LANES));
}

static inline double largest_lane(const vec *best)
{
    double lanes[SUM_LANES], largest = -INFINITY;
    for (int j = 0; j < SUM_VECTORS; j++)
        vec_store(lanes + j * LANES, best[j]);
    for (int j = 0; j < SUM_LANES; j++)
        if (lanes[j] > largest || isnan(lanes[j]))
            largest = lanes[j];
    return largest;
}

/* The first position of `value` in a block, or n. */
static inline size_t find_in_block(const double *block, size_t n, double value)
{
    const vec wanted = vec_set(value);
    size_t i = 0;
    while (i < n && !mask_any(vec_eq(vec_load(block + i), wanted)))
        i += LANES;
    while (i < n && block[i] != value)
        i++;
    return i < n ? i : n;
}

static row_maximum find_maximum(const row_input *input)
{
    double block[PYACT_BLOCK];
    vec best[SUM_VECTORS];
    row_maximum maximum = {-INFINITY, 0};
    size_t n;
    for (int j = 0; j < SUM_VECTORS; j++)
        best[j] = vec_set(-INFINITY);
    for (size_t start = 0; start < input->length; start += n) {
        n = read_block(input, start, block);
        update_maximum(best, block, n);
    }
    maximum.value = largest_lane(best);
    if (isnan(maximum.value))
        return maximum;
    for (size_t start = 0; start < input->length; start += n) {
        n = read_block(input, start, block);
        const size_t position = find_in_block(block, n, maximum.value);
        if (position < n) {
            maximum.index = start + position;
            break;
        }
    }
    return maximum;
}

/* ---- sums ---- */

/* Eight partial sums, each a head and a tail. The plain sums give the answer where a term is infinite, since heads and
 * tails are then NaN. */
typedef struct {
    wide part[SUM_VECTORS];
    vec plain[SUM_VECTORS];
} row_sum;

static inline row_sum empty_sum(void)
{
    row_sum sum;
    for (int j = 0; j < SUM_VECTORS; j++) {
        sum.part[j] = wide_from(vec_set(0.0));
        sum.plain[j] = vec_set(0.0);
    }
    return sum;
}

static inline void add_to_sum(row_sum *sum, int j, wide term)
{
    sum->part[j] = wide_add(sum->part[j], term);
    sum->plain[j] = vec_add(sum->plain[j], term.h);
}

/* One number with its tail. */
typedef struct {
    double h, l;
} pair;

static inline pair two_sum(double a, double b)
{
    const double sum = a + b, b_part = sum - a;
    const pair result = {sum, (a - (sum - b_part)) + (b - b_part)};
    return result;
}

static inline pair pair_add(pair a, pair b)
{
    const pair high = two_sum(a.h, b.h), low = two_sum(a.l, b.l);
    const double tail = high.l + low.h, head = high.h + tail;
    const double rest = (tail - (head - high.h)) + low.l;
    const pair result = {head + rest, rest - ((head + rest) - head)};
    return result;
}

static inline pair pair_from(double value)
{
    const pair result = {value, 0.0};
    return result;
}

/* Lane 0 of a wide number that holds the same value in every lane. */
static inline pair pair_of(wide value)
{
    double h[LANES], l[LANES];
    vec_store(h, value.h);
    vec_store(l, value.l);
    const pair result = {h[0], l[0]};
    return result;
}

static inline wide wide_of(pair value)
{
    return wide_set(value.h, value.l);
}

static inline pair total(const row_sum *sum)
{
    double h[SUM_LANES], l[SUM_LANES], plain[SUM_LANES];
    pair part[SUM_LANES];
    for (int j = 0; j < SUM_VECTORS; j++) {
        vec_store(h + j * LANES, sum->part[j].h);
        vec_store(l + j * LANES, sum->part[j].l);
        vec_store(plain + j * LANES, sum->plain[j]);
    }
    for (int j = 0; j < SUM_LANES; j++) {
        part[j].h = h[j];
        part[j].l = l[j];
    }
    for (int half = SUM_LANES / 2; half > 0; half /= 2)
        for (int j = 0; j < half; j++) {
            part[j] = pair_add(part[j], part[j + half]);
            plain[j] += plain[j + half];
        }
    return isnan(part[0].h + part[0].l) ? pair_from(plain[0]) : part[0];
}

static inline double read_element(const row_input *input, size_t index)
{
    double value = 0.0;
    load_block(input->dtype, input->data + (ptrdiff_t)index * input->stride, 0, 1, &value);
    return input->negate ? -value : value;
}

/* ---- writing ---- */

static inline void write_block(const pyact_row *row, size_t start, size_t n, double *block)
{
    store_block(row->dtype, row->output + (ptrdiff_t)start * row->output_stride, row->output_stride, n, block);
}

/* Every element of the output alike, but for one. */
static void fill_row(const pyact_row *row, double value, size_t special_index, double special)
{
    double block[PYACT_BLOCK];
    for (size_t start = 0; start < row->length; start += PYACT_BLOCK) {
        const size_t left = row->length - start, n = left < PYACT_BLOCK ? left : PYACT_BLOCK;
        for (size_t i = 0; i < whole_sums(n); i++)
            block[i] = start + i == special_index ? special : value;
        write_block(row, start, n, block);
    }
}

static inline void write_one(const pyact_row *row, double value)
{
    double block[SUM_LANES];
    for (int i = 0; i < SUM_LANES; i++)
        block[i] = value;
    store_block(row->dtype, row->output, row->output_stride, 1, block);
}

#endif
