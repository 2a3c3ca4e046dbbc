/* Derivatives of x sigmoid(u(x)), staged: see staged.h. They are
 *     s M,  s = sigmoid(u) = 1 / (1 + e^-u),  M = 1 + b (1 - s),  b = x u'(x),
 * which holds for both signs of x: where it is small, e^-u is large and 1 - s nearly 1.
 *
 * M has a root, near which the error of e^-u is to be small beside the distance from it. There the reduced argument is
 * small, too: one entry of the table of powers of 2^(1/8) is replaced by a value of e^-u next to the root. So a root is no
 * concern but for a few inputs around it, which double decides. All entries are floats whose logarithms are nearly short,
 * so that subtracting these is exact. */
#ifndef PYACT_PAIR_GATE_DERIVATIVES_H
#define PYACT_PAIR_GATE_DERIVATIVES_H

#include "pair_gelu_derivative.h"
#include "pair_tanh.h" /* fvec_head */

/* Beyond this, or with |M| below that, lanes are left to double. */
#define PAIR_GATE_EXPONENT 84.0f
#define PAIR_GATE_ROOT 0x1p-12f

/* e^-u = scale (1 + w), u_tail may be NULL; `logarithms` holds by how much those of the powers are off. */
PYACT_INLINE fpair_power fpair_gate_decay(fvec u, const fvec *u_tail, const float *powers, const float *logarithms)
{
    fpair_power power;
    const fvec magic = fvec_set(PAIR_ROUND_TO_INTEGER);
    const fvec shifted = fvec_fnma(u, fvec_set(PAIR_EIGHTHS_PER_LN2), magic);
    const fvec k = fvec_sub(shifted, magic);
    const fivec eighths = fivec_from_bits(shifted);
    power.scale = fvec_from_bits(fivec_add(fivec_from_bits(fvec_lookup8(powers, eighths)), fivec_shift_left(eighths, 20)));
    const fvec difference = fvec_fma(k, fvec_set(PAIR_EIGHTH_LN2_HIGH), u); /* exact */
    const fvec off = fvec_add(difference, fvec_lookup8(logarithms, eighths)); /* exact, too */
    const fvec low = fvec_set(PAIR_EIGHTH_LN2_LOW);
    const fvec r = u_tail ? fvec_add(off, fvec_fma(k, low, *u_tail)) : fvec_fma(k, low, off); /* the exponent is -r */
    fvec rest = fvec_fnma(fvec_set(PAIR_EXP_WIDE[2]), r, fvec_set(PAIR_EXP_WIDE[1]));
    rest = fvec_fnma(rest, r, fvec_set(PAIR_EXP_WIDE[0]));
    power.w = fvec_fms(fvec_mul(r, r), rest, r);
    power.low = fvec_set(0.0f);
    return power;
}

/* s as a float in `scale` and, relative to that, what it lacks in w: a pass of its own. 1 + e is h + l, whichever is
 * larger. Being relative, what s lacks is not lost where s is next to subnormal. */
PYACT_INLINE fpair_power fpair_gate_sigmoid(fvec x, fpair_power e)
{
    (void)x;
    const fvec one = fvec_set(1.0f), h = fvec_add(one, fvec_fma(e.scale, e.w, e.scale));
    const fvec rounded = fvec_sub(h, fvec_at_least(e.scale, one));
    const fvec l = fvec_fma(e.scale, e.w, fvec_sub(fvec_at_most(e.scale, one), rounded)), s = fvec_div(one, h);
    return (fpair_power){.scale = s, .w = fvec_fnma(s, l, fvec_fnma(s, h, one)), .low = e.low};
}

/* The same with what s lacks as a tail: s = scale + w. */
PYACT_INLINE fpair_power fpair_gate_sigmoid_pair(fvec x, fpair_power e)
{
    fpair_power s = fpair_gate_sigmoid(x, e);
    s.w = fvec_mul(s.w, s.scale);
    return s;
}

/* s (1 + b (1 - s)), rounded; b_tail may be NULL. The head of M has 12 bits, so that 1 less it is exact. */
PYACT_INLINE fvec fpair_gate_slope(fvec b, const fvec *b_tail, fpair_power sigmoid, fpair_context *context)
{
    const fvec one = fvec_set(1.0f), s = sigmoid.scale, lack = sigmoid.w, mirrored = fvec_sub(one, s);
    const fvec mirrored_tail = fvec_fnma(s, lack, fvec_sub(fvec_sub(one, mirrored), s));
    const fvec sum = fvec_fma(b, mirrored, one), head = fvec_head(sum);
    fvec tail = fvec_fma(b, mirrored_tail, fvec_fma(b, mirrored, fvec_sub(one, head)));
    if (b_tail) tail = fvec_fma(*b_tail, mirrored, tail);
    fpair_require(context, fvec_lt(fvec_set(PAIR_GATE_ROOT), fvec_abs(sum))); /* false for NaN, too */
    return fvec_fma(s, head, fvec_mul(s, fvec_fma(lack, head, tail)));
}

/* ---- silu: u = x = b ---- */

/* The first pass: scale and w; low is not used. */
PYACT_INLINE fpair_power fpair_silu_derivative_power(fvec x)
{
    return fpair_gate_decay(x, NULL, PAIR_SILU_POWERS, PAIR_SILU_LOGARITHMS);
}

PYACT_INLINE fpair_power fpair_silu_derivative_second(fvec x, fpair_power e) { return fpair_gate_sigmoid(x, e); }

PYACT_INLINE fvec fpair_silu_derivative_rounded(fvec x, fpair_power s, fpair_context *context)
{
    fpair_require_below(x, PAIR_GATE_EXPONENT, context);
    return fpair_gate_slope(x, NULL, s, context);
}

/* ---- the tanh form of gelu: u = x (c0 + c1 x^2), b = x (c0 + 3 c1 x^2) ---- */

/* There 1 + e^u is just below 2^126, so that s is normal; for a positive x the derivative is 1. */
#define PAIR_GELU_TANH_SLOPE_BOUND 10.001f

/* x (c0 + c x^2), c given with its tail. */
PYACT_INLINE fpair fpair_gelu_tanh_cubic(fvec x, float c, float c_tail)
{
    const fvec square = fvec_mul(x, x), square_tail = fvec_fms(x, x, square);
    const fvec c0 = fvec_set(PAIR_GELU_TANH_C0), cubic = fvec_set(c);
    fpair factor;
    factor.h = fvec_fma(square, cubic, c0);
    factor.l = fvec_fma(square, cubic, fvec_sub(c0, factor.h)); /* the difference is exact */
    const fvec tails = fvec_fma(square, fvec_set(c_tail), fvec_set(PAIR_GELU_TANH_C0_LOW));
    factor.l = fvec_add(factor.l, fvec_fma(square_tail, cubic, tails));
    return fpair_mul_vec(factor, x);
}

/* The first pass makes u, the second e^-u, the third s. */
PYACT_INLINE fpair_power fpair_gelu_tanh_derivative_power(fvec x)
{
    const fvec y = fvec_at_most(x, fvec_set(PAIR_GELU_TANH_SLOPE_BOUND));
    const fpair u = fpair_gelu_tanh_cubic(y, PAIR_GELU_TANH_C1, PAIR_GELU_TANH_C1_LOW);
    return (fpair_power){.scale = u.h, .w = u.l, .low = fvec_set(0.0f)};
}

PYACT_INLINE fpair_power fpair_gelu_tanh_derivative_second(fvec x, fpair_power u)
{
    (void)x;
    return fpair_gate_decay(u.scale, &u.w, PAIR_GELU_TANH_POWERS, PAIR_GELU_TANH_LOGARITHMS);
}

PYACT_INLINE fpair_power fpair_gelu_tanh_derivative_third(fvec x, fpair_power e) { return fpair_gate_sigmoid(x, e); }

PYACT_INLINE fvec fpair_gelu_tanh_derivative_rounded(fvec x, fpair_power s, fpair_context *context)
{
    const fvec y = fvec_at_most(x, fvec_set(PAIR_GELU_TANH_SLOPE_BOUND));
    const fpair b = fpair_gelu_tanh_cubic(y, PAIR_GELU_TANH_C3, PAIR_GELU_TANH_C3_LOW);
    fpair_require(context, fvec_lt(fvec_set(-PAIR_GELU_TANH_SLOPE_BOUND), x));
    return fpair_gate_slope(b.h, &b.l, s, context);
}

#endif
