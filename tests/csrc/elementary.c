/* Drives the functions of simd.h, vec_math.h, light_math.h and wide_math.h, compiled for one ISA. See README.md for the commands.
 *
 * As a shared library it exports array functions, which Python calls through ctypes and compares with mpmath.
 * As a program it prints one line "name hash" for each function: the hash of the raw results for pseudo-random inputs.
 * Two ISAs agree if they print the same text.
 */
#include "light_math.h"
#include "wide_math.h"

#include <stdio.h>
#include <stdlib.h>

typedef vec (*narrow_function)(vec);
typedef wide (*wide_function)(wide, wide_context *);
typedef wide (*wide_operation)(wide, wide);
typedef light (*light_function)(light, light_context *);

/* The inline functions have no address: wrap each of them. */
#define NARROW(name)                                                                                                   \
    static vec narrow_##name(vec x) { return vec_##name(x); }
#define WIDE(name)                                                                                                     \
    static wide call_wide_##name(wide x, wide_context *ctx) { return wide_##name(x, ctx); }
#define OPERATION(name)                                                                                                \
    static wide operate_##name(wide a, wide b) { return wide_##name(a, b); }
#define ELEMENTARY(apply)                                                                                              \
    apply(exp) apply(expm1) apply(log) apply(log1p) apply(tanh) apply(sigmoid) apply(softplus) apply(erf) apply(erfc)  \
        apply(sin) apply(cos) apply(atan)

ELEMENTARY(NARROW)
ELEMENTARY(WIDE)
NARROW(sign)
NARROW(sqrt)
static vec narrow_pow5(vec x) { return vec_pow_int(x, 5); }
static vec narrow_pow_minus3(vec x) { return vec_pow_int(x, -3); }
static wide call_wide_sqrt(wide x, wide_context *ctx) { (void)ctx; return wide_sqrt(x); }
static wide call_wide_pow5(wide x, wide_context *ctx) { (void)ctx; return wide_pow_int(x, 5); }
static wide call_wide_pow_minus3(wide x, wide_context *ctx) { (void)ctx; return wide_pow_int(x, -3); }
static wide call_wide_round_to_odd(wide x, wide_context *ctx) { (void)ctx; return wide_from(wide_round_to_odd(x)); }
OPERATION(add)
OPERATION(sub)
OPERATION(mul)
OPERATION(div)
OPERATION(min)
OPERATION(max)

/* In light arithmetic: of head + tail, and of one double where a function has a shorter form for that. */
#define LIGHT(name)                                                                                                    \
    static light call_light_##name(light x, light_context *ctx) { return light_##name(x, ctx); }                       \
    static light call_light_##name##_vec(light x, light_context *ctx) { return light_##name##_vec(x.h, ctx); }
LIGHT(exp)
LIGHT(expm1)
LIGHT(log1p)
LIGHT(tanh)
LIGHT(erfc)
#define LIGHT_IN_PARTS(name, part, exponential)                                                                        \
    static light call_light_##name(light x, light_context *ctx)                                                        \
    {                                                                                                                  \
        return light_##name(light_##part##_light(x, light_##exponential##_light(x), ctx));                             \
    }                                                                                                                  \
    static light call_light_##name##_vec(light x, light_context *ctx)                                                  \
    {                                                                                                                  \
        return light_##name(light_##part##_vec(x.h, light_##exponential##_vec(x.h), ctx));                             \
    }
LIGHT_IN_PARTS(sigmoid, logistic, exp_of_negated)
LIGHT_IN_PARTS(mirrored_sigmoid, logistic, exp_of_negated)
LIGHT_IN_PARTS(logistic_density, decay, exp_of_magnitude)
static light call_light_softplus(light x, light_context *ctx)
{
    return light_softplus_light(x, light_decay_light(x, light_exp_of_magnitude_light(x), ctx));
}
static light call_light_softplus_vec(light x, light_context *ctx)
{
    return light_softplus_vec(x.h, light_decay_vec(x.h, light_exp_of_magnitude_vec(x.h), ctx));
}
static light call_light_silu_derivative_vec(light x, light_context *ctx)
{
    return light_silu_derivative(x.h, light_exp_of_negated_vec(x.h), ctx);
}
#define LIGHT_IN_CELLS(name)                                                                                           \
    static light call_light_##name##_vec(light x, light_context *ctx)                                                  \
    {                                                                                                                  \
        double cells[LANES];                                                                                           \
        vec_store(cells, light_cell_of(x.h));                                                                          \
        return light_from(light_##name##_in_cells(x.h, cells, ctx));                                                   \
    }
LIGHT_IN_CELLS(gelu)
LIGHT_IN_CELLS(gelu_derivative)
LIGHT_IN_CELLS(gelu_tanh)
LIGHT_IN_CELLS(gelu_tanh_derivative)
#define LIGHT_IN_PASSES(name)                                                                                          \
    static light call_light_##name##_vec(light x, light_context *ctx)                                                  \
    {                                                                                                                  \
        const light argument = light_##name##_argument(x.h);                                                           \
        return light_from(light_rounded_##name(x.h, argument, light_##name##_power(argument), ctx));                   \
    }
LIGHT_IN_PASSES(tanhshrink)
LIGHT_IN_PASSES(tanh_squared)
static light call_light_tanh_derivative_vec(light x, light_context *ctx)
{
    return light_from(light_rounded_tanh_derivative(x.h, light_tanh_derivative_power(x.h), ctx));
}

static const struct {
    const char *name;
    light_function function;
} light_functions[] = {
#define LIGHT_ENTRY(name) {#name, call_light_##name}, {#name "_vec", call_light_##name##_vec},
    LIGHT_ENTRY(exp) LIGHT_ENTRY(expm1) LIGHT_ENTRY(log1p) LIGHT_ENTRY(tanh) LIGHT_ENTRY(erfc) LIGHT_ENTRY(sigmoid)
    LIGHT_ENTRY(mirrored_sigmoid) LIGHT_ENTRY(logistic_density) LIGHT_ENTRY(softplus)
    {"silu_derivative_vec", call_light_silu_derivative_vec},
    {"tanhshrink_vec", call_light_tanhshrink_vec}, {"tanh_squared_vec", call_light_tanh_squared_vec},
    {"tanh_derivative_vec", call_light_tanh_derivative_vec},
    {"gelu_vec", call_light_gelu_vec}, {"gelu_derivative_vec", call_light_gelu_derivative_vec},
    {"gelu_tanh_vec", call_light_gelu_tanh_vec}, {"gelu_tanh_derivative_vec", call_light_gelu_tanh_derivative_vec},
};

static const struct {
    const char *name;
    narrow_function function;
} narrow_functions[] = {
#define NARROW_ENTRY(name) {#name, narrow_##name},
    ELEMENTARY(NARROW_ENTRY){"sign", narrow_sign}, {"sqrt", narrow_sqrt}, {"pow5", narrow_pow5},
    {"pow_minus3", narrow_pow_minus3},
};

static const struct {
    const char *name;
    wide_function function;
} wide_functions[] = {
#define WIDE_ENTRY(name) {#name, call_wide_##name},
    ELEMENTARY(WIDE_ENTRY){"sqrt", call_wide_sqrt}, {"pow5", call_wide_pow5}, {"pow_minus3", call_wide_pow_minus3},
    {"round_to_odd", call_wide_round_to_odd},
};

static const struct {
    const char *name;
    wide_operation function;
} wide_operations[] = {
    {"add", operate_add}, {"sub", operate_sub}, {"mul", operate_mul},
    {"div", operate_div}, {"min", operate_min}, {"max", operate_max},
};

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#define FIND(table, wanted)                                                                                            \
    int index = 0;                                                                                                     \
    while (index < COUNT(table) && strcmp(table[index].name, wanted) != 0)                                             \
        index++;                                                                                                       \
    if (index == COUNT(table))                                                                                         \
        return -1;

/* Every exported function takes n, a multiple of 8; the ones with a name return 0, or -1 if the name is unknown. */

int pyact_test_narrow(const char *name, const double *x, double *y, size_t n)
{
    FIND(narrow_functions, name)
    for (size_t i = 0; i < n; i += LANES)
        vec_store(y + i, narrow_functions[index].function(vec_load(x + i)));
    return 0;
}

/* underflow[i] is 1.0 where the context has recorded the lane. */
int pyact_test_wide(const char *name, double bias, const double *x_h, const double *x_l, double *y_h, double *y_l,
                    double *underflow, size_t n)
{
    FIND(wide_functions, name)
    for (size_t i = 0; i < n; i += LANES) {
        wide_context ctx = {vec_set(bias), mask_none()};
        wide x = {vec_load(x_h + i), vec_load(x_l + i)};
        wide y = wide_functions[index].function(x, &ctx);
        vec_store(y_h + i, y.h);
        vec_store(y_l + i, y.l);
        vec_store(underflow + i, vec_select(ctx.underflow, vec_set(1.0), vec_set(0.0)));
    }
    return 0;
}

/* regular[i] is 0.0 where the context says that the value is not to be used. */
int pyact_test_light(const char *name, const double *x_h, const double *x_l, double *y_h, double *y_l, double *regular,
                     size_t n)
{
    FIND(light_functions, name)
    for (size_t i = 0; i < n; i += LANES) {
        light_context ctx = {mask_not(mask_none()), mask_not(mask_none())};
        const light x = {vec_load(x_h + i), vec_load(x_l + i)};
        const light y = light_functions[index].function(x, &ctx);
        vec_store(y_h + i, y.h);
        vec_store(y_l + i, y.l);
        vec_store(regular + i, vec_select(ctx.regular, vec_set(1.0), vec_set(0.0)));
    }
    return 0;
}

int pyact_test_wide_operation(const char *name, const double *a_h, const double *a_l, const double *b_h,
                              const double *b_l, double *y_h, double *y_l, size_t n)
{
    FIND(wide_operations, name)
    for (size_t i = 0; i < n; i += LANES) {
        wide a = {vec_load(a_h + i), vec_load(a_l + i)}, b = {vec_load(b_h + i), vec_load(b_l + i)};
        wide y = wide_operations[index].function(a, b);
        vec_store(y_h + i, y.h);
        vec_store(y_l + i, y.l);
    }
    return 0;
}

void pyact_test_fma(const double *a, const double *b, const double *c, double *y, size_t n)
{
    for (size_t i = 0; i < n; i += LANES)
        vec_store(y + i, vec_fma(vec_load(a + i), vec_load(b + i), vec_load(c + i)));
}

/* which = 0: vec_min, 1: vec_max, 2: vec_at_most, 3: vec_at_least */
void pyact_test_extremum(int which, const double *a, const double *b, double *y, size_t n)
{
    for (size_t i = 0; i < n; i += LANES) {
        vec x = vec_load(a + i), z = vec_load(b + i);
        vec_store(y + i, which == 0   ? vec_min(x, z)
                         : which == 1 ? vec_max(x, z)
                         : which == 2 ? vec_at_most(x, z)
                                      : vec_at_least(x, z));
    }
}

void pyact_test_near_root(const double *table, const double *main_value, const double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i += LANES)
        vec_store(y + i, vec_near_root(vec_load(main_value + i), vec_load(x + i), table));
}

void pyact_test_wide_near_root(const double *table, const double *main_value, const double *x_h, const double *x_l,
                               double *y_h, double *y_l, size_t n)
{
    for (size_t i = 0; i < n; i += LANES) {
        wide x = {vec_load(x_h + i), vec_load(x_l + i)};
        wide y = wide_near_root(wide_from(vec_load(main_value + i)), x, table);
        vec_store(y_h + i, y.h);
        vec_store(y_l + i, y.l);
    }
}

/* ---- the program ---- */

enum { BLOCK = 1024 };

static uint64_t random_state = 1;

static uint64_t random_bits(void) /* splitmix64 */
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static double random_unit(void) /* [-1, 1), a multiple of 2^-52 */
{
    return (double)(int64_t)random_bits() * 0x1p-63;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Random significand, exponent between 2^low and 2^high. */
static double random_scaled(int low, int high)
{
    uint64_t exponent = (uint64_t)(1023 + low) + random_bits() % (uint64_t)(high - low + 1);
    return from_bits((random_bits() & 0x800fffffffffffff) | exponent << 52);
}

static double random_input(void)
{
    static const double special[] = {
        0.0, -0.0, 1.0, -1.0, 0x1p-1074, -0x1p-1022, 0x1.fffffffffffffp1023, INFINITY, -INFINITY, NAN,
    };
    switch (random_bits() % 8) {
    case 0:
        return from_bits(random_bits());
    case 1:
    case 2:
        return 10 * random_unit();
    case 3:
        return 750 * random_unit();
    case 4:
        return random_scaled(-60, 12);
    case 5:
        return (double)(int64_t)(random_bits() % 8192 - 4096) * 0.17328679513998632 * (1 + 0x1p-40 * random_unit());
    case 6:
        return 1 + random_unit() * random_scaled(-50, 0);
    default:
        return random_bits() % 16 ? random_scaled(-1022, 1023) : special[random_bits() % (unsigned)COUNT(special)];
    }
}

static double random_tail(double h)
{
    return random_bits() % 8 ? h * 0x1p-53 * random_unit() : 0.0;
}

/* All NaNs count as one: their payload and sign are not specified. */
static uint64_t add_to_hash(uint64_t hash, const double *values)
{
    for (int i = 0; i < BLOCK; i++) {
        uint64_t bits = 1;
        if (values[i] == values[i])
            memcpy(&bits, &values[i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3;
        hash ^= hash >> 29;
    }
    return hash;
}

/* Operands that make the sum cancel, tie, or leave the range of normal numbers. */
static void random_fma_operands(double *a, double *b, double *c)
{
    static const int ranges[][2] = {{-2, 2}, {-60, 60}, {-520, -440}, {-560, -500}, {490, 515}, {-1022, 1023}};
    uint64_t range = random_bits() % 6;
    *a = random_scaled(ranges[range][0], ranges[range][1]);
    *b = random_scaled(ranges[range][0], ranges[range][1]);
    if (random_bits() % 2) { /* few bits: exact products and ties */
        uint64_t significand = (random_bits() % 64) << 46, exponent = 1023 + random_bits() % 64;
        *a = from_bits((uint64_t)(*a < 0) << 63 | significand | exponent << 52);
    }
    switch (random_bits() % 6) {
    case 0: /* cancels to a few bits */
        *c = -(*a * *b) * (1 + (double)(int64_t)(random_bits() % 9 - 4) * 0x1p-52);
        break;
    case 1: /* near half a unit of the last place */
        *c = *a * *b * 0x1p53 * (1 + (double)(int64_t)(random_bits() % 5 - 2) * 0x1p-52);
        break;
    case 2:
        *c = *a * *b * from_bits((1023 + random_bits() % 220 - 110) << 52);
        break;
    case 3:
        *c = random_scaled(-1022, -900);
        break;
    case 4:
        *c = random_input();
        break;
    default:
        *c = random_scaled(-60, 60);
        break;
    }
    if (random_bits() % 64 == 0)
        *a = random_input();
    if (random_bits() % 64 == 0)
        *b = random_input();
}

static double arrays[7][BLOCK];

static void print_hashes(int blocks)
{
    for (int f = 0; f < COUNT(narrow_functions); f++) {
        uint64_t hash = 0;
        random_state = 1;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < BLOCK; i++)
                arrays[0][i] = random_input();
            pyact_test_narrow(narrow_functions[f].name, arrays[0], arrays[1], BLOCK);
            hash = add_to_hash(hash, arrays[1]);
        }
        printf("narrow_%s %016llx\n", narrow_functions[f].name, (unsigned long long)hash);
    }
    for (int f = 0; f < COUNT(wide_functions); f++) {
        uint64_t hash = 0;
        random_state = 2;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < BLOCK; i++) {
                arrays[0][i] = random_input();
                arrays[1][i] = random_tail(arrays[0][i]);
            }
            pyact_test_wide(wide_functions[f].name, block % 4 ? 0 : 512, arrays[0], arrays[1], arrays[2], arrays[3],
                            arrays[4], BLOCK);
            for (int i = 2; i < 5; i++)
                hash = add_to_hash(hash, arrays[i]);
        }
        printf("wide_%s %016llx\n", wide_functions[f].name, (unsigned long long)hash);
    }
    for (int f = 0; f < COUNT(light_functions); f++) {
        uint64_t hash = 0;
        random_state = 5;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < BLOCK; i++) {
                arrays[0][i] = random_input();
                arrays[1][i] = random_tail(arrays[0][i]);
            }
            pyact_test_light(light_functions[f].name, arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], BLOCK);
            for (int i = 2; i < 5; i++)
                hash = add_to_hash(hash, arrays[i]);
        }
        printf("light_%s %016llx\n", light_functions[f].name, (unsigned long long)hash);
    }
    for (int f = 0; f < COUNT(wide_operations); f++) {
        uint64_t hash = 0;
        random_state = 3;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < BLOCK; i++) {
                arrays[0][i] = random_input();
                arrays[1][i] = random_tail(arrays[0][i]);
                arrays[2][i] = random_bits() % 4 ? random_input() : -arrays[0][i];
                arrays[3][i] = random_tail(arrays[2][i]);
            }
            pyact_test_wide_operation(wide_operations[f].name, arrays[0], arrays[1], arrays[2], arrays[3], arrays[4],
                                      arrays[5], BLOCK);
            hash = add_to_hash(add_to_hash(hash, arrays[4]), arrays[5]);
        }
        printf("wide_%s %016llx\n", wide_operations[f].name, (unsigned long long)hash);
    }
}

/* Compare vec_fma with the C library's fma(). */
static int print_fma_mismatches(int blocks)
{
    long mismatches = 0;
    random_state = 4;
    for (int block = 0; block < blocks; block++) {
        for (int i = 0; i < BLOCK; i++)
            random_fma_operands(&arrays[0][i], &arrays[1][i], &arrays[2][i]);
        pyact_test_fma(arrays[0], arrays[1], arrays[2], arrays[3], BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            double expected = fma(arrays[0][i], arrays[1][i], arrays[2][i]);
            int both_nan = expected != expected && arrays[3][i] != arrays[3][i];
            if (!both_nan && memcmp(&expected, &arrays[3][i], sizeof expected) != 0 && mismatches++ < 10)
                fprintf(stderr, "fma(%a, %a, %a) = %a, not %a\n", arrays[0][i], arrays[1][i], arrays[2][i], expected,
                        arrays[3][i]);
        }
    }
    printf("fma_mismatches %ld\n", mismatches);
    return mismatches != 0;
}

int main(int argc, char **argv)
{
    int blocks = argc > 1 ? atoi(argv[1]) : 64;
    print_hashes(blocks);
    return print_fma_mismatches(blocks);
}
