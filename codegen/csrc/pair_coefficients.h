/* Written by "python -m codegen.fit_pair"; do not edit.
 * Coefficients start with the constant term. The error is the largest relative error of the polynomial with the rounded
 * coefficients, in exact arithmetic.
 */
#ifndef PYACT_PAIR_COEFFICIENTS_H
#define PYACT_PAIR_COEFFICIENTS_H


/* 8 / ln 2 */
#define PAIR_EIGHTHS_PER_LN2 0x1.715476p+3f
/* ln 2 / 8, 14 bits and the rest */
#define PAIR_EIGHTH_LN2_HIGH 0x1.62e000p-4f
#define PAIR_EIGHTH_LN2_LOW 0x1.0bfbe8p-18f
/* ln 2, the same */
#define PAIR_LN2_HIGH 0x1.62e000p-1f
#define PAIR_LN2_LOW 0x1.0bfbe8p-15f
/* ln 2 / 2 and 2 / ln 2 */
#define PAIR_HALF_LN2 0x1.62e430p-2f
#define PAIR_TWO_PER_LN2 0x1.715476p+1f
/* 2 sqrt(2 / pi), 20 bits, and what that cuts off */
#define PAIR_GELU_TANH_C0 0x1.988440p+0f
#define PAIR_GELU_TANH_C0_LOW 0x1.33d436p-20f
/* 0.044715 times that, and what that cuts off */
#define PAIR_GELU_TANH_C1 0x1.2444f2p-4f
#define PAIR_GELU_TANH_C1_LOW 0x1.49b16ap-29f
/* 3 times that, and what that cuts off */
#define PAIR_GELU_TANH_C3 0x1.b6676cp-3f
#define PAIR_GELU_TANH_C3_LOW -0x1.175e20p-32f
/* of quick_gelu, and what rounding cuts off */
#define PAIR_QUICK_GELU 0x1.b3b646p+0f
#define PAIR_QUICK_GELU_LOW -0x1.78d4fep-26f
/* selu's slope above zero, and at zero from below with its low part */
#define PAIR_SELU_SCALE 0x1.0cfabep+0f
#define PAIR_SELU_SLOPE 0x1.c212ccp+0f
#define PAIR_SELU_SLOPE_LOW 0x1.903c0cp-26f
/* where the derivative of gelu vanishes, without its sign */
#define PAIR_GELU_ROOT 0x1.80ead2p-1f
#define PAIR_GELU_ROOT_LOW -0x1.a03fd4p-27f

/* 2^(j/8) with j << 20 subtracted from its bits: adding (8 k + j) << 20 gives 2^(k + j/8). */
static const float PAIR_EIGHTH_POWERS[8] PYACT_TABLE = {
    0x1.000000p+0f, 0x1.f72b84p-1f, 0x1.f06fe0p-1f, 0x1.ebfdaep-1f,
    0x1.ea09e6p-1f, 0x1.eace54p-1f, 0x1.ee89fap-1f, 0x1.f5818ep-1f,
};
/* What rounding 2^(j/8) to float has cut off, relative to the rounded value. */
static const float PAIR_EIGHTH_POWERS_TAIL[8] PYACT_TABLE = {
    0x0.0p+0f, -0x1.9c0c22p-27f, 0x1.125002p-25f, -0x1.0a3550p-25f,
    0x1.26055cp-26f, 0x1.67a1cap-28f, -0x1.f9c304p-27f, -0x1.a5217cp-28f,
};

/* s 2^(j/8), s = 0.997438967228, prepared in the same way.
 * Within 2^-27.71 of floats. */
static const float PAIR_SCALED_POWERS[8] PYACT_TABLE = {
    0x1.feb052p-1f, 0x1.f6747cp-1f, 0x1.efa848p-1f, 0x1.eb2404p-1f,
    0x1.e91c8ap-1f, 0x1.e9cb7cp-1f, 0x1.ed6fb4p-1f, 0x1.f44dbcp-1f,
};
/* e^-r / s - 1 for |r| <= ln2/16, absolute error 2^-29.17 */
static const float PAIR_SCALED_EXP[5] = {
    0x1.508aa6p-9f, /* 0.0025676086079329252 */
    -0x1.00a846p+0f, /* -1.0025676488876343 */
    0x1.00a846p-1f, /* 0.5012838244438171 */
    -0x1.563be0p-3f, /* -0.16710638999938965 */
    0x1.5639d0p-5f, /* 0.04177561402320862 */
};
/* the same, a cubic, absolute error 2^-25.58 */
static const float PAIR_SCALED_EXP_SHORT[4] = {
    0x1.508a06p-9f, /* 0.002567589981481433 */
    -0x1.00a846p+0f, /* -1.0025676488876343 */
    0x1.00b292p-1f, /* 0.5013623833656311 */
    -0x1.563deep-3f, /* -0.16711030900478363 */
};

/* About 2^(j/8), prepared like that; entry 7 is next to the root of the derivative. */
static const float PAIR_SILU_POWERS[8] PYACT_TABLE = {
    0x1.000000p+0f, 0x1.f72b9ap-1f, 0x1.f06f66p-1f, 0x1.ebfdb0p-1f,
    0x1.ea09c8p-1f, 0x1.eacf60p-1f, 0x1.ee89fep-1f, 0x1.ebb1cap-1f,
};
/* Their logarithms less j ln 2 / 8, multiples of 2^-28. */
static const float PAIR_SILU_LOGARITHMS[8] PYACT_TABLE = {
    0x0.0p+0f, 0x1.460000p-20f, -0x1.9c8000p-18f, 0x1.080000p-23f,
    -0x1.580000p-20f, 0x1.5b6000p-17f, 0x1.500000p-23f, -0x1.5a03fcp-6f,
};
/* About 2^(j/8), prepared like that; entry 6 is next to the root of the derivative. */
static const float PAIR_GELU_TANH_POWERS[8] PYACT_TABLE = {
    0x1.000000p+0f, 0x1.f72b9ap-1f, 0x1.f06f66p-1f, 0x1.ebfdb0p-1f,
    0x1.ea09c8p-1f, 0x1.eacf60p-1f, 0x1.f66c1ep-1f, 0x1.f5815ap-1f,
};
/* Their logarithms less j ln 2 / 8, multiples of 2^-28. */
static const float PAIR_GELU_TANH_LOGARITHMS[8] PYACT_TABLE = {
    0x0.0p+0f, 0x1.460000p-20f, -0x1.9c8000p-18f, 0x1.080000p-23f,
    -0x1.580000p-20f, 0x1.5b6000p-17f, 0x1.294900p-6f, -0x1.c40000p-20f,
};

/* (exp(r) - 1 - r) / r^2
 * interval [-0.04336502, 0.04336502], degree 2, error 2^-21.48 */
static const float PAIR_EXP_SHORT[3] = {
    0x1.000000p-1f, /* 0.5 */
    0x1.555b7ep-3f, /* 0.16667841374874115 */
    0x1.555972p-5f, /* 0.04166862741112709 */
};

/* (exp(r) - 1 - r) / r^2
 * interval [-0.04336502, 0.04336502], degree 3, error 2^-28.44 */
static const float PAIR_EXP[4] = {
    0x1.000000p-1f, /* 0.5 */
    0x1.555556p-3f, /* 0.1666666716337204 */
    0x1.555ad0p-5f, /* 0.04166927933692932 */
    0x1.111432p-7f, /* 0.008333706296980381 */
};

/* (exp(r) - 1 - r) / r^2
 * interval [-0.058542778, 0.058542778], degree 2, error 2^-20.18 */
static const float PAIR_EXP_WIDE[3] = {
    0x1.000000p-1f, /* 0.5 */
    0x1.556090p-3f, /* 0.16668808460235596 */
    0x1.555cd2p-5f, /* 0.041670236736536026 */
};

/* tanh(r) / r, in r^2
 * interval [-0.0026785835, 0.0676989], degree 3, error 2^-27.9 */
static const float PAIR_TANH[4] = {
    0x1.000000p+0f, /* 1.0 */
    -0x1.555506p-2f, /* -0.3333321511745453 */
    0x1.10d946p-3f, /* 0.1332269161939621 */
    -0x1.a3a42cp-5f, /* -0.05122574418783188 */
};

/* (2 atanh(s) - 2 s) / s^3, in s^2
 * interval [0.0, 0.029466689], degree 3, error 2^-24.85 */
static const float PAIR_LOG[4] = {
    0x1.555556p-1f, /* 0.6666666865348816 */
    0x1.9999ecp-2f, /* 0.4000012278556824 */
    0x1.245c28p-2f, /* 0.28550779819488525 */
    0x1.ddd4dap-3f, /* 0.23331613838672638 */
};

/* Phi(-z) exp(z^2/2) (z + 2), in q = 1 / (z + 2) - 7/32
 * interval [-0.14152992, 0.28125], degree 11, error 2^-28.3 */
static const float PAIR_GELU[12] = {
    0x1.435478p-1f, /* 0.6315038204193115 */
    0x1.4a3c6cp+0f, /* 1.2899844646453857 */
    0x1.5b37acp-1f, /* 0.6781591176986694 */
    -0x1.21b3cap+1f, /* -2.2632992267608643 */
    -0x1.4be080p+0f, /* -1.2963943481445312 */
    0x1.008742p+3f, /* 8.016510963439941 */
    -0x1.bffb4cp+1f, /* -3.499856472015381 */
    -0x1.b70df6p+4f, /* -27.440908432006836 */
    0x1.be55b6p+5f, /* 55.79185104370117 */
    0x1.688084p+4f, /* 22.531375885009766 */
    -0x1.bc2212p+7f, /* -222.06654357910156 */
    0x1.ded864p+7f, /* 239.42263793945312 */
};
/* what rounding the first has cut off */
static const float PAIR_GELU_LOW[2] = {
    -0x1.a421bap-26f, /* -2.4454886116132002e-08 */
    0x1.1197a4p-26f, /* 1.592517051562936e-08 */
};

/* (Phi(-z) exp(z^2/2) - z/sqrt(2 pi)) / (z - root), in q = 1 / (z + 2) - 7/32
 * interval [-0.14152992, 0.28125], degree 10, error 2^-27.76 */
static const float PAIR_GELU_DERIVATIVE[11] = {
    -0x1.f38efap-2f, /* -0.4878500998020172 */
    -0x1.09b410p-1f, /* -0.5189518928527832 */
    -0x1.00e700p-1f, /* -0.5017623901367188 */
    0x1.f641b4p-3f, /* 0.24524250626564026 */
    0x1.82eca4p-1f, /* 0.7557116746902466 */
    -0x1.d58ed0p-1f, /* -0.9171051979064941 */
    -0x1.3ae096p+0f, /* -1.2299894094467163 */
    0x1.097f64p+2f, /* 4.14840030670166 */
    -0x1.7344dap+0f, /* -1.450269341468811 */
    -0x1.2a5728p+3f, /* -9.323139190673828 */
    0x1.8529aep+3f, /* 12.161337852478027 */
};
/* what rounding the first has cut off */
static const float PAIR_GELU_DERIVATIVE_LOW[1] = {
    -0x1.43e1b0p-28f, /* -4.713097467856642e-09 */
};

#define PAIR_TANHSHRINK_SEAM 0x1.680000p+1f
#define PAIR_TANHSHRINK_END 0x1.200000p+3f
/* (z^3 / (z - tanh(z)) - 3) / z^2 - 1, in z^2
 * below the seam, degree 6, error 0.02338 ULP of z - tanh(z) */
static const float PAIR_TANHSHRINK_EXCESS[7] = {
    0x1.999992p-3f, /* 0.19999994337558746 */
    -0x1.767a38p-8f, /* -0.005714071914553642 */
    0x1.0a05e0p-12f, /* 0.00025369925424456596 */
    -0x1.941e5ap-17f, /* -1.2043671631545294e-05 */
    0x1.25b56cp-21f, /* 5.470750465974561e-07 */
    -0x1.563c62p-26f, /* -1.9920749494417578e-08 */
    0x1.b4520ep-32f, /* 3.9683120678368766e-10 */
};
/* (1 - tanh(z))^(1/4), in z
 * from the seam to the end, degree 5, error 0.064 ULP of z - tanh(z) */
static const float PAIR_TANHSHRINK_ROOT[6] = {
    0x1.247c6ep+0f, /* 1.1425236463546753 */
    -0x1.10cd5cp-1f, /* -0.5328167676925659 */
    0x1.d0f7dcp-4f, /* 0.113517627120018 */
    -0x1.bceedcp-7f, /* -0.013578278943896294 */
    0x1.d2f0b2p-11f, /* 0.000890617782715708 */
    -0x1.a367f0p-16f, /* -2.4998545995913446e-05 */
};

#endif
