/* Gradients of float64 rows in light arithmetic: from x, with the exponentials of the value, or from the saved
 * output. */
#ifndef PYACT_ROWS_LIGHT_GRADIENTS_H
#define PYACT_ROWS_LIGHT_GRADIENTS_H

#include "rows_light_sums.h"

/* ---- from x ---- */

/* g less the gradient of the first maximum, exactly: so gradients that are all equal give zeros. */
PYACT_INLINE light light_centred(vec g, vec reference) { return light_difference(g, reference); }

/* Sums and differences of such stay finite. */
PYACT_INLINE mask light_is_moderate(vec g) { return vec_le(vec_abs(g), vec_set(0x1p900)); }

/* The sum of the centred gradients times the exponentials. */
PYACT_OUTLINE int light_dot_row(light_batch *batch, size_t row)
{
    const size_t n = batch->n;
    const double reference = batch->g[row][light_first(batch->x[row], n, batch->maximum[row])];
    batch->reference[row] = reference;
    double room[SUM_LANES];
    light_parts parts;
    light_sum sum = light_sum_from(0.0);
    mask moderate = mask_not(mask_none());
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = light_block_end(begin, n);
        const light_view view = light_view_of(batch, row, begin, end, &parts);
        for (size_t i = begin; i < end; i += SUM_LANES) {
            const double *g = eight_at(batch->g[row], i, n, reference, room);
#pragma GCC unroll 8
            for (int j = 0; j < SUM_VECTORS; j++) {
                const vec gradient = vec_load(g + j * LANES);
                const light centred = light_centred(gradient, vec_set(reference));
                moderate = mask_and(moderate, light_is_moderate(gradient));
                light_add_any(&sum.part[j], light_mul(centred, light_load(view, i - begin + (size_t)j * LANES)));
            }
        }
    }
    light_keep(&batch->dots, row, &sum, 0.0);
    return mask_all(moderate);
}

/* The sum of the gradients. */
PYACT_OUTLINE int light_add_gradients(light_batch *batch, size_t row)
{
    const size_t n = batch->n;
    double room[SUM_LANES];
    light_sum sum = light_sum_from(0.0);
    mask moderate = mask_not(mask_none());
    for (size_t i = 0; i < n; i += SUM_LANES) {
        const double *g = eight_at(batch->g[row], i, n, 0.0, room);
#pragma GCC unroll 8
        for (int j = 0; j < SUM_VECTORS; j++) {
            const vec gradient = vec_load(g + j * LANES);
            moderate = mask_and(moderate, light_is_moderate(gradient));
            light_add_any(&sum.part[j], light_from(gradient));
        }
    }
    light_keep(&batch->dots, row, &sum, 0.0);
    return mask_all(moderate);
}

/* y (g - mean), y = e factor; or g - e mean for log_softmax, where the mean has the factor in it. */
PYACT_INLINE void light_gradient_with(const light_batch *batch, size_t row, int is_log)
{
    const size_t n = batch->n;
    double room[SUM_LANES], results[SUM_LANES];
    light_parts parts;
    const light factor = light_pair_at(batch->factor_h, batch->factor_l, row);
    const light mean = light_pair_at(batch->mean_h, batch->mean_l, row);
    const vec reference = vec_set(is_log ? 0.0 : batch->reference[row]);
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = light_block_end(begin, n);
        const light_view view = light_view_of(batch, row, begin, end, &parts);
        for (size_t i = begin; i < end; i += SUM_LANES) {
            const double *g = eight_at(batch->g[row], i, n, 0.0, room);
            double *to = eight_to(batch->out[row], i, n, results);
#pragma GCC unroll 8
            for (int j = 0; j < SUM_VECTORS; j++) {
                const vec gradient = vec_load(g + j * LANES);
                const light e = light_load(view, i - begin + (size_t)j * LANES);
                if (is_log) {
                    vec_store(to + j * LANES, light_round_difference(gradient, light_mul(e, mean)));
                    continue;
                }
                const light y = light_mul(e, factor), centred = light_centred(gradient, reference);
                light rest;
                rest.h = vec_two_sum(centred.h, vec_neg(mean.h), &rest.l);
                rest.l = vec_add(rest.l, vec_sub(centred.l, mean.l));
                vec_store(to + j * LANES, vec_fma(y.h, rest.h, vec_fma(y.h, rest.l, vec_mul(y.l, rest.h))));
            }
            finish_eight(batch->out[row], i, n, results);
        }
    }
}

PYACT_OUTLINE void light_softmax_gradient(const light_batch *batch, size_t row) { light_gradient_with(batch, row, 0); }
PYACT_OUTLINE void light_log_gradient(const light_batch *batch, size_t row) { light_gradient_with(batch, row, 1); }

static void light_backward(light_batch *batch, int is_log)
{
    light_begin(batch);
    light_sum_rows(batch);
    for (size_t row = 0; row < batch->count; row++)
        if (batch->ordinary[row])
            batch->ordinary[row] = is_log ? light_add_gradients(batch, row) : light_dot_row(batch, row);
    for (size_t row = 0; row < batch->count; row += LANES) {
        const light factor = {vec_load(batch->factor_h + row), vec_load(batch->factor_l + row)};
        const light mean = light_mul(light_join(&batch->dots, row), factor);
        vec_store(batch->mean_h + row, mean.h);
        vec_store(batch->mean_l + row, mean.l);
    }
    for (size_t row = 0; row < batch->count; row++)
        if (batch->ordinary[row]) (is_log ? light_log_gradient : light_softmax_gradient)(batch, row);
}

/* ---- from the saved output, which is in the place of x ---- */

PYACT_INLINE int light_dot_outputs(light_batch *batch, size_t row, int is_log)
{
    const size_t n = batch->n;
    double room[SUM_LANES], y_room[SUM_LANES];
    light_sum sum = light_sum_from(0.0);
    const vec largest_output = vec_set(is_log ? -LIGHT_LOWEST : 0x1p60);
    mask moderate = mask_not(mask_none());
    for (size_t i = 0; i < n; i += SUM_LANES) {
        const double *g = eight_at(batch->g[row], i, n, 0.0, room), *y = eight_at(batch->x[row], i, n, 0.0, y_room);
#pragma GCC unroll 8
        for (int j = 0; j < SUM_VECTORS; j++) {
            const vec gradient = vec_load(g + j * LANES), output = vec_load(y + j * LANES);
            moderate = mask_and(moderate, light_is_moderate(gradient));
            moderate = mask_and(moderate, vec_le(vec_abs(output), largest_output));
            light_add_any(&sum.part[j], is_log ? light_from(gradient) : light_mul_vec_vec(gradient, output));
        }
    }
    light_keep(&batch->dots, row, &sum, 0.0);
    return mask_all(moderate);
}

PYACT_INLINE void light_output_row(const light_batch *batch, size_t row, int is_log, double sign)
{
    const size_t n = batch->n;
    double room[SUM_LANES], y_room[SUM_LANES], results[SUM_LANES];
    const light sum = light_pair_at(batch->mean_h, batch->mean_l, row);
    for (size_t i = 0; i < n; i += SUM_LANES) {
        const double *g = eight_at(batch->g[row], i, n, 0.0, room), *y = eight_at(batch->x[row], i, n, 0.0, y_room);
        double *to = eight_to(batch->out[row], i, n, results);
#pragma GCC unroll 8
        for (int j = 0; j < SUM_VECTORS; j++) {
            const vec gradient = vec_load(g + j * LANES), output = vec_load(y + j * LANES);
            if (is_log) {
                mask late = mask_none();
                const light e = light_weight(light_from(output), &late);
                vec_store(to + j * LANES, light_round_difference(gradient, light_mul(e, sum)));
                continue;
            }
            light rest;
            rest.h = vec_two_sum(gradient, vec_neg(sum.h), &rest.l);
            rest.l = vec_sub(rest.l, sum.l);
            const vec signed_output = vec_mul(output, vec_set(sign));
            vec_store(to + j * LANES, vec_fma(signed_output, rest.h, vec_mul(signed_output, rest.l)));
        }
        finish_eight(batch->out[row], i, n, results);
    }
}

PYACT_INLINE void light_from_output_with(light_batch *batch, int is_log, double sign)
{
    memset(&batch->dots, 0, sizeof batch->dots);
    for (size_t row = 0; row < batch->count; row++) batch->ordinary[row] = light_dot_outputs(batch, row, is_log);
    for (size_t row = 0; row < batch->count; row += LANES) {
        const light sum = light_join(&batch->dots, row);
        vec_store(batch->mean_h + row, sum.h);
        vec_store(batch->mean_l + row, sum.l);
    }
    for (size_t row = 0; row < batch->count; row++)
        if (batch->ordinary[row]) light_output_row(batch, row, is_log, sign);
}

PYACT_OUTLINE void light_from_output(light_batch *batch, double sign) { light_from_output_with(batch, 0, sign); }
PYACT_OUTLINE void light_log_from_output(light_batch *batch) { light_from_output_with(batch, 1, 1.0); }

#endif
