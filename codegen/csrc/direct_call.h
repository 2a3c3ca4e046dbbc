/* A direct call: the kernel on contiguous arrays of one dtype and plain numbers, its output the only allocation.
 *
 * What is not as simple is refused, which decides nothing: whoever called hands it on to NumPy as it came. */
#ifndef PYACT_DIRECT_CALL_H
#define PYACT_DIRECT_CALL_H

#include "numpy_glue.h"

#include <stddef.h>
#include <stdint.h>

enum {
    MAX_OUTPUTS = 2,
    /* Elements. NumPy's own loops draw the line at 500. To let go of the lock and take it again costs some 40 ns, as
     * much as 500 elements of a plain kernel; 8,192 of them take a microsecond, and threads switch every 5 ms. */
    RELEASE_GIL_FROM = 512,
    RELEASE_GIL_OF_PLAIN_FROM = 8192
};

/* What is called, and where its arguments are: the data inputs, the axis of a gate, parameters, switches, out. */
typedef struct {
    const void *described_by;      /* a pyact_kernel or a row_description */
    int data_inputs, parameters, outputs;
    int is_gradients;              /* two gradients at once, of the kernel of the value */
    int first_parameter;           /* its place among the arguments: after the inputs, and the axis of a gate */
    int arguments;                 /* the last is out */
    int ordered;                   /* it refuses parameters that decrease */
    const double *default_value;   /* of the parameters */
} direct_callee;

/* ---- operands of a direct call ---- */

/* What the data inputs agree on so far. */
typedef struct {
    int type;                 /* NumPy's type number, or -1: only Python numbers until now */
    int has_array, dimensions;
    const npy_intp *shape;    /* of the first operand that is an array; the others have it, too (NULL without axes) */
    npy_intp size;
    int c_order, f_order;     /* whether all arrays are contiguous that way */
} common;

/* One operand: where its elements are, or a number that is not in its format yet. */
typedef struct {
    const void *data;
    ptrdiff_t stride;
    int is_number;   /* a Python number, which takes the dtype of the others */
    double number;
    char value[8];   /* the number in that dtype */
} operand;

static inline int kernel_dtype(int type, pyact_dtype *dtype)
{
    if (type == NPY_FLOAT) *dtype = PYACT_F32;
    else if (type == NPY_DOUBLE) *dtype = PYACT_F64;
    else if (type == NPY_HALF) *dtype = PYACT_F16;
    else if (type >= 0 && type == pyact_bfloat16_type) *dtype = PYACT_BF16;
    else return 0;
    return 1;
}

/* A Python float, or an int that is an int64 (NumPy takes a larger one for another type). */
static inline int plain_number(PyObject *object, double *value)
{
    if (PyFloat_CheckExact(object)) {
        *value = PyFloat_AS_DOUBLE(object);
        return 1;
    }
    if (PyLong_CheckExact(object)) {
        int overflow;
        const long long integer = PyLong_AsLongLongAndOverflow(object, &overflow);
        *value = (double)integer;
        return !overflow;
    }
    return 0;
}

/* The memory of a NumPy scalar of a type that kernels take. */
static inline const void *scalar_data(PyObject *object, int *type)
{
    if (Py_TYPE(object) == &PyFloatArrType_Type) {
        *type = NPY_FLOAT;
        return &PyArrayScalar_VAL(object, Float);
    }
    if (Py_TYPE(object) == &PyDoubleArrType_Type) {
        *type = NPY_DOUBLE;
        return &PyArrayScalar_VAL(object, Double);
    }
    if (Py_TYPE(object) == &PyHalfArrType_Type) {
        *type = NPY_HALF;
        return &PyArrayScalar_VAL(object, Half);
    }
    return NULL;
}

static inline int take_type(common *all, int type)
{
    if (all->type < 0)
        all->type = type;
    return all->type == type;
}

static inline int same_shape(const common *all, PyArrayObject *array)
{
    return PyArray_NDIM(array) == all->dimensions &&
           PyArray_CompareLists(PyArray_DIMS(array), all->shape, all->dimensions);
}

/* A data input of an elementwise call; 0 if this file leaves it to NumPy. */
static inline int take_data(common *all, PyObject *object, operand *into)
{
    into->is_number = 0;
    into->stride = 0;
    int type;
    if (PyArray_CheckExact(object)) {
        PyArrayObject *array = (PyArrayObject *)object;
        if (!take_type(all, PyArray_TYPE(array)) || !PyArray_ISBEHAVED_RO(array))
            return 0;
        into->data = PyArray_DATA(array);
        if (!all->has_array) {
            all->has_array = 1;
            all->dimensions = PyArray_NDIM(array);
            all->shape = PyArray_DIMS(array);
            all->size = PyArray_SIZE(array);
        } else if (!same_shape(all, array)) {
            return 0;
        }
        all->c_order &= PyArray_IS_C_CONTIGUOUS(array);
        all->f_order &= PyArray_IS_F_CONTIGUOUS(array);
        into->stride = PyArray_ITEMSIZE(array);
        return all->c_order || all->f_order;
    }
    if ((into->data = scalar_data(object, &type)) != NULL)
        return take_type(all, type);
    into->is_number = 1;
    return plain_number(object, &into->number);
}

/* Rounds the Python numbers among the data to the dtype of the call, where that is a plain conversion. */
static inline int convert_numbers(const common *all, operand *operands, int count)
{
    for (int k = 0; k < count; k++) {
        operand *one = &operands[k];
        if (!one->is_number)
            continue;
        if (all->type == NPY_DOUBLE) {
            memcpy(one->value, &one->number, sizeof one->number);
        } else if (all->type == NPY_FLOAT) {
            const float rounded = (float)one->number;
            if ((double)rounded != one->number) /* NumPy may have to warn: its matter */
                return 0;
            memcpy(one->value, &rounded, sizeof rounded);
        } else {
            return 0;
        }
        one->data = one->value;
    }
    return 1;
}

/* A parameter with one value. */
static inline int take_parameter(const common *all, PyObject *object, operand *into)
{
    into->stride = 0;
    into->data = into->value;
    double value;
    if (plain_number(object, &value)) {
        memcpy(into->value, &value, sizeof value);
        return 1;
    }
    if (Py_TYPE(object) == &PyDoubleArrType_Type) {
        into->data = &PyArrayScalar_VAL(object, Double);
        return 1;
    }
    if (!PyArray_CheckExact(object))
        return 0;
    PyArrayObject *array = (PyArrayObject *)object;
    into->data = PyArray_DATA(array);
    return PyArray_TYPE(array) == NPY_DOUBLE && PyArray_ISBEHAVED_RO(array) && PyArray_SIZE(array) == 1 &&
           PyArray_NDIM(array) <= all->dimensions;
}

/* Where the values of the parameters are; 0 leaves the call to Python. */
static inline int take_parameters(const direct_callee *callee, const common *all, PyObject *const *sorted,
                                  operand *into)
{
    for (int k = 0; k < callee->parameters; k++) {
        PyObject *given = sorted[callee->first_parameter + k];
        if (given == NULL) {
            into[k].data = &callee->default_value[k];
            into[k].stride = 0;
        } else if (!take_parameter(all, given, &into[k])) {
            return 0;
        }
        if (callee->ordered && k > 0 && !(*(const double *)into[k - 1].data <= *(const double *)into[k].data))
            return 0;
    }
    return 1;
}

/* ---- results ---- */

static inline int is_none(PyObject *object) { return object == NULL || object == Py_None; }

static inline int overlaps(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    return a < b + b_bytes && b < a + a_bytes;
}

/* Whether `out` can be written as it is; 0 leaves it to NumPy, which casts, copies or refuses. */
static inline int is_plain_output(const common *all, PyObject *out)
{
    if (!PyArray_CheckExact(out))
        return 0;
    PyArrayObject *array = (PyArrayObject *)out;
    return all->has_array && PyArray_TYPE(array) == all->type && PyArray_ISBEHAVED(array) &&
           same_shape(all, array) && (all->c_order ? PyArray_IS_C_CONTIGUOUS(array) : PyArray_IS_F_CONTIGUOUS(array));
}

/* Whether writing the output leaves the inputs as they are until they are read: an input is the output, or apart. */
static inline int is_safe_output(const operand *operands, int count, const char *output, size_t item, size_t bytes)
{
    for (int k = 0; k < count; k++) {
        const size_t size = operands[k].stride == 0 ? sizeof(double) : bytes; /* of a single value at most that */
        const int same = operands[k].data == output && operands[k].stride == (ptrdiff_t)item;
        if (!same && overlaps(operands[k].data, size, output, bytes))
            return 0;
    }
    return 1;
}

static inline PyObject *new_output(int type, int dimensions, const npy_intp *shape, int c_order)
{
    PyArray_Descr *description = PyArray_DescrFromType(type);
    if (description == NULL)
        return NULL;
    return PyArray_NewFromDescr(&PyArray_Type, description, dimensions, shape, NULL, NULL,
                                c_order ? 0 : NPY_ARRAY_F_CONTIGUOUS, NULL);
}

static inline PyObject *new_scalar(int type, void *value)
{
    PyArray_Descr *description = PyArray_DescrFromType(type);
    if (description == NULL)
        return NULL;
    PyObject *scalar = PyArray_Scalar(value, description, NULL);
    Py_DECREF(description);
    return scalar;
}

/* ---- the kernel, straight ---- */

/* What `out` says for each output: an array, or NULL for a new one. 0 leaves it to NumPy. */
static inline int take_outputs(const direct_callee *callee, PyObject *out, PyObject **given)
{
    const int is_pair = callee->outputs == 2 && out != NULL && PyTuple_CheckExact(out) && PyTuple_GET_SIZE(out) == 2;
    for (int k = 0; k < callee->outputs; k++) {
        PyObject *one = is_pair ? PyTuple_GET_ITEM(out, k) : out;
        given[k] = is_none(one) ? NULL : one;
    }
    return callee->outputs == 1 || is_pair || is_none(out);
}

static inline int run_gradients(const direct_callee *callee, pyact_dtype dtype, const operand *operands,
                                void *const *outputs, ptrdiff_t step, size_t n)
{
    pyact_row_array from[PYACT_MAX_INPUTS], to[MAX_OUTPUTS];
    for (int k = 0; k < callee->data_inputs + callee->parameters; k++) {
        const pyact_row_array one = {(char *)(uintptr_t)operands[k].data, 0, operands[k].stride};
        from[k] = one;
    }
    for (int k = 0; k < MAX_OUTPUTS; k++) {
        const pyact_row_array one = {outputs[k], 0, step};
        to[k] = one;
    }
    return pyact_run_gradients(callee->described_by, dtype, 1, n, from, to);
}

static inline int run_kernel(const direct_callee *callee, pyact_dtype dtype, const operand *operands,
                             void *const *outputs, size_t item, size_t n)
{
    const void *inputs[PYACT_MAX_INPUTS];
    ptrdiff_t strides[PYACT_MAX_INPUTS];
    const ptrdiff_t step = (ptrdiff_t)item, steps[MAX_OUTPUTS] = {step, step};
    for (int k = 0; k < callee->data_inputs + callee->parameters; k++) {
        inputs[k] = operands[k].data;
        strides[k] = operands[k].stride;
    }
    if (callee->outputs == 1)
        return pyact_run(callee->described_by, dtype, inputs, strides, outputs[0], step, n);
    if (callee->is_gradients)
        return run_gradients(callee, dtype, operands, outputs, step, n);
    return pyact_run_with_derivative(callee->described_by, dtype, inputs, strides, outputs, steps, n);
}

static inline int keeps_gil(const direct_callee *callee, pyact_dtype dtype, npy_intp size)
{
    const pyact_kernel *kernel = callee->described_by;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    const int is_plain = signature->is_plain && (dtype != PYACT_F64 || signature->f64_direct);
    return size < (is_plain ? RELEASE_GIL_OF_PLAIN_FROM : RELEASE_GIL_FROM);
}

/* 1: done, the result (or NULL for an exception) is in *result. 0: leave it to NumPy. */
static inline int call_elementwise(const direct_callee *callee, PyObject *const *sorted, PyObject **result)
{
    operand operands[PYACT_MAX_INPUTS];
    common all = {.type = -1, .size = 1, .c_order = 1, .f_order = 1};
    const int count = callee->data_inputs + callee->parameters;
    pyact_dtype dtype;
    for (int k = 0; k < callee->data_inputs; k++)
        if (!take_data(&all, sorted[k], &operands[k]))
            return 0;
    if (all.type < 0)
        all.type = NPY_DOUBLE; /* Python numbers alone */
    if (!kernel_dtype(all.type, &dtype) || !convert_numbers(&all, operands, callee->data_inputs))
        return 0;
    if (!take_parameters(callee, &all, sorted, operands + callee->data_inputs))
        return 0;
    const int first_switch = callee->first_parameter + callee->parameters;
    for (int place = first_switch; place < callee->arguments - 1; place++)
        if (!is_none(sorted[place]) && sorted[place] != Py_False)
            return 0;

    const size_t item = dtype == PYACT_F64 ? 8 : dtype == PYACT_F32 ? 4 : 2;
    char single[MAX_OUTPUTS][8];
    void *data[MAX_OUTPUTS];
    PyObject *made[MAX_OUTPUTS] = {NULL, NULL};
    PyObject *given[MAX_OUTPUTS];
    if (!take_outputs(callee, sorted[callee->arguments - 1], given))
        return 0;
    for (int k = 0; k < callee->outputs; k++) {
        data[k] = single[k];
        if (given[k] == NULL)
            continue;
        if (!is_plain_output(&all, given[k]))
            return 0;
        data[k] = PyArray_DATA((PyArrayObject *)given[k]);
        if (!is_safe_output(operands, count, data[k], item, item * (size_t)all.size))
            return 0;
    }
    if (callee->outputs == 2 && given[0] != NULL && given[1] != NULL &&
        overlaps(data[0], item * (size_t)all.size, data[1], item * (size_t)all.size))
        return 0;
    for (int k = 0; k < callee->outputs; k++) {
        if (given[k] != NULL) {
            made[k] = Py_NewRef(given[k]);
        } else if (all.dimensions > 0) { /* else a scalar, made from its value */
            made[k] = new_output(all.type, all.dimensions, all.shape, all.c_order);
            if (made[k] == NULL) {
                Py_XDECREF(made[0]);
                *result = NULL;
                return 1;
            }
            data[k] = PyArray_DATA((PyArrayObject *)made[k]);
        }
    }

    int status;
    if (keeps_gil(callee, dtype, all.size)) {
        status = run_kernel(callee, dtype, operands, data, item, (size_t)all.size);
    } else {
        Py_BEGIN_ALLOW_THREADS
        status = run_kernel(callee, dtype, operands, data, item, (size_t)all.size);
        Py_END_ALLOW_THREADS
    }
    int failed = pyact_raise(status) < 0;
    for (int k = 0; k < callee->outputs && !failed; k++)
        if (made[k] == NULL)
            failed = (made[k] = new_scalar(all.type, data[k])) == NULL;
    if (failed)
        *result = NULL;
    else
        *result = callee->outputs == 1 ? Py_NewRef(made[0]) : PyTuple_Pack(2, made[0], made[1]);
    Py_XDECREF(made[0]);
    Py_XDECREF(made[1]);
    return 1;
}

#endif
