/* Functions of z = |x| with a table of polynomials, one for each of many cells of z: less to do than a formula that is as
 * accurate. A pass of its own finds the cell of each element, so that the table is read by plain indices. */
#ifndef PYACT_LIGHT_CELLS_H
#define PYACT_LIGHT_CELLS_H

#include "light_cell_tables.h"
#include "simd.h"
#include "vec_math.h"

/* The last cell ends here; everything in it is smaller than what 1 is rounded by. */
#define LIGHT_CELL_END (126.0 / LIGHT_CELL_SCALE)
/* In the sum with this, a number is rounded to a multiple of 1 / LIGHT_CELL_STRIDE, and the whole part of its sum with 1/2
 * stands where LIGHT_CELL_STRIDE times that would. */
#define LIGHT_CELL_ROUND (0x1.8p48 + 0.5)
#define LIGHT_CELL_BITS ((LIGHT_CELLS - 1) * LIGHT_CELL_STRIDE)

PYACT_INLINE vec light_cell_argument(vec x) { return vec_at_most(vec_abs(x), vec_set(LIGHT_CELL_END)); }

/* Where the rows of the cells begin, as integers in the bits of doubles; in the table for NaN, too. */
PYACT_INLINE vec light_cell_of(vec x)
{
    const vec sum = vec_fma(light_cell_argument(x), vec_set(LIGHT_CELL_SCALE), vec_set(LIGHT_CELL_ROUND));
    return vec_from_bits(ivec_and(ivec_from_bits(sum), ivec_set(LIGHT_CELL_BITS)));
}

/* Member j of the rows of all lanes is column j. */
enum { LIGHT_CELL_COLUMNS = 12 };

PYACT_INLINE void light_cell_columns(const double *table, const double *cells, vec *columns)
{
    const double *rows[LANES];
#pragma GCC unroll 8
    for (int lane = 0; lane < LANES; lane++) {
        int64_t start;
        memcpy(&start, cells + lane, sizeof start);
        rows[lane] = table + start;
    }
#pragma GCC unroll 3
    for (int j = 0; j < LIGHT_CELL_COLUMNS; j += 4) vec_load_columns4(rows, j, columns + j);
}

/* The polynomials; of the sums of terms of alike size only the last two are rounded much. */
PYACT_INLINE vec light_cell_value(const double *table, const double *cells, vec z)
{
    vec columns[LIGHT_CELL_COLUMNS];
    light_cell_columns(table, cells, columns);
    const vec d = vec_sub(z, columns[0]), square = vec_mul(d, d), fourth = vec_mul(square, square);
    const vec first = vec_fma(columns[5], d, columns[4]), second = vec_fma(columns[7], d, columns[6]);
    const vec third = vec_fma(columns[9], d, columns[8]), last = vec_fma(columns[11], d, columns[10]);
    const vec rest = vec_fma(vec_fma(last, square, third), fourth, vec_fma(second, square, first));
    const vec slope = vec_fma(vec_fma(rest, d, columns[3]), d, columns[2]);
    return vec_fma(slope, d, columns[1]);
}

/* x F(x) for a distribution function: F(-z) = value, F(z) = 1 - value. */
PYACT_INLINE vec light_cell_gate(vec x, vec z, vec value)
{
    return vec_fnma(z, value, vec_at_least(x, vec_set(0.0)));
}

/* Its derivative: value at -z, 1 - value at z. */
PYACT_INLINE vec light_cell_gate_derivative(vec x, vec value)
{
    return vec_select(vec_lt(x, vec_set(0.0)), value, vec_sub(vec_set(1.0), value));
}

#define PYACT_LIGHT_CELL_GATE(NAME, TABLE) \
    PYACT_INLINE vec light_##NAME##_in_cells(vec x, const double *cells, light_context *context) \
    { \
        const vec z = light_cell_argument(x); \
        light_require(context, vec_lt(vec_set(-TABLE##_REACH), x)); \
        return light_cell_gate(x, z, light_cell_value(TABLE##_CELLS, cells, z)); \
    } \
    PYACT_INLINE vec light_##NAME##_derivative_in_cells(vec x, const double *cells, light_context *context) \
    { \
        light_require(context, vec_lt(vec_set(-TABLE##_DERIVATIVE_REACH), x)); \
        const vec value = light_cell_value(TABLE##_DERIVATIVE_CELLS, cells, light_cell_argument(x)); \
        return light_cell_gate_derivative(x, value); \
    }

PYACT_LIGHT_CELL_GATE(gelu, LIGHT_GELU)
PYACT_LIGHT_CELL_GATE(gelu_tanh, LIGHT_GELU_TANH)

#endif
