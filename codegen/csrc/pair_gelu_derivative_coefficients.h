/* Written by "python -m codegen.fit_gelu_derivative"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_GELU_DERIVATIVE_COEFFICIENTS_H
#define PYACT_PAIR_GELU_DERIVATIVE_COEFFICIENTS_H

#include "fitted.h"


/* s; p = root (root + pole), where the derivative vanishes at -root */
#define PAIR_GELU_DERIVATIVE_CENTER 0x1.280000p-1f
#define PAIR_GELU_DERIVATIVE_POLE 0x1.400000p+1f
#define PAIR_GELU_ROOT_PRODUCT 0x1.38eaecp+1f
#define PAIR_GELU_ROOT_PRODUCT_LOW 0x1.08d56ep-24f
#define PAIR_GELU_ROOT_PRODUCT_INVERSE 0x1.a2dedcp-2f

/* 0.4573277837425 2^(j/8), with j << 20 subtracted from its bits.
 * Within 2^-28.42 of floats. */
static const float PAIR_GELU_DERIVATIVE_POWERS[8] PYACT_TABLE = {
    0x1.d44dbcp-2f, 0x1.deb052p-2f, 0x1.d6747cp-2f, 0x1.cfa848p-2f,
    0x1.cb2404p-2f, 0x1.c91c8ap-2f, 0x1.c9cb7cp-2f, 0x1.cd6fb4p-2f,
};

/* f, in s = p / (z + 2.5) - 0.578125
 * 0 <= z <= 10.9, degree 9, error 2^-28.87 of 1 + f */
static const float PAIR_GELU_DERIVATIVE_FACTOR[10] = {
    -0x1.6bf84ep-5f, /* -0.044429924339056015 */
    0x1.370f8ap-2f, /* 0.3037702143192291 */
    0x1.21e220p-2f, /* 0.28308916091918945 */
    -0x1.23e2e8p-5f, /* -0.03563065826892853 */
    -0x1.63a10cp-4f, /* -0.08682350814342499 */
    0x1.317cd2p-6f, /* 0.018645482137799263 */
    0x1.4d4eb0p-5f, /* 0.04068693518638611 */
    -0x1.b1117cp-6f, /* -0.02643239125609398 */
    -0x1.ba95acp-7f, /* -0.013506611809134483 */
    0x1.4bc99ep-6f, /* 0.020250706002116203 */
};

#endif
