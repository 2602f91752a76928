#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#define LINEAR_ROWS 6
#define LINEAR_ROW_LIST ROWS_6
#define ATTENTION_ROWS 4
#define ATTENTION_ROW_LIST ROWS_4
#define PANEL_VECTORS VECTORS_2
#define PAIRS_OF_PANELS 0
#include "kernels.h"

#pragma clang attribute pop

const ckernels_set *ckernels_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels : NULL;
}

#else

const ckernels_set *ckernels_avx2(void)
{
    return NULL;
}

#endif
