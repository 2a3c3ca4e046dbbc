/* Float32 results against enclosures of the exact values: by a polynomial where a piece of inputs has one, else in
 * double; then in long double, then in __float128, each only where the one before leaves a doubt. See pieces.h and
 * enclosure.h; tests/exhaustive.py adds up the reports. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "pieces.h"

enum { WRONGLY_ROUNDED, CORRECTLY_ROUNDED, NEAR_A_TIE, IMPRECISE }; /* as in judgement.h */

void judge_double(const float *x, const float *y, size_t n, double *error, double *grade);
void judge_extended(const float *x, const float *y, size_t n, double *error, double *grade);
void judge_quad(const float *x, const float *y, size_t n, double *error, double *grade);

enum { OPEN_CASES = 256 };

typedef struct {
    uint64_t finite;       /* inputs judged: finite and not zero */
    uint64_t correct;      /* proven to be rounded correctly */
    uint64_t near_ties;    /* correctly rounded or not: so near a tie that quad does not tell, or out of its budget */
    uint64_t not_numbers;  /* NaN inputs whose result is not the canonical NaN */
    uint64_t in_extended, in_quad; /* how often the higher precisions were asked */
    uint64_t open;         /* what quad could not enclose: the first OPEN_CASES are listed */
    double worst;          /* largest possible error in ULP, and the input where it is */
    float worst_x, worst_y;
    float open_x[OPEN_CASES], open_y[OPEN_CASES];
} report;

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void count_result(report *r, float x, float y, double error, int grade)
{
    r->correct += grade == CORRECTLY_ROUNDED;
    r->near_ties += grade == NEAR_A_TIE;
    if (error > r->worst) {
        r->worst = error;
        r->worst_x = x;
        r->worst_y = y;
    }
}

/* What was left open. Results near ties are many where the output is subnormal (half of an odd number and next to
 * nothing), and their error is known: a block asks quad for at most `quad_budget` of them. */
static void judge_again(report *r, float x, float y, unsigned *quad_budget)
{
    double error, grade;
    r->in_extended++;
    judge_extended(&x, &y, 1, &error, &grade);
    if (grade == IMPRECISE || (grade == NEAR_A_TIE && *quad_budget > 0)) {
        *quad_budget -= grade == NEAR_A_TIE;
        r->in_quad++;
        judge_quad(&x, &y, 1, &error, &grade);
    }
    if (grade == IMPRECISE) {
        if (r->open < OPEN_CASES) {
            r->open_x[r->open] = x;
            r->open_y[r->open] = y;
        }
        r->open++;
        return;
    }
    count_result(r, x, y, error, (int)grade);
}

/* The largest bound of a group, if it is a new one, is made sharp: so which input is the worst does not depend on how
 * wide the enclosures happen to be. What others of the group may be above it is less than their width. */
static void note_worst(report *r, float x, float y, double bound)
{
    double error, grade;
    judge_extended(&x, &y, 1, &error, &grade);
    count_result(r, x, y, grade == IMPRECISE || error > bound ? bound : error, WRONGLY_ROUNDED);
}

/* As judge_group() of pieces.h, each result by itself. */
static void judge_one_by_one(const float *x, const float *y, size_t n, group *g)
{
    double error[GROUP], grade[GROUP], correct = 0, open = 0, worst = 0;
    judge_double(x, y, n, error, grade);
#pragma omp simd reduction(+ : correct, open) reduction(max : worst)
    for (size_t i = 0; i < n; i++) {
        g->error[i] = grade[i] < NEAR_A_TIE ? error[i] : -1.0;
        correct += grade[i] == CORRECTLY_ROUNDED ? 1.0 : 0.0;
        open += grade[i] >= NEAR_A_TIE ? 1.0 : 0.0;
        worst = g->error[i] > worst ? g->error[i] : worst;
    }
    g->correct = (size_t)correct;
    g->open = (size_t)open;
    g->worst = worst;
}

/* What judge_group() leaves to a closer look. */
static void look_closer(report *r, const piece *p, float x, float y, unsigned *quad_budget)
{
    double error, grade = IMPRECISE;
    if (p->degree >= 0) judge_in_piece(p, x, y, &error, &grade);
    if (grade >= NEAR_A_TIE) {
        judge_again(r, x, y, quad_budget);
    } else {
        r->correct += grade == CORRECTLY_ROUNDED;
        if (error > r->worst) note_worst(r, x, y, error);
    }
}

/* As many of n finite inputs, not zero, as are judged at once. */
static size_t check_group(report *r, const float *x, const float *y, size_t n, unsigned *quad_budget)
{
    const uint32_t first = bits_of(*x);
    const piece *p = piece_at(first);
    const size_t left = p->first + (p->count - first), most = left < GROUP ? left : GROUP, count = n < most ? n : most;
    group g;
    if (p->degree >= 0) {
        judge_group(p, x, y, count, &g);
    } else {
        judge_one_by_one(x, y, count, &g);
    }
    r->finite += count;
    r->correct += g.correct;
    if (g.worst > r->worst) {
        size_t at = 0;
        while (g.error[at] < g.worst) at++;
        note_worst(r, x[at], y[at], g.worst);
    }
    for (size_t i = 0; g.open > 0 && i < count; i++)
        if (g.error[i] < 0) look_closer(r, p, x[i], y[i], quad_budget);
    return count;
}

/* Results y of n <= 65,536 inputs whose bit patterns count up from a multiple of 65,536. Zeros and infinities are the
 * caller's: spec values, not roundings. Adds to the report. */
void check_block(report *r, const float *x, const float *y, size_t n, unsigned quad_budget)
{
    const float *const end = x + n;
    if (n > 0 && (x[0] == 0 || isinf(x[0]))) x++, y++;
    if (x < end && isnan(*x)) {
        for (; x < end; x++, y++) r->not_numbers += bits_of(*y) != 0x7fc00000;
        return;
    }
    while (x < end) {
        const size_t done = check_group(r, x, y, (size_t)(end - x), &quad_budget);
        x += done;
        y += done;
    }
}
