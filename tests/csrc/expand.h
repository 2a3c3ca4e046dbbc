/* Enclosed Taylor coefficients of the expression, in two precisions; precision.h defines them. */
#ifndef EXPAND_H
#define EXPAND_H

enum { HIGHEST_ORDER = 14 };

/* Coefficients anywhere between lo and hi, the k-th times unit^k: none is further from middle[k] than radius[k], which
 * is infinite if nothing is known. ends[] hold the value; +-2^1000 stands for all beyond. unit is a power of two. */
typedef void expansion(double lo, double hi, double unit, int order, double *middle, double *radius, double *ends);
expansion expand_extended, expand_quad;

#endif
