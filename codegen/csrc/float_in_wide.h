/* A float32 core in wide arithmetic: for kernels for which double is not enough, where they have no better. */
#ifndef PYACT_FLOAT_IN_WIDE_H
#define PYACT_FLOAT_IN_WIDE_H

#include "convert.h"
#include "kernel.h"

/* n is a multiple of FLANES; the output may be an input. */
PYACT_OUTLINE void float_in_wide(pyact_core wide, int data_inputs, int parameters, const char *const *in, char *out, size_t n)
{
    double buffers[PYACT_MAX_INPUTS][PYACT_BLOCK], results[PYACT_BLOCK], *to = results;
    const double *from[PYACT_MAX_INPUTS];
    for (int k = 0; k < data_inputs + parameters; k++) from[k] = buffers[k];
    for (int k = data_inputs; k < data_inputs + parameters; k++)
        for (size_t i = 0; i < PYACT_BLOCK; i++) buffers[k][i] = ((const double *)(const void *)in[k])[i % FLANES];
    for (size_t start = 0; start < n; start += PYACT_BLOCK) {
        const size_t count = n - start < PYACT_BLOCK ? n - start : PYACT_BLOCK;
        for (int k = 0; k < data_inputs; k++)
            for (size_t i = 0; i < count; i += LANES) vec_store(buffers[k] + i, load_vec_f32(in[k] + 4 * (start + i)));
        wide(from, &to, count, PYACT_ROUND_TO_ODD);
        for (size_t i = 0; i < count; i += LANES) store_vec_f32(out + 4 * (start + i), vec_load(results + i));
    }
}

#endif
