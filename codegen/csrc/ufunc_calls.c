/* The short way into a ufunc: its own entry for calls, put in front of NumPy's.
 *
 * NumPy takes some 300 ns to find the loop of a call. Where the arguments are contiguous arrays of one dtype and plain
 * numbers, there is nothing to find: the kernel runs here. Every other call goes to NumPy as it came, and so do all that
 * are not calls: reduce, outer, at, and what dask or xarray ask of a ufunc. */
#include "direct_call.h"

static vectorcallfunc call_of_numpy; /* the same for all ufuncs */
static PyObject *out_name;

/* The arguments in their places: inputs, then out; 0 leaves the call to NumPy. */
static int sort_ufunc_arguments(const PyUFuncObject *ufunc, PyObject *const *args, Py_ssize_t positional,
                                PyObject *keywords, PyObject **sorted)
{
    const Py_ssize_t inputs = ufunc->nin, given = keywords == NULL ? 0 : PyTuple_GET_SIZE(keywords);
    const int has_out = positional == inputs + 1 && ufunc->nout == 1;
    if ((positional != inputs && !has_out) || given > 1 || (given == 1 && has_out))
        return 0;
    for (Py_ssize_t k = 0; k < inputs; k++)
        sorted[k] = args[k];
    sorted[inputs] = has_out ? args[inputs] : NULL;
    if (given == 1) {
        sorted[inputs] = args[positional];
        if (PyTuple_GET_ITEM(keywords, 0) != out_name || /* names of a call are interned */
            (ufunc->nout > 1 && !PyTuple_CheckExact(sorted[inputs])))
            return 0;
    }
    return 1;
}

static PyObject *call(PyObject *object, PyObject *const *args, size_t flags, PyObject *keywords)
{
    const PyUFuncObject *ufunc = (const PyUFuncObject *)object;
    PyObject *sorted[PYACT_MAX_INPUTS + 1], *result;
    if (sort_ufunc_arguments(ufunc, args, PyVectorcall_NARGS(flags), keywords, sorted)) {
        const pyact_kernel *kernel = ufunc->data[0];
        const pyact_signature *signature = &kernel->family->signatures[kernel->index];
        const direct_callee callee = {
            .described_by = kernel,
            .data_inputs = signature->data_inputs,
            .parameters = signature->parameters,
            .outputs = ufunc->nout,
            .first_parameter = signature->data_inputs,
            .arguments = ufunc->nin + 1,
        };
        if (call_elementwise(&callee, sorted, &result))
            return result;
    }
    return call_of_numpy(object, args, flags, keywords);
}

void pyact_shorten_calls(PyUFuncObject *ufunc)
{
    if (out_name == NULL && (out_name = PyUnicode_InternFromString("out")) == NULL) {
        PyErr_Clear(); /* a call is as good without */
        return;
    }
    if (Py_TYPE(ufunc)->tp_vectorcall_offset != (Py_ssize_t)offsetof(PyUFuncObject, vectorcall) ||
        ufunc->vectorcall == NULL)
        return;
    call_of_numpy = ufunc->vectorcall;
    ufunc->vectorcall = call;
}
