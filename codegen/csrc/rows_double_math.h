/* Arithmetic of the float64 rows: softmax, softmin, log_softmax and their gradients, within 2 ULP.
 *
 * A row is shifted by K ln 2, K an integer near max / ln 2, not by its maximum: e^x 2^-K = 2^(k - K) e^r, where
 * r = x - k ln 2 is known to 2^-107 without any other difference. With e^r = 1 + w, w rounded once, an exponential is
 * scale (1 + w), scale a power of two: good to 2^-54.4. Sums keep what their additions lose.
 *
 * The gradient of softmax has the mean of g with the exponentials for weights, which may be far smaller than its terms.
 * So there k counts quarters, as in light_math.h, and e^r is 1 + w + low: good to 2^-59. */
#ifndef PYACT_ROWS_DOUBLE_MATH_H
#define PYACT_ROWS_DOUBLE_MATH_H

#include "light_math.h"
#include "rows_wide.h"

typedef enum {
    DOUBLE_SOFTMAX,
    DOUBLE_LOG_SOFTMAX,
    DOUBLE_GRADIENT,
    DOUBLE_LOG_GRADIENT,
    DOUBLE_FROM_OUTPUT, /* the output in the place of x from here on */
    DOUBLE_NEGATED_FROM_OUTPUT,
    DOUBLE_LOG_FROM_OUTPUT,
} double_kind;

PYACT_INLINE int is_double_gradient(double_kind kind) { return kind >= DOUBLE_GRADIENT; }
PYACT_INLINE int sums_exponentials(double_kind kind) { return kind <= DOUBLE_LOG_GRADIENT; }
PYACT_INLINE int is_product_with_output(double_kind kind)
{
    return kind == DOUBLE_FROM_OUTPUT || kind == DOUBLE_NEGATED_FROM_OUTPUT;
}
/* Whether both passes need the exponentials, of which w can be kept in the output in between. */
PYACT_INLINE int can_keep(double_kind kind) { return sums_exponentials(kind) && kind != DOUBLE_LOG_SOFTMAX; }

/* Exponentials this far below the maximum are nothing beside it; a little farther they are 0 in any case. Between the
 * two they are a result, but out of the range of this arithmetic. */
#define DOUBLE_LOWEST (-640.0)
#define DOUBLE_ZERO (-746.0)
/* Of these magnitudes the integers k are exact. */
#define DOUBLE_LARGEST 0x1p40
/* Where the other exponentials are less than this beside that of the maximum, their sum has to be made without it. */
#define DOUBLE_SMALLEST_RATIO 0x1p-40
/* Sums of exponentials start here, above every term: what an addition loses then costs two operations. */
#define DOUBLE_SUM_START 2.0

/* ---- exponentials ---- */

/* scale (1 + w), or scale (1 + w + low) */
typedef struct {
    vec scale, w, low;
} double_power;

/* Vectors that are taken step by step together: their chains of operations overlap. */
enum { POWERS = 4 };
#define PYACT_EACH _Pragma("GCC unroll 4") for (int v = 0; v < count; v++)

/* How a row is shifted: magic = ROUND_TO_INTEGER + 1023 - K, or with quarters ROUND_TO_INTEGER + 4 - 4 K. */
typedef struct {
    vec magic, lowest;
} row_shift_vectors;

PYACT_INLINE int in_quarters(double_kind kind) { return kind == DOUBLE_GRADIENT; }

PYACT_INLINE vec scale_of(vec shifted) { return vec_from_bits(ivec_shift_left(ivec_from_bits(shifted), 52)); }

/* The table has halves of the powers, for which 4 quarters more make up. */
PYACT_INLINE vec scale_of_quarters(vec shifted)
{
    const ivec quarters = ivec_from_bits(shifted), power = ivec_from_bits(vec_lookup4(QUARTER_POWERS, quarters));
    return vec_from_bits(ivec_add(power, ivec_shift_left(quarters, 50)));
}

PYACT_INLINE vec shifted_by(double_kind kind, vec x, vec magic)
{
    return vec_fma(x, vec_set(in_quarters(kind) ? QUARTERS_PER_LN2 : LOG2_E), magic);
}

/* x - k step for step = high + low, as head and tail. */
PYACT_INLINE vec reduced(vec x, vec k, double high, double low, vec *tail)
{
    const vec difference = vec_fnma(k, vec_set(high), x); /* exact */
    const vec r = vec_fnma(k, vec_set(low), difference);
    *tail = vec_fnma(k, vec_set(low), vec_sub(difference, r));
    return r;
}

/* e^x 2^-K of `count` vectors. */
PYACT_INLINE void powers_in_range(const vec *x, int count, vec magic, double_power *result)
{
    vec shifted[POWERS], r[POWERS], tail[POWERS], sum[POWERS];
    PYACT_EACH shifted[v] = shifted_by(DOUBLE_SOFTMAX, x[v], magic);
    PYACT_EACH r[v] = reduced(x[v], vec_sub(shifted[v], magic), LN2_HIGH, LN2_LOW, &tail[v]);
    PYACT_EACH sum[v] = vec_fma(vec_set(EXP[9]), r[v], vec_set(EXP[8]));
#pragma GCC unroll 8
    for (int i = 7; i >= 0; i--) PYACT_EACH sum[v] = vec_fma(sum[v], r[v], vec_set(EXP[i]));
    PYACT_EACH tail[v] = vec_fma(vec_mul(r[v], r[v]), sum[v], tail[v]);
    PYACT_EACH result[v].w = vec_add(r[v], tail[v]);
    PYACT_EACH result[v].scale = scale_of(shifted[v]);
    PYACT_EACH result[v].low = result[v].w;
}

PYACT_INLINE void quarter_powers_in_range(const vec *x, int count, vec magic, double_power *result)
{
    vec shifted[POWERS], r[POWERS], tail[POWERS], sum[POWERS];
    PYACT_EACH shifted[v] = shifted_by(DOUBLE_GRADIENT, x[v], magic);
    PYACT_EACH r[v] = reduced(x[v], vec_sub(shifted[v], magic), QUARTER_LN2_HIGH, QUARTER_LN2_LOW, &tail[v]);
    PYACT_EACH tail[v] = vec_add(tail[v], vec_lookup4(QUARTER_POWERS_TAIL, ivec_from_bits(shifted[v])));
    PYACT_EACH sum[v] = vec_fma(vec_set(EXP_LIGHT[7]), r[v], vec_set(EXP_LIGHT[6]));
#pragma GCC unroll 8
    for (int i = 5; i >= 0; i--) PYACT_EACH sum[v] = vec_fma(sum[v], r[v], vec_set(EXP_LIGHT[i]));
    PYACT_EACH tail[v] = vec_fma(vec_mul(r[v], r[v]), sum[v], tail[v]);
    PYACT_EACH result[v].w = vec_add(r[v], tail[v]);
    PYACT_EACH result[v].low = vec_sub(tail[v], vec_sub(result[v].w, r[v]));
    PYACT_EACH result[v].scale = scale_of_quarters(shifted[v]);
}

/* The same. If `checked` it is 0 below `lowest`, and no number where e^x is too small for this arithmetic and not 0. */
PYACT_INLINE void powers_of(double_kind kind, const vec *x, int count, const row_shift_vectors *shift, int checked,
                            double_power *result)
{
    vec clamped[POWERS];
    PYACT_EACH clamped[v] = checked ? vec_at_least(x[v], shift->lowest) : x[v];
    (in_quarters(kind) ? quarter_powers_in_range : powers_in_range)(clamped, count, shift->magic, result);
    if (!checked) return;
    const vec zero_from = vec_add(shift->lowest, vec_set(DOUBLE_ZERO - DOUBLE_LOWEST));
    PYACT_EACH
    {
        const mask late = mask_and(vec_lt(x[v], shift->lowest), vec_le(zero_from, x[v]));
        result[v].scale = vec_select(vec_le(shift->lowest, x[v]), result[v].scale, vec_set(0.0));
        result[v].w = vec_select(late, vec_set((double)NAN), result[v].w);
    }
}

/* The same where w has been kept; low is not wanted any more. */
PYACT_INLINE double_power power_with(double_kind kind, vec w, vec x, const row_shift_vectors *shift)
{
    const vec shifted = shifted_by(kind, x, shift->magic);
    const double_power result = {in_quarters(kind) ? scale_of_quarters(shifted) : scale_of(shifted), w, w};
    return result;
}

/* ---- sums ---- */

PYACT_INLINE void add_power(light *sum, double_power e)
{
    const vec before = sum->h;
    sum->h = vec_add(before, vec_fma(e.scale, e.w, e.scale));
    const vec added = vec_sub(sum->h, before);
    sum->l = vec_add(sum->l, vec_fma(e.scale, e.w, vec_sub(e.scale, added)));
}

PYACT_INLINE void add_gradient(light *sum, vec g)
{
    vec error;
    sum->h = vec_two_sum(sum->h, g, &error);
    sum->l = vec_add(sum->l, error);
}

/* Where the sum is larger than the product (start_of_products). */
PYACT_INLINE void add_product(light *sum, vec a, vec b)
{
    const vec before = sum->h;
    sum->h = vec_add(before, vec_mul(a, b)); /* a shorter chain than that of fused additions */
    sum->l = vec_add(sum->l, vec_fms(a, b, vec_sub(sum->h, before)));
}

/* A power of two that is larger than any sum of products g y, |y| <= 1, of a row of n elements. A sum that starts there
 * stays within a factor of two, so that what is lost is known: that much of it, and with it the relative accuracy of
 * the sum itself, costs two operations. */
PYACT_INLINE vec start_of_products(vec largest, size_t n)
{
    const vec bound = vec_mul(largest, vec_set(4.0 + (double)n));
    const ivec exponent = ivec_and(ivec_from_bits(bound), ivec_set(INT64_C(0x7ff0000000000000)));
    return vec_mul(vec_from_bits(exponent), vec_set(2.0));
}

/* An exponential to its sum, and times g to the dot product. */
PYACT_INLINE void add_weighted(light *sum, light *dot, double_power e, vec g)
{
    const vec before = sum->h, head = vec_fma(e.scale, e.w, e.scale);
    const vec tail = vec_fma(e.scale, e.low, vec_fma(e.scale, e.w, vec_sub(e.scale, head)));
    sum->h = vec_add(before, head);
    sum->l = vec_add(sum->l, vec_add(vec_sub(head, vec_sub(sum->h, before)), tail));
    vec product_tail, error;
    const vec product = vec_two_product(head, g, &product_tail);
    dot->h = vec_two_sum(dot->h, product, &error);
    dot->l = vec_add(dot->l, vec_add(error, vec_fma(tail, g, product_tail)));
}

/* One vector of elements; x and g are read as far as the kind needs them. */
PYACT_INLINE void add_element(double_kind kind, double_power e, vec x, vec g, light *sum, light *dot)
{
    if (kind == DOUBLE_GRADIENT) {
        add_weighted(sum, dot, e, g);
        return;
    }
    if (sums_exponentials(kind)) add_power(sum, e);
    if (is_product_with_output(kind)) add_product(dot, g, x);
    if (kind == DOUBLE_LOG_GRADIENT || kind == DOUBLE_LOG_FROM_OUTPUT) add_gradient(dot, g);
    if (kind == DOUBLE_LOG_FROM_OUTPUT) dot->l = vec_fma(x, vec_set(0.0), dot->l); /* extremes pass over a NaN */
}

/* ---- results ---- */

/* What the results of a row need of the whole row; which of them depends on the kind. */
typedef struct {
    row_shift_vectors shift;
    vec factor, factor_rest, mean, mean_rest;
} row_numbers;

/* e f, f = factor (1 + factor_rest) */
PYACT_INLINE vec softmax_result(double_power e, const row_numbers *row)
{
    const vec scale = vec_mul(e.scale, row->factor);
    const vec w = vec_add(e.w, vec_fma(row->factor_rest, e.w, row->factor_rest));
    return vec_fma(scale, w, scale);
}

/* y (g - mean), rounded once */
PYACT_INLINE vec softmax_gradient_result(double_power e, vec g, const row_numbers *row)
{
    vec scale_tail;
    const vec scale = vec_two_product(e.scale, row->factor, &scale_tail), y = vec_fma(scale, e.w, scale);
    scale_tail = vec_add(scale_tail, vec_fma(scale, e.w, vec_sub(scale, y)));
    const vec y_tail = vec_fma(y, row->factor_rest, scale_tail);
    vec tail;
    const vec centred = vec_two_sum(g, vec_neg(row->mean), &tail);
    tail = vec_sub(tail, row->mean_rest);
    return vec_fma(y, centred, vec_fma(y, tail, vec_mul(y_tail, centred)));
}

/* g - e mean, rounded once */
PYACT_INLINE vec log_gradient_result(double_power e, vec g, const row_numbers *row)
{
    const vec scale = vec_mul(e.scale, row->mean), product = vec_fma(scale, e.w, scale);
    const vec weight = vec_fma(e.scale, e.w, e.scale);
    const vec tail = vec_fma(weight, row->mean_rest, vec_fma(scale, e.w, vec_sub(scale, product)));
    vec error;
    const vec head = vec_two_sum(g, vec_neg(product), &error);
    return vec_add(head, vec_sub(error, tail));
}

/* y (g - mean): the product y mean is rounded, and then the result. */
PYACT_INLINE vec from_output_result(vec y, vec g, const row_numbers *row)
{
    return vec_fms(y, g, vec_fma(y, row->mean, vec_mul(y, row->mean_rest)));
}

/* The result for element x and its exponential, if the kind needs it. */
PYACT_INLINE vec double_result(double_kind kind, double_power e, vec x, vec g, const row_numbers *row)
{
    switch (kind) {
    case DOUBLE_SOFTMAX: return softmax_result(e, row);
    case DOUBLE_LOG_SOFTMAX: return vec_sub(vec_sub(x, row->mean), row->mean_rest);
    case DOUBLE_GRADIENT: return softmax_gradient_result(e, g, row);
    case DOUBLE_FROM_OUTPUT: return from_output_result(x, g, row);
    case DOUBLE_NEGATED_FROM_OUTPUT: return from_output_result(vec_neg(x), g, row);
    default: return log_gradient_result(e, g, row);
    }
}

/* The results of `count` vectors. With `kept` they hold w so far. */
PYACT_INLINE void double_results(double_kind kind, const vec *x, const vec *g, int count, const row_numbers *row,
                                 int checked, int kept, vec *result)
{
    double_power e[POWERS];
    if (can_keep(kind) && kept)
        PYACT_EACH e[v] = power_with(kind, result[v], x[v], &row->shift);
    else if (can_keep(kind) || kind == DOUBLE_LOG_FROM_OUTPUT)
        powers_of(kind, x, count, &row->shift, can_keep(kind) && checked, e);
    else
        PYACT_EACH e[v].scale = e[v].w = x[v];
    PYACT_EACH result[v] = double_result(kind, e[v], x[v], g[v], row);
}

/* ---- some rows, a row per lane ---- */

enum { DOUBLE_PANEL = 256 }; /* wide: memory is read in order, and a page of it at a time */

/* Eight partial sums of every row, element i going to partial sum i mod 8: that of row c is at p * width + c. */
typedef struct {
    size_t width; /* a multiple of eight */
    size_t used;  /* rows that count, a multiple of LANES */
    double sum_h[SUM_LANES * DOUBLE_PANEL], sum_l[SUM_LANES * DOUBLE_PANEL];
    double dot_h[SUM_LANES * DOUBLE_PANEL], dot_l[SUM_LANES * DOUBLE_PANEL];
    double maximum[DOUBLE_PANEL], minimum[DOUBLE_PANEL]; /* of x, or of g where the output is in the place of x */
    double magic[DOUBLE_PANEL], lowest[DOUBLE_PANEL], dot_start[DOUBLE_PANEL];
    double factor[DOUBLE_PANEL], factor_rest[DOUBLE_PANEL], mean[DOUBLE_PANEL], mean_rest[DOUBLE_PANEL];
    double ordinary[DOUBLE_PANEL]; /* 1, or 0 where the row has to go the way of rows_wide.h */
} double_panel;

PYACT_INLINE light double_join(const double *h, const double *l, size_t width, vec start)
{
    light part[SUM_LANES];
#pragma GCC unroll 8
    for (size_t p = 0; p < SUM_LANES; p++) {
        part[p].h = vec_sub(vec_load(h + p * width), start);
        part[p].l = vec_load(l + p * width);
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

/* From the extremes: where sums start, how to shift, and which rows are ordinary so far. Returns whether no row needs
 * checks. */
static int begin_panel(double_panel *panel, double_kind kind, size_t n)
{
    mask plain = mask_not(mask_none());
    for (size_t c = 0; c < panel->used; c += LANES) {
        const vec round = vec_set(ROUND_TO_INTEGER), one = vec_set(1.0), zero = vec_set(0.0);
        const vec maximum = vec_load(panel->maximum + c), minimum = vec_load(panel->minimum + c);
        mask is_moderate = mask_not(mask_none());
        vec magic = vec_set(ROUND_TO_INTEGER + 1023), lowest = zero, start = zero;
        if (is_product_with_output(kind)) {
            start = start_of_products(vec_at_least(maximum, vec_neg(minimum)), n);
        } else if (kind == DOUBLE_LOG_FROM_OUTPUT) {
            is_moderate = mask_and(vec_le(maximum, vec_set(-DOUBLE_LOWEST)), vec_le(vec_set(DOUBLE_LOWEST), minimum));
        } else {
            const vec k = vec_sub(vec_add(vec_mul(maximum, vec_set(LOG2_E)), round), round);
            magic = in_quarters(kind) ? vec_fnma(k, vec_set(4.0), vec_set(ROUND_TO_INTEGER + 4)) : vec_sub(magic, k);
            lowest = vec_add(maximum, vec_set(DOUBLE_LOWEST));
            plain = mask_and(plain, vec_le(lowest, minimum));
            is_moderate = vec_lt(vec_abs(maximum), vec_set(DOUBLE_LARGEST));
        }
        vec_store(panel->magic + c, magic);
        vec_store(panel->lowest + c, lowest);
        vec_store(panel->dot_start + c, start);
        vec_store(panel->ordinary + c, vec_select(is_moderate, one, zero));
    }
    return mask_all(plain);
}

/* The logarithm of the sum, plus K ln 2. `check` becomes no number where the sum of the others is too small. */
PYACT_INLINE light log_of_double_sum(light sum, vec maximum, vec magic, vec *check)
{
    double_power largest;
    powers_in_range(&maximum, 1, magic, &largest);
    const vec head = vec_fma(largest.scale, largest.w, largest.scale);
    const vec tail = vec_fma(largest.scale, largest.w, vec_sub(largest.scale, head));
    const light divisor = {head, tail};
    light others;
    others.h = vec_two_sum(sum.h, vec_neg(head), &others.l);
    others.l = vec_add(others.l, vec_sub(sum.l, tail));
    others.h = vec_fast_two_sum(others.h, others.l, &others.l);
    const light quotient = light_div(others, divisor);
    wide_context context = {vec_set(0.0), mask_none()};
    wide ratio;
    ratio.h = vec_fast_two_sum(quotient.h, quotient.l, &ratio.l);
    const wide log_sum = wide_log1p(ratio, &context);
    light result;
    result.h = vec_two_sum(maximum, log_sum.h, &result.l);
    result.l = vec_add(result.l, log_sum.l);
    *check = vec_select(vec_le(vec_set(DOUBLE_SMALLEST_RATIO), ratio.h), result.h, vec_set((double)NAN));
    return result;
}

/* A tail far below what the sums are accurate to is dropped: so gradients that are all equal give zeros. */
PYACT_INLINE light rounded_mean(light mean)
{
    light result;
    result.h = vec_fast_two_sum(mean.h, mean.l, &result.l);
    const mask is_small = vec_lt(vec_abs(result.l), vec_mul(vec_abs(result.h), vec_set(0x1p-80)));
    result.l = vec_select(is_small, vec_set(0.0), result.l);
    return result;
}

/* From the sums: the numbers that the results need. Returns whether all rows are ordinary. */
PYACT_INLINE int finish_panel_with(double_panel *panel, double_kind kind)
{
    const size_t width = panel->width;
    mask all = mask_not(mask_none());
    for (size_t c = 0; c < panel->used; c += LANES) {
        const vec one = vec_set(1.0);
        light sum = light_from(one), dot = sum, mean = sum;
        vec factor = one, rest = vec_set(0.0), check = one;
        if (sums_exponentials(kind)) {
            sum = double_join(panel->sum_h + c, panel->sum_l + c, width, vec_set(DOUBLE_SUM_START));
            factor = vec_div(one, sum.h);
            rest = vec_fnma(factor, sum.l, vec_fnma(factor, sum.h, one));
            check = factor;
        }
        if (is_double_gradient(kind)) {
            dot = double_join(panel->dot_h + c, panel->dot_l + c, width, vec_load(panel->dot_start + c));
            const light inverse = {factor, vec_mul(factor, rest)};
            mean = rounded_mean(sums_exponentials(kind) ? light_mul(dot, inverse) : dot);
            check = vec_add(factor, mean.h);
        }
        if (kind == DOUBLE_LOG_SOFTMAX)
            mean = log_of_double_sum(sum, vec_load(panel->maximum + c), vec_load(panel->magic + c), &check);
        const vec before = vec_load(panel->ordinary + c);
        const mask is_finite = vec_lt(vec_abs(check), vec_set(INFINITE));
        vec_store(panel->factor + c, factor);
        vec_store(panel->factor_rest + c, rest);
        vec_store(panel->mean + c, mean.h);
        vec_store(panel->mean_rest + c, mean.l);
        vec_store(panel->ordinary + c, vec_select(is_finite, before, vec_set(0.0)));
        all = mask_and(all, mask_and(is_finite, vec_eq(before, one)));
    }
    return mask_all(all);
}

PYACT_OUTLINE int finish_double_softmax(double_panel *panel) { return finish_panel_with(panel, DOUBLE_SOFTMAX); }
PYACT_OUTLINE int finish_double_log_softmax(double_panel *panel)
{
    return finish_panel_with(panel, DOUBLE_LOG_SOFTMAX);
}
PYACT_OUTLINE int finish_double_gradient(double_panel *panel) { return finish_panel_with(panel, DOUBLE_GRADIENT); }
PYACT_OUTLINE int finish_double_from_output(double_panel *panel)
{
    return finish_panel_with(panel, DOUBLE_FROM_OUTPUT);
}

static int finish_panel(double_panel *panel, double_kind kind)
{
    if (kind == DOUBLE_SOFTMAX) return finish_double_softmax(panel);
    if (kind == DOUBLE_LOG_SOFTMAX) return finish_double_log_softmax(panel);
    return (sums_exponentials(kind) ? finish_double_gradient : finish_double_from_output)(panel);
}

#endif
