/* What a precision exports, after enclosure.h and the expression. tests/enclosure.py defines
 *   JUDGE, ENCLOSE   the names of the functions
 *   EXPAND           likewise, where there is exact_series() too */
#include "judgement.h"

/* Error and grade of each result. */
void JUDGE(const float *x, const float *y, size_t n, double *error, double *grade)
{
    for (size_t i = 0; i < n; i += LANES) {
        const enclosure exact = exact_value(point(from_double(load_floats(x + i, n - i))));
        doubles how_wrong, graded;
        judge_result(exact, load_floats(y + i, n - i), &how_wrong, &graded);
        store_doubles(error + i, n - i, how_wrong);
        store_doubles(grade + i, n - i, graded);
    }
}

/* For the tests: both ends as head + tail. */
void ENCLOSE(const float *x, size_t n, double *lo, double *lo_tail, double *hi, double *hi_tail)
{
    for (size_t i = 0; i < n; i += LANES) {
        const enclosure exact = exact_value(point(from_double(load_floats(x + i, n - i))));
        const doubles low = to_double(exact.lo), high = to_double(exact.hi);
        store_doubles(lo + i, n - i, low);
        store_doubles(hi + i, n - i, high);
        store_doubles(lo_tail + i, n - i, to_double(exact.lo - from_double(low)));
        store_doubles(hi_tail + i, n - i, to_double(exact.hi - from_double(high)));
    }
}

#ifdef EXPAND
/* Down or up, to a double. */
static inline double rounded(real a, double direction)
{
    const real kept = smaller(larger(a, -0x1p1000), 0x1p1000);
    return (double)(kept + direction * (magnitude(kept) * 0x1p-50 + 0x1p-1000));
}

/* See expand.h. */
void EXPAND(double lo, double hi, double unit, int order, double *middle, double *radius, double *ends)
{
    const series s = exact_series(s_variable(order, (enclosure){set(lo), set(hi)}));
    real power = set(1.0);
    for (int k = 0; k <= order; k++, power *= unit) {
        const real low = s.c[k].lo * power, high = s.c[k].hi * power;
        const int bounded = -0x1p999 < low && high < 0x1p999;
        middle[k] = bounded ? (double)(low + (high - low) / 2) : 0.0;
        const real reach = larger(high - middle[k], middle[k] - low) * (1 + 16 * EPSILON);
        radius[k] = bounded ? rounded(reach, 1) : (double)UNBOUNDED;
    }
    const enclosure value = s.c[0].lo <= s.c[0].hi ? s.c[0] : anything(); /* not if an end is NaN */
    ends[0] = rounded(value.lo, -1);
    ends[1] = rounded(value.hi, 1);
}
#endif
