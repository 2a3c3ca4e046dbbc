/* The short way into a function: a callable around a Python function and the ufunc it calls.
 *
 * A ufunc takes every argument to an array first, which for a parameter such as the alpha of elu costs as much as the
 * rest of the call, and a Python function in front of it costs that much again. Most calls need neither: contiguous
 * arrays of one dtype and plain numbers. Those run the kernel here, with the output as the only allocation. Calls that
 * are nearly as simple go to the ufunc, with the parameters already in order. All others, wrong ones included, are
 * handed to the Python function as they came: it is the definition, and this file only does the same in less time. */
#include "direct_call.h"

#include <structmember.h>

/* The arguments that may be positional: inputs, axis, parameters, switches, out. */
enum { MAX_NAMES = PYACT_MAX_INPUTS + 3 };

typedef enum { ELEMENTWISE, GATE, ROWS } function_kind;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *attributes, *weak_references;
    PyObject *function;  /* the Python function */
    PyObject *ufunc;
    function_kind kind;
    direct_callee callee;
    PyObject *name[MAX_NAMES];                  /* of the arguments */
    double default_value[PYACT_MAX_INPUTS];     /* of the parameters */
    PyObject *default_array[PYACT_MAX_INPUTS];  /* the same as read-only arrays without axes */
    int only_direct;           /* the Python function does more than call the ufunc */
} Function;

static PyObject *where_name;  /* "where", and a tuple of it: for the calls of this file */
static PyObject *where_names;

/* ---- the arguments ---- */

/* Puts positional and keyword arguments into their places; 0 if it cannot, which decides nothing: the Python function
 * will. NULL stands for an argument that was not given. Names are compared as pointers: those of a call are interned,
 * as are those of a function's code. */
static int sort_arguments(const Function *self, PyObject *const *args, Py_ssize_t positional, PyObject *keywords,
                          PyObject **sorted, PyObject **where)
{
    if (positional > self->callee.arguments)
        return 0;
    for (int i = 0; i < self->callee.arguments; i++)
        sorted[i] = i < positional ? args[i] : NULL;
    *where = NULL;
    const Py_ssize_t given = keywords == NULL ? 0 : PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t k = 0; k < given; k++) {
        PyObject *name = PyTuple_GET_ITEM(keywords, k);
        if (name == where_name && self->kind == ELEMENTWISE) {
            *where = args[positional + k];
            continue;
        }
        int place = 0;
        while (place < self->callee.arguments && self->name[place] != name) place++;
        if (place == self->callee.arguments || sorted[place] != NULL)
            return 0;
        sorted[place] = args[positional + k];
    }
    for (int k = 0; k < self->callee.data_inputs; k++)
        if (sorted[k] == NULL)
            return 0;
    return 1;
}

/* ---- gates ---- */

/* A gate's input cut in halves along an axis: rows of two halves, each of them contiguous. */
typedef struct {
    npy_intp rows, half;              /* elements of a half */
    npy_intp half_shape[NPY_MAXDIMS]; /* of the value and of grad_output */
} halves;

static int is_contiguous(PyObject *object)
{
    return PyArray_CheckExact(object) && PyArray_ISBEHAVED_RO((PyArrayObject *)object) &&
           PyArray_IS_C_CONTIGUOUS((PyArrayObject *)object);
}

/* 0 where it cannot be cut, or has no elements: the Python function says why, or does the rest. */
static int cut_in_halves(PyArrayObject *x, PyObject *axis, halves *into)
{
    const int dimensions = PyArray_NDIM(x);
    long long at = -1;
    if (axis != NULL) {
        int overflow;
        if (!PyLong_CheckExact(axis))
            return 0;
        at = PyLong_AsLongLongAndOverflow(axis, &overflow);
        if (overflow)
            return 0;
    }
    at += at < 0 ? dimensions : 0;
    if (at < 0 || at >= dimensions)
        return 0;
    const npy_intp *shape = PyArray_DIMS(x);
    memcpy(into->half_shape, shape, (size_t)dimensions * sizeof *shape);
    into->half_shape[at] = shape[at] / 2;
    into->rows = PyArray_MultiplyList(shape, (int)at);
    into->half = PyArray_MultiplyList(into->half_shape + at, dimensions - (int)at);
    return shape[at] % 2 == 0 && into->rows > 0 && into->half > 0;
}

/* Whether an array can stand for a half as it is. */
static int is_half(PyObject *object, PyArrayObject *x, const halves *cut)
{
    PyArrayObject *array = (PyArrayObject *)object;
    return is_contiguous(object) && PyArray_TYPE(array) == PyArray_TYPE(x) && PyArray_NDIM(array) == PyArray_NDIM(x) &&
           PyArray_CompareLists(PyArray_DIMS(array), cut->half_shape, PyArray_NDIM(x));
}

static int arrays_overlap(PyArrayObject *a, PyArrayObject *b)
{
    return overlaps(PyArray_BYTES(a), (size_t)PyArray_NBYTES(a), PyArray_BYTES(b), (size_t)PyArray_NBYTES(b));
}

/* Whether the result can be written into `out` as it is: a half, or for a gradient an array like x, x itself included. */
static int is_gate_output(PyObject *out, PyArrayObject *x, PyArrayObject *grad, const halves *cut)
{
    PyArrayObject *array = (PyArrayObject *)out;
    if (grad == NULL)
        return is_half(out, x, cut) && PyArray_ISWRITEABLE(array) && !arrays_overlap(array, x);
    return is_contiguous(out) && PyArray_ISWRITEABLE(array) && PyArray_TYPE(array) == PyArray_TYPE(x) &&
           PyArray_SAMESHAPE(array, x) && (PyArray_DATA(array) == PyArray_DATA(x) || !arrays_overlap(array, x)) &&
           !arrays_overlap(array, grad);
}

static int run_gate(const direct_callee *callee, pyact_dtype dtype, const halves *cut, const pyact_row_array *inputs,
                    const pyact_row_array *outputs)
{
    const size_t rows = (size_t)cut->rows, n = (size_t)cut->half;
    return callee->outputs == 1 ? pyact_run_in_rows(callee->described_by, dtype, rows, n, inputs, outputs[0])
                              : pyact_run_gradients(callee->described_by, dtype, rows, n, inputs, outputs);
}

/* The arguments are grad_output for the gradients, x, axis, parameters, out. */
static int call_gate(const direct_callee *callee, PyObject *const *sorted, PyObject **result)
{
    const int backward = callee->outputs == 2;
    PyObject *out = sorted[callee->arguments - 1], *object = sorted[backward];
    if (!is_contiguous(object) || PyArray_NDIM((PyArrayObject *)object) == 0)
        return 0;
    PyArrayObject *x = (PyArrayObject *)object, *grad = backward ? (PyArrayObject *)sorted[0] : NULL;
    halves cut;
    pyact_dtype dtype;
    operand parameters[PYACT_MAX_INPUTS];
    const common all = {.dimensions = PyArray_NDIM(x)};
    if (!kernel_dtype(PyArray_TYPE(x), &dtype) || !cut_in_halves(x, sorted[backward + 1], &cut) ||
        !take_parameters(callee, &all, sorted, parameters) || (backward && !is_half((PyObject *)grad, x, &cut)) ||
        (!is_none(out) && !is_gate_output(out, x, grad, &cut)))
        return 0;
    *result = is_none(out) ? new_output(PyArray_TYPE(x), PyArray_NDIM(x), backward ? PyArray_DIMS(x) : cut.half_shape, 1)
                           : Py_NewRef(out);
    if (*result == NULL)
        return 1;

    const ptrdiff_t item = PyArray_ITEMSIZE(x), half = item * cut.half;
    const pyact_row_array first = {PyArray_BYTES(x), 2 * half, item}, second = {PyArray_BYTES(x) + half, 2 * half, item};
    char *const to = PyArray_BYTES((PyArrayObject *)*result);
    const pyact_row_array outputs[] = {{to, backward ? 2 * half : half, item}, {to + half, 2 * half, item}};
    pyact_row_array inputs[PYACT_MAX_INPUTS], *next = inputs;
    if (backward) {
        const pyact_row_array gradient = {PyArray_BYTES(grad), half, item};
        *next++ = gradient;
    }
    *next++ = first;
    *next++ = second;
    for (int k = 0; k < callee->parameters; k++) {
        const pyact_row_array value = {(char *)(uintptr_t)parameters[k].data, 0, 0};
        *next++ = value;
    }
    int status;
    if (cut.rows * cut.half < RELEASE_GIL_FROM) {
        status = run_gate(callee, dtype, &cut, inputs, outputs);
    } else {
        Py_BEGIN_ALLOW_THREADS
        status = run_gate(callee, dtype, &cut, inputs, outputs);
        Py_END_ALLOW_THREADS
    }
    if (pyact_raise(status) < 0)
        Py_CLEAR(*result);
    return 1;
}

/* ---- rows ---- */

/* An array in C order: its rows lie along the last axis or, side by side, along the first. */
static int is_plain_rows(PyObject *object)
{
    if (!PyArray_CheckExact(object))
        return 0;
    PyArrayObject *array = (PyArrayObject *)object;
    return PyArray_ISBEHAVED_RO(array) && PyArray_IS_C_CONTIGUOUS(array);
}

/* Row functions over the last axis or the first. The arguments are the inputs, axis, keepdims where the function
 * reduces, out. */
static int call_rows(const direct_callee *callee, PyObject *const *sorted, PyObject **result)
{
    const row_description *row = callee->described_by;
    PyObject *axis = sorted[row->inputs], *out = sorted[callee->arguments - 1];
    PyArrayObject *x = (PyArrayObject *)sorted[row->inputs - 1];
    pyact_dtype dtype;
    if (!is_plain_rows((PyObject *)x) || PyArray_NDIM(x) == 0 || !kernel_dtype(PyArray_TYPE(x), &dtype))
        return 0;
    const int dimensions = PyArray_NDIM(x);
    int side_by_side = 0;
    if (axis != NULL) {
        int overflow;
        if (!PyLong_CheckExact(axis))
            return 0;
        const long long number = PyLong_AsLongLongAndOverflow(axis, &overflow);
        const int is_last = number == -1 || number == dimensions - 1;
        side_by_side = !is_last;
        if (overflow || (!is_last && number != 0 && number != -dimensions))
            return 0;
    }
    for (int place = row->inputs + 1; place < callee->arguments - 1; place++) /* keepdims */
        if (sorted[place] != NULL && sorted[place] != Py_False)
            return 0;

    const npy_intp *shape = PyArray_DIMS(x), *row_shape = side_by_side ? shape + 1 : shape; /* without the axis */
    const npy_intp length = shape[side_by_side ? 0 : dimensions - 1];
    const npy_intp rows = PyArray_MultiplyList(row_shape, dimensions - 1);
    const ptrdiff_t item = PyArray_ITEMSIZE(x);
    pyact_row_array arrays[3];
    char single[8];
    for (int k = 0; k <= row->inputs; k++) {
        const int axes = row->is_row[k] ? dimensions : dimensions - 1;
        arrays[k].element_stride = !row->is_row[k] ? 0 : side_by_side ? item * rows : item;
        arrays[k].row_stride = row->is_row[k] && !side_by_side ? item * length : item;
        PyObject *object = k < row->inputs ? sorted[k] : out;
        if (k == row->inputs && is_none(object))
            break;
        PyArrayObject *array = (PyArrayObject *)object;
        if (!is_plain_rows(object) || PyArray_TYPE(array) != PyArray_TYPE(x) || PyArray_NDIM(array) != axes ||
            !PyArray_CompareLists(PyArray_DIMS(array), row->is_row[k] ? shape : row_shape, axes))
            return 0;
        arrays[k].data = PyArray_BYTES(array);
    }
    const int output_axes = row->is_row[row->inputs] ? dimensions : dimensions - 1;
    const npy_intp *output_shape = output_axes == dimensions ? shape : row_shape;
    if (!is_none(out)) {
        if (!PyArray_ISWRITEABLE((PyArrayObject *)out))
            return 0;
        for (int k = 0; k < row->inputs; k++) { /* a row is read more than once: only NumPy makes copies */
            if (overlaps(arrays[k].data, (size_t)(item * rows * (row->is_row[k] ? length : 1)),
                         arrays[row->inputs].data, (size_t)PyArray_NBYTES((PyArrayObject *)out)))
                return 0;
        }
        Py_INCREF(out);
    } else if (output_axes == 0) {
        out = NULL;
        arrays[row->inputs].data = single;
    } else if ((out = new_output(PyArray_TYPE(x), output_axes, output_shape, 1)) != NULL) {
        arrays[row->inputs].data = PyArray_BYTES((PyArrayObject *)out);
    } else {
        *result = NULL;
        return 1;
    }

    int status;
    if (rows * length < RELEASE_GIL_FROM) {
        status = pyact_run_rows(row->function, dtype, (size_t)rows, (size_t)length, arrays, arrays[row->inputs]);
    } else {
        Py_BEGIN_ALLOW_THREADS
        status = pyact_run_rows(row->function, dtype, (size_t)rows, (size_t)length, arrays, arrays[row->inputs]);
        Py_END_ALLOW_THREADS
    }
    if (pyact_raise(status) < 0)
        Py_CLEAR(out);
    else if (out == NULL)
        out = new_scalar(PyArray_TYPE(x), single);
    *result = out;
    return 1;
}

/* ---- the ufunc, with its arguments in order ---- */

/* For arrays, and parameters of any kind. A number becomes an array without axes here, which a ufunc takes in less
 * time; it stays a double either way. 0: leave it to the Python function. */
static int call_ufunc(const Function *self, PyObject *const *sorted, PyObject *where, PyObject **result)
{
    PyObject *out = sorted[self->callee.arguments - 1];
    if (!is_none(out) && (self->callee.outputs > 1 || !PyArray_Check(out)))
        return 0;
    for (int k = 0; k < self->callee.data_inputs; k++)
        if (!PyArray_CheckExact(sorted[k]))
            return 0;
    PyObject *args[PYACT_MAX_INPUTS + 3]; /* one in front for the callee's use, then inputs, out, where */
    PyObject *made[PYACT_MAX_INPUTS];
    int arrays_made = 0, failed = 0;
    PyObject **next = args + 1;
    for (int k = 0; k < self->callee.data_inputs; k++)
        *next++ = sorted[k];
    for (int k = 0; k < self->callee.parameters && !failed; k++) {
        PyObject *given = sorted[self->callee.data_inputs + k];
        double value;
        if (given == NULL) {
            given = self->default_array[k];
        } else if (plain_number(given, &value)) {
            given = PyArray_SimpleNew(0, NULL, NPY_DOUBLE);
            if (given == NULL) {
                failed = 1;
                break;
            }
            *(double *)PyArray_DATA((PyArrayObject *)given) = value;
            made[arrays_made++] = given;
        }
        *next++ = given;
    }
    *result = NULL;
    if (!failed) {
        if (!is_none(out))
            *next++ = out;
        const size_t count = (size_t)(next - args) - 1;
        if (where != NULL)
            *next++ = where;
        *result = PyObject_Vectorcall(self->ufunc, args + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET,
                                      where != NULL ? where_names : NULL);
    }
    while (arrays_made > 0)
        Py_DECREF(made[--arrays_made]);
    return 1;
}

static PyObject *call(PyObject *object, PyObject *const *args, size_t flags, PyObject *keywords)
{
    const Function *self = (const Function *)object;
    PyObject *sorted[MAX_NAMES], *where, *result;
    if (sort_arguments(self, args, PyVectorcall_NARGS(flags), keywords, sorted, &where)) {
        const int everywhere = where == NULL || where == Py_True;
        if (self->kind != ELEMENTWISE) {
            if ((self->kind == GATE ? call_gate : call_rows)(&self->callee, sorted, &result))
                return result;
        } else if ((everywhere && call_elementwise(&self->callee, sorted, &result)) ||
                   (!self->only_direct && call_ufunc(self, sorted, everywhere ? NULL : where, &result))) {
            return result;
        }
    }
    return PyObject_Vectorcall(self->function, args, flags, keywords);
}

/* ---- the type ---- */

static PyObject *read_only_double(double value)
{
    PyObject *array = PyArray_SimpleNew(0, NULL, NPY_DOUBLE);
    if (array != NULL) {
        *(double *)PyArray_DATA((PyArrayObject *)array) = value;
        PyArray_CLEARFLAGS((PyArrayObject *)array, NPY_ARRAY_WRITEABLE);
    }
    return array;
}

/* The names of the arguments and the defaults, from the Python function itself. */
static int read_signature(Function *self)
{
    int status = -1;
    PyObject *code = PyObject_GetAttrString(self->function, "__code__");
    PyObject *defaults = PyObject_GetAttrString(self->function, "__defaults__");
    PyObject *count = code == NULL ? NULL : PyObject_GetAttrString(code, "co_argcount");
    PyObject *names = code == NULL ? NULL : PyObject_GetAttrString(code, "co_varnames");
    if (count == NULL || names == NULL || defaults == NULL)
        goto done;
    const long positional = PyLong_AsLong(count);
    if (!PyTuple_Check(names) || !PyTuple_Check(defaults) || positional > MAX_NAMES ||
        positional <= self->callee.first_parameter + self->callee.parameters ||
        positional - PyTuple_GET_SIZE(defaults) != self->callee.data_inputs) {
        PyErr_SetString(PyExc_TypeError, "the function and the ufunc do not belong together");
        goto done;
    }
    self->callee.arguments = (int)positional;
    for (int k = 0; k < self->callee.arguments; k++) {
        self->name[k] = Py_NewRef(PyTuple_GET_ITEM(names, k));
        PyUnicode_InternInPlace(&self->name[k]);
    }
    for (int k = 0; k < self->callee.parameters; k++) {
        PyObject *value = PyTuple_GET_ITEM(defaults, self->callee.first_parameter - self->callee.data_inputs + k);
        self->default_value[k] = PyFloat_AsDouble(value);
        if (PyErr_Occurred() || (self->default_array[k] = read_only_double(self->default_value[k])) == NULL)
            goto done;
    }
    status = 0;
done:
    Py_XDECREF(names);
    Py_XDECREF(count);
    Py_XDECREF(defaults);
    Py_XDECREF(code);
    return status;
}

/* Function(python_function, ufunc, only_direct=False, ordered=False) */
static PyObject *function_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"", "", "only_direct", "ordered", NULL};
    PyObject *function, *ufunc;
    int only_direct = 0, ordered = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO!|pp", names, &function, &PyUFunc_Type, &ufunc, &only_direct,
                                     &ordered))
        return NULL;
    Function *self = (Function *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    const PyUFuncObject *described = (PyUFuncObject *)ufunc;
    self->vectorcall = call;
    self->function = Py_NewRef(function);
    self->ufunc = Py_NewRef(ufunc);
    self->only_direct = only_direct;
    self->callee.ordered = ordered;
    self->callee.described_by = described->data[0];
    self->callee.outputs = described->nout;
    self->callee.default_value = self->default_value;
    if (described->core_signature == NULL) {
        const pyact_kernel *kernel = self->callee.described_by;
        const pyact_signature *signature = &kernel->family->signatures[kernel->index];
        const int is_gate = signature->is_gate;
        self->kind = is_gate ? GATE : ELEMENTWISE;
        /* of a gate x is both of its inputs */
        self->callee.data_inputs = is_gate ? self->callee.outputs : signature->data_inputs;
        self->callee.parameters = signature->parameters;
        self->callee.is_gradients =
            !is_gate && described->nin > self->callee.data_inputs + self->callee.parameters;
        self->callee.data_inputs += self->callee.is_gradients; /* grad_output */
        self->callee.first_parameter = self->callee.data_inputs + is_gate;
    } else {
        self->kind = ROWS;
        self->callee.data_inputs = self->callee.first_parameter = described->nin;
    }
    if (read_signature(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int function_traverse(PyObject *object, visitproc visit, void *arg)
{
    const Function *self = (const Function *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->attributes);
    Py_VISIT(self->function);
    Py_VISIT(self->ufunc);
    return 0;
}

static int function_clear(PyObject *object)
{
    Function *self = (Function *)object;
    Py_CLEAR(self->attributes);
    Py_CLEAR(self->function);
    Py_CLEAR(self->ufunc);
    for (int k = 0; k < MAX_NAMES; k++) Py_CLEAR(self->name[k]);
    for (int k = 0; k < PYACT_MAX_INPUTS; k++) Py_CLEAR(self->default_array[k]);
    return 0;
}

static void function_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (((Function *)object)->weak_references != NULL)
        PyObject_ClearWeakRefs(object);
    function_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

/* In a class it becomes a method, like the Python function it stands for; help() and inspect take it for a routine. */
static PyObject *function_bind(PyObject *self, PyObject *instance, PyObject *owner)
{
    (void)owner;
    return instance == NULL ? Py_NewRef(self) : PyMethod_New(self, instance);
}

static PyObject *function_repr(PyObject *self)
{
    PyObject *name = PyObject_GetAttrString(self, "__qualname__");
    if (name == NULL)
        return NULL;
    PyObject *text = PyUnicode_FromFormat("<function %U>", name);
    Py_DECREF(name);
    return text;
}

/* pickle and copy: by name. */
static PyObject *function_reduce(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyObject_GetAttrString(self, "__qualname__");
}

static PyMemberDef function_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Function, vectorcall), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(Function, attributes), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Function, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyGetSetDef function_attributes[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMethodDef function_methods[] = {
    {"__reduce__", function_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
/* ISO C has no conversion from a function pointer to void *, which CPython's slots want; POSIX has. */
#define SLOT(function) ((void *)(uintptr_t)(function))
static PyType_Slot function_slots[] = {
    {Py_tp_new, SLOT(function_new)},
    {Py_tp_call, SLOT(PyVectorcall_Call)},
    {Py_tp_traverse, SLOT(function_traverse)},
    {Py_tp_clear, SLOT(function_clear)},
    {Py_tp_dealloc, SLOT(function_dealloc)},
    {Py_tp_descr_get, SLOT(function_bind)},
    {Py_tp_repr, SLOT(function_repr)},
    {Py_tp_members, function_members},
    {Py_tp_getset, function_attributes},
    {Py_tp_methods, function_methods},
    {0, NULL},
};
static PyType_Spec function_specification = {
    "pyact.Function", sizeof(Function), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    function_slots,
};

int pyact_add_function_type(PyObject *dictionary)
{
    if (where_names == NULL) {
        where_name = PyUnicode_InternFromString("where");
        if (where_name == NULL || (where_names = PyTuple_Pack(1, where_name)) == NULL)
            return -1;
    }
    PyObject *type = PyType_FromSpec(&function_specification);
    const int status = type == NULL ? -1 : PyDict_SetItemString(dictionary, "Function", type);
    Py_XDECREF(type);
    return status;
}
