/* Interval arithmetic in one precision.
 *
 * An enclosure holds an exact value: lo <= value <= hi. Every operation rounds outward by more than its own error, so
 * the enclosure of a whole expression is a proof, cancellation included: where terms cancel, it is wide, and a higher
 * precision is asked. The file is compiled three times, for double (8 at a time where the CPU has AVX-512 and the C
 * library vector functions), long double and __float128; the elementary functions are those of the C library. What it
 * shares with the kernels is the expression alone.
 *
 * tests/enclosure.py defines before it:
 *   scalar           the type
 *   F(name)          the C library's function of that type
 *   EPSILON          the spacing of the type at 1
 *   LARGEST          its largest finite number
 *   VECTOR           for double, eight at a time
 * and after it exact_value(), the expression, and what precision.h needs. */
#ifndef ENCLOSURE_H
#define ENCLOSURE_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- one number, or eight ----
 * real    what the arithmetic works on
 * doubles as many doubles: spacings, errors and results, which they hold exactly
 * truth   the outcome of a comparison: combined by & and | */
#ifdef VECTOR
#include <immintrin.h>
typedef __m512d real, doubles;
typedef __mmask8 truth;
enum { LANES = 8 };
static inline real set(double value) { return _mm512_set1_pd(value); }
static inline truth less(real a, real b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
static inline truth at_most(real a, real b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
static inline truth equal(real a, real b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
static inline real choose(truth test, real a, real b) { return _mm512_mask_blend_pd(test, b, a); }
static inline real smaller(real a, real b) { return _mm512_min_pd(a, b); } /* b if either is NaN, as below */
static inline real larger(real a, real b) { return _mm512_max_pd(a, b); }
static inline real magnitude(real a) { return _mm512_abs_pd(a); }
static inline real square_root(real a) { return _mm512_sqrt_pd(a); }
static inline truth first_lanes(size_t n) { return n < LANES ? (truth)((1u << n) - 1) : (truth)0xff; }
static inline doubles load_floats(const float *from, size_t n)
{
    return _mm512_cvtps_pd(_mm256_maskz_loadu_ps(first_lanes(n), from));
}
static inline void store_doubles(double *to, size_t n, doubles a) { _mm512_mask_storeu_pd(to, first_lanes(n), a); }
static inline doubles to_float(real a) { return _mm512_cvtps_pd(_mm512_cvtpd_ps(a)); }
static inline doubles to_double(real a) { return a; }
static inline real from_double(doubles a) { return a; }
/* 2^(1023 + 23 - 1023 - exponent) from the exponent of size, kept between those of the smallest normal and the largest
 * float: all by the bits. */
static inline doubles inverse_spacing(real value)
{
    __m512i exponent = _mm512_srli_epi64(_mm512_castpd_si512(magnitude(value)), 52);
    exponent = _mm512_max_epi64(exponent, _mm512_set1_epi64(1023 - 126));
    exponent = _mm512_min_epi64(exponent, _mm512_set1_epi64(1023 + 127));
    return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_sub_epi64(_mm512_set1_epi64(2 * 1023 + 23), exponent), 52));
}
#else
typedef scalar real;
typedef double doubles;
typedef int truth;
enum { LANES = 1 };
static inline real set(real value) { return value; }
static inline truth less(real a, real b) { return a < b; }
static inline truth at_most(real a, real b) { return a <= b; }
static inline truth equal(real a, real b) { return a == b; }
static inline real choose(truth test, real a, real b) { return test ? a : b; }
static inline real smaller(real a, real b) { return a < b ? a : b; }
static inline real larger(real a, real b) { return a > b ? a : b; }
static inline real magnitude(real a) { return F(fabs)(a); }
static inline real square_root(real a) { return F(sqrt)(a); }
static inline doubles load_floats(const float *from, size_t n) { return n > 0 ? (double)*from : 0; }
static inline void store_doubles(double *to, size_t n, doubles a)
{
    if (n > 0) *to = a;
}
static inline doubles to_float(real a) { return (double)(float)a; }
static inline doubles to_double(real a) { return (double)a; }
static inline real from_double(doubles a) { return (real)a; }
/* The float32 spacing, as codegen/ulp.py defines it, is 1 over this. */
static inline doubles inverse_spacing(real value)
{
    const real size = magnitude(value);
    const double rounded = (double)size;
    int64_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits -= (real)rounded > size; /* may have been rounded up into the next binade */
    int64_t exponent = bits >> 52;
    exponent = exponent < 1023 - 126 ? 1023 - 126 : exponent;
    exponent = exponent > 1023 + 127 ? 1023 + 127 : exponent;
    bits = (2 * 1023 + 23 - exponent) << 52;
    double inverse;
    memcpy(&inverse, &bits, sizeof inverse);
    return inverse;
}
#endif

/* ---- enclosures ---- */

/* Of an arithmetic operation: four times its error. Of an elementary function: the C library promises less than
 * 4 units in the last place (its vector functions) or 8 (the others); those composed here stay below that too. */
#define ROUNDING set(2 * EPSILON)
#define FUNCTION_ERROR set(16 * EPSILON)
/* More than any absolute error where double underflows, and nothing beside the smallest float, 2^-149. */
#define UNDERFLOW set(0x1p-960)
#define UNBOUNDED set(__builtin_inf())

typedef struct {
    real lo, hi;
} enclosure;

/* What is known of a condition; neither where the enclosures leave it open. */
typedef struct {
    truth surely, never;
} condition;

static inline enclosure point(real value) { return (enclosure){value, value}; }

/* Outward by a relative error. The lower end is never +inf and the upper one never -inf: so no sum is inf - inf. */
static inline enclosure widen(real lo, real hi, real relative)
{
    const real finite_lo = smaller(lo, set(LARGEST)), finite_hi = larger(hi, set(-LARGEST));
    return (enclosure){finite_lo - (magnitude(finite_lo) * relative + UNDERFLOW),
                       finite_hi + (magnitude(finite_hi) * relative + UNDERFLOW)};
}

/* A number the type does not hold, from its nearest neighbour. */
static inline enclosure around(real value) { return widen(value, value, ROUNDING); }

static inline enclosure within(enclosure a, real lo, real hi)
{
    return (enclosure){larger(a.lo, lo), smaller(a.hi, hi)};
}

/* ---- arithmetic ---- */

static inline enclosure e_neg(enclosure a) { return (enclosure){-a.hi, -a.lo}; }

/* Sums and products of numbers that have no error themselves, as far as they are exact: so that exact ties, common
 * among piecewise polynomials, are known as such. The vectors leave them open, for long double. */
#ifdef VECTOR
static inline int is_exact_sum(enclosure a, enclosure b) { return (void)a, (void)b, 0; }
static inline int is_exact_product(enclosure a, enclosure b) { return (void)a, (void)b, 0; }
#else
static inline int is_exact_sum(enclosure a, enclosure b)
{
    const real sum = a.lo + b.lo, b_part = sum - a.lo;
    const real error = (a.lo - (sum - b_part)) + (b.lo - b_part);
    return a.lo == a.hi && b.lo == b.hi && error == 0;
}
static inline int is_exact_product(enclosure a, enclosure b)
{
    const real p = a.lo * b.lo;
    const int no_underflow = magnitude(p) > (real)0x1p-900 || p == 0;
    return a.lo == a.hi && b.lo == b.hi && no_underflow && F(fma)(a.lo, b.lo, -p) == 0;
}
#endif

static inline enclosure e_add(enclosure a, enclosure b)
{
    if (is_exact_sum(a, b)) return point(a.lo + b.lo);
    return widen(a.lo + b.lo, a.hi + b.hi, ROUNDING);
}
static inline enclosure e_sub(enclosure a, enclosure b) { return e_add(a, e_neg(b)); }

/* Times a power of two: exact. */
static inline enclosure e_scale(enclosure a, real power)
{
    return (enclosure){smaller(a.lo * power, a.hi * power), larger(a.lo * power, a.hi * power)};
}

/* 0 * inf is 0: the infinite end stands for finite numbers of any size. */
static inline real product(real a, real b)
{
    const real p = a * b;
    return choose(equal(p, p), p, set(0.0));
}

static inline enclosure e_mul(enclosure a, enclosure b)
{
    if (is_exact_product(a, b)) return point(a.lo * b.lo);
    const real ll = product(a.lo, b.lo), lh = product(a.lo, b.hi), hl = product(a.hi, b.lo), hh = product(a.hi, b.hi);
    return widen(smaller(smaller(ll, hl), smaller(lh, hh)), larger(larger(ll, hl), larger(lh, hh)), ROUNDING);
}

static inline enclosure e_abs(enclosure a)
{
    return (enclosure){larger(larger(a.lo, -a.hi), set(0.0)), larger(-a.lo, a.hi)};
}

static inline enclosure e_square(enclosure a)
{
    const enclosure size = e_abs(a);
    if (is_exact_product(size, size)) return point(size.lo * size.lo);
    return within(widen(size.lo * size.lo, size.hi * size.hi, ROUNDING), set(0.0), UNBOUNDED);
}

/* inf / inf stands for any number of the sign; the other end of the divisor bounds the quotient. */
static inline real quotient(real a, real b, real other)
{
    const real q = a / b;
    return choose(equal(q, q), q, a / other);
}

static inline enclosure e_div(enclosure a, enclosure b)
{
    const real ll = quotient(a.lo, b.lo, b.hi), lh = quotient(a.lo, b.hi, b.lo);
    const real hl = quotient(a.hi, b.lo, b.hi), hh = quotient(a.hi, b.hi, b.lo);
    const enclosure q =
        widen(smaller(smaller(ll, hl), smaller(lh, hh)), larger(larger(ll, hl), larger(lh, hh)), ROUNDING);
    const truth holds_zero = at_most(b.lo, set(0.0)) & at_most(set(0.0), b.hi);
    return (enclosure){choose(holds_zero, -UNBOUNDED, q.lo), choose(holds_zero, UNBOUNDED, q.hi)};
}

/* ---- the same where no operand can be negative: fewer products, and a lower end that stays at 0 or above ---- */

static inline enclosure e_add_positive(enclosure a, enclosure b) { return within(e_add(a, b), set(0.0), UNBOUNDED); }

static inline enclosure e_mul_positive(enclosure a, enclosure b)
{
    if (is_exact_product(a, b)) return point(a.lo * b.lo);
    return within(widen(product(a.lo, b.lo), product(a.hi, b.hi), ROUNDING), set(0.0), UNBOUNDED);
}

static inline enclosure e_div_positive(enclosure a, enclosure b)
{
    const real lo = choose(equal(b.hi, set(0.0)), set(0.0), a.lo / b.hi);
    const real hi = choose(at_most(b.lo, set(0.0)), UNBOUNDED, a.hi / b.lo);
    return within(widen(lo, hi, ROUNDING), set(0.0), UNBOUNDED);
}

static inline enclosure e_pow(enclosure a, int n)
{
    if (n < 0) return e_div(point(set(1.0)), e_pow(a, -n));
    if (n == 1) return a;
    const enclosure half = e_square(e_pow(a, n / 2));
    return n % 2 ? e_mul(half, a) : half;
}

static inline enclosure e_min(enclosure a, enclosure b)
{
    return (enclosure){smaller(a.lo, b.lo), smaller(a.hi, b.hi)};
}
static inline enclosure e_max(enclosure a, enclosure b) { return (enclosure){larger(a.lo, b.lo), larger(a.hi, b.hi)}; }

static inline real sign_of(real a)
{
    return choose(less(set(0.0), a), set(1.0), choose(less(a, set(0.0)), set(-1.0), a));
}
static inline enclosure e_sign(enclosure a) { return (enclosure){sign_of(a.lo), sign_of(a.hi)}; }

/* ---- conditions ---- */

static inline condition e_lt(enclosure a, enclosure b) { return (condition){less(a.hi, b.lo), at_most(b.hi, a.lo)}; }
static inline condition e_le(enclosure a, enclosure b) { return (condition){at_most(a.hi, b.lo), less(b.hi, a.lo)}; }
static inline condition e_eq(enclosure a, enclosure b)
{
    return (condition){equal(a.lo, b.hi) & equal(a.hi, b.lo), less(a.hi, b.lo) | less(b.hi, a.lo)};
}
static inline condition e_and(condition a, condition b)
{
    return (condition){a.surely & b.surely, a.never | b.never};
}
static inline condition e_or(condition a, condition b) { return (condition){a.surely | b.surely, a.never & b.never}; }

static inline enclosure e_where(condition test, enclosure a, enclosure b)
{
    const real lo = smaller(a.lo, b.lo), hi = larger(a.hi, b.hi);
    return (enclosure){choose(test.surely, a.lo, choose(test.never, b.lo, lo)),
                       choose(test.surely, a.hi, choose(test.never, b.hi, hi))};
}

/* ---- elementary functions: monotone, but for the waves ---- */

/* Below -700 the result is less than UNDERFLOW whatever the argument, and libm is slow at both ends of the range. */
static inline real r_exp(real u)
{
#ifdef VECTOR
    const truth overflows = less(set(710.0), u);
    return choose(overflows, UNBOUNDED, F(exp)(larger(choose(overflows, set(0.0), u), set(-700.0))));
#else
    return F(exp)(larger(u, set(-700.0)));
#endif
}
static inline real r_erfc(real u) { return F(erfc)(smaller(u, set(26.0))); } /* likewise beyond 26 */

static inline real r_sigmoid(real u)
{
    const real e = r_exp(-magnitude(u));
    return choose(less(u, set(0.0)), e, set(1.0)) / (set(1.0) + e);
}
static inline real r_softplus(real u) { return larger(u, set(0.0)) + F(log1p)(r_exp(-magnitude(u))); }

#define MONOTONE(name, function, lowest, highest) \
    static inline enclosure e_##name(enclosure a) \
    { \
        return within(widen(function(a.lo), function(a.hi), FUNCTION_ERROR), set(lowest), set(highest)); \
    }
MONOTONE(exp, r_exp, 0.0, __builtin_inf())
MONOTONE(expm1, F(expm1), -1.0, __builtin_inf())
MONOTONE(tanh, F(tanh), -1.0, 1.0)
MONOTONE(erf, F(erf), -1.0, 1.0)
MONOTONE(atan, F(atan), -2.0, 2.0)
MONOTONE(sigmoid, r_sigmoid, 0.0, 1.0)
MONOTONE(softplus, r_softplus, 0.0, __builtin_inf())

static inline enclosure e_erfc(enclosure a)
{
    return within(widen(r_erfc(a.hi), r_erfc(a.lo), FUNCTION_ERROR), set(0.0), set(2.0));
}
static inline enclosure e_sqrt(enclosure a)
{
    const real lo = square_root(larger(a.lo, set(0.0))), hi = square_root(larger(a.hi, set(0.0)));
    return within(widen(lo, hi, ROUNDING), set(0.0), UNBOUNDED);
}
static inline enclosure e_log(enclosure a)
{
    return widen(F(log)(larger(a.lo, set(0.0))), F(log)(larger(a.hi, set(0.0))), FUNCTION_ERROR);
}
static inline enclosure e_log1p(enclosure a)
{
    return widen(F(log1p)(larger(a.lo, set(-1.0))), F(log1p)(larger(a.hi, set(-1.0))), FUNCTION_ERROR);
}

/* Neither rises faster than its argument. */
#define WAVE(name) \
    static inline enclosure e_##name(enclosure a) \
    { \
        const real middle = a.lo + (a.hi - a.lo) * set(0.5), reach = a.hi - a.lo; \
        const enclosure there = widen(F(name)(middle), F(name)(middle), FUNCTION_ERROR); \
        return within((enclosure){there.lo - reach, there.hi + reach}, set(-1.0), set(1.0)); \
    }
WAVE(sin)
WAVE(cos)
#endif
