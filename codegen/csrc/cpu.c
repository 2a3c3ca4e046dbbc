/* CPU detection. Compiled with baseline flags: it runs before anything is known about the CPU. */
#include "cpu.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#if defined(PYACT_WITH_AVX2) || defined(PYACT_WITH_AVX512)
#include <cpuid.h>

/* The register states that the operating system saves on a context switch (XCR0). */
static unsigned saved_register_states(void)
{
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    (void)high;
    return low;
}

static int has_avx2(void)
{
    unsigned a, b, c, d;
    const unsigned leaf1 = bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C;
    const unsigned ymm_states = 0x6;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & leaf1) != leaf1) return 0;
    if ((saved_register_states() & ymm_states) != ymm_states) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2) != 0;
}

#ifdef PYACT_WITH_AVX512
static int has_avx512(void)
{
    unsigned a, b, c, d;
    const unsigned leaf7 = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
    const unsigned zmm_states = 0xe6;
    if (!has_avx2() || (saved_register_states() & zmm_states) != zmm_states) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & leaf7) == leaf7;
}
#endif
#endif

typedef struct {
    const char *name;
    int slot;
} isa_entry;

/* The names this build knows, best last. */
static const isa_entry known_isas[] = {
    {"baseline", PYACT_SLOT_BASELINE},
#if defined(__aarch64__) && !defined(PYACT_BASELINE_SCALAR)
    {"neon", PYACT_SLOT_BASELINE},
#endif
#ifdef PYACT_WITH_AVX2
    {"avx2", PYACT_SLOT_AVX2},
#endif
#ifdef PYACT_WITH_AVX512
    {"avx512", PYACT_SLOT_AVX512},
#endif
};
enum { KNOWN_ISAS = sizeof known_isas / sizeof known_isas[0] };

/* Written once, by the thread that wins the right to probe; read by all others after `state` says ready. */
static char choices[64];
static char error_message[256];
static atomic_int state = 0; /* 0 not probed, 1 probing, 2 ready */
static atomic_int current = -1; /* index into known_isas, -1 after an error */

static int is_supported(const isa_entry *isa)
{
#ifdef PYACT_WITH_AVX2
    if (isa->slot == PYACT_SLOT_AVX2) return has_avx2();
#endif
#ifdef PYACT_WITH_AVX512
    if (isa->slot == PYACT_SLOT_AVX512) return has_avx512();
#endif
    return isa->slot == PYACT_SLOT_BASELINE;
}

static int find_supported(const char *name)
{
    for (int i = 0; i < KNOWN_ISAS; i++)
        if (strcmp(known_isas[i].name, name) == 0 && is_supported(&known_isas[i])) return i;
    return -1;
}

static void probe(void)
{
    int best = 0;
    for (int i = 0; i < KNOWN_ISAS; i++) {
        if (!is_supported(&known_isas[i])) continue;
        best = i;
        if (choices[0] != '\0') strcat(choices, ", ");
        strcat(choices, known_isas[i].name);
    }
    const char *pin = getenv("PYACT_ISA");
    if (pin != NULL && pin[0] != '\0') {
        best = find_supported(pin);
        if (best < 0)
            snprintf(error_message, sizeof error_message,
                     "the environment variable PYACT_ISA is '%.64s', which this machine cannot use; choose one of: %s",
                     pin, choices);
    }
    atomic_store(&current, best);
}

static void ensure_probed(void)
{
    int expected = 0;
    if (atomic_load_explicit(&state, memory_order_acquire) == 2) return;
    if (atomic_compare_exchange_strong(&state, &expected, 1)) {
        probe();
        atomic_store_explicit(&state, 2, memory_order_release);
    }
    while (atomic_load_explicit(&state, memory_order_acquire) != 2) continue;
}

const char *pyact_isa(void)
{
    ensure_probed();
    const int index = atomic_load_explicit(&current, memory_order_relaxed);
    return index < 0 ? NULL : known_isas[index].name;
}

const char *pyact_isa_error(void)
{
    ensure_probed();
    return error_message[0] == '\0' ? NULL : error_message;
}

const char *pyact_isa_choices(void)
{
    ensure_probed();
    return choices;
}

int pyact_set_isa(const char *name)
{
    ensure_probed();
    const int index = find_supported(name);
    if (index < 0) return -1;
    atomic_store_explicit(&current, index, memory_order_relaxed);
    return 0;
}

int pyact_isa_slot(void)
{
    ensure_probed();
    const int index = atomic_load_explicit(&current, memory_order_relaxed);
    return index < 0 ? -1 : known_isas[index].slot;
}
