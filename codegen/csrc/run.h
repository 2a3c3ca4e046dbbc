/* The public entry points: evaluate a kernel over strided arrays, or a row function over rows.
 *
 * Every array is described by a pointer and a stride in bytes. Strides may be negative or 0, and data need not be
 * aligned. The output may be the very same array as an input (same pointer, same stride); with any other overlap the
 * elements are evaluated one after the other, in order. */
#ifndef PYACT_RUN_H
#define PYACT_RUN_H

#include <stddef.h>

typedef enum { PYACT_F16, PYACT_BF16, PYACT_F32, PYACT_F64 } pyact_dtype;

typedef enum {
    PYACT_OK = 0,
    PYACT_ERROR_ISA,       /* PYACT_ISA names an instruction set that cannot be used: see pyact_isa_error() */
    PYACT_ERROR_MEMORY,    /* the sort buffer of a sparsemax row could not be allocated */
    PYACT_ERROR_ARGUMENT   /* an unknown dtype or row function */
} pyact_status;

/* One function of the library; pyact.h names them all. */
typedef struct {
    const struct pyact_family *family;
    size_t index;
} pyact_kernel;

/* Evaluates `kernel` on n elements. Data inputs and the output have the given dtype; parameters, which follow the
 * data inputs, are always double. Returns a pyact_status. */
int pyact_run(const pyact_kernel *kernel, pyact_dtype dtype, const void *const *inputs, const ptrdiff_t *input_strides,
              void *output, ptrdiff_t output_stride, size_t n);

/* Elements in rows: where the first is, and the bytes from row to row and from element to element. */
typedef struct {
    char *data;
    ptrdiff_t row_stride, element_stride;
} pyact_row_array;

/* Evaluates `kernel` on `rows` rows of n elements. Parameters lie in arrays of doubles. The output must be apart from
 * the inputs, or there is one row and it may be an input. */
int pyact_run_in_rows(const pyact_kernel *kernel, pyact_dtype dtype, size_t rows, size_t n,
                      const pyact_row_array *inputs, pyact_row_array output);

/* Evaluates two gradients in one pass over memory: those of a gate for its two inputs, or those of an activation of one
 * input for that and for its one learned parameter. The inputs are grad_output, then those of `kernel`, the value, with
 * its parameters; each output is what the gradient gives on its own, to the last bit. An output may be an input, the
 * outputs must not overlap each other; with more than one row no output may overlap an input otherwise. Other kernels are
 * a PYACT_ERROR_ARGUMENT. */
int pyact_run_gradients(const pyact_kernel *kernel, pyact_dtype dtype, size_t rows, size_t n,
                        const pyact_row_array *inputs, const pyact_row_array outputs[2]);

/* Whether `kernel` is such a value, and whether that of a gate. */
int pyact_has_gradients(const pyact_kernel *kernel);
int pyact_is_gate(const pyact_kernel *kernel);

/* Evaluates an elementwise activation of one input and its derivative in one pass over memory: outputs[0] is what
 * `kernel` gives, outputs[1] what its gradient gives for grad_output = 1, to the last bit. An output may be the input;
 * the outputs must not overlap each other. Gates and gradients are a PYACT_ERROR_ARGUMENT. */
int pyact_run_with_derivative(const pyact_kernel *kernel, pyact_dtype dtype, const void *const *inputs,
                              const ptrdiff_t *input_strides, void *const outputs[2],
                              const ptrdiff_t output_strides[2], size_t n);

/* Whether `kernel` is such an activation. */
int pyact_has_derivative(const pyact_kernel *kernel);

/* Each function is followed by its vector-Jacobian product, whose inputs are (grad_output, x). Last come those that start
 * from the function's result: their inputs are (grad_output, y). softmax_one's is that of softmax. */
typedef enum {
    PYACT_ROW_SOFTMAX, PYACT_ROW_SOFTMAX_BACKWARD,
    PYACT_ROW_LOG_SOFTMAX, PYACT_ROW_LOG_SOFTMAX_BACKWARD,
    PYACT_ROW_SOFTMIN, PYACT_ROW_SOFTMIN_BACKWARD,
    PYACT_ROW_SOFTMAX_ONE, PYACT_ROW_SOFTMAX_ONE_BACKWARD,
    PYACT_ROW_LOGSUMEXP, PYACT_ROW_LOGSUMEXP_BACKWARD,
    PYACT_ROW_HARDMAX, PYACT_ROW_HARDMAX_BACKWARD,
    PYACT_ROW_SPARSEMAX, PYACT_ROW_SPARSEMAX_BACKWARD,
    PYACT_ROW_SOFTMAX_BACKWARD_FROM_OUTPUT, PYACT_ROW_LOG_SOFTMAX_BACKWARD_FROM_OUTPUT,
    PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT,
    PYACT_ROW_FUNCTIONS
} pyact_row_function;

/* Evaluates a row function on `rows` rows of `length` elements. The output of logsumexp and the grad_output of its
 * backward hold one element per row. Returns a pyact_status. */
int pyact_run_rows(pyact_row_function function, pyact_dtype dtype, size_t rows, size_t length,
                   const pyact_row_array *inputs, pyact_row_array output);

#endif
