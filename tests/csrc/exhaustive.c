/* Float32 results against enclosures of the exact values: double first, then long double, then __float128, each only
 * where the one before leaves a doubt. See enclosure.h; tests/exhaustive.py adds up the reports. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WRONGLY_ROUNDED, CORRECTLY_ROUNDED, NEAR_A_TIE, IMPRECISE }; /* as in enclosure.h */

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

/* What double left open. Results near ties are many where the output is subnormal (half of an odd number and next to
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

enum { GROUP = 512 }; /* stays in the first-level cache */

/* n finite inputs, not zero. */
static void check_finite(report *r, const float *x, const float *y, size_t n, unsigned *quad_budget)
{
    double error[GROUP], grade[GROUP];
    for (size_t done = 0; done < n; done += GROUP) {
        const size_t count = n - done < GROUP ? n - done : GROUP;
        judge_double(x + done, y + done, count, error, grade);
        double correct = 0, doubtful = 0, worst = 0;
#pragma omp simd reduction(+ : correct, doubtful) reduction(max : worst)
        for (size_t i = 0; i < count; i++) {
            const double known = grade[i] < NEAR_A_TIE ? error[i] : 0.0;
            correct += grade[i] == CORRECTLY_ROUNDED ? 1.0 : 0.0;
            doubtful += grade[i] >= NEAR_A_TIE ? 1.0 : 0.0;
            worst = known > worst ? known : worst;
        }
        r->correct += (uint64_t)correct;
        if (worst > r->worst) {
            for (size_t i = 0; i < count; i++)
                if (grade[i] < NEAR_A_TIE) count_result(r, x[done + i], y[done + i], error[i], WRONGLY_ROUNDED);
        }
        if (doubtful > 0) {
            for (size_t i = 0; i < count; i++)
                if (grade[i] >= NEAR_A_TIE) judge_again(r, x[done + i], y[done + i], quad_budget);
        }
    }
    r->finite += n;
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
    if (x < end) check_finite(r, x, y, (size_t)(end - x), &quad_budget);
}
