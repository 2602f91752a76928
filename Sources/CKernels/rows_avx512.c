#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

#define LANES 16
#define ROWS_AT_ONCE 12
#define OF_BYTES 0
#include "rows.h"

#pragma clang attribute pop

const ckernels_tiles *ckernels_rows_avx512(void) { return ckernels_avx512() != NULL ? &kernels : NULL; }

#else

const ckernels_tiles *ckernels_rows_avx512(void) { return NULL; }

#endif
