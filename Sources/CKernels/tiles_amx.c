#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,amx-tile,amx-bf16"))), apply_to = function)

#include "tiles_math.h"

// Tiles 0 to 3 are sums, 4 and 5 rows of the left factor, 6 and 7 columns of the right one.
INLINE void configure(void)
{
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } configuration = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        configuration.row_bytes[tile] = 64;
        configuration.rows[tile] = 16;
    }
    _tile_loadconfig(&configuration);
}

INLINE void finish(void) { _tile_release(); }

#include "tiles_plan.h"

// sums = 32 rows of weights times one or two panels, `depth` blocks of 32 features deep. Weights: for each block and
// term two tiles of 16 rows, `weight_stride` from block to block. Inputs: for each block and term a tile.
INLINE void multiply(const uint16_t *weights, size_t weight_stride, const uint16_t *inputs, size_t input_stride,
                     size_t depth, int panels, int terms, float *sums, tile_pending *pending, tile_finish finish,
                     const tile_unit *unit, tile_prefetch *next)
{
    _tile_zero(0);
    _tile_zero(1);
    if (panels == 2) {
        _tile_zero(2);
        _tile_zero(3);
    }
    const uint16_t *others = inputs + input_stride;
    for (size_t k = 0; k < depth; k++) {
        _tile_loadd(6, inputs, 64);
        if (panels == 2) {
            _tile_loadd(7, others, 64);
        }
        if (terms == 2) {
            _tile_loadd(4, weights + 2 * TILE, 64);
            _tile_loadd(5, weights + 3 * TILE, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 5, 6);
            if (panels == 2) {
                _tile_dpbf16ps(2, 4, 7);
                _tile_dpbf16ps(3, 5, 7);
            }
        }
        _tile_loadd(4, weights, 64);
        _tile_loadd(5, weights + TILE, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 5, 6);
        if (panels == 2) {
            _tile_dpbf16ps(2, 4, 7);
            _tile_dpbf16ps(3, 5, 7);
        }
        finish_some(pending, finish, unit, terms);
        if (terms == 2) {
            _tile_loadd(6, inputs + TILE, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 5, 6);
            if (panels == 2) {
                _tile_loadd(7, others + TILE, 64);
                _tile_dpbf16ps(2, 4, 7);
                _tile_dpbf16ps(3, 5, 7);
            }
        }
        fetch_some(next);
        weights += weight_stride;
        inputs += terms * TILE;
        others += terms * TILE;
    }
    _tile_stored(0, sums, 64);
    _tile_stored(1, sums + 256, 64);
    if (panels == 2) {
        _tile_stored(2, sums + 512, 64);
        _tile_stored(3, sums + 768, 64);
    }
}

// The scores of one or two panels of keys for one or two panels of queries, over the features of a head.
INLINE void score(const uint16_t *keys, size_t key_stride, int key_panels, const uint16_t *queries, size_t query_stride,
                  int query_panels, size_t blocks, int terms, float *scores, size_t score_stride)
{
#define EACH_PRODUCT                                                                                                   \
    _tile_dpbf16ps(0, 4, 6);                                                                                           \
    if (key_panels == 2) {                                                                                             \
        _tile_dpbf16ps(1, 5, 6);                                                                                       \
    }                                                                                                                  \
    if (query_panels == 2) {                                                                                           \
        _tile_dpbf16ps(2, 4, 7);                                                                                       \
        if (key_panels == 2) {                                                                                         \
            _tile_dpbf16ps(3, 5, 7);                                                                                   \
        }                                                                                                              \
    }
#define LOAD_KEYS(term)                                                                                                \
    _tile_loadd(4, keys + (term) * TILE, 64);                                                                          \
    if (key_panels == 2) {                                                                                             \
        _tile_loadd(5, keys + key_stride + (term) * TILE, 64);                                                         \
    }
#define LOAD_QUERIES(term)                                                                                             \
    _tile_loadd(6, queries + (term) * TILE, 64);                                                                       \
    if (query_panels == 2) {                                                                                           \
        _tile_loadd(7, queries + query_stride + (term) * TILE, 64);                                                    \
    }
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (size_t block = 0; block < blocks; block++) {
        LOAD_QUERIES(0)
        if (terms == 2) {
            LOAD_KEYS(1)
            EACH_PRODUCT
        }
        LOAD_KEYS(0)
        EACH_PRODUCT
        if (terms == 2) {
            LOAD_QUERIES(1)
            EACH_PRODUCT
        }
        keys += terms * TILE;
        queries += terms * TILE;
    }
    _tile_stored(0, scores, 64);
    if (key_panels == 2) {
        _tile_stored(1, scores + 256, 64);
    }
    if (query_panels == 2) {
        _tile_stored(2, scores + score_stride, 64);
        if (key_panels == 2) {
            _tile_stored(3, scores + score_stride + 256, 64);
        }
    }
#undef EACH_PRODUCT
#undef LOAD_KEYS
#undef LOAD_QUERIES
}

#include "tiles.h"

#pragma clang attribute pop

const ckernels_tiles *ckernels_tiles_amx(void)
{
    enum { bfloat16 = 1 << 22, tiles = 1 << 24, request_permission = 0x1023, tile_data = 18 };
    unsigned a, b, c, d, low, high;
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx512f") ||
        !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl") || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & bfloat16) ||
        !(d & tiles)) {
        return NULL;
    }
    // The system must save tiles (XCR0 bits 17 and 18), and Linux wants to be asked, once for the whole process.
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low >> 17 & 3) != 3 || syscall(SYS_arch_prctl, request_permission, tile_data) != 0) {
        return NULL;
    }
    return &kernels;
}

#else

const ckernels_tiles *ckernels_tiles_amx(void)
{
    return NULL;
}

#endif
