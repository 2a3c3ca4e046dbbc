/* Two gradients in one pass over memory. float32 arrays go through one core that evaluates what the gradients share once,
 * and so do the half formats, in blocks, unless the kernels have cores of their own for these; all else goes through the two kernels in turn, block by block, while the inputs are in the nearest cache. */
#ifndef PYACT_DRIVER_GRADIENTS_H
#define PYACT_DRIVER_GRADIENTS_H

#include "driver.h"

enum { GRADIENTS_BLOCK = 4 * PYACT_BLOCK };

/* As many elements as the core takes in whole vectors; 0 where the arrays or parameters are not as it wants them. */
static size_t gradients_single(const pyact_cores *cores, const pyact_signature *signature, const void *const *inputs,
                               const ptrdiff_t *strides, void *const outputs[2], const ptrdiff_t output_strides[2],
                               size_t n)
{
    _Alignas(64) double parameters[PYACT_MAX_INPUTS][FLANES];
    const char *in[PYACT_MAX_INPUTS];
    const int data_inputs = 1 + signature->data_inputs;
    if (cores->gradients == NULL || n < FLANES) return 0;
    for (int k = 0; k < 2; k++)
        if (!is_float_array(outputs[k], output_strides[k])) return 0;
    for (int k = 0; k < data_inputs; k++) {
        if (!is_float_array(inputs[k], strides[k])) return 0;
        in[k] = inputs[k];
    }
    for (int k = data_inputs; k < data_inputs + signature->parameters; k++) {
        if (strides[k] != 0) return 0;
        in[k] = (const char *)parameters[k];
        for (int i = 0; i < FLANES; i += LANES) vec_store(parameters[k] + i, vec_set(load_one_f64(inputs[k])));
    }
    char *const out[2] = {outputs[0], outputs[1]};
    return cores->gradients(in, out, n - n % FLANES) ? n - n % FLANES : 0;
}

/* A block of a half format. Returns 0, having written nothing, where the core is not made for it. */
static int gradients_half(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                          const void *const *inputs, const ptrdiff_t *strides, char *const outputs[2],
                          const ptrdiff_t output_strides[2], size_t n)
{
    float_block block;
    _Alignas(64) float second[PYACT_FLOAT_BLOCK];
    const char *in[PYACT_MAX_INPUTS];
    const int data_inputs = signature[1].data_inputs;
    if (cores->gradients == NULL || cores[1].f16 != NULL) return 0;
    for (int k = 0; k < data_inputs; k++) {
        in[k] = (const char *)block.data[k];
        load_floats_of(dtype, inputs[k], strides[k], n, block.data[k]);
    }
    for (int k = data_inputs; k < data_inputs + signature->parameters; k++) {
        if (strides[k] != 0) return 0;
        in[k] = (const char *)block.parameters[k];
        for (int i = 0; i < FLANES; i += LANES) vec_store(block.parameters[k] + i, vec_set(load_one_f64(inputs[k])));
    }
    char *const results[2] = {(char *)block.results, (char *)second};
    if (!cores->gradients(in, results, whole_float_vectors(n))) return 0;
    for (int k = 0; k < 2; k++)
        store_rounded_block(cores + 1 + k, signature + 1 + k, dtype, &block, (const float *)(const void *)results[k],
                            n, outputs[k], output_strides[k]);
    return 1;
}

static void PYACT_FN(gradients)(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                                const void *const *inputs, const ptrdiff_t *strides, void *const outputs[2],
                                const ptrdiff_t output_strides[2], size_t n, int keep)
{
    const ptrdiff_t item = dtype == PYACT_F64 ? 8 : dtype == PYACT_F32 ? 4 : 2;
    const int count = 1 + signature->data_inputs + signature->parameters;
    size_t start = dtype == PYACT_F32 ? gradients_single(cores, signature, inputs, strides, outputs, output_strides, n) : 0;
    for (size_t some; start < n; start += some) {
        double kept[GRADIENTS_BLOCK]; /* the first gradient, while the second may still read what lies below it */
        const void *in[PYACT_MAX_INPUTS];
        char *out[2];
        some = n - start < GRADIENTS_BLOCK ? n - start : GRADIENTS_BLOCK;
        for (int k = 0; k < count; k++) in[k] = (const char *)inputs[k] + (ptrdiff_t)start * strides[k];
        for (int k = 0; k < 2; k++) out[k] = (char *)outputs[k] + (ptrdiff_t)start * output_strides[k];
        if (item == 2 && gradients_half(cores, signature, dtype, in, strides, out, output_strides, some)) continue;
        PYACT_FN(elementwise)(cores + 1, signature + 1, dtype, in, strides, keep ? (char *)kept : out[0],
                              keep ? item : output_strides[0], some);
        PYACT_FN(elementwise)(cores + 2, signature + 2, dtype, in, strides, out[1], output_strides[1], some);
        if (!keep) continue;
        for (size_t i = 0; i < some; i++)
            memcpy(out[0] + (ptrdiff_t)i * output_strides[0], (const char *)kept + (ptrdiff_t)i * item, (size_t)item);
    }
}

#endif
