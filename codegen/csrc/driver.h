/* Runs a kernel over n elements: blocks of inputs are converted to double, evaluated, rounded to the array's dtype. */
#ifndef PYACT_DRIVER_H
#define PYACT_DRIVER_H

#include "convert.h"
#include "kernel.h"

static inline size_t whole_vectors(size_t n) { return (n + LANES - 1) / LANES * LANES; }

/* Lanes beyond the last element repeat it: the cores evaluate whole vectors. */
static inline void pad_block(double *block, size_t n)
{
    const double last = block[n - 1];
    for (size_t i = n; i < whole_vectors(n); i++) block[i] = last;
}

/* More than the relative error of any narrow kernel: a derivative just outside the series at its root loses 7 bits. */
#define ZIV_MARGIN 0x1p-40

/* Rounds a block of narrow results to f16 or bf16 by Ziv's test: where everything within the error of the narrow
 * evaluation rounds alike, the rounding is right; the few other vectors are evaluated in wide arithmetic. */
static inline void round_block_to_16_bits(pyact_core wide_core, pyact_dtype dtype, int input_count,
                                          const double *const *in, const double *narrow, size_t n,
                                          uint16_t *elements)
{
    const vec below = vec_set(1 - ZIV_MARGIN), above = vec_set(1 + ZIV_MARGIN);
    for (size_t i = 0; i < n; i += LANES) {
        const vec value = vec_load(narrow + i);
        if (store_quickly(dtype, elements + i, value))
            continue;
        const ivec low = round_to_16_bits(dtype, vec_mul(value, below));
        ivec rounded = round_to_16_bits(dtype, vec_mul(value, above));
        const mask sure = ivec_eq(low, rounded); /* lane by lane: a result does not depend on its neighbours */
        if (!mask_all(sure)) {
            const double *vector[PYACT_MAX_INPUTS];
            double result[LANES], *out = result;
            for (int k = 0; k < input_count; k++) vector[k] = in[k] + i;
            wide_core(vector, &out, LANES, PYACT_ROUND_TO_ODD);
            rounded = ivec_select(sure, rounded, round_to_16_bits(dtype, vec_load(result)));
        }
        store_low_16_bits(elements + i, rounded);
    }
}

static inline int is_aligned(const void *data) { return (uintptr_t)data % sizeof(double) == 0; }

/* Whether every array can be evaluated where it lies: the wide core then needs no block buffers. */
static inline int is_plain_f64(int input_count, const void *const *inputs, const ptrdiff_t *strides,
                               const void *output, ptrdiff_t output_stride)
{
    int plain = output_stride == sizeof(double) && is_aligned(output);
    for (int k = 0; k < input_count; k++)
        plain &= strides[k] == 0 || (strides[k] == sizeof(double) && is_aligned(inputs[k]));
    return plain;
}

/* Whether the narrow arithmetic can run straight on the arrays: contiguous floats and scalar parameters. */
static inline int is_plain_f32(const pyact_signature *signature, const ptrdiff_t *strides, ptrdiff_t output_stride)
{
    int plain = output_stride == sizeof(float) && !signature->wide_only;
    for (int k = 0; k < signature->data_inputs; k++) plain &= strides[k] == sizeof(float);
    for (int k = 0; k < signature->parameters; k++) plain &= strides[signature->data_inputs + k] == 0;
    return plain;
}

static void PYACT_FN(elementwise)(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                                  const void *const *inputs, const ptrdiff_t *strides, void *output,
                                  ptrdiff_t output_stride, size_t n)
{
    double buffers[PYACT_MAX_INPUTS][PYACT_BLOCK];
    double results[PYACT_BLOCK];
    const double *in[PYACT_MAX_INPUTS];
    const int input_count = signature->data_inputs + signature->parameters;
    const int in_place = dtype == PYACT_F64 && is_plain_f64(input_count, inputs, strides, output, output_stride);

    for (int k = 0; k < input_count; k++) {
        in[k] = buffers[k];
        if (strides[k] != 0) continue;
        /* one value for all elements: converted once */
        load_block(k < signature->data_inputs ? dtype : PYACT_F64, inputs[k], 0, 1, buffers[k]);
        const size_t used = whole_vectors(n < PYACT_BLOCK ? n : PYACT_BLOCK);
        for (size_t i = 1; i < used; i++) buffers[k][i] = buffers[k][0];
    }

    size_t start = 0;
    if (dtype == PYACT_F32 && n >= LANES && is_plain_f32(signature, strides, output_stride)) {
        const char *arrays[PYACT_MAX_INPUTS];
        for (int k = 0; k < input_count; k++)
            arrays[k] = k < signature->data_inputs ? inputs[k] : (const void *)buffers[k];
        start = n - n % LANES;
        cores->single(arrays, output, start);
    }

    for (size_t count; start < n; start += count) {
        count = n - start < PYACT_BLOCK ? n - start : PYACT_BLOCK;
        const int direct = in_place && count >= LANES;
        if (direct) count -= count % LANES;
        for (int k = 0; k < input_count; k++) {
            if (strides[k] == 0) continue;
            const char *from = (const char *)inputs[k] + (ptrdiff_t)start * strides[k];
            if (direct) {
                in[k] = (const double *)(const void *)from;
                continue;
            }
            in[k] = buffers[k];
            load_block(k < signature->data_inputs ? dtype : PYACT_F64, from, strides[k], count, buffers[k]);
            pad_block(buffers[k], count);
        }
        const size_t padded = whole_vectors(count);
        char *to = (char *)output + (ptrdiff_t)start * output_stride;
        double *out = direct ? (double *)(void *)to : results;
        if (dtype == PYACT_F64) {
            (signature->narrow_suffices ? cores->narrow : cores->wide)(in, &out, padded, 0);
            if (!direct) store_block(PYACT_F64, to, output_stride, count, results);
        } else if (signature->wide_only) {
            cores->wide(in, &out, padded, PYACT_ROUND_TO_ODD);
            store_block(dtype, to, output_stride, count, results);
        } else if (dtype == PYACT_F32) {
            cores->narrow(in, &out, padded, 0);
            store_block(PYACT_F32, to, output_stride, count, results);
        } else {
            uint16_t elements[PYACT_BLOCK];
            cores->narrow(in, &out, padded, 0);
            round_block_to_16_bits(cores->wide, dtype, input_count, in, results, padded, elements);
            scatter_16_bits(to, output_stride, count, elements);
        }
    }
}

#endif
