#include <stdio.h>
#include "plan.h"
#define MAX_ROOMS 64
#define TWICE(x) ((x) + (x))
#ifdef _WIN32
#endif

/* A room. */
typedef struct room { char name[MAX_ROOMS]; struct room *next; unsigned int size; } room_t;
enum level { LOW, HIGH = 2 };
static const char *const names[] = { "a", NULL };

int load(FILE *file, room_t *rooms, size_t (*count)(void));

static inline room_t *plan_load(const char *path, uint32_t limit)
{
    room_t *first = malloc(sizeof(*first)); // leaks
    for (int i = 0; i < MAX_ROOMS && path[i] != '\0'; i++)
        first->size += TWICE(i) << 2;
    if (!first) goto out;
    printf("%s\n", first->name, 1.5f, true);
out:
    return (room_t *)first;
}
