/* Written by "python -m codegen.fit_gelu"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_GELU_COEFFICIENTS_H
#define PYACT_PAIR_GELU_COEFFICIENTS_H

#include "fitted.h"


/* ln 2 / 4 and its inverse; s; the slope of f */
#define PAIR_GELU_STEP 0x1.62e430p-3f
#define PAIR_GELU_STEPS 0x1.715476p+2f
#define PAIR_GELU_CENTER 0x1.a00000p+0f
#define PAIR_GELU_POLE 0x1.a00000p+1f
#define PAIR_GELU_SLOPE -0x1.000000p-5f

/* C = 0.484375 times 2^(j/8), with j << 20 subtracted from its bits. */
static const float PAIR_GELU_POWERS[8] PYACT_TABLE = {
    0x1.f00000p-2f, 0x1.ee7228p-2f, 0x1.e6ec62p-2f, 0x1.e19dc0p-2f,
    0x1.deb998p-2f, 0x1.de77e2p-2f, 0x1.e115aap-2f, 0x1.e6d582p-2f,
};
/* What rounding has cut off from them, as a term of r. */
static const float PAIR_GELU_POWERS_TAIL[8] PYACT_TABLE = {
    0x0.0p+0f, 0x1.472fc2p-25f, 0x1.543ac8p-25f, 0x1.27ba90p-27f,
    0x1.28c764p-24f, 0x1.5277a6p-25f, 0x1.0e1192p-26f, 0x1.656facp-25f,
};

/* (e^(-r/2) - 1 + r/2) / r^2 for |r| <= ln2/8, absolute error 2^-31.53 */
static const float PAIR_GELU_EXP[3] = {
    0x1.000000p-3f, /* 0.125 */
    -0x1.555b7ep-6f, /* -0.020834801718592644 */
    0x1.555972p-9f, /* 0.002604289213195443 */
};

/* f, in s = (z - 1.625) / (z + 3.25)
 * 0 <= z <= 11.0, degree 10, error 2^-28.06 of 1 + f */
static const float PAIR_GELU_MILLS[11] = {
    0x1.d21ec2p-5f, /* 0.056899432092905045 */
    -0x1.a28718p-3f, /* -0.204359233379364 */
    -0x1.044e46p-2f, /* -0.2542048394680023 */
    0x1.9fd110p-2f, /* 0.4060709476470947 */
    -0x1.b0080ap-3f, /* -0.21095283329486847 */
    -0x1.1b7188p-9f, /* -0.002162502147257328 */
    0x1.4e45bep-5f, /* 0.04080474004149437 */
    -0x1.5a5802p-13f, /* -0.0001651495840633288 */
    -0x1.352ad6p-7f, /* -0.009435038082301617 */
    -0x1.065cdep-10f, /* -0.0010008345125243068 */
    0x1.1a55b2p-9f, /* 0.0021540431771427393 */
};

#endif
