/* See pieces.h. */
#include <math.h>

#define scalar double
#define F(name) name
#define EPSILON 0x1p-52
#define LARGEST 0x1.fffffffffffffp1023
#include "judgement.h"
#include "pieces.h"

#define LARGEST_PIECE ((uint32_t)1 << 20) /* less than a binade: so the spacing of its floats is one number */
#define SMALLEST_PIECE ((uint32_t)1 << 13)
#define ROUGH 0x1p-20 /* the largest radius, in units in the last place, for the smallest values of a piece */

/* ---- making a piece ---- */

static double float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* The inputs of a piece as an interval. */
typedef struct {
    double lo, hi, center, unit;
} interval;

static interval interval_of(uint32_t first, uint32_t count)
{
    const uint32_t size = first & 0x7fffffff;
    const double start = float_of(size), spacing = float_of(size + 1) - start, unit = spacing * count / 2;
    const double nearest = size == 0 ? spacing : start, furthest = start + 2 * unit - spacing; /* no zero among them */
    if (size == first) return (interval){nearest, furthest, start + unit, unit};
    return (interval){-furthest, -nearest, -(start + unit), unit};
}

/* A bound of what the evaluation rounds: a coefficient of t^k meets 2 k + 1 roundings, the two ends one more. */
static double rounding_error(const double *coefficient, int degree)
{
    double sum = 0;
    for (int k = 0; k <= degree; k++) sum += (2 * k + 3) * fabs(coefficient[k]);
    return sum * 0x1p-53 * (1 + 0x1p-20) + 0x1p-1000;
}

/* Coefficients below that order, and the radius; false if it is too large. */
static int expand(piece *p, interval in, int order, double remainder, double allowed)
{
    expansion *const precisions[] = {expand_extended, expand_quad};
    double error[HIGHEST_ORDER], ends[2];
    p->degree = order;
    for (int i = 0; i < 2; i++) {
        precisions[i](in.center, in.center, in.unit, order - 1, p->coefficient, error, ends);
        p->radius = remainder + rounding_error(p->coefficient, order);
        for (int k = 0; k < order; k++) p->radius += error[k];
        p->radius *= 1 + 0x1p-40;
        if (p->radius <= allowed) return 1;
    }
    return 0;
}

/* One number for all: the value anywhere on the piece. */
static int set_constant(piece *p, double value, double radius)
{
    p->degree = 0;
    p->coefficient[0] = value;
    p->radius = radius;
    return 0;
}

/* How often the piece must be halved, as far as can be told; 0 if it is made. */
static int halvings(piece *p)
{
    static const int orders[] = {2, 6, HIGHEST_ORDER};
    const interval in = interval_of(p->first, p->count);
    double middle[HIGHEST_ORDER + 1], radius[HIGHEST_ORDER + 1], ends[2], value, doubt;
    p->center = in.center;
    p->inverse_unit = 1 / in.unit;
    expand_quad(in.center, in.center, in.unit, 0, &value, &doubt, ends);
    const double there = larger(fabs(value) - doubt, 0) / 8;
    double excess = 0, fewest = INFINITY;
    for (int i = 0, done = 1; i < 3; done = orders[i++] + 1) {
        expand_extended(in.lo, in.hi, in.unit, orders[i], middle, radius, ends);
        /* All round to infinity, and are judged alike. */
        if (ends[0] >= 0x1p128 || ends[1] <= -0x1p128) return set_constant(p, ends[0] > 0 ? 0x1p200 : -0x1p200, 0);
        const double least = larger(larger(ends[0], -ends[1]), there);
        const double allowed = ROUGH / inverse_spacing(least);
        if (radius[0] <= allowed / 2) return set_constant(p, middle[0], radius[0] + rounding_error(middle, 0));
        for (int k = done; k <= orders[i]; k++) {
            excess = radius[k] / allowed;
            p->coefficient[k] = middle[k];
            if (excess <= 0.5) return expand(p, in, k, radius[k], allowed) ? 0 : 1;
            fewest = smaller(fewest, log2(excess) / k); /* halved once, this radius is 2^k times smaller, and more */
        }
        if (isinf(excess)) return 1;
    }
    return 1 + (int)fewest;
}

static _Thread_local piece current;

const piece *piece_at(uint32_t bits)
{
    if (bits - current.first < current.count) return &current;
    /* What begins where the last one ended is no larger than its alignment: larger ones have been tried. */
    const int goes_on = current.count > 0 && bits == current.first + current.count;
    uint32_t size = LARGEST_PIECE;
    while (goes_on && size > SMALLEST_PIECE && bits % size != 0) size /= 2;
    for (;;) {
        current.first = bits & ~(size - 1);
        current.count = size;
        const int needed = halvings(&current);
        if (needed == 0) return &current;
        /* A piece where enclosures are wide needs fewer: they become narrower too. */
        current.degree = -1;
        if (size == SMALLEST_PIECE || needed > 16 || size >> needed < SMALLEST_PIECE / 8) return &current;
        const uint32_t next = size >> (needed < 3 ? needed : 3);
        size = next > SMALLEST_PIECE ? next : SMALLEST_PIECE;
    }
}

/* ---- using it: four doubles at a time ---- */

typedef double lanes __attribute__((vector_size(32)));
typedef int64_t masks __attribute__((vector_size(32)));
enum { WIDTH = 4, STEP = 4 * WIDTH };

/* immintrin.h has these too, and takes longer to compile than all the rest. */
#if defined __FMA__ && defined __GNUC__ && !defined __clang__
static inline lanes multiply_add(lanes a, lanes b, lanes c) { return __builtin_ia32_vfmaddpd256(a, b, c); }
static inline lanes maximum(lanes a, lanes b) { return __builtin_ia32_maxpd256(a, b); }
#else
static inline lanes multiply_add(lanes a, lanes b, lanes c) { return a * b + c; }
static inline lanes maximum(lanes a, lanes b)
{
    for (int i = 0; i < WIDTH; i++) a[i] = larger(a[i], b[i]);
    return a;
}
#endif
static inline lanes load(const float *from)
{
    typedef float floats __attribute__((vector_size(16)));
    floats loaded;
    memcpy(&loaded, from, sizeof loaded);
    return __builtin_convertvector(loaded, lanes);
}
static inline lanes all(double a) { return (lanes){a, a, a, a}; }
static inline lanes size_of(lanes a) { return (lanes)((masks)a & INT64_MAX); }

static inline void evaluate(const piece *p, const float *x, lanes value[STEP / WIDTH])
{
    lanes t[STEP / WIDTH];
    for (int j = 0; j < STEP / WIDTH; j++) {
        t[j] = (load(x + WIDTH * j) - p->center) * p->inverse_unit;
        value[j] = all(p->coefficient[p->degree]);
    }
    for (int k = p->degree - 1; k >= 0; k--)
        for (int j = 0; j < STEP / WIDTH; j++) value[j] = multiply_add(value[j], t[j], all(p->coefficient[k]));
}

/* The cases that need no care, with fewer operations than judge_result(): finite results at some distance from a tie.
 * An error surely below half the spacing is that of the nearest float, and one surely above is not. Negative for the
 * others. */
static inline lanes clear_error(lanes value, lanes result, double radius)
{
    const masks exponent = {0x7ffll << 52, 0x7ffll << 52, 0x7ffll << 52, 0x7ffll << 52};
    const lanes size = size_of(value), distance = size_of(result - value), normal = all(0x1p-126);
    const lanes least = maximum(size - radius, normal), most = maximum(size + radius, normal);
    const masks at_least = (masks)least & exponent, at_most = (masks)most & exponent;
    const lanes scale = (lanes)(((2ll * 1023 + 23) << 52) - at_least);
    const lanes highest = (distance + radius) * scale, lowest = (distance - radius) * scale;
    const masks decided = (highest < 0.5) | ((lowest > 0.5) & (highest < 0x1p24));
    const masks certain = (at_least == at_most) | (highest <= 0.25); /* as in judge_result() */
    const masks known = decided & certain & (2 * radius * scale <= WIDEST) & (most < 0x1p128);
    return (lanes)((known & (masks)highest) | (~known & (masks)all(-1.0)));
}

void judge_group(const piece *p, const float *x, const float *y, size_t n, group *g)
{
    masks correct = {0}, open = {0};
    lanes worst = {0};
    size_t done = 0;
    for (; done + STEP <= n; done += STEP) {
        lanes value[STEP / WIDTH];
        evaluate(p, x + done, value);
        for (int j = 0; j < STEP / WIDTH; j++) {
            const lanes error = clear_error(value[j], load(y + done + WIDTH * j), p->radius);
            memcpy(g->error + done + WIDTH * j, &error, sizeof error);
            correct -= (error < 0.5) & (error >= 0);
            open -= error < 0;
            worst = maximum(worst, error);
        }
    }
    g->correct = (size_t)(correct[0] + correct[1] + correct[2] + correct[3]);
    g->open = (size_t)(open[0] + open[1] + open[2] + open[3]) + (n - done);
    g->worst = larger(larger(worst[0], worst[1]), larger(worst[2], worst[3]));
    for (; done < n; done++) g->error[done] = -1;
}

void judge_in_piece(const piece *p, float x, float y, double *error, double *grade)
{
    float inputs[STEP];
    lanes value[STEP / WIDTH];
    for (int i = 0; i < STEP; i++) inputs[i] = x;
    evaluate(p, inputs, value);
    judge_result((enclosure){value[0][0] - p->radius, value[0][0] + p->radius}, (double)y, error, grade);
}
