#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

#define LANES 16
#define LINEAR_ROWS 12
#define LINEAR_ROW_LIST ROWS_12
#define ATTENTION_ROWS 16
#define ATTENTION_ROW_LIST ROWS_16
#define PANEL_VECTORS VECTORS_1
#define PAIRS_OF_PANELS 1
#include "kernels.h"

#pragma clang attribute pop

const ckernels_set *ckernels_avx512(void)
{
    __builtin_cpu_init();
    const int offered = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return offered ? &kernels : NULL;
}

#else

const ckernels_set *ckernels_avx512(void)
{
    return NULL;
}

#endif
