/* Written by "python -m codegen.fit_gelu"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_GELU_COEFFICIENTS_H
#define PYACT_PAIR_GELU_COEFFICIENTS_H

#include "fitted.h"


/* ln 2 / 4 and its inverse; s; the slope of f */
#define GELU_STEP 0x1.62e430p-3f
#define GELU_STEPS 0x1.715476p+2f
#define GELU_CENTER 0x1.c00000p+0f
#define GELU_POLE 0x1.400000p+1f
#define GELU_SLOPE -0x1.000000p-5f

/* C 2^(j/8), C = 0.498719484516, with j << 20 subtracted from its bits; within 2^-28.43. */
static const float GELU_POWERS[8] PYACT_TABLE = {
    0x1.feb052p-2f, 0x1.f6747cp-2f, 0x1.efa848p-2f, 0x1.eb2404p-2f,
    0x1.e91c8ap-2f, 0x1.e9cb7cp-2f, 0x1.ed6fb4p-2f, 0x1.f44dbcp-2f,
};

/* (e^(-r/2) - 1 + r/2) / r^2 for |r| <= ln2/8, absolute error 2^-31.53 */
static const float GELU_EXP[3] = {
    0x1.000000p-3f, /* 0.125 */
    -0x1.555b7ep-6f, /* -0.020834801718592644 */
    0x1.555972p-9f, /* 0.002604289213195443 */
};

/* f, in s = (z - 1.75) / (z + 2.5)
 * 0 <= z <= 11.5, degree 10, error 2^-28.09 of 1 + f */
static const float GELU_MILLS[11] = {
    0x1.5e73fep-6f, /* 0.021389959380030632 */
    -0x1.6498f0p-3f, /* -0.17411983013153076 */
    -0x1.683f98p-3f, /* -0.17590254545211792 */
    0x1.4fd280p-3f, /* 0.16397571563720703 */
    -0x1.79c3aep-7f, /* -0.011528453789651394 */
    -0x1.e91a86p-6f, /* -0.02985251508653164 */
    -0x1.090548p-10f, /* -0.00101097347214818 */
    0x1.ae8904p-8f, /* 0.006569446064531803 */
    0x1.100f86p-9f, /* 0.0020756579469889402 */
    -0x1.06e47cp-10f, /* -0.0010028553660959005 */
    -0x1.6fadd2p-11f, /* -0.0007012920104898512 */
};

#endif
