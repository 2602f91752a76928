#include "tiles_team.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

// `claim` holds the step from 1 on in its upper 24 bits (0: not begun), then 20 bits each of how many units the step has
// and which one is next. A unit belongs to whoever moves the claim past it. The leader begins a step after all units of
// the one before are finished, so that a helper which has a unit knows that the work's memory is still there; one that
// has none touches only the team.
struct ckernels_tile_team {
    _Alignas(64) _Atomic uint64_t claim;
    _Alignas(64) _Atomic size_t finished;
    _Alignas(64) tile_work work;
};

enum { unit_bits = 20, step_shift = 2 * unit_bits };
static const uint64_t unit_mask = (1u << unit_bits) - 1;
static const uint64_t over = UINT64_MAX;

// Rounds of waiting before the processor is offered to others.
enum { patience = 2000 };

static void wait_a_little(size_t *rounds)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
    if (++*rounds % patience == 0) {
        sched_yield();
    }
}

ckernels_tile_team *ckernels_tile_team_make(void)
{
    ckernels_tile_team *team = aligned_alloc(64, sizeof(ckernels_tile_team));
    if (team != NULL) {
        atomic_init(&team->claim, 0);
        atomic_init(&team->finished, 0);
    }
    return team;
}

void ckernels_tile_team_free(ckernels_tile_team *team) { free(team); }

// Does units as long as there are any of the step; returns the claim that had none left.
static uint64_t take_units(ckernels_tile_team *team, uint64_t claim, size_t participant)
{
    while (claim != 0 && claim != over && (claim & unit_mask) < (claim >> unit_bits & unit_mask)) {
        if (atomic_compare_exchange_weak_explicit(&team->claim, &claim, claim + 1, memory_order_acq_rel,
                                                  memory_order_acquire)) {
            const size_t unit = claim & unit_mask;
            team->work.perform(team->work.context, (claim >> step_shift) - 1, unit, unit + 1, participant);
            atomic_fetch_add_explicit(&team->finished, 1, memory_order_release);
            claim = atomic_load_explicit(&team->claim, memory_order_acquire);
        }
    }
    return claim;
}

void ckernels_tile_team_lead(ckernels_tile_team *team, tile_work work)
{
    team->work = work;
    for (size_t step = 0; step < work.steps; step++) {
        const size_t units = work.units(work.context, step);
        if (units > unit_mask) {
            work.perform(work.context, step, 0, units, 0);
            continue;
        }
        atomic_store_explicit(&team->finished, 0, memory_order_relaxed);
        const uint64_t claim = (uint64_t)(step + 1) << step_shift | (uint64_t)units << unit_bits;
        atomic_store_explicit(&team->claim, claim, memory_order_release);
        take_units(team, claim, 0);
        size_t rounds = 0;
        while (atomic_load_explicit(&team->finished, memory_order_acquire) < units) {
            wait_a_little(&rounds);
        }
    }
    atomic_store_explicit(&team->claim, over, memory_order_release);
}

void ckernels_tile_team_help(ckernels_tile_team *team)
{
    size_t rounds = 0;
    for (;;) {
        const uint64_t claim = take_units(team, atomic_load_explicit(&team->claim, memory_order_acquire), 1);
        if (claim == over) {
            return;
        }
        wait_a_little(&rounds);
    }
}
