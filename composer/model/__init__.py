"""Tokens, networks and what is stored of them: checkpoints, adapters, installed styles. Knows nothing of MIDI files
and sound.

- `checkpoint`: safetensors with a JSON card beside them; loading executes nothing
- `conditions`: conditioning labels: metric positions, and what is told of the music ahead
- `giga_import`: checkpoints from elsewhere as the user's own styles
- `lora`: low-rank adapters (LoRA) on a frozen base
- `low_rank_delta`: a style stored as low-rank differences from its base
- `optimizers`: Muon for matrices, AdamW for the rest
- `style_bundle`: a style as one zip to pass on
- `style_registry`: the installed styles, by their cards and hashes
- `tensor_file`: writes safetensors from raw buffers
- `tokenizer`: both encodings, the grammar, and a streaming decoder
- `transformer`: the networks: one trunk with a KV cache, two ways of reading music
"""
