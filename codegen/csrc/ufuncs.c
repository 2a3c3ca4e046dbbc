/* NumPy ufuncs over the kernel table, and generalized ufuncs over the row functions.
 *
 * Loops exist for float16, float32, float64, and for bfloat16 where ml_dtypes is installed. Data inputs have the loop's
 * dtype; parameters are double in every loop, so a Python float is never rounded to the array's dtype. */
#define PYACT_IMPORTS_NUMPY
#include "numpy_glue.h"

#include <numpy/dtype_api.h>

int pyact_build_ufuncs(void *dictionary, void *docs);
int pyact_build_function_type(void *dictionary);

int pyact_bfloat16_type = -1;

enum { NATIVE_LOOPS = 3, MAX_OPERANDS = PYACT_MAX_INPUTS + 2, MAX_NAME = 128 };

/* ---- elementwise loops ---- */

int pyact_raise(int status)
{
    if (status == PYACT_OK)
        return 0;
    if (status == PYACT_ERROR_MEMORY)
        PyErr_SetString(PyExc_MemoryError, "pyact: no memory to sort a row");
    else
        PyErr_Format(PyExc_RuntimeError, "pyact: kernel failed with status %d", status);
    return -1;
}

/* From inside a loop, which may run without the GIL. */
static void report(int status)
{
    if (status == PYACT_OK)
        return;
    NPY_ALLOW_C_API_DEF
    NPY_ALLOW_C_API
    pyact_raise(status);
    NPY_DISABLE_C_API
}

static inline void run_kernel(pyact_dtype dtype, char **args, const npy_intp *dimensions, const npy_intp *steps,
                              void *data)
{
    const pyact_kernel *kernel = data;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    const int output = signature->data_inputs + signature->parameters;
    report(pyact_run(kernel, dtype, (const void *const *)args, steps, args[output], steps[output],
                     (size_t)dimensions[0]));
}

/* The data is the kernel of the value; the outputs are the value and the derivative. */
static inline void run_pair(pyact_dtype dtype, char **args, const npy_intp *dimensions, const npy_intp *steps,
                            void *data)
{
    const pyact_kernel *kernel = data;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    const int output = signature->data_inputs + signature->parameters;
    void *const outputs[2] = {args[output], args[output + 1]};
    report(pyact_run_with_derivative(kernel, dtype, (const void *const *)args, steps, outputs, steps + output,
                                     (size_t)dimensions[0]));
}

/* The data is the kernel of the value; the outputs are its two gradients. */
static inline void run_gradients(pyact_dtype dtype, char **args, const npy_intp *dimensions, const npy_intp *steps,
                                 void *data)
{
    const pyact_kernel *kernel = data;
    const pyact_signature *signature = &kernel->family->signatures[kernel->index];
    const int inputs = 1 + signature->data_inputs + signature->parameters;
    pyact_row_array operands[PYACT_MAX_INPUTS + 2];
    for (int k = 0; k < inputs + 2; k++) {
        const pyact_row_array one = {args[k], 0, steps[k]};
        operands[k] = one;
    }
    report(pyact_run_gradients(kernel, dtype, 1, (size_t)dimensions[0], operands, operands + inputs));
}

static inline void run_rows(pyact_dtype dtype, char **args, const npy_intp *dimensions, const npy_intp *steps,
                            void *data);

#define DEFINE_LOOPS(name, dtype) \
    static void kernel_##name(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data) \
    { \
        run_kernel(dtype, args, dimensions, steps, data); \
    } \
    static void pair_##name(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data) \
    { \
        run_pair(dtype, args, dimensions, steps, data); \
    } \
    static void gradients_##name(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data) \
    { \
        run_gradients(dtype, args, dimensions, steps, data); \
    } \
    static void rows_##name(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data) \
    { \
        run_rows(dtype, args, dimensions, steps, data); \
    }
DEFINE_LOOPS(f16, PYACT_F16)
DEFINE_LOOPS(f32, PYACT_F32)
DEFINE_LOOPS(f64, PYACT_F64)
DEFINE_LOOPS(bf16, PYACT_BF16)

/* The loops of a kind of ufunc, that of bfloat16 last: NumPy takes it separately. */
static PyUFuncGenericFunction kernel_loops[NATIVE_LOOPS + 1] = {kernel_f16, kernel_f32, kernel_f64, kernel_bf16};
static PyUFuncGenericFunction pair_loops[NATIVE_LOOPS + 1] = {pair_f16, pair_f32, pair_f64, pair_bf16};
static PyUFuncGenericFunction gradients_loops[NATIVE_LOOPS + 1] = {
    gradients_f16, gradients_f32, gradients_f64, gradients_bf16,
};
static PyUFuncGenericFunction row_loops[NATIVE_LOOPS + 1] = {rows_f16, rows_f32, rows_f64, rows_bf16};
static const char native_types[NATIVE_LOOPS] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE};

/* ---- row loops ---- */

#define ROW_FUNCTION(name, function) \
    {name, "(n)->(n)", function, 1, {1, 1, 0}}, \
    {name "_backward", "(n),(n)->(n)", (pyact_row_function)(function + 1), 2, {1, 1, 1}}

#define FROM_OUTPUT(name, function) {name "_backward_from_output", "(n),(n)->(n)", function, 2, {1, 1, 1}}

static row_description row_functions[PYACT_ROW_FUNCTIONS] = {
    ROW_FUNCTION("softmax", PYACT_ROW_SOFTMAX),
    ROW_FUNCTION("log_softmax", PYACT_ROW_LOG_SOFTMAX),
    ROW_FUNCTION("softmin", PYACT_ROW_SOFTMIN),
    ROW_FUNCTION("softmax_one", PYACT_ROW_SOFTMAX_ONE),
    ROW_FUNCTION("hardmax", PYACT_ROW_HARDMAX),
    ROW_FUNCTION("sparsemax", PYACT_ROW_SPARSEMAX),
    FROM_OUTPUT("softmax", PYACT_ROW_SOFTMAX_BACKWARD_FROM_OUTPUT),
    FROM_OUTPUT("log_softmax", PYACT_ROW_LOG_SOFTMAX_BACKWARD_FROM_OUTPUT),
    FROM_OUTPUT("softmin", PYACT_ROW_SOFTMIN_BACKWARD_FROM_OUTPUT),
    {"logsumexp", "(n)->()", PYACT_ROW_LOGSUMEXP, 1, {1, 0, 0}},
    {"logsumexp_backward", "(),(n)->(n)", PYACT_ROW_LOGSUMEXP_BACKWARD, 2, {0, 1, 1}},
};

/* NumPy passes one stride per operand from row to row, then one per core dimension, in the operands' order. */
static inline void run_rows(pyact_dtype dtype, char **args, const npy_intp *dimensions, const npy_intp *steps,
                            void *data)
{
    const row_description *row = data;
    pyact_row_array operands[3];
    const npy_intp *core_step = steps + row->inputs + 1;
    for (int k = 0; k <= row->inputs; k++) {
        operands[k].data = args[k];
        operands[k].row_stride = steps[k];
        operands[k].element_stride = row->is_row[k] ? *core_step++ : 0;
    }
    report(pyact_run_rows(row->function, dtype, (size_t)dimensions[0], (size_t)dimensions[1], operands,
                          operands[row->inputs]));
}

/* ---- promotion ---- */

/* Data that are Python numbers make a float64 call, as in every ufunc of NumPy. Beside a parameter's double, NumPy would
 * take the first loop that can hold them, that of float16. */
static int promote_to_double(PyObject *ufunc, PyArray_DTypeMeta *const given[], PyArray_DTypeMeta *const signature[],
                             PyArray_DTypeMeta *promoted[])
{
    (void)given;
    const int operands = ((PyUFuncObject *)ufunc)->nargs;
    for (int k = 0; k < operands; k++)
        promoted[k] = (PyArray_DTypeMeta *)Py_NewRef(signature[k] != NULL ? signature[k] : &PyArray_DoubleDType);
    return 0;
}

/* Registers the promoter for every mixture of int and float among the data, beside parameters of any dtype. */
static int add_promoter(PyObject *ufunc, int data_inputs, int parameters)
{
    const int operands = ((PyUFuncObject *)ufunc)->nargs;
    PyObject *promoter = PyCapsule_New((void *)(uintptr_t)promote_to_double, "numpy._ufunc_promoter", NULL);
    int status = promoter == NULL ? -1 : 0;
    for (int mixture = 0; mixture < 1 << data_inputs && status == 0; mixture++) {
        PyObject *types = PyTuple_New(operands);
        if (types == NULL) {
            status = -1;
            break;
        }
        for (int k = 0; k < operands; k++) {
            if (k >= data_inputs + parameters) { /* an output: any */
                PyTuple_SET_ITEM(types, k, Py_NewRef(Py_None));
                continue;
            }
            PyObject *number = (PyObject *)(mixture >> k & 1 ? &PyArray_PyFloatDType : &PyArray_PyLongDType);
            PyTuple_SET_ITEM(types, k, Py_NewRef(k < data_inputs ? number : (PyObject *)&PyArrayDescr_Type));
        }
        status = PyUFunc_AddPromoter(ufunc, types, promoter);
        Py_DECREF(types);
    }
    Py_XDECREF(promoter);
    return status;
}

/* ---- construction ---- */

/* The tables a ufunc points to; NumPy does not copy them. */
typedef struct {
    void *data[NATIVE_LOOPS];
    char types[NATIVE_LOOPS * MAX_OPERANDS];
    char name[MAX_NAME];
} ufunc_tables;

/* What all the ufuncs of one call share. */
typedef struct {
    PyObject *dictionary, *docs;
    ufunc_tables *tables;  /* the next unused */
    PyObject *owner;       /* keeps tables and docs alive: every ufunc holds it */
} builder;

/* One ufunc, named `name` and `suffix`; `signature` is NULL for an elementwise one. */
static int add_ufunc(builder *build, const char *name, const char *suffix, PyUFuncGenericFunction *loops,
                     const char *signature, int data_inputs, int parameters, int outputs, void *data)
{
    const int inputs = data_inputs + parameters, operands = inputs + outputs;
    ufunc_tables *tables = build->tables++;
    int bfloat16_types[MAX_OPERANDS];

    for (int k = 0; k < operands; k++) {
        const int is_parameter = k >= data_inputs && k < inputs;
        bfloat16_types[k] = is_parameter ? NPY_DOUBLE : pyact_bfloat16_type;
        for (int loop = 0; loop < NATIVE_LOOPS; loop++)
            tables->types[loop * operands + k] = is_parameter ? NPY_DOUBLE : native_types[loop];
    }
    for (int loop = 0; loop < NATIVE_LOOPS; loop++)
        tables->data[loop] = data;

    if (PyOS_snprintf(tables->name, MAX_NAME, "%s%s", name, suffix) >= MAX_NAME) {
        PyErr_Format(PyExc_ValueError, "pyact: the name %s%s is too long", name, suffix);
        return -1;
    }
    const char *text = "";
    PyObject *doc = PyDict_GetItemString(build->docs, tables->name); /* borrowed; the owner holds the dictionary */
    if (doc != NULL && (text = PyUnicode_AsUTF8(doc)) == NULL)
        return -1;
    PyObject *ufunc = PyUFunc_FromFuncAndDataAndSignature(loops, tables->data, tables->types, NATIVE_LOOPS, inputs,
                                                          outputs, PyUFunc_None, tables->name, text, 0, signature);
    if (ufunc == NULL)
        return -1;
    ((PyUFuncObject *)ufunc)->obj = Py_NewRef(build->owner);
    int status = 0;
    if (pyact_bfloat16_type >= 0)
        status = PyUFunc_RegisterLoopForType((PyUFuncObject *)ufunc, pyact_bfloat16_type,
                                             loops[NATIVE_LOOPS], bfloat16_types, data);
    if (status == 0 && parameters > 0)
        status = add_promoter(ufunc, data_inputs, parameters);
    if (status == 0 && (loops == kernel_loops || loops == pair_loops))
        pyact_shorten_calls((PyUFuncObject *)ufunc);
    if (status == 0)
        status = PyDict_SetItemString(build->dictionary, tables->name, ufunc);
    Py_DECREF(ufunc);
    return status;
}

/* The type number of ml_dtypes.bfloat16; -1 if ml_dtypes is not installed, -2 on an error. */
static int find_bfloat16(void)
{
    PyObject *module = PyImport_ImportModule("ml_dtypes");
    if (module == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_ImportError))
            return -2;
        PyErr_Clear();
        return -1;
    }
    PyObject *type = PyObject_GetAttrString(module, "bfloat16");
    PyArray_Descr *description = NULL;
    int number = -2;
    if (type != NULL && PyArray_DescrConverter(type, &description))
        number = description->type_num;
    Py_XDECREF(description);
    Py_XDECREF(type);
    Py_DECREF(module);
    return number;
}

static void free_tables(PyObject *capsule)
{
    PyMem_Free(PyCapsule_GetPointer(capsule, NULL));
}

static int build_all(PyObject *dictionary, PyObject *docs)
{
    builder build = {.dictionary = dictionary, .docs = docs};
    /* the functions behind import_array() and import_umath(): those macros return from their caller */
    if (_import_array() < 0 || _import_umath() < 0 || (pyact_bfloat16_type = find_bfloat16()) == -2)
        return -1;
    build.tables = PyMem_Calloc(2 * pyact_registry.count + PYACT_ROW_FUNCTIONS, sizeof *build.tables);
    if (build.tables == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyObject *capsule = PyCapsule_New(build.tables, NULL, free_tables);
    if (capsule == NULL) {
        PyMem_Free(build.tables);
        return -1;
    }
    build.owner = PyTuple_Pack(2, capsule, docs);
    Py_DECREF(capsule);
    int status = build.owner == NULL ? -1 : 0;
    for (size_t i = 0; i < pyact_registry.count && status == 0; i++) {
        const pyact_kernel *kernel = &pyact_registry.kernels[i];
        const pyact_signature *signature = &kernel->family->signatures[kernel->index];
        void *data = (void *)(uintptr_t)kernel;
        const int data_inputs = signature->data_inputs, parameters = signature->parameters;
        status = add_ufunc(&build, signature->name, "", kernel_loops, NULL, data_inputs, parameters, 1, data);
        if (status == 0 && pyact_has_derivative(kernel))
            status = add_ufunc(&build, signature->name, "_with_derivative", pair_loops, NULL, data_inputs, parameters,
                               2, data);
        if (status == 0 && pyact_has_gradients(kernel))
            status = add_ufunc(&build, signature->name, pyact_is_gate(kernel) ? "_backward" : "_gradients",
                               gradients_loops, NULL, 1 + data_inputs, parameters, 2, data);
    }
    for (int i = 0; i < PYACT_ROW_FUNCTIONS && status == 0; i++) {
        row_description *row = &row_functions[i];
        status = add_ufunc(&build, row->name, "", row_loops, row->signature, row->inputs, 0, 1, row);
    }
    Py_XDECREF(build.owner);
    return status;
}

/* For cffi, which calls without the GIL and cannot pass an exception on: it is printed. */
static int with_gil(int (*add)(PyObject *, PyObject *), PyObject *dictionary, PyObject *docs)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    const int status = add(dictionary, docs);
    if (status != 0)
        PyErr_Print();
    PyGILState_Release(gil);
    return status;
}

/* Adds every function to a dict, by name. `docs` maps names to docstrings. 0, or -1 after printing the exception. */
int pyact_build_ufuncs(void *dictionary, void *docs)
{
    return with_gil(build_all, dictionary, docs);
}

static int add_function_type(PyObject *dictionary, PyObject *unused)
{
    (void)unused;
    return pyact_add_function_type(dictionary);
}

/* Adds the type of functions.c to a dict, as "Function", once the ufuncs are built. */
int pyact_build_function_type(void *dictionary)
{
    return with_gil(add_function_type, dictionary, NULL);
}
