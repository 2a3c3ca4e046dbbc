/* Written by "python -m codegen.fit_sine"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_SINE_COEFFICIENTS_H
#define PYACT_PAIR_SINE_COEFFICIENTS_H

#include "fitted.h"


/* 8 / pi, and pi / 8 in three parts */
#define PAIR_SINE_STEPS 0x1.45f306p+1f
#define PAIR_SINE_STEP_HIGH 0x1.921e00p-2f
#define PAIR_SINE_STEP_MIDDLE 0x1.b54400p-18f
#define PAIR_SINE_STEP_LOW 0x1.0b4612p-36f

/* Nodes next to j pi / 8: by how much they are off, their sines and their cosines, within 2^-32.81 of floats. */
static const float PAIR_SINE_OFF[8] PYACT_TABLE = {
    0x0.0p+0f, -0x1.cc5c00p-11f, -0x1.eaf400p-11f, 0x1.cc5c00p-11f,
    0x0.0p+0f, -0x1.cc5c00p-11f, -0x1.eaf400p-11f, 0x1.cc5c00p-11f,
};
static const float PAIR_SINE_SINES[8] PYACT_TABLE = {
    0x0.0p+0f, 0x1.870978p-2f, 0x1.69b312p-1f, 0x1.d932bcp-1f,
    0x1.000000p+0f, 0x1.d932bcp-1f, 0x1.6a60a6p-1f, 0x1.870978p-2f,
};
static const float PAIR_SINE_COSINES[8] PYACT_TABLE = {
    0x1.000000p+0f, 0x1.d932bcp-1f, 0x1.6a60a6p-1f, 0x1.870978p-2f,
    0x0.0p+0f, -0x1.870978p-2f, -0x1.69b312p-1f, -0x1.d932bcp-1f,
};

/* (sin(r) - r) / r^3, in r^2, error 2^-29.27 */
static const float PAIR_SINE[2] = {
    -0x1.555550p-3f, /* -0.16666662693023682 */
    0x1.10d04ap-7f, /* 0.008325611241161823 */
};

/* (cos(r) - 1) / r^2, in r^2, error 2^-38.05 */
static const float PAIR_COSINE[3] = {
    -0x1.000000p-1f, /* -0.5 */
    0x1.55554ap-5f, /* 0.04166664555668831 */
    -0x1.6bb598p-10f, /* -0.0013874410651624203 */
};

#endif
