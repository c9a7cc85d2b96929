"""One position at a time: what a network does for one further position of each take, without modules around it.

`NoteStepper` and `TokenStepper` fold layer norms into the projections behind them and read every embedding of a note
out of one table. Their memory (`DecodeCache`) begins as what a network has read of a prompt (`KVCache`), copied for
each take. In float32 they agree with the network to rounding; in bfloat16 and int8 keys and values are bfloat16. Knows
ids only.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from composer.inference.quantized_linear import Precision, projection
from composer.model.tokenizer import DT, DT_STEPS, NO_PITCH, PITCH, VOCABULARY
from composer.model.transformer import (
    CIRCLES,
    GPT,
    INTERVALS,
    PERIODS,
    Attention,
    Block,
    Head,
    KVCache,
    NoteGPT,
    Shape,
    State,
)


class RowLineage:
    """Which rows of a memory were alike, and what had been read then: one becomes another by what came since."""

    def __init__(self, rows: int, length: int, alike: bool) -> None:
        self.length = length  # positions read in all, when they were alike
        self._of = np.zeros(rows, dtype=np.int64) if alike else np.arange(rows)

    def copied(self, order: NDArray[np.int64], length: int, ring: int, first: int = 0) -> list[tuple[int, int]]:
        """What rows must copy to become the rows `order` (B,), now that `length` positions are read: (slot, count).

        The position `first` lies in the first slot of a ring.
        """
        since = self.length if (self._of[order] == self._of).all() else first
        self._of, self.length = order.copy(), length
        if length - since >= ring:
            return [(0, ring)]
        start, end = (since - first) % ring, (since - first) % ring + length - since
        return [(a, b - a) for a, b in ((start, min(end, ring)), (0, end - ring)) if a < b]


class DecodeCache:
    """What each take has read: a pair of rings a layer, keys and values, (B, heads, context, head_dim)."""

    def __init__(self, cache: KVCache, takes: int, dtype: torch.dtype, order: Tensor | None = None) -> None:
        """A copy of what one has read, for several takes; `order` (head_dim,) rearranges what is inside a key."""
        layers, read, heads, context, size = cache.keys.shape
        takes = takes if read == 1 else read
        self.context, self.length = context, cache.length
        held = min(cache.length, context)
        self.rings: list[tuple[Tensor, Tensor]] = []
        for layer in range(layers):
            keys, values = (torch.empty(takes, heads, context, size, dtype=dtype) for _ in range(2))
            old = cache.keys[layer, :, :, :held]
            keys[:, :, :held] = old if order is None else old[..., order]
            values[:, :, :held] = cache.values[layer, :, :, :held]
            self.rings.append((keys, values))
        self.onset = cache.onset.expand(takes).clone()  # as the cache's
        self.recent = cache.recent.expand(takes, -1).clone()
        self._kin = RowLineage(takes, cache.length, alike=read == 1)

    def reorder(self, order: NDArray[np.int64]) -> None:
        """Each row r goes on from what the row order[r] has read. Not after `length` was set back."""
        rows = torch.from_numpy(order)
        changed = (rows != torch.arange(len(rows))).nonzero()[:, 0]
        for slot, count in self._kin.copied(order, self.length, self.context):
            for ring in (part.narrow(2, slot, count) for both in self.rings for part in both):
                ring[changed] = ring[rows[changed]]
        self.onset, self.recent = self.onset[rows], self.recent[rows]

    def add(self, layer: int, key: Tensor, value: Tensor, ahead: int = 0) -> tuple[Tensor, Tensor]:
        """Puts a position's key and value, (B, heads, head_dim), into the ring; gives what it holds.

        `ahead` of a step's first position, if it has several.
        """
        keys, values = self.rings[layer]
        slot = (self.length + ahead) % self.context
        keys.select(2, slot).copy_(key)
        values.select(2, slot).copy_(value)
        held = min(self.length + ahead + 1, self.context)
        return keys.narrow(2, 0, held), values.narrow(2, 0, held)


def _thin(precision: Precision) -> torch.dtype:
    """In which type keys and values are remembered."""
    return torch.float32 if precision == "float32" else torch.bfloat16


def _curve(precision: Precision) -> str:
    """Which GELU: the exact one takes three times as long, and thin weights blur more than the other does."""
    return "none" if precision == "float32" else "tanh"


# ---- blocks ----


def behind(norm: nn.LayerNorm, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor]:
    """A projection that takes over the scale and shift of the layer norm before it."""
    shift = weight.detach() @ norm.bias.detach()
    return weight.detach() * norm.weight.detach(), shift if bias is None else shift + bias.detach()


def _normed(x: Tensor) -> Tensor:
    return torch.layer_norm(x, x.shape[-1:])


class _Layer:
    """A block's projections."""

    def __init__(self, block: Block, precision: Precision, order: Tensor | None = None) -> None:
        """`order` (head_dim,) rearranges what is inside each query and key."""
        first, _, last = block.mlp[0], block.mlp[1], block.mlp[2]
        attention = block.attn
        weight, bias = behind(block.ln1, attention.in_proj_weight, attention.in_proj_bias)
        if order is not None:
            rows = _rows(order, 2 * attention.heads, len(weight))
            weight, bias = weight[rows], bias[rows]
        self.attend_in = projection(weight, bias, precision)
        self.attend_out = projection(attention.out_proj.weight, attention.out_proj.bias, precision)
        self.mlp_in = projection(*behind(block.ln2, cast(Tensor, first.weight), cast(Tensor, first.bias)), precision)
        self.mlp_out = projection(cast(Tensor, last.weight), cast(Tensor, last.bias), precision)
        self.squared, self.curve = not isinstance(block.mlp[1], nn.GELU), _curve(precision)

    def mlp(self, x: Tensor) -> Tensor:
        """(B, E) -> (B, E)."""
        inner = self.mlp_in(_normed(x))
        return self.mlp_out(inner.relu_().square_() if self.squared else F.gelu(inner, approximate=self.curve))


def _rows(order: Tensor, heads: int, rows: int) -> Tensor:
    """The order of a packed projection's outputs in which the first `heads` vectors are each in `order`."""
    turned = (torch.arange(heads)[:, None] * len(order) + order).flatten()
    return torch.cat([turned, torch.arange(len(turned), rows)])


# ---- one step a note ----


class NoteStepper:
    """A `NoteGPT`, a note at a time."""

    def __init__(self, network: NoteGPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            self.shape = shape = network.shape
            self.dtype = _thin(precision)
            size = shape.width // shape.heads
            # The halves of a vector that turn together come to stand side by side: one complex product turns them.
            self.order = torch.arange(size).view(2, -1).t().flatten()
            self.layers = [_Layer(cast(Block, block), precision, self.order) for block in network.blocks]
            self.scales = [scales(cast(Block, block).attn, shape) for block in network.blocks]
            self.ln_f = network.ln_f.weight.detach(), network.ln_f.bias.detach()
            self.given = [cast(nn.Embedding, table).weight.detach() for table in network.given]
            self.tables, self.starts = one_table(network)
            self.heads = [_HeadStep(network, a, precision) for a in range(len(network.heads))]
            self.steps = torch.zeros(VOCABULARY[DT], dtype=torch.float64)
            self.steps[: len(DT_STEPS)] = torch.from_numpy(DT_STEPS)
            self.paces = paces(shape)

    def past(self, cache: KVCache, takes: int) -> DecodeCache:
        """The memory with which several takes go on from what the network has read."""
        return DecodeCache(cache, takes, self.dtype, self.order)

    def step(self, rows: Tensor, past: DecodeCache, extra: Tensor | None = None) -> State:
        """What is known after one further position of each take, rows (B, 5): hidden (B, E), recent (B, intervals).

        `extra` (B, E) is added to the sum of the embeddings.
        """
        angles = self._angles(rows, past)
        x = self.tables[self._places(rows, past)].sum(1)
        if extra is not None:
            x += extra
        for number, layer in enumerate(self.layers):
            x += layer.attend_out(self._attend(number, layer, x, past, angles))
            x += layer.mlp(x)
        if self.shape.intervals:
            past.recent = torch.cat([rows[:, PITCH, None], past.recent[:, :-1]], dim=1)
        past.length += 1
        return State(F.layer_norm(x, x.shape[-1:], *self.ln_f), past.recent)

    def logits(self, attribute: int, state: State) -> Tensor:
        """As the network's."""
        return self.heads[attribute](state)

    def tell(self, state: State, attribute: int, value: Tensor) -> State:
        """As the network's."""
        return State(state.hidden + self.given[attribute].index_select(0, value), state.recent)

    def _attend(self, number: int, layer: _Layer, x: Tensor, past: DecodeCache, angles: Tensor) -> Tensor:
        batch, heads = len(x), self.shape.heads
        qkv = layer.attend_in(_normed(x)).view(batch, 3 * heads, -1)
        qk, scale = qkv[:, : 2 * heads], self.scales[number]
        if self.shape.qk_norm:
            scale = scale / torch.linalg.vector_norm(qk, dim=-1, keepdim=True).clamp_min_(1e-12)
        turned = torch.view_as_complex((qk * scale).view(batch, 2 * heads, -1, 2)) * angles
        qk = torch.view_as_real(turned).flatten(-2).to(self.dtype)
        keys, values = past.add(number, qk[:, heads:], qkv[:, 2 * heads :])
        y = F.scaled_dot_product_attention(qk[:, :heads, None], keys, values, scale=1.0)
        return y.reshape(batch, -1).float()

    def _angles(self, rows: Tensor, past: DecodeCache) -> Tensor:
        """How far each pair of a head's vector turns, (B, 1, head_dim / 2) complex64 of length one."""
        past.onset = past.onset + self.steps.index_select(0, rows[:, DT])
        by_index = torch.full_like(past.onset, past.length)
        angle = torch.stack([by_index, past.onset, rows[:, PITCH].double()], dim=1) @ self.paces
        return torch.complex(angle.cos().float(), angle.sin().float())[:, None]

    def _places(self, rows: Tensor, past: DecodeCache) -> Tensor:
        """Which rows of the one table a position is the sum of, (B, 5 or more)."""
        count = self.shape.intervals
        if not count:
            return rows + self.starts[:5]
        pitch = rows[:, PITCH, None]
        sounds = pitch < NO_PITCH
        is_step = (past.recent < NO_PITCH) & sounds
        step = torch.where(is_step, pitch - past.recent + NO_PITCH - 1, INTERVALS)
        chroma = torch.where(sounds, pitch % 12, 12)
        return torch.cat([rows, step, chroma], dim=1) + self.starts


class _HeadStep:
    """One attribute's head."""

    def __init__(self, network: NoteGPT, attribute: int, precision: Precision) -> None:
        head, intervals = cast(Head, network.heads[attribute]), network.shape.intervals
        self.curve = _curve(precision)
        self.inner = projection(*behind(head.norm, head.inner.weight, head.inner.bias), precision)
        weight = head.out.weight
        self.intervals = intervals if attribute == PITCH else 0
        if self.intervals:
            weight = torch.cat([weight, network.steps.weight])
        self.out = projection(weight, None, precision)
        self.own = len(head.out.weight)
        self.first = torch.arange(intervals)[:, None] * INTERVALS + torch.arange(NO_PITCH) + NO_PITCH - 1 + self.own

    def __call__(self, state: State) -> Tensor:
        made = self.out(F.gelu(self.inner(_normed(state.hidden)), approximate=self.curve))
        if not self.intervals:
            return made
        recent = state.recent[..., None]
        place = self.first - recent.clamp(max=NO_PITCH - 1)  # (B, intervals, 128)
        heard = made.gather(1, place.flatten(1)).view_as(place) * (recent < NO_PITCH)
        absolute = made[:, : self.own]
        absolute[:, :NO_PITCH] += heard.sum(1)
        return absolute


def one_table(network: NoteGPT) -> tuple[Tensor, Tensor]:
    """Every embedding of a position in one table, and where each part of it begins, (columns,)."""
    tables = [cast(nn.Embedding, table).weight.detach() for table in network.embed]
    count = network.shape.intervals
    if count:
        tables += [*network.between.weight.detach().view(count, INTERVALS + 1, -1), network.chroma.weight.detach()]
    sizes = torch.tensor([0, *(len(t) for t in tables[:-1])])
    return torch.cat(tables).contiguous(), sizes.cumsum(0)


def scales(attention: Attention, shape: Shape) -> Tensor:
    """(2 * heads, 1): what queries and keys are multiplied by."""
    size = shape.width // shape.heads
    own = torch.full((shape.heads,), 1 / math.sqrt(size)) if attention.scale is None else attention.scale.detach()
    return torch.cat([own.float(), torch.ones(shape.heads)])[:, None]


def paces(shape: Shape) -> Tensor:
    """Radians of each pair a position, step of dt and semitone, (3, head_dim / 2) float64, as `transformer.turns`."""
    pairs = shape.width // shape.heads // 2
    by_index = pairs - shape.rope_time - shape.rope_pitch
    after = by_index + shape.rope_time
    paces = torch.zeros(3, pairs, dtype=torch.float64)
    paces[0, :by_index] = shape.rope_base ** (-torch.arange(by_index, dtype=torch.float64) / by_index)
    paces[1, by_index:after] = 2 * math.pi / torch.logspace(*PERIODS, shape.rope_time, dtype=torch.float64)
    paces[2, after:] = 2 * math.pi / torch.tensor(CIRCLES[: shape.rope_pitch], dtype=torch.float64)
    return paces


# ---- flat tokens ----


class TokenStepper:
    """A `GPT`, a token at a time."""

    def __init__(self, network: GPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            self.shape = network.shape
            self.dtype = _thin(precision)
            self.layers = [_Layer(cast(Block, block), precision) for block in network.blocks]
            self.relative = [cast(Block, block).attn.Er.detach().t().contiguous() for block in network.blocks]
            self.tokens, self.places = network.tok_emb.weight.detach(), network.pos_emb.detach()[0]
            self.head = projection(*behind(network.ln_f, network.head.weight, None), precision)

    def past(self, cache: KVCache, takes: int) -> DecodeCache:
        """The memory with which several takes go on from what the network has read."""
        return DecodeCache(cache, takes, self.dtype)

    def step(self, ids: Tensor, past: DecodeCache) -> Tensor:
        """Logits (B, V) after one or a few further tokens of each take, ids (B, T)."""
        batch, count = ids.shape
        x = (self.tokens[ids] + self.places[past.length : past.length + count]).flatten(0, 1)
        for number, layer in enumerate(self.layers):
            x += layer.attend_out(self._attend(number, layer, x, past, count))
            x += layer.mlp(x)
        past.length += count
        return self.head(_normed(x.view(batch, count, -1)[:, -1]))

    def _attend(self, number: int, layer: _Layer, x: Tensor, past: DecodeCache, count: int) -> Tensor:
        """(B * T, E) -> (B * T, E)."""
        heads = self.shape.heads
        qkv = layer.attend_in(_normed(x)).view(-1, count, 3, heads, x.shape[-1] // heads)
        q = qkv[:, :, 0] / math.sqrt(qkv.shape[-1])  # (B, T, heads, head_dim)
        thin, made = q.to(self.dtype), []
        for at in range(count):  # one query at a time: the kernel takes three times as long for two
            keys, values = past.add(number, qkv[:, at, 1], qkv[:, at, 2], at)
            near = self._near(number, q[:, at], keys.shape[2])
            query = thin[:, at, :, None]
            made.append(F.scaled_dot_product_attention(query, keys, values, attn_mask=near, scale=1.0)[:, :, 0])
        y = made[0] if count == 1 else torch.stack(made, dim=1)  # (B, T, heads, head_dim)
        return y.reshape(len(x), -1).float()

    def _near(self, number: int, q: Tensor, seen: int) -> Tensor:
        """What Er adds to the attention of the last of `seen` positions, q (B, heads, head_dim) -> (B, heads, 1, S)."""
        far = self.relative[number]  # (head_dim, er_len): the last column is distance 0
        near = (q.reshape(-1, q.shape[-1]) @ far[:, -seen:]).view(*q.shape[:2], 1, -1)
        if near.shape[-1] < seen:  # beyond the table all is as far as its first column
            near = torch.cat([near[..., :1].expand(-1, -1, -1, seen - near.shape[-1]), near], dim=-1)
        return near
