/* Compares every operation on vectors of floats in simd.h with plain C, lane by lane and bit by bit, compiled for one
 * ISA (see README.md for the commands). Prints one line "name mismatches hash" for each operation; the hash is that of
 * the results, so two ISAs agree if they print the same text. Exits with 1 if there are mismatches.
 */
#include "simd.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 960 }; /* a multiple of every FLANES */

/* ---- hostile inputs ---- */

static uint64_t random_state = 1;

static uint32_t random_bits(void) /* splitmix64 */
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (uint32_t)((z ^ z >> 31) >> 16);
}

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t to_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float random_float(void)
{
    static const float special[] = {
        0.0f, -0.0f, 1.0f, -1.0f, 0x1p-149f, -0x1p-149f, 0x1.fffffcp-127f, 0x1p-126f, 0x1.fffffep127f, -0x1.fffffep127f,
        INFINITY, -INFINITY, NAN,
    };
    switch (random_bits() % 8) {
    case 0: return special[random_bits() % (sizeof special / sizeof special[0])];
    case 1: return from_bits(random_bits() & 0x80ffffff); /* subnormal or just above */
    case 2: /* few bits: exact products, ties */
        return from_bits((random_bits() & 0x80fe0000) | (random_bits() % 64 + 96) << 23);
    case 3: return from_bits((random_bits() & 0x807fffff) | (random_bits() % 8 + 124) << 23);
    default: return from_bits(random_bits());
    }
}

/* Third operand of a fused multiply-add: cancels the product, or lies around half a unit of its last place. */
static float random_addend(float a, float b)
{
    const float product = a * b;
    switch (random_bits() % 6) {
    case 0: return from_bits(to_bits(-product) + random_bits() % 9 - 4);
    case 1: return from_bits(to_bits(product * 0x1p24f) + random_bits() % 5 - 2);
    case 2: return product * from_bits((127 + random_bits() % 100 - 50) << 23);
    case 3: return from_bits(random_bits() & 0x80000007); /* the smallest subnormals */
    case 4: return (float)((double)a * b - product) * (random_bits() % 2 ? -1.0f : 0x1p23f);
    default: return random_float();
    }
}

/* ---- results ---- */

static float a[BLOCK], b[BLOCK], c[BLOCK];
static uint32_t got[BLOCK], want[BLOCK];
static int failed = 0;

typedef struct {
    const char *name;
    long mismatches;
    uint64_t hash;
} tally;

/* NaNs count as one where an operation makes them: their payload and sign are not specified. */
static uint32_t one_nan(uint32_t bits) { return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits; }

static void compare(tally *t, int any_nan)
{
    for (int i = 0; i < BLOCK; i++) {
        const uint32_t x = any_nan ? one_nan(got[i]) : got[i], y = any_nan ? one_nan(want[i]) : want[i];
        if (x != y && t->mismatches++ < 5)
            fprintf(stderr, "%s(%a, %a, %a) = %08x, not %08x\n", t->name, (double)a[i], (double)b[i], (double)c[i], x, y);
        t->hash = (t->hash ^ x) * 0x100000001b3;
        t->hash ^= t->hash >> 29;
    }
}

static void fill(void)
{
    for (int i = 0; i < BLOCK; i++) {
        a[i] = random_float();
        b[i] = random_bits() % 8 ? random_float() : a[i];
        c[i] = random_addend(a[i], b[i]);
        if (c[i] != c[i]) c[i] = NAN; /* the sign of a computed one is not specified */
    }
}

/* Runs `vector` over lanes i ... i + FLANES - 1 and `lane` for each i; both store into got and want. */
#define CHECK(operation, any_nan, vector, lane)                                                                        \
    static void check_##operation(int blocks)                                                                          \
    {                                                                                                                  \
        tally t = {#operation, 0, 0};                                                                                  \
        random_state = 1;                                                                                              \
        for (int block = 0; block < blocks; block++) {                                                                 \
            fill();                                                                                                    \
            for (int i = 0; i < BLOCK; i += FLANES) { vector; }                                                        \
            for (int i = 0; i < BLOCK; i++) { lane; }                                                                  \
            compare(&t, any_nan);                                                                                      \
        }                                                                                                              \
        printf("%s %ld %016llx\n", t.name, t.mismatches, (unsigned long long)t.hash);                                  \
        failed |= t.mismatches != 0;                                                                                   \
    }

#define A fvec_load(a + i)
#define B fvec_load(b + i)
#define C fvec_load(c + i)
#define A_BITS fivec_from_bits(A)
#define B_BITS fivec_from_bits(B)
#define STORE(value) fvec_store((float *)(void *)(got + i), value)
#define STORE_BITS(value) STORE(fvec_from_bits(value))

#define CHECK_FLOAT(name, vector, lane) CHECK(name, 1, STORE(vector), want[i] = to_bits(lane))
#define CHECK_BITS(name, vector, lane) CHECK(name, 0, STORE(vector), want[i] = (lane))
#define CHECK_INTEGER(name, vector, lane) CHECK(name, 0, STORE_BITS(vector), want[i] = (lane))
#define CHECK_MASK(name, vector, lane)                                                                                 \
    CHECK(name, 0, for (int j = 0; j < FLANES; j++) got[i + j] = fmask_bits(vector) >> j & 1, want[i] = (lane))

CHECK_FLOAT(add, fvec_add(A, B), a[i] + b[i])
CHECK_FLOAT(sub, fvec_sub(A, B), a[i] - b[i])
CHECK_FLOAT(mul, fvec_mul(A, B), a[i] * b[i])
CHECK_FLOAT(div, fvec_div(A, B), a[i] / b[i])
CHECK_FLOAT(sqrt, fvec_sqrt(A), sqrtf(a[i]))
CHECK_FLOAT(fma, fvec_fma(A, B, C), fmaf(a[i], b[i], c[i]))
CHECK_FLOAT(fms, fvec_fms(A, B, C), fmaf(a[i], b[i], -c[i]))
CHECK_FLOAT(fnma, fvec_fnma(A, B, C), fmaf(-a[i], b[i], c[i]))
CHECK_BITS(neg, fvec_neg(A), to_bits(a[i]) ^ 0x80000000)
CHECK_BITS(abs, fvec_abs(A), to_bits(a[i]) & 0x7fffffff)
CHECK_BITS(copysign, fvec_copysign(A, B), (to_bits(a[i]) & 0x7fffffff) | (to_bits(b[i]) & 0x80000000))
CHECK_BITS(xor_sign, fvec_xor_sign(A, B), to_bits(a[i]) ^ (to_bits(b[i]) & 0x80000000))
CHECK_FLOAT(min, fvec_min(A, B), a[i] <= b[i] || a[i] != a[i] ? a[i] : b[i])
CHECK_FLOAT(max, fvec_max(A, B), b[i] <= a[i] || a[i] != a[i] ? a[i] : b[i])
CHECK_FLOAT(at_most, fvec_at_most(A, B), b[i] < a[i] ? b[i] : a[i])
CHECK_FLOAT(at_least, fvec_at_least(A, B), b[i] > a[i] ? b[i] : a[i])

CHECK_MASK(lt, fvec_lt(A, B), a[i] < b[i])
CHECK_MASK(le, fvec_le(A, B), a[i] <= b[i])
CHECK_MASK(eq, fvec_eq(A, B), a[i] == b[i])
CHECK_MASK(ne, fvec_ne(A, B), a[i] != b[i])
CHECK_MASK(is_nan, fvec_is_nan(A), a[i] != a[i])
CHECK_MASK(unordered, fvec_unordered(A, B), a[i] != a[i] || b[i] != b[i])
CHECK_MASK(mask_and, fmask_and(fvec_lt(A, B), fvec_lt(B, C)), a[i] < b[i] && b[i] < c[i])
CHECK_MASK(mask_or, fmask_or(fvec_lt(A, B), fvec_lt(B, C)), a[i] < b[i] || b[i] < c[i])
CHECK_MASK(mask_not, fmask_not(fvec_lt(A, B)), !(a[i] < b[i]))
CHECK_BITS(select, fvec_select(fvec_lt(A, B), A, C), to_bits(a[i] < b[i] ? a[i] : c[i]))

CHECK_INTEGER(int_add, fivec_add(A_BITS, B_BITS), to_bits(a[i]) + to_bits(b[i]))
CHECK_INTEGER(int_sub, fivec_sub(A_BITS, B_BITS), to_bits(a[i]) - to_bits(b[i]))
CHECK_INTEGER(int_and, fivec_and(A_BITS, B_BITS), to_bits(a[i]) & to_bits(b[i]))
CHECK_INTEGER(int_or, fivec_or(A_BITS, B_BITS), to_bits(a[i]) | to_bits(b[i]))
CHECK_INTEGER(int_xor, fivec_xor(A_BITS, B_BITS), to_bits(a[i]) ^ to_bits(b[i]))
CHECK_INTEGER(int_set, fivec_xor(A_BITS, fivec_set(-0x12345678)), to_bits(a[i]) ^ (uint32_t)-0x12345678)
CHECK_INTEGER(shift_left, fivec_shift_left(A_BITS, 13), to_bits(a[i]) << 13)
CHECK_INTEGER(shift_right, fivec_shift_right(A_BITS, 31), to_bits(a[i]) >> 31)
CHECK_INTEGER(int_select, fivec_select(fvec_lt(A, B), A_BITS, B_BITS), to_bits(a[i] < b[i] ? a[i] : b[i]))
CHECK_MASK(int_eq, fivec_eq(A_BITS, B_BITS), to_bits(a[i]) == to_bits(b[i]))

/* Any index is right: the lookups take it modulo the size of the table. */
static _Alignas(64) float table[32];
CHECK_BITS(lookup8, fvec_lookup8(table, A_BITS), to_bits(table[to_bits(a[i]) % 8]))
CHECK_BITS(lookup16, fvec_lookup16(table, A_BITS), to_bits(table[to_bits(a[i]) % 16]))
CHECK_BITS(lookup32, fvec_lookup32(table, A_BITS), to_bits(table[to_bits(a[i]) % 32]))

/* Conversions: exact to double; to float the one rounding of a sum that is not a float. */
CHECK_FLOAT(to_vec_and_back, fvec_from_vecs(fvec_low_to_vec(A), fvec_high_to_vec(A)), a[i])
CHECK_FLOAT(from_vecs,
            fvec_from_vecs(vec_add(fvec_low_to_vec(A), fvec_low_to_vec(C)),
                           vec_add(fvec_high_to_vec(A), fvec_high_to_vec(C))),
            (float)((double)a[i] + (double)c[i]))

/* fmask_any, fmask_all, fmask_none; compress and expand for any set of lanes. Results of one whole vector at a time. */
static void check_whole_masks(int blocks)
{
    tally t = {"whole_masks", 0, 0};
    random_state = 1;
    for (int block = 0; block < blocks; block++) {
        fill();
        for (int i = 0; i < BLOCK; i += FLANES) {
            const uint32_t wanted = random_bits() % 3; /* none, all or some lanes */
            unsigned set = 0;
            for (int j = 0; j < FLANES; j++) {
                if (wanted < 2) b[i + j] = wanted ? a[i + j] : NAN;
                set |= (unsigned)(a[i + j] == b[i + j]) << j;
            }
            const unsigned all = (1u << FLANES) - 1;
            const fmask m = fvec_eq(A, B);
            const int right = fmask_any(m) == (set != 0) && fmask_all(m) == (set == all) && fmask_bits(m) == set &&
                              !fmask_any(fmask_none()) && fmask_all(fmask_not(fmask_none()));
            t.mismatches += !right;
        }
    }
    printf("%s %ld\n", t.name, t.mismatches);
    failed |= t.mismatches != 0;
}

static void check_compress_expand(int blocks)
{
    tally t = {"compress_expand", 0, 0};
    random_state = 1;
    for (int block = 0; block < blocks; block++) {
        fill();
        memset(got, 0, sizeof got);
        memset(want, 0, sizeof want);
        for (int i = 0; i < BLOCK; i += FLANES) {
            const unsigned set = block < 2 ? block * ((1u << FLANES) - 1) : random_bits() & ((1u << FLANES) - 1);
            float packed[FLANES], expanded[FLANES];
            int count = 0;
            fvec_compress_store(packed, set, A);
            memcpy(expanded, b + i, sizeof expanded);
            fvec_expand_store(expanded, set, c + i);
            for (int j = 0; j < FLANES; j++) {
                const int is_set = set >> j & 1;
                const float next = c[i + count];
                want[i + j] = to_bits(is_set ? next : b[i + j]);
                got[i + j] = to_bits(expanded[j]);
                if (is_set) t.mismatches += to_bits(packed[count++]) != to_bits(a[i + j]);
            }
        }
        for (int i = 0; i < BLOCK; i++) t.mismatches += got[i] != want[i];
    }
    printf("%s %ld\n", t.name, t.mismatches);
    failed |= t.mismatches != 0;
}

int main(int argc, char **argv)
{
    const int blocks = argc > 1 ? atoi(argv[1]) : 64;
    for (int i = 0; i < 32; i++) table[i] = from_bits(random_bits());
    for (int i = 0; i < 32; i++) /* no signalling NaN: a copy through a register may quiet it */
        if (table[i] != table[i]) table[i] = (float)i;

#define RUN(name) check_##name(blocks);
    RUN(add) RUN(sub) RUN(mul) RUN(div) RUN(sqrt) RUN(fma) RUN(fms) RUN(fnma)
    RUN(neg) RUN(abs) RUN(copysign) RUN(xor_sign) RUN(min) RUN(max) RUN(at_most) RUN(at_least)
    RUN(lt) RUN(le) RUN(eq) RUN(ne) RUN(is_nan) RUN(unordered) RUN(mask_and) RUN(mask_or) RUN(mask_not) RUN(select)
    RUN(int_add) RUN(int_sub) RUN(int_and) RUN(int_or) RUN(int_xor) RUN(int_set) RUN(shift_left) RUN(shift_right)
    RUN(int_select) RUN(int_eq) RUN(lookup8) RUN(lookup16) RUN(lookup32)
    RUN(to_vec_and_back) RUN(from_vecs) RUN(whole_masks) RUN(compress_expand)
    return failed;
}
