/* What an enclosure of an exact value proves of a float32 result. */
#ifndef JUDGEMENT_H
#define JUDGEMENT_H
#include "enclosure.h"

/* IMPRECISE: nothing yet. */
enum { WRONGLY_ROUNDED, CORRECTLY_ROUNDED, NEAR_A_TIE, IMPRECISE };

/* Wider enclosures than this, in units in the last place, are not believed. */
#define WIDEST 0x1p-18

/* The result's largest possible error in units in the last place (IMPRECISE: of no meaning), and its grade. */
static inline void judge_result(enclosure exact, doubles result, doubles *error, doubles *grade)
{
    const doubles infinite = to_double(UNBOUNDED), beyond = to_double(set(0x1p128));
    const doubles at_lo = inverse_spacing(exact.lo), at_hi = inverse_spacing(exact.hi);
    const real scale = larger(from_double(at_lo), from_double(at_hi));

    /* An infinite result where the exact one would not round to it counts as 2^128. */
    const real placed = larger(smaller(from_double(result), from_double(beyond)), from_double(-beyond));
    const real distance = larger(magnitude(placed - exact.lo), magnitude(exact.hi - placed));
    const doubles bound = to_double(distance * scale), width = to_double((exact.hi - exact.lo) * scale);

    const doubles low = to_float(exact.lo), high = to_float(exact.hi);
    const truth alike = equal(low, high), right = equal(result, low);
    const truth overflows = alike & equal(magnitude(low), infinite);
    const doubles known = to_double(choose(overflows, choose(right, set(0.0), infinite), bound));
    /* Across a power of two the spacing is open, which does not matter to small errors. */
    const truth same_spacing = equal(at_lo, at_hi) | at_most(bound, set(0.25));
    const truth precise = overflows | (at_most(set(0.0), width) & at_most(width, set(WIDEST)) & same_spacing);

    const real rounding = choose(right, set(CORRECTLY_ROUNDED), set(WRONGLY_ROUNDED));
    const real decided = choose(alike, rounding, set(NEAR_A_TIE));
    *grade = to_double(choose(precise, decided, set(IMPRECISE)));
    /* NaN is infinitely wrong. */
    *error = to_double(choose(equal(result, result), known, infinite));
}
#endif
