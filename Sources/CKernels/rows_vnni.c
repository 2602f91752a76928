#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

#define LANES 16
#define ROWS_AT_ONCE 12
#define OF_BYTES 1
// 14 bits are enough for what becomes a byte.
#define quotient(a, b) ((lanes)((a) * (lanes)_mm512_rcp14_ps((__m512)(b))))
#include "rows.h"

#pragma clang attribute pop

const ckernels_tiles *ckernels_rows_vnni(void)
{
    return ckernels_avx512() != NULL && __builtin_cpu_supports("avx512vnni") ? &kernels : NULL;
}

#else

const ckernels_tiles *ckernels_rows_vnni(void) { return NULL; }

#endif
