/* Runs a kernel over n elements. float32 goes through the kernel's float32 core, on the arrays themselves where they are
 * contiguous, else in blocks. The half formats go through the same core in blocks; what may round either way is evaluated
 * again, more finely. float64, and kernels for which double is not enough, run in blocks of double; but some of these
 * have a float32 core that sees to it. */
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

/* ---- float32 and the half formats through the float32 core ---- */

typedef struct {
    _Alignas(64) float data[PYACT_MAX_INPUTS][PYACT_FLOAT_BLOCK];
    _Alignas(64) double parameters[PYACT_MAX_INPUTS][FLANES];
    _Alignas(64) float results[PYACT_FLOAT_BLOCK];
} float_block;

static inline size_t whole_float_vectors(size_t n) { return (n + FLANES - 1) / FLANES * FLANES; }

static inline float load_float(pyact_dtype dtype, const char *from)
{
    return (float)(dtype == PYACT_F32 ? load_one_f32(from) :
                   dtype == PYACT_F16 ? load_one_f16(from) : load_one_bf16(from));
}

/* n elements of an array, and the last one again up to a whole vector. */
PYACT_INLINE void load_floats(pyact_dtype dtype, const char *from, ptrdiff_t stride, size_t n, float *block)
{
    const ptrdiff_t size = dtype == PYACT_F32 ? 4 : 2;
    size_t i = 0;
    if (n == 1) { /* in one store, which the core's load need not wait for */
        fvec_store(block, fvec_set(load_float(dtype, from)));
        return;
    }
    if (stride == size && dtype == PYACT_F32) {
        memcpy(block, from, 4 * n);
        i = n;
    } else if (stride == size) {
        for (; i + FLANES <= n; i += FLANES) {
            const char *vector = from + 2 * i;
            fvec_store(block + i, dtype == PYACT_F16 ? load_fvec_f16(vector) : load_fvec_bf16(vector));
        }
    }
    for (; i < n; i++) block[i] = load_float(dtype, from + (ptrdiff_t)i * stride);
    for (const float last = block[n - 1]; i < whole_float_vectors(n); i++) block[i] = last;
}

static inline void load_floats_of(pyact_dtype dtype, const char *from, ptrdiff_t stride, size_t n, float *block)
{
    if (dtype == PYACT_F16) load_floats(PYACT_F16, from, stride, n, block);
    else if (dtype == PYACT_BF16) load_floats(PYACT_BF16, from, stride, n, block);
    else load_floats(PYACT_F32, from, stride, n, block);
}

/* Elements of a block whose rounding the float32 core left open: by Ziv's test in double and, where that leaves it open
 * too, in wide arithmetic. They are gathered, so that whole vectors of them are evaluated. */
PYACT_OUTLINE void round_again_to_16_bits(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                                          const float_block *block, const uint16_t *unsure, size_t count, char *to)
{
    double inputs[PYACT_MAX_INPUTS][PYACT_BLOCK], results[PYACT_BLOCK], *out = results;
    const double *in[PYACT_MAX_INPUTS];
    uint16_t rounded[PYACT_BLOCK];
    const int input_count = signature->data_inputs + signature->parameters;
    for (size_t start = 0; start < count; start += PYACT_BLOCK) {
        const uint16_t *at = unsure + start;
        const size_t some = count - start < PYACT_BLOCK ? count - start : PYACT_BLOCK;
        for (int k = 0; k < input_count; k++) {
            in[k] = inputs[k];
            for (size_t i = 0; i < whole_vectors(some); i++) { /* after the last one, the last one again */
                const size_t element = at[i < some ? i : some - 1];
                inputs[k][i] = k < signature->data_inputs ? (double)block->data[k][element]
                                                          : block->parameters[k][element % FLANES];
            }
        }
        cores->narrow(in, &out, whole_vectors(some), 0);
        round_block_to_16_bits(cores->wide, dtype, input_count, in, results, whole_vectors(some), rounded);
        for (size_t i = 0; i < some; i++) memcpy(to + 2 * (size_t)at[i], &rounded[i], 2);
    }
}

static inline void store_rounded(pyact_dtype dtype, char *to, fvec value)
{
    if (dtype == PYACT_F16) store_rounded_f16(to, value);
    else store_rounded_bf16(to, value);
}

/* Rounds the results for a block to 16 bits, n a multiple of FLANES. */
PYACT_INLINE void round_floats(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                               const float_block *block, const float *results, size_t n, char *to)
{
    enum { GROUP = 4 }; /* vectors for one branch */
    uint16_t unsure[PYACT_FLOAT_BLOCK];
    size_t count = 0;
    for (size_t start = 0; start < n; start += GROUP * FLANES) {
        const size_t end = n - start < GROUP * FLANES ? n : start + GROUP * FLANES;
        if (end == start + GROUP * FLANES) {
            suspicion all = no_suspicion();
#pragma GCC unroll 4
            for (size_t i = 0; i < GROUP * FLANES; i += FLANES) {
                const fvec value = fvec_load(results + start + i);
                store_rounded(dtype, to + 2 * (start + i), value);
                all = suspect(all, dtype, value);
            }
            if (__builtin_expect(!is_suspicious(all), 1)) continue;
        }
        for (size_t i = start; i < end; i += FLANES) {
            const fvec value = fvec_load(results + i);
            store_rounded(dtype, to + 2 * i, value);
            for (unsigned lanes = unsure_lanes(dtype, value); lanes != 0; lanes &= lanes - 1)
                unsure[count++] = (uint16_t)(i + (size_t)__builtin_ctz(lanes));
        }
    }
    if (count != 0) round_again_to_16_bits(cores, signature, dtype, block, unsure, count, to);
}

static inline void store_rounded_block(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                                       const float_block *block, const float *results, size_t n, char *to,
                                       ptrdiff_t stride)
{
    uint16_t elements[PYACT_FLOAT_BLOCK];
    const size_t whole = whole_float_vectors(n);
    const int direct = stride == 2 && whole == n;
    char *halves = direct ? to : (char *)elements;
    if (dtype == PYACT_F16) round_floats(cores, signature, PYACT_F16, block, results, whole, halves);
    else round_floats(cores, signature, PYACT_BF16, block, results, whole, halves);
    if (!direct) scatter_16_bits(to, stride, n, elements);
}

static inline void store_floats(const float *results, size_t n, char *to, ptrdiff_t stride)
{
    if (n == 1) memcpy(to, results, 4);
    else if (stride == 4) memcpy(to, results, 4 * n);
    else for (size_t i = 0; i < n; i++) memcpy(to + (ptrdiff_t)i * stride, &results[i], 4);
}

static inline int is_float_array(const void *data, ptrdiff_t stride)
{
    return stride == sizeof(float) && (uintptr_t)data % sizeof(float) == 0;
}

/* float16 and bfloat16 by a core of their own. Returns 0, having written nothing, if there is none for these parameters. */
static int elementwise_half(pyact_half_core core, const pyact_signature *signature, const void *const *inputs,
                            const ptrdiff_t *strides, void *output, ptrdiff_t output_stride, size_t n)
{
    _Alignas(64) uint16_t data[PYACT_MAX_INPUTS][PYACT_FLOAT_BLOCK], results[PYACT_FLOAT_BLOCK];
    _Alignas(64) double parameters[PYACT_MAX_INPUTS][FLANES];
    const char *in[PYACT_MAX_INPUTS];
    const int data_inputs = signature->data_inputs, input_count = data_inputs + signature->parameters;
    size_t longest = n < PYACT_FLOAT_BLOCK ? n : PYACT_FLOAT_BLOCK;
    int contiguous = output_stride == 2;

    for (int k = 0; k < data_inputs; k++) {
        in[k] = (const char *)data[k];
        contiguous &= strides[k] == 2;
        if (strides[k] != 0) continue;
        for (size_t i = 0; i < whole_float_vectors(longest); i++) memcpy(&data[k][i], inputs[k], 2);
    }
    for (int k = data_inputs; k < input_count; k++) {
        if (strides[k] != 0 && n > 1) return 0;
        in[k] = (const char *)parameters[k];
        for (int i = 0; i < FLANES; i += LANES) vec_store(parameters[k] + i, vec_set(load_one_f64(inputs[k])));
    }
    if (contiguous && n >= FLANES) longest = n - n % FLANES;
    for (size_t start = 0, count; start < n; start += count) {
        count = n - start < longest ? n - start : longest;
        const int whole = count % FLANES == 0;
        for (int k = 0; k < data_inputs; k++) {
            if (strides[k] == 0) continue;
            const char *from = (const char *)inputs[k] + (ptrdiff_t)start * strides[k];
            in[k] = whole && strides[k] == 2 ? from : (const char *)data[k];
            if (in[k] == from) continue;
            for (size_t i = 0; i < whole_float_vectors(count); i++) /* after the last one, the last one again */
                memcpy(&data[k][i], from + (ptrdiff_t)(i < count ? i : count - 1) * strides[k], 2);
        }
        char *to = (char *)output + (ptrdiff_t)start * output_stride;
        const int direct = whole && output_stride == 2;
        if (!core(in, direct ? to : (char *)results, whole_float_vectors(count))) return 0;
        if (!direct) scatter_16_bits(to, output_stride, count, results);
    }
    return 1;
}

static void elementwise_single(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                               const void *const *inputs, const ptrdiff_t *strides, void *output,
                               ptrdiff_t output_stride, size_t n)
{
    float_block block;
    const char *in[PYACT_MAX_INPUTS];
    const int data_inputs = signature->data_inputs, input_count = data_inputs + signature->parameters;
    const int direct_output = dtype == PYACT_F32 && is_float_array(output, output_stride);
    int contiguous = direct_output;
    size_t longest = PYACT_FLOAT_BLOCK; /* what one call of the core may take */

    for (int k = 0; k < data_inputs; k++) {
        in[k] = (const char *)block.data[k];
        contiguous &= is_float_array(inputs[k], strides[k]);
        if (strides[k] != 0) continue;
        /* one value for all elements: converted once */
        load_floats(dtype, inputs[k], 0, 1, block.data[k]);
        const size_t used = n < PYACT_FLOAT_BLOCK ? n : PYACT_FLOAT_BLOCK;
        for (size_t i = FLANES; i < used; i += FLANES) fvec_store(block.data[k] + i, fvec_load(block.data[k]));
    }
    for (int k = data_inputs; k < input_count; k++) {
        in[k] = (const char *)block.parameters[k];
        const double first = load_one_f64(inputs[k]);
        for (int i = 0; i < FLANES; i += LANES) vec_store(block.parameters[k] + i, vec_set(first));
        if (strides[k] != 0 && n > 1) longest = signature->single_by_lane ? FLANES : 1;
    }

    size_t start = 0;
    if (contiguous && longest == PYACT_FLOAT_BLOCK && n >= FLANES) {
        const char *arrays[PYACT_MAX_INPUTS];
        for (int k = 0; k < input_count; k++) arrays[k] = k < data_inputs ? inputs[k] : (const void *)in[k];
        start = n - n % FLANES;
        cores->single(arrays, output, start);
    }
    for (size_t count; start < n; start += count) {
        count = n - start < longest ? n - start : longest;
        const int whole = count % FLANES == 0;
        for (int k = 0; k < input_count; k++) {
            if (strides[k] == 0) continue;
            const char *from = (const char *)inputs[k] + (ptrdiff_t)start * strides[k];
            if (k >= data_inputs) {
                for (size_t i = 0; i < FLANES; i++) /* after the last one, the last one again */
                    block.parameters[k][i] = load_one_f64(from + (ptrdiff_t)(i < count ? i : count - 1) * strides[k]);
            } else if (whole && dtype == PYACT_F32 && is_float_array(from, strides[k])) {
                in[k] = from;
            } else {
                in[k] = (const char *)block.data[k];
                load_floats_of(dtype, from, strides[k], count, block.data[k]);
            }
        }
        char *to = (char *)output + (ptrdiff_t)start * output_stride;
        const int direct = whole && direct_output;
        cores->single(in, direct ? to : (char *)block.results, whole_float_vectors(count));
        if (direct) continue;
        if (dtype == PYACT_F32) store_floats(block.results, count, to, output_stride);
        else store_rounded_block(cores, signature, dtype, &block, block.results, count, to, output_stride);
    }
}

/* ---- in double ---- */

static void PYACT_FN(elementwise)(const pyact_cores *cores, const pyact_signature *signature, pyact_dtype dtype,
                                  const void *const *inputs, const ptrdiff_t *strides, void *output,
                                  ptrdiff_t output_stride, size_t n)
{
    const pyact_half_core half = dtype == PYACT_F16 ? cores->f16 : dtype == PYACT_BF16 ? cores->bf16 : NULL;
    if (half != NULL && elementwise_half(half, signature, inputs, strides, output, output_stride, n)) return;
    const int is_single = dtype == PYACT_F32 && signature->single_is_finer;
    if (is_single || (dtype != PYACT_F64 && !signature->wide_only)) {
        elementwise_single(cores, signature, dtype, inputs, strides, output, output_stride, n);
        return;
    }
    double buffers[PYACT_MAX_INPUTS][PYACT_BLOCK];
    double results[PYACT_BLOCK];
    const double *in[PYACT_MAX_INPUTS];
    const int input_count = signature->data_inputs + signature->parameters;
    const int in_place = dtype == PYACT_F64 && is_plain_f64(input_count, inputs, strides, output, output_stride);
    unsigned flags = PYACT_SAME_PARAMETERS;
    size_t longest = PYACT_BLOCK; /* what one call of the core may take */

    for (int k = signature->data_inputs; k < input_count; k++)
        if (strides[k] != 0 && n > 1) flags = 0;
    if (signature->f64_direct && in_place && flags != 0) longest = n;
    for (int k = 0; k < input_count; k++) {
        in[k] = buffers[k];
        if (strides[k] != 0) continue;
        if (k < signature->data_inputs) longest = PYACT_BLOCK;
        /* one value for all elements: converted once */
        load_block(k < signature->data_inputs ? dtype : PYACT_F64, inputs[k], 0, 1, buffers[k]);
        const vec value = vec_set(buffers[k][0]);
        const size_t used = n < PYACT_BLOCK ? n : PYACT_BLOCK;
        for (size_t i = 0; i < used; i += LANES) vec_store(buffers[k] + i, value);
    }

    size_t start = 0;
    for (size_t count; start < n; start += count) {
        count = n - start < longest ? n - start : longest;
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
            cores->f64(in, &out, padded, flags);
            if (!direct) store_block(PYACT_F64, to, output_stride, count, results);
        } else {
            cores->wide(in, &out, padded, PYACT_ROUND_TO_ODD);
            store_block(dtype, to, output_stride, count, results);
        }
    }
}

#endif
