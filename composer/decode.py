"""One position at a time: a network's weights laid out to be read once a step, in float32, bfloat16 or int8.

`NoteStepper` and `TokenStepper` do what a network does for one further position of each take, with the same `Cache`,
but without modules or autograd around it: layer norms are folded into the projections behind them, all tables of a
note's embedding are one. In float32 they agree with the network to rounding. Knows ids only.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from composer.model import (
    CIRCLES,
    GPT,
    INTERVALS,
    PERIODS,
    Attention,
    Block,
    Cache,
    Head,
    NoteGPT,
    Shape,
    State,
)
from composer.tokenizer import DT, DT_STEPS, NO_PITCH, PITCH, VOCABULARY

Precision = Literal["float32", "bfloat16", "int8"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16", "int8")
Projection = Callable[[Tensor], Tensor]  # (B, K) -> (B, N), float32


# ---- projections ----


def projection(weight: Tensor, bias: Tensor | None, precision: Precision) -> Projection:
    """A linear layer, weight (N, K), with its weights as `precision` says; in and out are float32.

    int8: one scale an output; the input is quantised as it comes, over all takes of a step together.
    """
    weight = weight.detach().float()
    shift = torch.zeros(len(weight)) if bias is None else bias.detach().float()
    if precision == "int8":
        return _in_int8(weight, shift)
    across = weight.t().contiguous()
    if precision == "bfloat16":
        thin, thin_shift = across.bfloat16(), shift.bfloat16()
        return lambda x: torch.addmm(thin_shift, x.bfloat16(), thin).float()
    return lambda x: torch.addmm(shift, x, across)


def _in_int8(weight: Tensor, shift: Tensor) -> Projection:
    scale = (weight.abs().amax(1) / 127).clamp(min=1e-12).double()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a later torch will make quantised tensors in another place
        nothing = torch.zeros(len(weight), dtype=torch.int64)
        ints = torch.quantize_per_channel(weight, scale, nothing, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(ints, shift)
    run = torch.ops.quantized.linear_dynamic
    return lambda x: cast(Tensor, run(x, packed, True))  # True: seven bits an input, safe on every processor


def _behind(norm: nn.LayerNorm, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor]:
    """A projection that takes over the scale and shift of the layer norm before it."""
    shift = weight.detach() @ norm.bias.detach()
    return weight.detach() * norm.weight.detach(), shift if bias is None else shift + bias.detach()


def _normed(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:])


class _Layer:
    """A block's projections."""

    def __init__(self, block: Block, precision: Precision) -> None:
        first, _, last = block.mlp[0], block.mlp[1], block.mlp[2]
        attention = block.attn
        self.attend_in = projection(*_behind(block.ln1, attention.in_proj_weight, attention.in_proj_bias), precision)
        self.attend_out = projection(attention.out_proj.weight, attention.out_proj.bias, precision)
        self.mlp_in = projection(*_behind(block.ln2, cast(Tensor, first.weight), cast(Tensor, first.bias)), precision)
        self.mlp_out = projection(cast(Tensor, last.weight), cast(Tensor, last.bias), precision)
        self.squared = not isinstance(block.mlp[1], nn.GELU)

    def mlp(self, x: Tensor) -> Tensor:
        """(B, E) -> (B, E)."""
        inner = self.mlp_in(_normed(x))
        return self.mlp_out(inner.relu_().square_() if self.squared else F.gelu(inner))


def _remember(cache: Cache, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Puts a position's key and value, (B, heads, head_dim), into the ring; gives what it holds."""
    keys, values = cache.keys[layer], cache.values[layer]
    context = keys.shape[2]
    slot, held = cache.length % context, min(cache.length + 1, context)
    keys[:, :, slot] = key
    values[:, :, slot] = value
    return keys[:, :, :held], values[:, :, :held]


# ---- one step a note ----


class NoteStepper:
    """A `NoteGPT`, a note at a time."""

    def __init__(self, network: NoteGPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            self.shape = shape = network.shape
            self.layers = [_Layer(cast(Block, block), precision) for block in network.blocks]
            self.scales = [_scales(cast(Block, block).attn, shape) for block in network.blocks]
            self.ln_f = network.ln_f
            self.given = [cast(nn.Embedding, table).weight.detach() for table in network.given]
            self.tables, self.starts = _one_table(network)
            self.heads = [_HeadStep(network, a, precision) for a in range(len(network.heads))]
            self.steps = torch.zeros(VOCABULARY[DT], dtype=torch.float64)
            self.steps[: len(DT_STEPS)] = torch.from_numpy(DT_STEPS)
            self.paces = _paces(shape)

    def step(self, rows: Tensor, cache: Cache) -> State:
        """What is known after one further position of each take, rows (B, 5): hidden (B, E), recent (B, intervals)."""
        angles = self._angles(rows, cache)
        x = F.embedding_bag(self._places(rows, cache), self.tables, mode="sum")
        for number, layer in enumerate(self.layers):
            x = x + layer.attend_out(self._attend(number, layer, x, cache, angles))
            x = x + layer.mlp(x)
        if self.shape.intervals:
            cache.recent = torch.cat([rows[:, PITCH, None], cache.recent[:, :-1]], dim=1)
        cache.length += 1
        return State(self.ln_f(x), cache.recent)

    def logits(self, attribute: int, state: State) -> Tensor:
        """As the network's."""
        return self.heads[attribute](state)

    def tell(self, state: State, attribute: int, value: Tensor) -> State:
        """As the network's."""
        return State(state.hidden + self.given[attribute][value], state.recent)

    def _attend(self, number: int, layer: _Layer, x: Tensor, cache: Cache, angles: tuple[Tensor, Tensor]) -> Tensor:
        batch, heads = len(x), self.shape.heads
        qkv = layer.attend_in(_normed(x)).view(batch, 3, heads, -1)
        qk = qkv[:, :2]
        if self.shape.qk_norm:
            qk = qk / torch.linalg.vector_norm(qk, dim=-1, keepdim=True).clamp_min_(1e-12)
        a, b = (qk * self.scales[number]).chunk(2, dim=-1)
        cos, sin = angles
        turned = torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)
        keys, values = _remember(cache, number, turned[:, 1], qkv[:, 2])
        y = F.scaled_dot_product_attention(turned[:, 0, :, None], keys, values, scale=1.0)
        return y.reshape(batch, -1)

    def _angles(self, rows: Tensor, cache: Cache) -> tuple[Tensor, Tensor]:
        """Cosines and sines, (B, 1, 1, head_dim / 2) float32."""
        by_index, by_time, by_pitch = self.paces
        cache.onset = cache.onset + self.steps[rows[:, DT]]
        parts = [(cache.length * by_index).expand(len(rows), -1)]
        if len(by_time):
            parts.append(cache.onset[:, None] * by_time)
        if len(by_pitch):
            parts.append(rows[:, PITCH, None] * by_pitch)
        angle = torch.cat(parts, dim=-1)[:, None, None]
        return angle.cos().float(), angle.sin().float()

    def _places(self, rows: Tensor, cache: Cache) -> Tensor:
        """Which rows of the one table a position is the sum of, (B, 5 or more)."""
        count = self.shape.intervals
        if not count:
            return rows + self.starts[:5]
        pitch = rows[:, PITCH, None]
        sounds = pitch < NO_PITCH
        is_step = (cache.recent < NO_PITCH) & sounds
        step = torch.where(is_step, pitch - cache.recent + NO_PITCH - 1, INTERVALS)
        chroma = torch.where(sounds, pitch % 12, 12)
        return torch.cat([rows, step, chroma], dim=1) + self.starts


class _HeadStep:
    """One attribute's head."""

    def __init__(self, network: NoteGPT, attribute: int, precision: Precision) -> None:
        head, intervals = cast(Head, network.heads[attribute]), network.shape.intervals
        self.inner = projection(*_behind(head.norm, head.inner.weight, head.inner.bias), precision)
        weight = head.out.weight
        self.intervals = intervals if attribute == PITCH else 0
        if self.intervals:
            weight = torch.cat([weight, network.steps.weight])
        self.out = projection(weight, None, precision)
        self.own = len(head.out.weight)
        self.first = torch.arange(intervals)[:, None] * INTERVALS + torch.arange(NO_PITCH) + NO_PITCH - 1 + self.own

    def __call__(self, state: State) -> Tensor:
        made = self.out(F.gelu(self.inner(_normed(state.hidden))))
        if not self.intervals:
            return made
        recent = state.recent[..., None]
        place = self.first - recent.clamp(max=NO_PITCH - 1)  # (B, intervals, 128)
        heard = made.gather(1, place.flatten(1)).view_as(place) * (recent < NO_PITCH)
        absolute = made[:, : self.own]
        absolute[:, :NO_PITCH] += heard.sum(1)
        return absolute


def _one_table(network: NoteGPT) -> tuple[Tensor, Tensor]:
    """Every embedding of a position in one table, and where each part of it begins, (columns,)."""
    tables = [cast(nn.Embedding, table).weight.detach() for table in network.embed]
    count = network.shape.intervals
    if count:
        tables += [*network.between.weight.detach().view(count, INTERVALS + 1, -1), network.chroma.weight.detach()]
    sizes = torch.tensor([0, *(len(t) for t in tables[:-1])])
    return torch.cat(tables).contiguous(), sizes.cumsum(0)


def _scales(attention: Attention, shape: Shape) -> Tensor:
    """(2, heads, 1): what queries and keys are multiplied by."""
    size = shape.width // shape.heads
    own = torch.full((shape.heads,), 1 / math.sqrt(size)) if attention.scale is None else attention.scale.detach()
    return torch.stack([own.float(), torch.ones(shape.heads)])[..., None]


def _paces(shape: Shape) -> tuple[Tensor, Tensor, Tensor]:
    """Radians a position, a step of dt and a semitone, as `model.turns` has them."""
    pairs = shape.width // shape.heads // 2
    by_index = pairs - shape.rope_time - shape.rope_pitch
    index = shape.rope_base ** (-torch.arange(by_index, dtype=torch.float64) / by_index)
    time = 2 * math.pi / torch.logspace(*PERIODS, shape.rope_time, dtype=torch.float64)
    pitch = 2 * math.pi / torch.tensor(CIRCLES[: shape.rope_pitch], dtype=torch.float64)
    return index, time, pitch


# ---- flat tokens ----


class TokenStepper:
    """A `GPT`, a token at a time."""

    def __init__(self, network: GPT, precision: Precision = "float32") -> None:
        with torch.no_grad():
            self.shape = network.shape
            self.layers = [_Layer(cast(Block, block), precision) for block in network.blocks]
            self.relative = [cast(Block, block).attn.Er.detach().t().contiguous() for block in network.blocks]
            self.tokens, self.places = network.tok_emb.weight.detach(), network.pos_emb.detach()[0]
            self.head = projection(*_behind(network.ln_f, network.head.weight, None), precision)

    def step(self, ids: Tensor, cache: Cache) -> Tensor:
        """Logits (B, V) after one further token of each take, ids (B,)."""
        x = self.tokens[ids] + self.places[cache.length]
        for number, layer in enumerate(self.layers):
            x = x + layer.attend_out(self._attend(number, layer, x, cache))
            x = x + layer.mlp(x)
        cache.length += 1
        return self.head(_normed(x))

    def _attend(self, number: int, layer: _Layer, x: Tensor, cache: Cache) -> Tensor:
        batch, heads = len(x), self.shape.heads
        qkv = layer.attend_in(_normed(x)).view(batch, 3, heads, -1)
        q = qkv[:, 0, :, None] / math.sqrt(qkv.shape[-1])  # (B, heads, 1, head_dim)
        keys, values = _remember(cache, number, qkv[:, 1], qkv[:, 2])
        seen = keys.shape[2]
        far = self.relative[number]  # (head_dim, er_len): the last column is distance 0
        near = q @ far[:, -seen:]
        if near.shape[-1] < seen:  # beyond the table all is as far as its first column
            near = torch.cat([near[..., :1].expand(-1, -1, -1, seen - near.shape[-1]), near], dim=-1)
        weights = (q @ keys.transpose(-1, -2) + near).softmax(-1)
        return (weights @ values).reshape(batch, -1)
