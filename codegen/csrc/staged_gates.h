/* Staged kernels of two inputs, gates: the first passes see b alone, the last one both; and two gradients at once, which
 * share all but the last pass. See staged.h. */
#ifndef PYACT_STAGED_GATES_H
#define PYACT_STAGED_GATES_H

#include "staged.h"

typedef fvec (*staged_gate_last)(fvec a, fvec b, fpair_power before, fpair_context *context);

/* A block of the inputs; gradient is not looked at where there is none. */
typedef struct {
    const float *gradient, *a, *b;
    size_t length;
} staged_gate_block;

typedef struct {
    float gradient[STAGED_BLOCK], a[STAGED_BLOCK], b[STAGED_BLOCK];
} staged_gate_copy;

PYACT_INLINE staged_gate_block staged_gate_block_at(const char *const *in, int has_gradient, size_t start, size_t n)
{
    const staged_gate_block block = {
        (const float *)(const void *)in[0] + start,
        (const float *)(const void *)in[has_gradient] + start,
        (const float *)(const void *)in[has_gradient + 1] + start,
        n - start < STAGED_BLOCK ? n - start : STAGED_BLOCK,
    };
    return block;
}

/* For outputs that are inputs, too: these are wanted after the results are written. */
PYACT_OUTLINE staged_gate_block staged_gate_keep(staged_gate_copy *copy, staged_gate_block block)
{
    const size_t size = block.length * sizeof(float);
    block.gradient = memcpy(copy->gradient, block.gradient, size);
    block.a = memcpy(copy->a, block.a, size);
    block.b = memcpy(copy->b, block.b, size);
    return block;
}

PYACT_INLINE void staged_gate_begin(staged_first first, staged_between second, int members, staged_gate_block block,
                                    staged_powers *powers)
{
    for (size_t i = 0; i < block.length; i += FLANES) staged_store(powers, i, first(fvec_load(block.b + i)), members);
    if (second != NULL)
        for (size_t i = 0; i < block.length; i += FLANES)
            staged_store(powers, i, second(fvec_load(block.b + i), staged_load(powers, i, members)), members);
}

/* The last pass for the vector at i, times its gradient. */
PYACT_INLINE fvec staged_gate_result(staged_gate_last last, int members, int has_gradient, const staged_powers *powers,
                                     staged_gate_block block, size_t i, fpair_context *context)
{
    const fvec result =
        last(fvec_load(block.a + i), fvec_load(block.b + i), staged_load(powers, i, members), context);
    return has_gradient ? fpair_apply_gradient(fvec_load(block.gradient + i), result, context) : result;
}

/* Takes the lanes of a group that its last pass did not decide from double. */
PYACT_INLINE void staged_gate_decide(staged_gate_last last, int members, int has_gradient, pyact_float_core in_double,
                                     const staged_powers *powers, staged_gate_block block, size_t group, size_t end,
                                     float *y)
{
    for (size_t i = group; i < end; i += FLANES) {
        fpair_context context = {fmask_not(fmask_none())};
        const fvec result = staged_gate_result(last, members, has_gradient, powers, block, i, &context);
        if (fmask_all(context.regular)) continue;
        const char *inputs[3];
        inputs[0] = (const char *)(block.gradient + i);
        inputs[has_gradient] = (const char *)(block.a + i);
        inputs[has_gradient + 1] = (const char *)(block.b + i);
        fvec_store(y + i, fpair_decide_in_double(result, context.regular, in_double, has_gradient + 2,
                                                 has_gradient + 2, inputs, 0));
    }
}

PYACT_INLINE void staged_gate_end(staged_gate_last last, int members, int has_gradient, pyact_float_core in_double,
                                  const staged_powers *powers, staged_gate_block block, float *y)
{
    for (size_t group = 0; group < block.length; group += STAGED_GROUP) {
        const size_t end = block.length - group < STAGED_GROUP ? block.length : group + STAGED_GROUP;
        fpair_context context = {fmask_not(fmask_none())};
        for (size_t i = group; i < end; i += FLANES)
            fvec_store(y + i, staged_gate_result(last, members, has_gradient, powers, block, i, &context));
        if (__builtin_expect(!fmask_all(context.regular), 0))
            staged_gate_decide(last, members, has_gradient, in_double, powers, block, group, end, y);
    }
}

/* in[0] and in[1] are a and b, or in[0] the gradient and then a and b. */
PYACT_INLINE void staged_gate_run(staged_first first, staged_between second, staged_gate_last last, int members,
                                  int has_gradient, pyact_float_core in_double, const char *const *in, char *out,
                                  size_t n)
{
    staged_powers powers;
    staged_gate_copy copy;
    const int in_place = out == in[0] || out == in[1] || out == in[has_gradient + 1];
    for (size_t start = 0; start < n; start += STAGED_BLOCK) {
        staged_gate_block block = staged_gate_block_at(in, has_gradient, start, n);
        if (in_place) block = staged_gate_keep(&copy, block);
        staged_gate_begin(first, second, members, block, &powers);
        staged_gate_end(last, members, has_gradient, in_double, &powers, block, (float *)(void *)out + start);
    }
}

/* The gradients for a and for b: in[0] is what both are multiplied by. */
PYACT_INLINE void staged_gate_gradients_run(staged_first first, staged_between second, staged_gate_last of_a,
                                            staged_gate_last of_b, int members, pyact_float_core a_in_double,
                                            pyact_float_core b_in_double, const char *const *in, char *const *out,
                                            size_t n)
{
    staged_powers powers;
    staged_gate_copy copy;
    const char *const arrays[3] = {in[0], in[1], in[2]}; /* a store might change those that `in` points to */
    float *const of[2] = {(float *)(void *)out[0], (float *)(void *)out[1]};
    int in_place = 0;
    for (int k = 0; k < 3; k++) in_place |= out[0] == in[k] || out[1] == in[k];
    for (size_t start = 0; start < n; start += STAGED_BLOCK) {
        staged_gate_block block = staged_gate_block_at(arrays, 1, start, n);
        if (in_place) block = staged_gate_keep(&copy, block);
        staged_gate_begin(first, second, members, block, &powers);
        staged_gate_end(of_a, members, 1, a_in_double, &powers, block, of[0] + start);
        staged_gate_end(of_b, members, 1, b_in_double, &powers, block, of[1] + start);
    }
}

#endif
