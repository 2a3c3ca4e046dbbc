/* Written by "python -m codegen.fit_units"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_UNIT_COEFFICIENTS_H
#define PYACT_PAIR_UNIT_COEFFICIENTS_H

#include "fitted.h"


/* 1 / ln 2 and ln 2 */
#define PAIR_UNIT_PER_LN2 0x1.715476p+0f
#define PAIR_UNIT_LN2 0x1.62e430p-1f
/* By how much that is too large. */
#define PAIR_UNIT_LN2_EXCESS 0x1.05c610p-29f
/* selu's slope above zero, rounded down, and what that cuts off: of one sign, for the sake of -0 and infinity */
#define PAIR_SELU_ABOVE 0x1.0cfabcp+0f
#define PAIR_SELU_ABOVE_LOW 0x1.6a9114p-24f

/* (e^-r - 1 + r) / r^2 for -5/16 ln2 <= r <= 11/16 ln2, error 2^-28.66 of e^-r - 1 */
static const float PAIR_UNIT_EXPM1[6] = {
    0x1.000000p-1f, /* 0.5 */
    -0x1.555554p-3f, /* -0.1666666567325592 */
    0x1.55559cp-5f, /* 0.041666798293590546 */
    -0x1.111abcp-7f, /* -0.008334485813975334 */
    0x1.6baf3cp-10f, /* 0.0013873463030904531 */
    -0x1.7a6d98p-13f, /* -0.00018044858006760478 */
};

/* 1.75809934085 times (e^-r - 1 + r) / r^2 for -5/16 ln2 <= r <= 11/16 ln2, error 2^-27.97 of e^-r - 1 */
static const float PAIR_SELU_EXPM1[6] = {
    0x1.c212ccp-1f, /* 0.8790496587753296 */
    -0x1.2c0c86p-2f, /* -0.2930165231227875 */
    0x1.2c0cc6p-4f, /* 0.07325436919927597 */
    -0x1.e0250cp-7f, /* -0.014652853831648827 */
    0x1.3fb25ep-9f, /* 0.0024390926118940115 */
    -0x1.4ca838p-12f, /* -0.0003172465367242694 */
};

/* r(z), (1 - (1 + z) e^-z) / z^2 = 1/2 + z r(z), 0 <= z <= 11/16 ln2, error 2^-30.08 of the sum */
static const float PAIR_CELU_ALPHA[6] = {
    -0x1.555556p-2f, /* -0.3333333432674408 */
    0x1.fffffcp-4f, /* 0.1249999850988388 */
    -0x1.11103ap-5f, /* -0.033332932740449905 */
    0x1.c6dfc6p-8f, /* 0.006940828170627356 */
    -0x1.342f0cp-10f, /* -0.0011756278108805418 */
    0x1.30204cp-13f, /* 0.00014501865371130407 */
};
/* What its constant term lacks. */
#define PAIR_CELU_ALPHA_LOW 0x1.590c7ap-27f

/* of b tanh(a x): 2 a and 4 a b, each with what rounding cuts off */
#define PAIR_STANH_RATE 0x1.570a3ep+0f
#define PAIR_STANH_RATE_LOW -0x1.1eb852p-25f
#define PAIR_STANH_SLOPE 0x1.264fa8p+2f
#define PAIR_STANH_SLOPE_LOW 0x1.697f20p-23f

/* c of cell j, about 7 / (7 + j), and -log c, within 2^-35.62 of a float. */
static const float PAIR_LOG_CELLS[8] PYACT_TABLE = {
    0x1.000000p+0f, 0x1.c92ceap-1f, 0x1.8e40fap-1f, 0x1.6657e6p-1f,
    0x1.45cd3ap-1f, 0x1.2ab494p-1f, 0x1.13ab4ap-1f, 0x1.00040cp-1f,
};
static const float PAIR_LOG_OF_CELLS[8] PYACT_TABLE = {
    0x0.0p+0f, 0x1.cfe6fep-4f, 0x1.0143c6p-2f, 0x1.6d65a2p-2f,
    0x1.cee27ap-2f, 0x1.13e65cp-1f, 0x1.3cfdbep-1f, 0x1.62dc18p-1f,
};
/* (log(1 + r) - r) / r^2 for -0.0557 <= r <= 0.0844, error 2^-28.77 of r */
static const float PAIR_LOG1P[5] = {
    -0x1.000000p-1f, /* -0.5 */
    0x1.555530p-2f, /* 0.33333277702331543 */
    -0x1.00082ap-2f, /* -0.25003114342689514 */
    0x1.9ac7f0p-3f, /* 0.20057666301727295 */
    -0x1.428d38p-3f, /* -0.15749591588974 */
};

/* (e^r - 1 - r) / r^2 for |r| <= 0.06498, error 2^-35.83 of e^r */
static const float PAIR_MISH_EXP[4] = {
    0x1.000000p-1f, /* 0.5 */
    0x1.555556p-3f, /* 0.1666666716337204 */
    0x1.5561a2p-5f, /* 0.04167253151535988 */
    0x1.111818p-7f, /* 0.008334171026945114 */
};

/* About 2^(j/8), as in pair_coefficients.h; entry 2 is next to the derivative's root. */
static const float PAIR_MISH_POWERS[8] PYACT_TABLE = {
    0x1.000000p+0f, 0x1.f72b9ap-1f, 0x1.f6be04p-1f, 0x1.ebfdb0p-1f,
    0x1.ea09c8p-1f, 0x1.eacf60p-1f, 0x1.ee89fep-1f, 0x1.f5815ap-1f,
};
/* Their logarithms less j ln 2 / 8, multiples of 2^-28. */
static const float PAIR_MISH_LOGARITHMS[8] PYACT_TABLE = {
    0x0.0p+0f, 0x1.460000p-20f, 0x1.4fdd54p-6f, 0x1.080000p-23f,
    -0x1.580000p-20f, 0x1.5b6000p-17f, 0x1.500000p-23f, -0x1.c40000p-20f,
};

/* About 2^(j/8), as in pair_coefficients.h; entry 0 is next to the derivative's root. */
static const float PAIR_SMISH_POWERS[8] PYACT_TABLE = {
    0x1.021d52p+0f, 0x1.f72b9ap-1f, 0x1.f06f66p-1f, 0x1.ebfdb0p-1f,
    0x1.ea09c8p-1f, 0x1.eacf60p-1f, 0x1.ee89fep-1f, 0x1.f5815ap-1f,
};
/* Their logarithms less j ln 2 / 8, multiples of 2^-28. */
static const float PAIR_SMISH_LOGARITHMS[8] PYACT_TABLE = {
    0x1.0d8c68p-7f, 0x1.460000p-20f, -0x1.9c8000p-18f, 0x1.080000p-23f,
    -0x1.580000p-20f, 0x1.5b6000p-17f, 0x1.500000p-23f, -0x1.c40000p-20f,
};

#endif
