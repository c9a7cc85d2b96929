"""Notes out of a network, one position at a time: prefill, decoding, sampling, in PyTorch or in a compiled kernel.
Knows ids only, and nothing of training.

- `autotune`: the fastest precision and number of threads on this machine, measured once
- `candidates`: several candidates of each phrase for several takes, in one batch
- `conditioning`: what a network is told beside the notes, and the metric prior on dt
- `engine`: prefill and decode: reads a prompt once, draws positions for several takes
- `kernel`: the decoding step compiled from C
- `quantized_linear`: linear layers in float32, bfloat16 or int8 for single positions
- `sampling`: temperature, top-k, top-p, masks of the grammar, explicit generators
- `torch_stepper`: one decoding step in PyTorch, the kernel's oracle
"""
