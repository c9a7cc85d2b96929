"""The decoding step compiled: C sources (`steps.c`, `panels.h`, `draws.h`) and their Python binding. Optional:
without a C compiler PyTorch does the same. Knows nothing of music.

- `build`: compiles the kernel once for this processor, and loads it
- `packing`: weights in panels, large pages, int8 rounding
- `steppers`: steppers that call the kernel once a step
"""
