"""The steppers of `decode` out of the compiled kernel: weights packed for it, pasts that it reads, one call a step.

Agree with `decode`'s to rounding in float32. In bfloat16 the weights, keys and values are rounded; in int8 too, and
where the processor multiplies bytes (`layout`) so are the inputs of products, each take's by itself. What a prompt
left (`common`) is held once for all takes. Results lie in buffers that the next step of the same past overwrites.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from composer import native
from composer.decode import _behind, _one_table, _paces, _scales
from composer.model import GPT, Block, Cache, Head, NoteGPT, Shape, State
from composer.projections import PRECISIONS, Precision
from composer.tokenizer import DT, DT_STEPS, PITCH, VOCABULARY, Grammar

LANES = 16
KINDS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "int8": torch.int8}
Floats = NDArray[np.float64]
MASKED = 603  # bytes of a take's masks: dt, pitch twice, duration, velocity, pedal twice


class _Packing:
    """Lays tensors out for the kernel and keeps them alive."""

    def __init__(self, kernel: ctypes.CDLL, precision: Precision) -> None:
        self.precision, self.fours = precision, bool(kernel.ricercar_layout())
        self.held: list[Tensor] = []

    def at(self, tensor: Tensor) -> int:
        """Where a tensor lies."""
        tensor = tensor.detach().contiguous()
        self.held.append(tensor)
        return tensor.data_ptr()

    def linear(self, weight: Tensor, bias: Tensor | None) -> native.Linear:
        """A weight (N, K) in panels of sixteen outputs."""
        weight = weight.detach().float()
        shift = torch.zeros(len(weight)) if bias is None else bias.detach().float()
        weight = nn.functional.pad(weight, (0, -weight.shape[1] % LANES, 0, -len(weight) % LANES))
        rows, cols = weight.shape
        made = native.Linear(bias=self.at(nn.functional.pad(shift, (0, rows - len(shift)))), rows=rows, cols=cols)
        if self.precision == "int8":
            scale = (weight.abs().amax(1) / 127).clamp(min=1e-12)
            weight = (weight / scale[:, None]).round()
            made.scale, made.sums = self.at(scale), self.at((weight.sum(1) * 128).int())
        panels = weight.view(rows // LANES, LANES, cols).transpose(1, 2)
        if self.precision == "int8" and self.fours:
            panels = panels.reshape(-1, cols // 4, 4, LANES).transpose(2, 3)
        made.weight = self.at(panels.to(KINDS[self.precision]))
        return made

    def layer(self, block: Block, scales: Tensor, near: Tensor | None) -> native.Layer:
        """A block, its layer norms folded into what follows them."""
        attention, first, last = block.attn, cast(nn.Linear, block.mlp[0]), cast(nn.Linear, block.mlp[2])
        return native.Layer(
            attend_in=self.linear(*_behind(block.ln1, attention.in_proj_weight, attention.in_proj_bias)),
            attend_out=self.linear(attention.out_proj.weight, attention.out_proj.bias),
            mlp_in=self.linear(*_behind(block.ln2, first.weight, first.bias)),
            mlp_out=self.linear(last.weight, last.bias),
            scales=self.at(scales),
            near=None if near is None else self.at(near),
        )


class _Stepper:
    """What both kinds share."""

    def __init__(self, network: GPT | NoteGPT, precision: Precision) -> None:
        kernel = native.library()
        if kernel is None:
            raise RuntimeError("there is no compiled kernel")
        self.kernel, self.shape, self.precision = kernel, network.shape, precision
        self._packing = _Packing(kernel, precision)
        shape, kind = network.shape, PRECISIONS.index(precision)
        sizes = (shape.layers, shape.width, shape.heads, shape.width // shape.heads, shape.hidden, shape.context)
        options = (kind, kind, shape.qk_norm, shape.relu_squared, shape.intervals)
        self.network = native.Network(**dict(zip(native.SIZES, (*sizes, *options), strict=True)))
        self._at = ctypes.byref(self.network)

    def past(self, cache: Cache, takes: int) -> NativePast:
        """The memory with which several takes go on from what the network has read."""
        return NativePast(self, cache, takes)


class NoteStepper(_Stepper):
    """A `NoteGPT`, a note at a time."""

    def __init__(self, network: NoteGPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            super().__init__(network, precision)
            made, pack, shape = self.network, self._packing, network.shape
            blocks = [cast(Block, block) for block in network.blocks]
            layers = [pack.layer(b, _scales(b.attn, shape)[: shape.heads, 0], None) for b in blocks]
            made.layer = (native.Layer * len(layers))(*layers)
            self.given = [cast(nn.Embedding, table).weight.detach() for table in network.given]
            heads = [self._head(network, a) for a in range(len(network.heads))]
            made.head = (native.Head * len(heads))(*heads)
            self._sizes = [head.out.rows for head in heads]
            tables, starts = _one_table(network)
            steps = torch.zeros(VOCABULARY[DT], dtype=torch.float64)
            steps[: len(DT_STEPS)] = torch.from_numpy(DT_STEPS)
            made.tables, made.starts, made.steps = pack.at(tables), pack.at(starts), pack.at(steps)
            made.paces = pack.at(_paces(shape))
            made.norm_scale, made.norm_shift = pack.at(network.ln_f.weight), pack.at(network.ln_f.bias)
            self._scratch: dict[int, Tensor] = {}

    def _head(self, network: NoteGPT, attribute: int) -> native.Head:
        head, pack = cast(Head, network.heads[attribute]), self._packing
        weight = head.out.weight
        if attribute == PITCH and network.shape.intervals:
            weight = torch.cat([weight, network.steps.weight])
        given = pack.at(self.given[attribute]) if attribute < len(self.given) else None
        inner = pack.linear(*_behind(head.norm, head.inner.weight, head.inner.bias))
        return native.Head(inner=inner, out=pack.linear(weight, None), given=given, own=len(head.out.weight))

    def step(self, rows: Tensor, past: NativePast) -> State:
        """As `decode.NoteStepper.step`."""
        past.own_rows(rows)
        self.kernel.ricercar_note(self._at, past.at, rows.data_ptr())
        return past.state

    def logits(self, attribute: int, state: State) -> Tensor:
        """As the network's."""
        takes, hidden, recent = len(state.hidden), state.hidden.float().contiguous(), state.recent.contiguous()
        made = torch.empty(takes, self._sizes[attribute])
        scratch = self._scratch_of(takes).data_ptr()
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
        temperature: float,
        top_k: int,
        top_p: float,
        at: Floats,
        may_end: bool,
    ) -> NDArray[np.int64]:
        """The next note of each take, (B, 5), as `engine.draw_note` draws it. Raises FloatingPointError as it does."""
        takes, chosen = len(grammars), np.zeros((len(grammars), len(VOCABULARY)), dtype=np.int64)
        masks = np.concatenate([mask for grammar in grammars for mask in _masks(grammar, may_end)])
        hidden, recent, at = state.hidden.contiguous(), state.recent.contiguous(), np.ascontiguousarray(at)
        places = (hidden.data_ptr(), recent.data_ptr(), masks.ctypes.data, at.ctypes.data)
        scratch = self._scratch_of(takes).data_ptr()
        if self.kernel.ricercar_draw(
            self._at, takes, *places, temperature, top_k, top_p, chosen.ctypes.data, scratch
        ):
            raise FloatingPointError("no probabilities")
        return chosen

    def _scratch_of(self, takes: int) -> Tensor:
        if takes not in self._scratch:
            self._scratch[takes] = torch.zeros(self.kernel.ricercar_heads_scratch(self._at, takes))
        return self._scratch[takes]


def _masks(grammar: Grammar, may_end: bool) -> tuple[NDArray[np.bool_], ...]:
    """All that a grammar may be asked for: pitch and pedal for a dt of 0 and for a later one."""
    pitches, pedals = (grammar.pitch(0), grammar.pitch(1)), (grammar.pedal(0), grammar.pedal(1))
    return grammar.dt(may_end=may_end), *pitches, grammar.duration(), grammar.velocity(), *pedals


class TokenStepper(_Stepper):
    """A `GPT`, a token at a time."""

    def __init__(self, network: GPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            super().__init__(network, precision)
            made, pack, shape = self.network, self._packing, network.shape
            scales = torch.full((shape.heads,), (shape.width // shape.heads) ** -0.5)
            blocks = [cast(Block, block) for block in network.blocks]
            layers = [pack.layer(block, scales, _near(block, shape)) for block in blocks]
            made.layer, made.columns = (native.Layer * len(layers))(*layers), shape.context + 2 * LANES
            made.tables, made.places = pack.at(network.tok_emb.weight), pack.at(network.pos_emb[0])
            made.readout = pack.linear(*_behind(network.ln_f, network.head.weight, None))
            made.vocabulary = len(network.head.weight)

    def step(self, ids: Tensor, past: NativePast) -> Tensor:
        """As `decode.TokenStepper.step`."""
        past.own_rows(ids)
        self.kernel.ricercar_tokens(self._at, past.at, ids.data_ptr(), ids.shape[1], past.logits.data_ptr())
        return past.logits[:, : self.network.vocabulary]


def _near(block: Block, shape: Shape) -> Tensor:
    """Er as (head_dim, context and some), the column `context` - 1 distance 0: beyond the table all is as its first."""
    table = block.attn.Er.detach()
    far = table[:1].expand(max(shape.context - len(table), 0), -1)
    table = torch.cat([far, table[-shape.context :]])
    return nn.functional.pad(table.t(), (0, 2 * LANES))


class NativePast:
    """What each take has read: the prompt once for all, and what follows it in a ring a take."""

    def __init__(self, stepper: _Stepper, cache: Cache, takes: int) -> None:
        layers, read, heads, context, size = cache.keys.shape
        self.takes = takes = takes if read == 1 else read
        if takes > native.MOST_TAKES:
            raise ValueError(f"at most {native.MOST_TAKES} takes")
        self._stepper, self._kind = stepper, KINDS[stepper.precision]
        self.held_tensors: list[Tensor] = []
        self.onset = cache.onset.expand(takes).clone().double()
        self.recent = cache.recent.expand(takes, -1).clone()
        self.hidden = torch.zeros(takes, heads * size)
        self.state = State(self.hidden, self.recent)
        shape = stepper.shape
        own = self._store((layers, takes, heads, size), context)
        shared = min(cache.length, context) if read == 1 else 0
        common = self._store((layers, 1, heads, size), shared)
        self._past = native.Past(own=own[0], common=common[0], takes=takes, held=shared, length=cache.length)
        self._past.first = cache.length - shared if read == 1 else 0
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

    def own_rows(self, rows: Tensor) -> None:
        """Makes room for a step of `rows` (B, …)."""
        if len(rows) != self.takes or rows.dtype != torch.int64 or not rows.is_contiguous():
            raise ValueError("one contiguous row of int64 a take")
        count = rows.numel() // self.takes if self._vocabulary else 1
        if count > self._room_for:
            need = self._stepper.kernel.ricercar_scratch(self._stepper._at, self.at, self.takes * count)
            self._scratch = torch.zeros(need)
            self._past.scratch, self._room_for = self._scratch.data_ptr(), count
            self.logits = torch.zeros(self.takes, -(-self._vocabulary // LANES) * LANES)

    def _store(self, sizes: tuple[int, int, int, int], slots: int) -> tuple[native.Store, list[Tensor]]:
        layers, many, heads, size = sizes
        room, parts = -(-slots // LANES) * LANES, -(-size // LANES)
        blocks = room // LANES
        tensors = [
            torch.zeros(layers, many, blocks, heads, size, LANES, dtype=self._kind),
            torch.zeros(layers, many, heads, parts, room, LANES, dtype=self._kind),
        ]
        if self._kind == torch.int8:
            tensors += [torch.zeros(layers, many, blocks, heads, LANES), torch.zeros(layers, many, heads, room)]
        self.held_tensors += tensors
        places = [tensor.data_ptr() for tensor in tensors]
        names = ("keys", "values", "key_scales", "value_scales")
        return native.Store(**dict(zip(names, places, strict=False)), many=many, room=room), tensors

    def _fill(self, cache: Cache, store: list[Tensor], held: int, rolled: bool) -> None:
        """Copies what a network's own pass has read; `rolled`: from the first position on, else slot by slot."""
        if not held:
            return
        turn = -(cache.length % cache.keys.shape[3]) if rolled and cache.length > held else 0
        for number, layers in enumerate((cache.keys, cache.values)):
            for layer, of in enumerate(layers):  # (B, heads, context, head_dim)
                of = of.roll(turn, 2)[:, :, :held] if turn else of[:, :, :held]
                of = nn.functional.pad(of, (0, 0, 0, -held % LANES))
                blocks = of.shape[2] // LANES
                if self._kind == torch.int8:
                    scale = of.abs().amax(-1).clamp(min=1e-30) / 127
                    of = (of / scale[..., None]).round()
                    units = store[2 + number][layer]
                    if number:
                        units[:, :, : scale.shape[2]] = scale
                    else:
                        units[:, :blocks] = scale.unflatten(2, (-1, LANES)).transpose(1, 2)
                if number == 0:
                    store[0][layer, :, :blocks] = of.unflatten(2, (-1, LANES)).permute(0, 2, 1, 4, 3)
                else:
                    of = nn.functional.pad(of, (0, -of.shape[-1] % LANES))
                    store[1][layer, :, :, :, : of.shape[2]] = of.unflatten(3, (-1, LANES)).transpose(2, 3)
