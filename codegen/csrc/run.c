/* The entry points: choose the instruction set, give the kernel a clean floating-point environment, hand over. */
#include "run.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "cpu.h"
#include "kernel.h"
#include "threads.h"

/* The floating-point environment. Another library may have set flush-to-zero or another rounding direction, and would
 * change our bits; our own inexact, underflow and invalid flags would in turn become warnings of the caller's. So the
 * default environment is set for the kernel, and the caller's is put back with its flags as they were. */
#if defined(__x86_64__)
#include <xmmintrin.h>
typedef unsigned environment;
static inline environment enter_default_environment(void)
{
    const unsigned control_bits = 0xffc0, all_masked_nearest = 0x1f80;
    const environment saved = _mm_getcsr();
    if ((saved & control_bits) != all_masked_nearest) _mm_setcsr(all_masked_nearest);
    return saved;
}
/* Without a look at the flags: nearly every kernel is inexact, and reading them costs more than writing. */
static inline void restore_environment(environment saved) { _mm_setcsr(saved); }
#elif defined(__aarch64__)
typedef struct {
    uint64_t control, status;
} environment;
static inline environment enter_default_environment(void)
{
    environment saved;
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved.control));
    __asm__ volatile("mrs %0, fpsr" : "=r"(saved.status));
    if (saved.control != 0) __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
    return saved;
}
static inline void restore_environment(environment saved)
{
    if (saved.control != 0) __asm__ volatile("msr fpcr, %0" : : "r"(saved.control));
    __asm__ volatile("msr fpsr, %0" : : "r"(saved.status));
}
#else
#include <fenv.h>
typedef fenv_t environment;
static inline environment enter_default_environment(void)
{
    environment saved;
    fegetenv(&saved);
    fesetenv(FE_DFL_ENV);
    return saved;
}
static inline void restore_environment(environment saved) { fesetenv(&saved); }
#endif

extern const pyact_driver PYACT_BASELINE_FN(pyact_driver);
#ifdef PYACT_WITH_AVX2
extern const pyact_driver pyact_driver_avx2;
#endif
#ifdef PYACT_WITH_AVX512
extern const pyact_driver pyact_driver_avx512;
#endif

static const pyact_driver *const drivers[PYACT_SLOTS] = {
    &PYACT_BASELINE_FN(pyact_driver),
    PYACT_AVX2_OR_NULL(&pyact_driver_avx2),
    PYACT_AVX512_OR_NULL(&pyact_driver_avx512),
};

static size_t item_size(pyact_dtype dtype) { return dtype == PYACT_F64 ? 8 : dtype == PYACT_F32 ? 4 : 2; }

/* The bytes an array occupies: [low, high). */
typedef struct {
    uintptr_t low, high;
} extent;

static extent array_extent(const void *data, ptrdiff_t stride, size_t n, size_t size)
{
    const uintptr_t first = (uintptr_t)data, last = first + (uintptr_t)stride * (n - 1);
    extent bytes = {first < last ? first : last, (first < last ? last : first) + size};
    return bytes;
}

/* Where the output is: away from every input, one of the inputs itself, or across one. In the last case an output
 * element may be read later as an input, so blocks must not be read ahead. */
typedef enum { APART, IN_PLACE, ACROSS } overlap;

static overlap overlap_of(const pyact_signature *signature, size_t size, const void *const *inputs,
                          const ptrdiff_t *strides, const void *output, ptrdiff_t output_stride, size_t n)
{
    overlap found = APART;
    const extent out = array_extent(output, output_stride, n, size);
    const int count = signature->data_inputs + signature->parameters;
    for (int k = 0; k < count; k++) {
        const size_t input_size = k < signature->data_inputs ? size : sizeof(double);
        const extent in = array_extent(inputs[k], strides[k], n, input_size);
        if (in.high <= out.low || out.high <= in.low) continue;
        const int separate_elements = (output_stride < 0 ? -output_stride : output_stride) >= (ptrdiff_t)size;
        if (inputs[k] != output || strides[k] != output_stride || input_size != size || !separate_elements)
            return ACROSS;
        found = IN_PLACE;
    }
    return found;
}

typedef struct {
    const pyact_driver *driver;
    const pyact_cores *cores;
    const pyact_signature *signature;
    pyact_dtype dtype;
    const void *const *inputs;
    const ptrdiff_t *strides;
    void *output;
    ptrdiff_t output_stride;
} elementwise_call;

/* Elements begin to end. Every thread has a floating-point environment of its own. */
static void run_elements(void *context, size_t begin, size_t end)
{
    const elementwise_call *call = context;
    const int count = call->signature->data_inputs + call->signature->parameters;
    const void *from[PYACT_MAX_INPUTS];
    for (int k = 0; k < count; k++) from[k] = (const char *)call->inputs[k] + (ptrdiff_t)begin * call->strides[k];
    const environment saved = enter_default_environment();
    call->driver->elementwise(call->cores, call->signature, call->dtype, from, call->strides,
                              (char *)call->output + (ptrdiff_t)begin * call->output_stride, call->output_stride,
                              end - begin);
    restore_environment(saved);
}

int pyact_run(const pyact_kernel *kernel, pyact_dtype dtype, const void *const *inputs, const ptrdiff_t *input_strides,
              void *output, ptrdiff_t output_stride, size_t n)
{
    const int slot = pyact_isa_slot();
    if (slot < 0) return PYACT_ERROR_ISA;
    if ((unsigned)dtype > PYACT_F64) return PYACT_ERROR_ARGUMENT;
    if (n == 0) return PYACT_OK;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    const pyact_cores *cores = &kernel->family->cores[slot][kernel->index];
    if (n == 1) { /* with strides of 0 the driver fills a vector with it in one instruction */
        static const ptrdiff_t nowhere[PYACT_MAX_INPUTS];
        const environment saved = enter_default_environment();
        drivers[slot]->elementwise(cores, signature, dtype, inputs, nowhere, output, output_stride, n);
        restore_environment(saved);
        return PYACT_OK;
    }
    elementwise_call call = {
        drivers[slot], cores, signature, dtype, inputs, input_strides, output, output_stride,
    };
    if (overlap_of(signature, item_size(dtype), inputs, input_strides, output, output_stride, n) != ACROSS) {
        pyact_parallel(run_elements, &call, n, 1, PYACT_BLOCK);
    } else {
        for (size_t i = 0; i < n; i++) run_elements(&call, i, i + 1);
    }
    return PYACT_OK;
}

/* ---- rows of elements ---- */

/* One kernel, or two gradients at once, on rows of n elements. */
typedef struct {
    const pyact_driver *driver;
    const pyact_cores *cores;
    const pyact_signature *signature;
    pyact_dtype dtype;
    size_t n;
    int input_count, output_count, keep;
    pyact_row_array inputs[PYACT_MAX_INPUTS], outputs[2];
} grid_call;

static void *element_of(pyact_row_array array, size_t row, size_t column)
{
    return array.data + (ptrdiff_t)row * array.row_stride + (ptrdiff_t)column * array.element_stride;
}

/* Elements begin to end, counted along the rows. */
static void run_grid(void *context, size_t begin, size_t end)
{
    const grid_call *call = context;
    const void *inputs[PYACT_MAX_INPUTS];
    void *outputs[2];
    ptrdiff_t strides[PYACT_MAX_INPUTS], output_strides[2];
    for (int k = 0; k < call->input_count; k++) strides[k] = call->inputs[k].element_stride;
    for (int k = 0; k < call->output_count; k++) output_strides[k] = call->outputs[k].element_stride;
    size_t row = begin / call->n, column = begin % call->n;
    const environment saved = enter_default_environment();
    for (size_t some; begin < end; begin += some, row++, column = 0) {
        some = call->n - column < end - begin ? call->n - column : end - begin;
        for (int k = 0; k < call->input_count; k++) inputs[k] = element_of(call->inputs[k], row, column);
        for (int k = 0; k < call->output_count; k++) outputs[k] = element_of(call->outputs[k], row, column);
        if (call->output_count == 1)
            call->driver->elementwise(call->cores, call->signature, call->dtype, inputs, strides, outputs[0],
                                      output_strides[0], some);
        else
            call->driver->gradients(call->cores, call->signature, call->dtype, inputs, strides, outputs,
                                    output_strides, some, call->keep);
    }
    restore_environment(saved);
}

static void transpose(pyact_row_array *array)
{
    const ptrdiff_t stride = array->row_stride;
    array->row_stride = array->element_stride;
    array->element_stride = stride;
}

/* Short rows are taken the other way round: a row costs more to begin than some strided elements. */
static int run_in_rows(grid_call *call, size_t rows, size_t n)
{
    enum { SHORT = 8 };
    call->n = n;
    if (rows * n == 1) { /* with strides of 0 the driver fills a vector with it in one instruction */
        for (int k = 0; k < call->input_count; k++) call->inputs[k].element_stride = 0;
    } else if (n < SHORT && n < rows) {
        call->n = rows;
        for (int k = 0; k < call->input_count; k++) transpose(&call->inputs[k]);
        for (int k = 0; k < call->output_count; k++) transpose(&call->outputs[k]);
    }
    pyact_parallel(run_grid, call, rows * n, 1, PYACT_BLOCK);
    return PYACT_OK;
}

int pyact_run_in_rows(const pyact_kernel *kernel, pyact_dtype dtype, size_t rows, size_t n,
                      const pyact_row_array *inputs, pyact_row_array output)
{
    const int slot = pyact_isa_slot();
    if (slot < 0) return PYACT_ERROR_ISA;
    if ((unsigned)dtype > PYACT_F64) return PYACT_ERROR_ARGUMENT;
    if (rows == 0 || n == 0) return PYACT_OK;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    grid_call call = {
        .driver = drivers[slot], .cores = &kernel->family->cores[slot][kernel->index], .signature = signature,
        .dtype = dtype, .input_count = signature->data_inputs + signature->parameters, .output_count = 1,
        .outputs = {output},
    };
    memcpy(call.inputs, inputs, (size_t)call.input_count * sizeof *inputs);
    return run_in_rows(&call, rows, n);
}

int pyact_has_gradients(const pyact_kernel *kernel) { return kernel->family->signatures[kernel->index].has_gradients; }
int pyact_is_gate(const pyact_kernel *kernel) { return kernel->family->signatures[kernel->index].is_gate; }

/* The bytes that rows occupy. */
static extent rows_extent(pyact_row_array array, size_t rows, size_t n, size_t size)
{
    const extent first = array_extent(array.data, array.element_stride, n, size);
    const extent starts = array_extent(array.data, array.row_stride, rows, size);
    const extent all = {starts.low - ((uintptr_t)array.data - first.low),
                        starts.high + (first.high - (uintptr_t)array.data - size)};
    return all;
}

/* Where the outputs of both gradients are, taken together. */
static overlap overlap_of_gradients(const grid_call *call, size_t rows, size_t n)
{
    overlap found = APART;
    const size_t size = item_size(call->dtype);
    const int data_inputs = 1 + call->signature->data_inputs;
    for (int o = 0; o < 2; o++) {
        const pyact_row_array to = call->outputs[o];
        const extent out = rows_extent(to, rows, n, size);
        for (int k = 0; k < call->input_count; k++) {
            const pyact_row_array from = call->inputs[k];
            const extent in = rows_extent(from, rows, n, k < data_inputs ? size : sizeof(double));
            if (in.high <= out.low || out.high <= in.low) continue;
            const int same = from.data == to.data && from.element_stride == to.element_stride && k < data_inputs;
            if (rows == 1 && !same) return ACROSS;
            found = IN_PLACE;
        }
    }
    return found;
}

int pyact_run_gradients(const pyact_kernel *kernel, pyact_dtype dtype, size_t rows, size_t n,
                        const pyact_row_array *inputs, const pyact_row_array outputs[2])
{
    const int slot = pyact_isa_slot();
    if (slot < 0) return PYACT_ERROR_ISA;
    if ((unsigned)dtype > PYACT_F64 || !pyact_has_gradients(kernel)) return PYACT_ERROR_ARGUMENT;
    if (rows == 0 || n == 0) return PYACT_OK;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    grid_call call = {
        .driver = drivers[slot], .cores = &kernel->family->cores[slot][kernel->index], .signature = signature,
        .dtype = dtype, .input_count = 1 + signature->data_inputs + signature->parameters, .output_count = 2,
        .outputs = {outputs[0], outputs[1]},
    };
    memcpy(call.inputs, inputs, (size_t)call.input_count * sizeof *inputs);
    const overlap found = overlap_of_gradients(&call, rows, n);
    call.keep = found != APART;
    if (found != ACROSS) return run_in_rows(&call, rows, n);
    call.n = n;
    for (size_t i = 0; i < n; i++) run_grid(&call, i, i + 1);
    return PYACT_OK;
}

/* ---- value and derivative ---- */

/* Elements whose value and derivative are evaluated one after the other, while the input is in the nearest cache. */
enum { PAIR_BLOCK = 4 * PYACT_BLOCK };

typedef union {
    double f64[PAIR_BLOCK];
    float f32[PAIR_BLOCK];
    uint16_t f16[PAIR_BLOCK];
} pair_block;

typedef struct {
    elementwise_call value;  /* its cores and signature are followed by those of the gradient */
    void *derivative;
    ptrdiff_t derivative_stride;
    int keep_input;          /* the value is written over an input that the derivative still reads */
} pair_call;

static void fill_with_ones(pyact_dtype dtype, pair_block *block, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (dtype == PYACT_F64) block->f64[i] = 1.0;
        else if (dtype == PYACT_F32) block->f32[i] = 1.0f;
        else block->f16[i] = dtype == PYACT_F16 ? 0x3c00 : 0x3f80;
    }
}

static void run_pairs(void *context, size_t begin, size_t end)
{
    const pair_call *call = context;
    const elementwise_call *value = &call->value;
    const int count = value->signature->data_inputs + value->signature->parameters;
    const ptrdiff_t item = (ptrdiff_t)item_size(value->dtype);
    pair_block ones, kept;
    const void *inputs[PYACT_MAX_INPUTS] = {&ones}; /* of the gradient; those of the value come second */
    ptrdiff_t strides[PYACT_MAX_INPUTS] = {item};
    for (int k = 0; k < count; k++) strides[k + 1] = value->strides[k];
    fill_with_ones(value->dtype, &ones, end - begin < PAIR_BLOCK ? end - begin : PAIR_BLOCK);

    const environment saved = enter_default_environment();
    for (size_t start = begin, n; start < end; start += n) {
        n = end - start < PAIR_BLOCK ? end - start : PAIR_BLOCK;
        for (int k = 0; k < count; k++)
            inputs[k + 1] = (const char *)value->inputs[k] + (ptrdiff_t)start * value->strides[k];
        char *to = (char *)value->output + (ptrdiff_t)start * value->output_stride;
        value->driver->elementwise(value->cores, value->signature, value->dtype, inputs + 1, strides + 1,
                                   call->keep_input ? (char *)&kept : to,
                                   call->keep_input ? item : value->output_stride, n);
        value->driver->elementwise(value->cores + 1, value->signature + 1, value->dtype, inputs, strides,
                                   (char *)call->derivative + (ptrdiff_t)start * call->derivative_stride,
                                   call->derivative_stride, n);
        if (call->keep_input)
            for (size_t i = 0; i < n; i++)
                memcpy(to + (ptrdiff_t)i * value->output_stride, (char *)&kept + (ptrdiff_t)i * item, (size_t)item);
    }
    restore_environment(saved);
}

int pyact_has_derivative(const pyact_kernel *kernel)
{
    /* An elementwise activation has one input, and its gradient for that comes next. A gate has two inputs. */
    return kernel->family->signatures[kernel->index].data_inputs == 1;
}

int pyact_run_with_derivative(const pyact_kernel *kernel, pyact_dtype dtype, const void *const *inputs,
                              const ptrdiff_t *input_strides, void *const outputs[2],
                              const ptrdiff_t output_strides[2], size_t n)
{
    const int slot = pyact_isa_slot();
    if (slot < 0) return PYACT_ERROR_ISA;
    if ((unsigned)dtype > PYACT_F64 || !pyact_has_derivative(kernel)) return PYACT_ERROR_ARGUMENT;
    if (n == 0) return PYACT_OK;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    overlap found[2];
    for (int k = 0; k < 2; k++)
        found[k] = overlap_of(signature, item_size(dtype), inputs, input_strides, outputs[k], output_strides[k], n);
    pair_call call = {
        {
            drivers[slot], &kernel->family->cores[slot][kernel->index], signature, dtype, inputs, input_strides,
            outputs[0], output_strides[0],
        },
        outputs[1], output_strides[1], found[0] != APART,
    };
    if (n == 1 || (found[0] != ACROSS && found[1] != ACROSS)) {
        pyact_parallel(run_pairs, &call, n, 1, PYACT_BLOCK);
    } else {
        for (size_t i = 0; i < n; i++) run_pairs(&call, i, i + 1);
    }
    return PYACT_OK;
}

typedef struct {
    const pyact_driver *driver;
    pyact_rows rows;
    atomic_int status;
} rows_call;

static void run_some_rows(void *context, size_t begin, size_t end)
{
    rows_call *call = context;
    pyact_rows part = call->rows;
    part.first = row_of(&call->rows, begin);
    part.count = end - begin;
    const environment saved = enter_default_environment();
    const int status = call->driver->rows(&part);
    restore_environment(saved);
    if (status != PYACT_OK) atomic_store(&call->status, status);
}

int pyact_run_rows(pyact_row_function function, pyact_dtype dtype, size_t rows, size_t length,
                   const pyact_row_array *inputs, pyact_row_array output)
{
    const int slot = pyact_isa_slot();
    if (slot < 0) return PYACT_ERROR_ISA;
    if ((unsigned)dtype > PYACT_F64 || (unsigned)function >= PYACT_ROW_FUNCTIONS) return PYACT_ERROR_ARGUMENT;
    if (drivers[slot]->rows == NULL) return PYACT_ERROR_ARGUMENT; /* PYACT_WITHOUT_ROWS */
    if (rows == 0) return PYACT_OK;
    const int backward = function % 2 || starts_from_output(function); /* the enumeration alternates */
    const pyact_row_array x = inputs[backward];
    const pyact_row_array grad = backward ? inputs[0] : x;
    rows_call call = {
        .driver = drivers[slot],
        .rows = {
            .first = {
                .function = function, .dtype = dtype, .length = length,
                .grad_output = grad.data, .grad_stride = grad.element_stride,
                .x = x.data, .x_stride = x.element_stride,
                .output = output.data, .output_stride = output.element_stride,
            },
            .count = rows,
            .grad_step = grad.row_stride, .x_step = x.row_stride, .output_step = output.row_stride,
        },
        .status = PYACT_OK,
    };
    /* float32 rows side by side are streamed in panels (rows_single_columns.h): narrower strips cost more than a second
     * thread gains, and so does taking a few apart that have nothing between them (rows_few_columns.h). Short rows one
     * after the other are best evaluated sixteen at a time. float64 rows side by side need whole cache lines at
     * least (rows_double_columns.h). */
    enum { PANEL_ROWS = 512, DOUBLE_PANEL_ROWS = 64 };
    const int side_by_side = dtype == PYACT_F32 && x.row_stride == (ptrdiff_t)sizeof(float) && length > 1;
    const int in_panels = side_by_side && (rows >= 16 || x.element_stride == (ptrdiff_t)(rows * sizeof(float)));
    const int in_double_panels = dtype == PYACT_F64 && x.row_stride == (ptrdiff_t)sizeof(double) && length > 1;
    const size_t together = in_panels ? PANEL_ROWS : in_double_panels ? DOUBLE_PANEL_ROWS : rows < 1024 ? 1 : 16;
    pyact_parallel(run_some_rows, &call, rows, length + 1, together);
    return atomic_load(&call.status);
}
