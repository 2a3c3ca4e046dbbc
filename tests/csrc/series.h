/* Taylor series whose coefficients are enclosures: c[k] holds f^(k)(x) / k! for every x of an interval, or of a point.
 *
 * The rules are the usual recurrences, each from the differential equation of its function, in the arithmetic of
 * enclosure.h: so a coefficient is a proof, like the value of an enclosure. Where a condition is open within the
 * interval, only the value is known, and the other coefficients are unbounded. Where an extremum or |u| changes sides,
 * the slope is known too: anywhere between those of both sides. That is enough for the remainder of order 1, since the
 * function is the integral of its slope. */
#ifndef SERIES_H
#define SERIES_H
#include "enclosure.h"
#include "expand.h"

typedef struct {
    int order; /* of the highest coefficient that is computed */
    enclosure c[HIGHEST_ORDER + 1];
} series;

/* Functions of their own: inlined everywhere, they would take long to compile. */
#define RULE static __attribute__((noinline, unused)) series
#define PART static __attribute__((noinline, unused)) enclosure

/* ---- coefficients ---- */

static inline enclosure anything(void) { return (enclosure){-UNBOUNDED, UNBOUNDED}; }
static inline int is_zero(enclosure a) { return a.lo == 0 && a.hi == 0; }

static inline enclosure times(enclosure a, int n)
{
    return is_zero(a) ? a : widen(a.lo * set(n), a.hi * set(n), ROUNDING);
}
static inline enclosure over(enclosure a, int n)
{
    return is_zero(a) ? a : widen(a.lo / set(n), a.hi / set(n), ROUNDING);
}

PART plus(enclosure a, enclosure b) { return is_zero(a) ? b : is_zero(b) ? a : e_add(a, b); }
PART minus(enclosure a, enclosure b) { return plus(a, e_neg(b)); }
/* What is zero throughout stays so, whatever the other factor. */
PART by(enclosure a, enclosure b) { return is_zero(a) || is_zero(b) ? point(set(0.0)) : e_mul(a, b); }

/* The sum of a[i] b[k - i] for first <= i <= last. */
PART products(const series *a, const series *b, int k, int first, int last)
{
    enclosure sum = point(set(0.0));
    for (int i = first; i <= last; i++) sum = plus(sum, by(a->c[i], b->c[k - i]));
    return sum;
}

/* ---- series ---- */

RULE s_constant(int order, enclosure value)
{
    series s = {.order = order};
    for (int k = 1; k <= order; k++) s.c[k] = point(set(0.0));
    s.c[0] = value;
    return s;
}

/* The variable itself, anywhere in an interval. */
RULE s_variable(int order, enclosure where)
{
    series s = s_constant(order, where);
    if (order > 0) s.c[1] = point(set(1.0));
    return s;
}

/* Known by its value alone. */
RULE without_slopes(int order, enclosure value)
{
    series s = s_constant(order, value);
    for (int k = 1; k <= order; k++) s.c[k] = anything();
    return s;
}

/* Either of the two, a kink where they meet: value and slope. */
RULE with_kink(enclosure value, series a, series b)
{
    series s = without_slopes(a.order, value);
    if (a.order > 0) s.c[1] = (enclosure){smaller(a.c[1].lo, b.c[1].lo), larger(a.c[1].hi, b.c[1].hi)};
    return s;
}

/* i a[i]: the slope of a, times the distance. */
RULE slopes(series a)
{
    for (int k = 0; k <= a.order; k++) a.c[k] = times(a.c[k], k);
    return a;
}

/* The integral of slope(u) factor, slopes(u) given: f' = factor(u) u'. */
RULE integral(enclosure value, const series *du, const series *factor)
{
    series f = s_constant(du->order, value);
    for (int k = 1; k <= du->order; k++) f.c[k] = over(products(du, factor, k, 1, k), k);
    return f;
}

/* ---- arithmetic ---- */

RULE s_neg(series a)
{
    for (int k = 0; k <= a.order; k++) a.c[k] = e_neg(a.c[k]);
    return a;
}
RULE s_add(series a, series b)
{
    for (int k = 0; k <= a.order; k++) a.c[k] = plus(a.c[k], b.c[k]);
    return a;
}
RULE s_sub(series a, series b) { return s_add(a, s_neg(b)); }
RULE s_scale(series a, real power)
{
    for (int k = 0; k <= a.order; k++) a.c[k] = is_zero(a.c[k]) ? a.c[k] : e_scale(a.c[k], power);
    return a;
}
RULE s_mul(series a, series b)
{
    series p = s_constant(a.order, by(a.c[0], b.c[0]));
    for (int k = 1; k <= a.order; k++) p.c[k] = products(&a, &b, k, 0, k);
    return p;
}
RULE s_square(series a)
{
    series p = s_constant(a.order, e_square(a.c[0]));
    for (int k = 1; k <= a.order; k++) {
        p.c[k] = times(products(&a, &a, k, 0, (k - 1) / 2), 2);
        if (k % 2 == 0) p.c[k] = plus(p.c[k], e_square(a.c[k / 2]));
    }
    return p;
}
RULE s_div(series a, series b)
{
    series q = s_constant(a.order, e_div(a.c[0], b.c[0]));
    for (int k = 1; k <= a.order; k++) {
        const enclosure rest = minus(a.c[k], products(&b, &q, k, 1, k));
        q.c[k] = is_zero(rest) ? rest : e_div(rest, b.c[0]);
    }
    return q;
}

/* Where no operand can be negative, its value has a bound that the rest does without. */
RULE s_add_positive(series a, series b)
{
    series s = s_add(a, b);
    s.c[0] = e_add_positive(a.c[0], b.c[0]);
    return s;
}
RULE s_mul_positive(series a, series b)
{
    series p = s_mul(a, b);
    p.c[0] = e_mul_positive(a.c[0], b.c[0]);
    return p;
}
RULE s_div_positive(series a, series b)
{
    series q = s_div(a, b);
    q.c[0] = within(q.c[0], e_div_positive(a.c[0], b.c[0]).lo, e_div_positive(a.c[0], b.c[0]).hi);
    return q;
}

RULE s_pow(series a, int n)
{
    if (n < 0) return s_div(s_constant(a.order, point(set(1.0))), s_pow(a, -n));
    if (n == 1) return a;
    const series half = s_square(s_pow(a, n / 2));
    return n % 2 ? s_mul(half, a) : half;
}

RULE s_sqrt(series u)
{
    series r = s_constant(u.order, e_sqrt(u.c[0]));
    const enclosure twice = e_scale(r.c[0], set(2.0));
    for (int k = 1; k <= u.order; k++) {
        const enclosure rest = minus(u.c[k], products(&r, &r, k, 1, k - 1));
        r.c[k] = is_zero(rest) ? rest : e_div(rest, twice);
    }
    return r;
}

/* ---- choices ---- */

static inline condition s_lt(series a, series b) { return e_lt(a.c[0], b.c[0]); }
static inline condition s_le(series a, series b) { return e_le(a.c[0], b.c[0]); }
static inline condition s_eq(series a, series b) { return e_eq(a.c[0], b.c[0]); }
static inline condition s_and(condition a, condition b) { return e_and(a, b); }
static inline condition s_or(condition a, condition b) { return e_or(a, b); }

RULE s_where(condition test, series a, series b)
{
    return test.surely ? a : test.never ? b : without_slopes(a.order, e_where(test, a.c[0], b.c[0]));
}
RULE s_min(series a, series b)
{
    if (a.c[0].hi <= b.c[0].lo) return a;
    return b.c[0].hi <= a.c[0].lo ? b : with_kink(e_min(a.c[0], b.c[0]), a, b);
}
RULE s_max(series a, series b)
{
    if (a.c[0].hi <= b.c[0].lo) return b;
    return b.c[0].hi <= a.c[0].lo ? a : with_kink(e_max(a.c[0], b.c[0]), a, b);
}
RULE s_abs(series a)
{
    if (a.c[0].lo >= 0) return a;
    return a.c[0].hi <= 0 ? s_neg(a) : with_kink(e_abs(a.c[0]), a, s_neg(a));
}
RULE s_sign(series a)
{
    const enclosure sign = e_sign(a.c[0]);
    return sign.lo == sign.hi ? s_constant(a.order, sign) : without_slopes(a.order, sign);
}

/* ---- elementary functions ---- */

RULE s_exp(series u)
{
    const series du = slopes(u);
    series e = s_constant(u.order, e_exp(u.c[0]));
    for (int k = 1; k <= u.order; k++) e.c[k] = over(products(&du, &e, k, 1, k), k);
    return e;
}
RULE s_expm1(series u)
{
    series e = s_exp(u);
    e.c[0] = e_expm1(u.c[0]);
    return e;
}

/* (log v)' v = v' */
RULE logarithm(enclosure value, series v)
{
    series l = s_constant(v.order, value), dl = s_constant(v.order, point(set(0.0)));
    for (int k = 1; k <= v.order; k++) {
        const enclosure rest = minus(v.c[k], over(products(&dl, &v, k, 1, k - 1), k));
        l.c[k] = is_zero(rest) ? rest : e_div(rest, v.c[0]);
        dl.c[k] = times(l.c[k], k);
    }
    return l;
}
RULE s_log(series u) { return logarithm(e_log(u.c[0]), u); }
RULE s_log1p(series u)
{
    const enclosure value = e_log1p(u.c[0]);
    u.c[0] = e_add(point(set(1.0)), u.c[0]);
    return logarithm(value, u);
}

/* e^-|u| / (1 + e^-|u|)^2, the slope of the sigmoid: right in relative terms where the sigmoid is near 1. */
PART density(enclosure u)
{
    const enclosure e = e_exp(e_neg(e_abs(u)));
    return e_div_positive(e, e_square(e_add_positive(point(set(1.0)), e)));
}

/* s' = w u' and w' = (1 - 2 s) s', from both values. */
RULE logistic(series u, enclosure value, enclosure slope)
{
    const series du = slopes(u);
    series s = s_constant(u.order, value), w = s_constant(u.order, slope), ds = s, rising = s;
    rising.c[0] = e_sub(point(set(1.0)), e_scale(value, set(2.0)));
    for (int k = 1; k <= u.order; k++) {
        s.c[k] = over(products(&du, &w, k, 1, k), k);
        ds.c[k] = times(s.c[k], k);
        rising.c[k] = e_scale(s.c[k], set(-2.0));
        w.c[k] = over(products(&ds, &rising, k, 1, k), k);
    }
    return s;
}
RULE s_sigmoid(series u) { return logistic(u, e_sigmoid(u.c[0]), density(u.c[0])); }
RULE s_softplus(series u)
{
    const series du = slopes(u), slope = s_sigmoid(u);
    return integral(e_softplus(u.c[0]), &du, &slope);
}
/* tanh(u) = 2 sigmoid(2 u) - 1, of which the value is known better. */
RULE s_tanh(series u)
{
    const enclosure value = e_tanh(u.c[0]);
    u = s_scale(s_sigmoid(s_scale(u, set(2.0))), set(2.0));
    u.c[0] = value;
    return u;
}

RULE s_erf(series u)
{
    const series du = slopes(u), bell = s_exp(s_neg(s_square(u)));
    const series f = integral(point(set(0.0)), &du, &bell);
    const enclosure factor = e_div(point(set(2.0)), e_sqrt(e_scale(e_atan(point(set(1.0))), set(4.0))));
    series erf = s_constant(u.order, e_erf(u.c[0]));
    for (int k = 1; k <= u.order; k++) erf.c[k] = by(f.c[k], factor);
    return erf;
}
RULE s_erfc(series u)
{
    series f = s_neg(s_erf(u));
    f.c[0] = e_erfc(u.c[0]);
    return f;
}

/* Both at once: s' = c u', c' = -s u'. */
RULE wave(series u, enclosure sine, enclosure cosine)
{
    const series du = slopes(u);
    series s = s_constant(u.order, sine), c = s_constant(u.order, cosine);
    for (int k = 1; k <= u.order; k++) {
        s.c[k] = over(products(&du, &c, k, 1, k), k);
        c.c[k] = e_neg(over(products(&du, &s, k, 1, k), k));
    }
    return s;
}
RULE s_sin(series u) { return wave(u, e_sin(u.c[0]), e_cos(u.c[0])); }
RULE s_cos(series u) { return wave(u, e_cos(u.c[0]), e_neg(e_sin(u.c[0]))); }

/* (1 + u^2) f' = u' */
RULE s_atan(series u)
{
    const series v = s_add_positive(s_constant(u.order, point(set(1.0))), s_square(u));
    series f = s_constant(u.order, e_atan(u.c[0])), df = s_constant(u.order, point(set(0.0)));
    for (int k = 1; k <= u.order; k++) {
        const enclosure rest = minus(u.c[k], over(products(&df, &v, k, 1, k - 1), k));
        f.c[k] = is_zero(rest) ? rest : e_div(rest, v.c[0]);
        df.c[k] = times(f.c[k], k);
    }
    return f;
}
#endif
