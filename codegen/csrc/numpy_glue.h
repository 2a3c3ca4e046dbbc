/* What the files that speak to NumPy share: ufuncs.c makes the ufuncs, ufunc_calls.c shortens plain calls of them, and
 * functions.c makes the functions around them. */
#ifndef PYACT_NUMPY_GLUE_H
#define PYACT_NUMPY_GLUE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL pyact_array_api
#define PY_UFUNC_UNIQUE_SYMBOL pyact_ufunc_api
#ifndef PYACT_IMPORTS_NUMPY /* ufuncs.c does, for all */
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/arrayscalars.h>
#include <numpy/ufuncobject.h>

#include "kernel.h"

/* A row function as a generalized ufunc: its loops' data. */
typedef struct {
    const char *name, *signature;
    pyact_row_function function;
    int inputs;
    unsigned char is_row[3]; /* operands: does it hold whole rows, or one element per row? */
} row_description;

/* The type number of ml_dtypes.bfloat16, or -1. */
extern int pyact_bfloat16_type;

/* Raises what a pyact_status other than PYACT_OK means; 0, or -1 with the exception set. */
int pyact_raise(int status);

/* Makes plain calls of an elementwise ufunc direct. */
void pyact_shorten_calls(PyUFuncObject *ufunc);

/* Adds the type of the functions in functions.c to a dict, as "Function". 0, or -1 with an exception set. */
int pyact_add_function_type(PyObject *dictionary);

#endif
