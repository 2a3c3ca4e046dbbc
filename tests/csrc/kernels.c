/* Prints one line per kernel: its name and a hash of its results in float and double for a fixed set of inputs.
 *
 * Linked with generated_c (without python/). Every instruction set, compiler and CPU must print the same text. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "pyact.h"

enum { COUNT = 3000 };

static uint64_t state = 88172645463325252u;

static uint64_t next(void) /* xorshift */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Half of the inputs are bit patterns of any binade, half are from the common range. */
static void fill(float *singles, double *doubles)
{
    for (int i = 0; i < COUNT; i++) {
        const uint64_t bits = next();
        const uint32_t low_bits = (uint32_t)bits;
        const double common = (double)(next() >> 11) * 0x1p-53 * 40 - 20;
        memcpy(&singles[i], &low_bits, sizeof singles[i]);
        memcpy(&doubles[i], &bits, sizeof doubles[i]);
        if (i % 2 || !isfinite(singles[i])) singles[i] = (float)common;
        if (i % 2 || !isfinite(doubles[i])) doubles[i] = common;
    }
}

static uint64_t add_to_hash(uint64_t hash, const void *data, size_t size) /* FNV-1a */
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

int main(void)
{
    static float x[2][COUNT], y[COUNT];
    static double xd[2][COUNT], yd[COUNT];
    static const double parameters[PYACT_MAX_INPUTS] = {0.7494, 1.25, 0.61, 2, 3, 4};
    fill(x[0], xd[0]);
    fill(x[1], xd[1]);
    for (size_t k = 0; k < pyact_registry.count; k++) {
        const pyact_kernel *kernel = &pyact_registry.kernels[k];
        const pyact_signature *signature = &kernel->family->signatures[kernel->index];
        uint64_t hash = 14695981039346656037u;
        for (int is_double = 0; is_double < 2; is_double++) {
            const void *inputs[PYACT_MAX_INPUTS];
            ptrdiff_t strides[PYACT_MAX_INPUTS];
            const ptrdiff_t size = is_double ? sizeof(double) : sizeof(float);
            for (int i = 0; i < signature->data_inputs; i++) {
                const int column = (signature->data_inputs - 1 - i) % 2; /* the last is x */
                inputs[i] = is_double ? (const void *)xd[column] : (const void *)x[column];
                strides[i] = size;
            }
            for (int i = 0; i < signature->parameters; i++) {
                inputs[signature->data_inputs + i] = &parameters[i];
                strides[signature->data_inputs + i] = 0;
            }
            void *output = is_double ? (void *)yd : (void *)y;
            if (pyact_run(kernel, is_double ? PYACT_F64 : PYACT_F32, inputs, strides, output, size, COUNT) != PYACT_OK)
                return 1;
            hash = add_to_hash(hash, output, (size_t)size * COUNT);
        }
        printf("%s %016llx\n", signature->name, (unsigned long long)hash);
    }
    return 0;
}
