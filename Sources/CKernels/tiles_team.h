#ifndef MAGNUS_TILES_TEAM_H
#define MAGNUS_TILES_TEAM_H

#include "CKernels.h"

// Work in steps, each of which has units that may be done in any order and at the same time, after all of the step
// before. `participant` is 0 for the leader, 1 for the helper.
typedef struct {
    const void *context;
    size_t steps;
    size_t (*units)(const void *context, size_t step);
    void (*perform)(const void *context, size_t step, size_t first, size_t end, size_t participant);
} tile_work;

// Does all of the work, together with a helper where one turns up.
void ckernels_tile_team_lead(ckernels_tile_team *team, tile_work work);

// Takes part until the work is done.
void ckernels_tile_team_help(ckernels_tile_team *team);

#endif
