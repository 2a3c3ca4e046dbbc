/* Written by "python -m codegen.fit_gelu"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_GELU_COEFFICIENTS_H
#define PYACT_PAIR_GELU_COEFFICIENTS_H

#include "fitted.h"


/* ln 2 / 4 and its inverse; s; the slope of log(1 + f) */
#define PAIR_GELU_STEP 0x1.62e430p-3f
#define PAIR_GELU_STEPS 0x1.715476p+2f
#define PAIR_GELU_CENTER 0x1.d00000p-2f
#define PAIR_GELU_POLE 0x1.400000p+1f
#define PAIR_GELU_SLOPE -0x1.500000p-5f

/* 0.4842259007663 2^(j/8), with j << 20 subtracted from its bits.
 * Within 2^-27.63 of floats. */
static const float PAIR_GELU_POWERS[8] PYACT_TABLE = {
    0x1.efd8eap-2f, 0x1.ee5cd8p-2f, 0x1.e6d524p-2f, 0x1.e18468p-2f,
    0x1.de9df4p-2f, 0x1.de59bep-2f, 0x1.e0f4ccp-2f, 0x1.e6b1aap-2f,
};

/* (e^(-r/2) - 1) / r for |r| <= ln2/8, e^(-r/2) good to 2^-31.45 */
static const float PAIR_GELU_EXP[4] = {
    -0x1.000000p-1f, /* -0.5 */
    0x1.000000p-3f, /* 0.125 */
    -0x1.555d9ep-6f, /* -0.020835308358073235 */
    0x1.555adap-9f, /* 0.002604331122711301 */
};

/* f, in s = z / (z + 2.5) - 0.453125
 * 0 <= z <= 10.9, degree 10, error 2^-28.31 of 1 + f */
static const float PAIR_GELU_MILLS[11] = {
    0x1.3b8404p-5f, /* 0.03851509839296341 */
    -0x1.60347ap-2f, /* -0.34395018219947815 */
    -0x1.b01336p-2f, /* -0.42194828391075134 */
    0x1.9c97cap-1f, /* 0.8058455586433411 */
    -0x1.83d806p-3f, /* -0.18937687575817108 */
    -0x1.baa9b8p-2f, /* -0.4322880506515503 */
    0x1.f8522ap-5f, /* 0.061562616378068924 */
    0x1.46058cp-2f, /* 0.31838053464889526 */
    0x1.7b1204p-4f, /* 0.0925464779138565 */
    -0x1.77834ap-3f, /* -0.1833558827638626 */
    -0x1.2c4e8cp-3f, /* -0.14663419127464294 */
};

#endif
