/* Neighbouring float32 inputs, and one polynomial that holds the exact values of all of them.
 *
 * Taylor's theorem with the remainder enclosed: for center - unit <= x <= center + unit and t = (x - center) / unit,
 *   f(x) = sum of f^(k)(center) / k! unit^k t^k for k < n, plus f^(n)(z) / n! unit^n t^n for a z between,
 * where series.h encloses the coefficients at the center, and the n-th one on the whole piece. The polynomial has the
 * middles of these enclosures; the radius adds up half their widths and the roundings of the evaluation. So one
 * enclosure, as narrow as one of enclosure.h, costs a few multiplications whatever the expression. Pieces are halved
 * until that works; where it does not (kinks, singularities, waves that turn many times between two floats), they are
 * left to the arithmetic of enclosure.h. */
#ifndef PIECES_H
#define PIECES_H
#include <stddef.h>
#include <stdint.h>
#include "expand.h"

typedef struct {
    uint32_t first, count; /* bit patterns */
    int degree;            /* negative: no polynomial */
    double center, inverse_unit, radius;
    double coefficient[HIGHEST_ORDER + 1];
} piece;

/* The piece of a finite input that is not zero; kept until the same thread asks again. */
const piece *piece_at(uint32_t bits);

/* What is proven of at most GROUP results of a piece that has a polynomial. */
enum { GROUP = 512 }; /* stays in the first-level cache */
typedef struct {
    double error[GROUP]; /* largest possible, in units in the last place; negative: a closer look is needed */
    size_t correct, open;
    double worst; /* largest error */
} group;
void judge_group(const piece *p, const float *x, const float *y, size_t n, group *g);

/* The closer look at one of them: error and grade, as JUDGE of precision.h. */
void judge_in_piece(const piece *p, float x, float y, double *error, double *grade);

#endif
