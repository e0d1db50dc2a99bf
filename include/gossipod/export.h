// The export macro: what carries it is the library's face; everything else stays hidden.
#pragma once

#if defined(GOSSIPOD_STATIC)
#define GOSSIPOD_EXPORT
#else
#define GOSSIPOD_EXPORT __attribute__((visibility("default")))
#endif
