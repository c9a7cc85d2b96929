"""The steppers of `torch_stepper` out of the compiled kernel: packed weights, pasts that it reads, one call a step.

Agree with `torch_stepper`'s to rounding in float32. In bfloat16 the weights, keys and values are rounded; in int8 too,
and where the processor multiplies bytes (`layout`) so are the inputs of products, each take's by itself. What a prompt
left (`common`) is held once for all takes. Results lie in buffers that the next step of the same past overwrites.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from composer.core.settings import Sampling
from composer.inference.kernel import build
from composer.inference.kernel.packing import KINDS, LANES, Arena, Packing, as_bytes, near
from composer.inference.quantized_linear import PRECISIONS, Precision
from composer.inference.torch_stepper import RowLineage, behind, one_table, paces, scales
from composer.model.tokenizer import DT, DT_STEPS, PITCH, VOCABULARY, Grammar, Mask
from composer.model.transformer import GPT, Block, Head, KVCache, NoteGPT, State

SPARSE = 1 << 23  # numbers of all takes' keys under which large pages take longer to make than they save
Floats = NDArray[np.float64]
MASKED = 603  # bytes of a take's masks: dt, pitch twice, duration, velocity, pedal twice


class _Stepper:
    """What both kinds share."""

    def __init__(self, network: GPT | NoteGPT, precision: Precision) -> None:
        kernel = build.library()
        if kernel is None:
            raise RuntimeError("there is no compiled kernel")
        self.kernel, self.shape, self.precision = kernel, network.shape, precision
        self.packing = Packing(kernel, precision)
        shape, kind = network.shape, PRECISIONS.index(precision)
        self.memory: Precision = "int8" if self.packing.fours and precision != "float32" else precision
        self.in_bytes = self.packing.fours and self.memory == "int8"
        sizes = (shape.layers, shape.width, shape.heads, shape.width // shape.heads, shape.hidden, shape.context)
        options = (kind, PRECISIONS.index(self.memory), shape.qk_norm, shape.relu_squared, shape.intervals)
        self.network = build.Network(**dict(zip(build.SIZES, (*sizes, *options), strict=True)))
        self._at = ctypes.byref(self.network)

    def past(self, cache: KVCache, takes: int) -> NativeCache:
        """The memory with which several takes go on from what the network has read."""
        return NativeCache(self, cache, takes)

    def products(self, count: int = 1) -> Callable[[], None]:
        """Multiplies by every weight of so many positions or notes, and does nothing else: for the benchmark."""
        widest = count * (4 * max(self.shape.width, self.shape.hidden) + self.shape.intervals * 256 + 1024)
        x, y, scratch = torch.ones(widest), torch.zeros(widest), torch.zeros(widest)
        places, run = (x.data_ptr(), y.data_ptr(), scratch.data_ptr()), self.kernel.ricercar_products

        def act() -> None:
            assert len(x) == len(y) == len(scratch)  # they live as long as this
            run(self._at, count, *places)

        return act

    def watch(self, phases: ctypes.Array[ctypes.c_double] | None) -> None:
        """From now on adds up the seconds of each of `build.PHASES`; None ends it."""
        self.kernel.ricercar_watch(phases)


class NoteStepper(_Stepper):
    """A `NoteGPT`, a note at a time."""

    def __init__(self, network: NoteGPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            super().__init__(network, precision)
            made, pack, shape = self.network, self.packing, network.shape
            blocks = [cast(Block, block) for block in network.blocks]
            layers = [pack.layer(b, scales(b.attn, shape)[: shape.heads, 0], None) for b in blocks]
            made.layer = (build.Layer * len(layers))(*layers)
            self.given = [cast(nn.Embedding, table).weight.detach() for table in network.given]
            heads = [self._head(network, a) for a in range(len(network.heads))]
            made.head = (build.Head * len(heads))(*heads)
            self._sizes = [head.out.rows for head in heads]
            tables, starts = one_table(network)
            steps = torch.zeros(VOCABULARY[DT], dtype=torch.float64)
            steps[: len(DT_STEPS)] = torch.from_numpy(DT_STEPS)
            made.tables, made.starts, made.steps = pack.at(tables), pack.at(starts), pack.at(steps)
            made.paces = pack.at(paces(shape))
            made.norm_scale, made.norm_shift = pack.at(network.ln_f.weight), pack.at(network.ln_f.bias)
            self._rooms: dict[int, _Room] = {}

    def _head(self, network: NoteGPT, attribute: int) -> build.Head:
        head, pack = cast(Head, network.heads[attribute]), self.packing
        weight = head.out.weight
        if attribute == PITCH and network.shape.intervals:
            weight = torch.cat([weight, network.steps.weight])
        given = pack.at(self.given[attribute]) if attribute < len(self.given) else None
        inner = pack.linear(*behind(head.norm, head.inner.weight, head.inner.bias))
        return build.Head(inner=inner, out=pack.linear(weight, None), given=given, own=len(head.out.weight))

    def step(self, rows: Tensor, past: NativeCache, extra: Tensor | None = None) -> State:
        """As `torch_stepper.NoteStepper.step`."""
        past.own_rows(rows)
        if extra is None:
            self.kernel.ricercar_note(self._at, past.at, rows.data_ptr(), None)
            return past.state
        extra = extra.float().contiguous()
        if extra.shape != past.hidden.shape:
            raise ValueError("one vector of the network's width a take")
        self.kernel.ricercar_note(self._at, past.at, rows.data_ptr(), extra.data_ptr())
        return past.state

    def logits(self, attribute: int, state: State) -> Tensor:
        """As the network's."""
        takes, hidden, recent = len(state.hidden), state.hidden.float().contiguous(), state.recent.contiguous()
        made = torch.empty(takes, self._sizes[attribute])
        scratch = self._room(takes).scratch.data_ptr()
        self.kernel.ricercar_head(
            self._at, attribute, takes, hidden.data_ptr(), recent.data_ptr(), scratch, made.data_ptr()
        )
        return made[:, : self.network.head[attribute].own]

    def tell(self, state: State, attribute: int, value: Tensor) -> State:
        """As the network's."""
        return State(state.hidden + self.given[attribute].index_select(0, value), state.recent)

    def draw(
        self,
        state: State,
        grammars: Sequence[Grammar],
        settings: Sampling,
        at: Floats,
        may_end: bool,
        bias: NDArray[np.float32] | None = None,
    ) -> NDArray[np.int64]:
        """The next note of each take, (B, 5), as `engine.draw_note` draws it. Raises FloatingPointError as it does."""
        takes, hidden, recent = len(grammars), state.hidden.contiguous(), state.recent.contiguous()
        room = self._room(takes)
        for masks, held, grammar in zip(room.masks, room.held, grammars, strict=True):
            allow(grammar, may_end, masks, held)
        room.at[:] = at
        how = settings.temperature, settings.top_k, settings.top_p
        draw, (masks_at, at_at, chosen_at, scratch_at) = self.kernel.ricercar_draw, room.addresses
        added = None if bias is None else np.ascontiguousarray(bias, dtype=np.float32)
        if added is not None and added.shape != (takes, VOCABULARY[DT]):
            raise ValueError("one bias a take and dt")
        bias_at = None if added is None else added.ctypes.data
        states = hidden.data_ptr(), recent.data_ptr()
        if draw(self._at, takes, *states, masks_at, at_at, *how, chosen_at, scratch_at, bias_at):
            raise FloatingPointError("no probabilities")
        return room.chosen.copy()

    def _room(self, takes: int) -> _Room:
        if takes not in self._rooms:
            self._rooms[takes] = _Room(takes, self.kernel.ricercar_heads_scratch(self._at, takes))
        return self._rooms[takes]


class _Room:
    """What drawing a note of several takes needs, made once."""

    def __init__(self, takes: int, scratch: int) -> None:
        self.masks = np.zeros((takes, MASKED), dtype=np.bool_)
        self.at = np.zeros((takes, len(VOCABULARY)))
        self.chosen = np.zeros((takes, len(VOCABULARY)), dtype=np.int64)
        self.scratch = torch.zeros(scratch)
        self.held: list[list[Mask | None]] = [[None] * len(PARTS) for _ in range(takes)]
        arrays = (self.masks, self.at, self.chosen)
        self.addresses = (*(array.ctypes.data for array in arrays), self.scratch.data_ptr())


PARTS = ((0, 160), (160, 289), (289, 418), (418, 562), (562, 595), (595, 599), (599, 603))  # of a take's masks


def allow(grammar: Grammar, may_end: bool, masks: Mask, held: list[Mask | None]) -> None:
    """Puts all that a grammar may be asked for into `masks` (603,): pitch and pedal for a dt of 0 and for a later one.

    `held`: the grammar's masks that are in them already, most of the time all.
    """
    wanted = (
        grammar.dt(may_end=may_end),
        grammar.pitch(0),
        grammar.pitch(1),
        grammar.duration(),
        grammar.velocity(),
        grammar.pedal(0),
        grammar.pedal(1),
    )
    for number, mask in enumerate(wanted):
        if held[number] is not mask:
            masks[slice(*PARTS[number])] = held[number] = mask


class TokenStepper(_Stepper):
    """A `GPT`, a token at a time."""

    def __init__(self, network: GPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            super().__init__(network, precision)
            made, pack, shape = self.network, self.packing, network.shape
            scales = torch.full((shape.heads,), (shape.width // shape.heads) ** -0.5)
            blocks = [cast(Block, block) for block in network.blocks]
            layers = [
                pack.layer(block, scales, near(block, shape, self.packing.half if self.in_bytes else 0))
                for block in blocks
            ]
            made.layer = (build.Layer * len(layers))(*layers)
            made.tables, made.places = pack.at(network.tok_emb.weight), pack.at(network.pos_emb[0])
            made.readout = pack.linear(*behind(network.ln_f, network.head.weight, None))
            made.vocabulary = len(network.head.weight)

    def step(self, ids: Tensor, past: NativeCache) -> Tensor:
        """As `torch_stepper.TokenStepper.step`."""
        past.own_rows(ids)
        self.kernel.ricercar_tokens(self._at, past.at, ids.data_ptr(), ids.shape[1], past.logits.data_ptr())
        return past.logits[:, : self.network.vocabulary]


def pick(kernel: ctypes.CDLL, logits: Tensor, allowed: Mask, settings: Sampling, at: Floats) -> NDArray[np.int64]:
    """As `sampling.draw`, for logits (B, V) of at most 256 values, all under one mask (V,) or (1, V)."""
    takes, count = logits.shape
    ids, at = np.empty(takes, dtype=np.int64), np.ascontiguousarray(at)
    how = settings.temperature, settings.top_k, settings.top_p
    places = logits.data_ptr(), logits.stride(0), allowed.ctypes.data, at.ctypes.data
    if kernel.ricercar_pick(takes, count, *places, *how, ids.ctypes.data):
        raise FloatingPointError("no probabilities")
    return ids


class NativeCache:
    """What each take has read: the prompt once for all, and what follows it in a ring a take."""

    def __init__(self, stepper: _Stepper, cache: KVCache, takes: int) -> None:
        layers, read, heads, context, size = cache.keys.shape
        self.takes = takes = takes if read == 1 else read
        if takes > build.MOST_TAKES:
            raise ValueError(f"at most {build.MOST_TAKES} takes")
        self._stepper, self._kind = stepper, KINDS[stepper.memory]
        self._arena = Arena(sparse=cache.keys[:, 0].numel() * takes < SPARSE)
        self.onset = cache.onset.expand(takes).clone().double()
        self.recent = cache.recent.expand(takes, -1).clone()
        self.hidden = torch.zeros(takes, heads * size)
        self.state = State(self.hidden, self.recent)
        shape = stepper.shape
        own = self._store((layers, takes, heads, size), context)
        shared = min(cache.length, context) if read == 1 else 0
        common = self._store((layers, 1, heads, size), shared)
        self._stores, self._own = own[1] + common[1], own[1]
        self._past = build.DecodeCache(own=own[0], common=common[0], takes=takes, held=shared, length=cache.length)
        self._past.first = cache.length - shared if read == 1 else 0
        self._kin = RowLineage(takes, cache.length, alike=read == 1)
        self._past.onset, self._past.recent = self.onset.data_ptr(), self.recent.data_ptr()
        self._past.hidden = self.hidden.data_ptr()
        self.at = ctypes.byref(self._past)
        self._fill(cache, (own if read > 1 else common)[1], min(cache.length, context), rolled=read == 1)
        self._room_for = 0
        self.logits = torch.zeros(0)
        self._vocabulary, self._shape = stepper.network.vocabulary, shape

    @property
    def length(self) -> int:
        """Positions read in all. Set back to an earlier one behind the prompt, what was read since is forgotten."""
        return int(self._past.length)

    @length.setter
    def length(self, length: int) -> None:
        self._past.length = length
        self._kin.length = min(self._kin.length, length)

    def reorder(self, order: NDArray[np.int64]) -> None:
        """Each row r goes on from what the row order[r] has read; so do the buffers of the last state."""
        rows = torch.from_numpy(order)
        changed = (rows != torch.arange(len(rows))).nonzero()[:, 0]
        begins = self._past.first + self._past.held
        for slot, count in self._kin.copied(order, self.length, self._shape.context, begins):
            for part in self._slots(slot, count):
                part[:, changed] = part[:, rows[changed]]
        for of in (self.onset, self.recent, self.hidden):
            of.copy_(of[rows])

    def _slots(self, slot: int, count: int) -> list[Tensor]:
        """The rows' own keys, values and scales of such slots, and of those beside them in whole vectors."""
        block, slots = slot // LANES, slot // LANES * LANES
        blocks = -(-(slot + count) // LANES) - block
        wide = blocks * LANES
        keys, values, *scales = self._own
        parts = [keys.narrow(2, block, blocks), values.narrow(4, slots, wide)]
        return parts + [of.narrow(*at) for of, at in zip(scales, ((2, block, blocks), (3, slots, wide)), strict=False)]

    def own_rows(self, rows: Tensor) -> None:
        """Makes room for a step of `rows` (B, …)."""
        shape = rows.shape
        if shape[0] != self.takes or rows.dtype is not torch.int64 or not rows.is_contiguous():
            raise ValueError("one contiguous row of int64 a take")
        count = shape[1] if self._vocabulary else 1
        if count > self._room_for:
            need = self._stepper.kernel.ricercar_scratch(self._stepper._at, self.at, self.takes * count)
            self._scratch = torch.zeros(need)
            self._past.scratch, self._room_for = self._scratch.data_ptr(), count
            self.logits = torch.zeros(self.takes, -(-self._vocabulary // LANES) * LANES)

    def _store(self, sizes: tuple[int, int, int, int], slots: int) -> tuple[build.Store, list[Tensor]]:
        layers, many, heads, size = sizes
        room, parts = -(-slots // LANES) * LANES, -(-size // LANES)
        blocks = room // LANES
        tensors = [
            self._arena.empty(self._kind, layers, many, blocks, heads, -(-size // 4) * 4, LANES),
            self._arena.empty(self._kind, layers, many, heads, parts, room, LANES),
        ]
        if self._kind == torch.int8:
            scales = ((layers, many, blocks, heads, LANES), (layers, many, heads, room))
            tensors += [self._arena.empty(torch.float32, *of) for of in scales]
        places = [tensor.data_ptr() for tensor in tensors]
        names = ("keys", "values", "key_scales", "value_scales")
        return build.Store(**dict(zip(names, places, strict=False)), many=many, room=room), tensors

    def _fill(self, cache: KVCache, store: list[Tensor], held: int, rolled: bool) -> None:
        """Copies what a network's own pass has read; `rolled`: from the first position on, else slot by slot."""
        if not held:
            return
        half = self._stepper.packing.half
        turn = -(cache.length % cache.keys.shape[3]) if rolled and cache.length > held else 0
        for layer in range(len(cache.keys)):
            both = [of[layer].roll(turn, 2)[:, :, :held] for of in (cache.keys, cache.values)]
            keys, values = (nn.functional.pad(of, (0, 0, 0, -held % LANES)) for of in both)
            batch, heads, slots, size = keys.shape
            blocks, parts = slots // LANES, -(-size // LANES)
            if self._kind == torch.int8:
                keys, key_scales = as_bytes(keys, half)
                values, value_scales = as_bytes(values, half)
                store[2][layer, :, :blocks] = key_scales.view(batch, heads, blocks, LANES).transpose(1, 2)
                store[3][layer, :, :, :slots] = value_scales
            keys = keys.view(batch, heads, blocks, LANES, size).permute(0, 2, 1, 4, 3)
            store[0][layer, :, :blocks] = self._key_panels(keys)
            values = nn.functional.pad(values, (0, -size % LANES)).view(batch, heads, slots, parts, LANES)
            store[1][layer, :, :, :, :slots] = self._value_panels(values.transpose(2, 3))

    def _value_panels(self, values: Tensor) -> Tensor:
        """Values (B, heads, parts, slots, 16) as the kernel keeps them."""
        if not self._stepper.in_bytes:
            return values
        return values.reshape(*values.shape[:3], -1, 4, LANES).transpose(4, 5).reshape(values.shape)

    def _key_panels(self, keys: Tensor) -> Tensor:
        """Keys (B, blocks, heads, head_dim, 16) as the kernel keeps them."""
        keys = nn.functional.pad(keys, (0, 0, 0, -keys.shape[3] % 4))
        if not self._stepper.in_bytes:
            return keys
        whole = (keys + self._stepper.packing.half).to(torch.uint8).view(torch.int8)
        return whole.view(*keys.shape[:3], -1, 4, LANES).transpose(4, 5).reshape(keys.shape)
