"""The networks: one trunk of blocks with a KV cache, under two ways of reading music.

`GPT` is GIGA-Piano's: flat tokens, an absolute position table and relative attention (`Er`).
`NoteGPT` takes one step a note: the embeddings of a note's attributes are summed into one position, the
trunk has rotary positions, and small heads give the next note's attributes one after the other
(p(dt) p(pitch | dt) p(duration | dt, pitch) …), so that likelihoods are exact.
Knows ids only; nothing of MIDI, styles or sampling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from composer.core.errors import UserError
from composer.model.conditions import OFFSETS
from composer.model.tokenizer import DT, DT_STEPS, GAP_MIDDLE, GAP_SUFFIX, NO_PITCH, ONSET_MS, PITCH, VOCABULARY
from composer.music.metre import MOST_BEATS, PHASES

Positions = Literal["relative", "rotary"]


@dataclass(frozen=True)
class Shape:
    """The size of a network, as the cards and checkpoints state it."""

    layers: int  # blocks
    width: int  # E, the size of a position's vector
    heads: int  # attention heads a block; they divide the width
    hidden: int  # size of the MLP's inner layer
    context: int  # positions that attention sees
    er_len: int = 0  # rows of Er (GIGA only)
    rope_time: int = 0  # pairs of a head's vector that turn with the onset's time; the rest turn with the index
    rope_pitch: int = 0  # pairs that turn with the pitch
    rope_base: int = 10_000  # the slowest pair of the index turns about so many times slower than the fastest
    intervals: int = 0  # so many of the last notes from which the pitch is told as intervals, at input and at its head
    qk_norm: int = 0  # 1: queries and keys have length one, times a learned scale a head (arXiv 2010.04245)
    relu_squared: int = 0  # 1: squared ReLU in the MLPs (arXiv 2109.08668); 0: GELU
    conditions: int = 0  # rows of the table of conditioning labels (see `conditions`); 0: it takes none
    places: int = 0  # 1: logits of the next onset's place in its bar are added to those of dt


class KVCache:
    """Keys and values of the positions read so far, in preallocated rings: (layers, B, heads, context, head_dim)."""

    def __init__(self, shape: Shape, batch: int, dtype: torch.dtype = torch.float32) -> None:
        size = (shape.layers, batch, shape.heads, shape.context, shape.width // shape.heads)
        self.keys = torch.empty(size, dtype=dtype)  # what was not read yet is not looked at
        self.values = torch.empty(size, dtype=dtype)
        self.length = 0  # positions read since the start; the ring holds the last `context` of them
        self.onset = torch.zeros(batch, dtype=torch.float64)  # of the last note read, in steps of dt
        self.recent = torch.full((batch, shape.intervals), NO_PITCH)  # pitches of the last notes, the latest first

    def expand(self, batch: int) -> KVCache:
        """A copy for several takes of what one has read."""
        other = object.__new__(KVCache)
        other.keys = self.keys.repeat(1, batch, 1, 1, 1) if self.keys.shape[1] == 1 else self.keys.clone()
        other.values = self.values.repeat(1, batch, 1, 1, 1) if self.values.shape[1] == 1 else self.values.clone()
        other.length = self.length
        other.onset, other.recent = self.onset.expand(batch).clone(), self.recent.expand(batch, -1).clone()
        return other


Angles = tuple[Tensor, Tensor]  # cosines and sines, (B or 1, 1, T, head_dim / 2)


def rotate(x: Tensor, angles: Angles) -> Tensor:
    """Rotary position embedding (arXiv 2104.09864) of `x` (B, heads, T, head_dim)."""
    cos, sin = angles[0].to(x.dtype), angles[1].to(x.dtype)
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def turns(shape: Shape, positions: Tensor, onset: Tensor, start: int) -> Angles:
    """How far each pair of a head's vector turns at each of the `positions` (B, T, 5), the first of them `start`.

    The scalar product of two turned vectors depends on differences alone: how many notes, how much time and how many
    semitones lie between them. `onset` (B, T) in steps of dt.
    """
    pairs = shape.width // shape.heads // 2
    by_index = pairs - shape.rope_time - shape.rope_pitch
    at = torch.arange(start, start + positions.shape[1], dtype=torch.float64, device=positions.device)
    index_pace = shape.rope_base ** (-torch.arange(by_index, dtype=torch.float64, device=at.device) / by_index)
    angle = (at[:, None] * index_pace).expand(len(positions) if shape.rope_time or shape.rope_pitch else 1, -1, -1)
    if shape.rope_time:
        period = torch.logspace(*PERIODS, shape.rope_time, dtype=torch.float64, device=at.device)
        angle = torch.cat([angle, onset[..., None] * (2 * math.pi / period)], dim=-1)
    if shape.rope_pitch:
        period = torch.tensor(CIRCLES[: shape.rope_pitch], dtype=torch.float64, device=at.device)
        angle = torch.cat([angle, positions[..., PITCH, None] * (2 * math.pi / period)], dim=-1)
    return angle.cos().float()[:, None], angle.sin().float()[:, None]


PERIODS = (math.log10(0.1 / 0.016), math.log10(60 / 0.016))  # of the turns with time, 0.1 s to 60 s, in steps of dt
CIRCLES = (12, 6, 4, 3, 24, 48, 96, 192)  # semitones a turn: the octave and its parts (pitch classes), then height


def onsets(positions: Tensor, before: Tensor) -> Tensor:
    """Onset (B, T) float64 in steps of dt, counted from `before` (B,).

    What fills a gap goes on where the gap began: at GAP_MIDDLE the time of the last GAP_SUFFIX comes back.
    """
    dt = positions[..., DT]
    steps = torch.zeros(VOCABULARY[DT], dtype=torch.float64, device=dt.device)
    steps[: len(DT_STEPS)] = torch.from_numpy(DT_STEPS).to(steps)
    time = steps[dt].cumsum(1) + before[:, None]
    middle = dt == GAP_MIDDLE
    if not bool(middle.any()):
        return time
    place = torch.arange(dt.shape[1], device=dt.device).expand_as(dt)
    suffix = torch.where(dt == GAP_SUFFIX, place, 0).cummax(1).values
    return time + ((time.gather(1, suffix) - time) * middle).cumsum(1)


class Attention(nn.Module):
    """Causal self-attention with packed projections; positions by `Er` (GIGA) or by rotation."""

    def __init__(self, shape: Shape, positions: Positions) -> None:
        super().__init__()
        self.heads, self.positions, self.context = shape.heads, positions, shape.context
        self.in_proj_weight = nn.Parameter(torch.empty(3 * shape.width, shape.width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * shape.width))
        self.out_proj = nn.Linear(shape.width, shape.width)
        if positions == "relative":
            self.Er = nn.Parameter(torch.empty(shape.er_len, shape.width // shape.heads))
            nn.init.normal_(self.Er, std=0.02)
        nn.init.normal_(self.in_proj_weight, std=0.02)
        self.scale = nn.Parameter(torch.full((shape.heads,), 10.0)) if shape.qk_norm else None

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0, angles: Angles | None = None) -> Tensor:
        """(B, T, E) -> (B, T, E). With a cache, `x` are the positions after those that it holds."""
        batch, length, width = x.shape
        q, k, v = self.project(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        start = cache.length if cache else 0
        at = torch.arange(start, start + length, device=x.device)
        if self.scale is not None:
            # attention divides by sqrt(head_dim) again
            q = F.normalize(q, dim=-1) * (self.scale * math.sqrt(q.shape[-1])).to(q.dtype)[:, None, None]
            k = F.normalize(k, dim=-1)
        if angles:
            q, k = rotate(q, angles), rotate(k, angles)
        seen = at
        if cache:
            k, v, seen = self._remember(cache, layer, k, v, at)
        y = self._attend(q, k, v, at, seen)  # (B, heads, T, head_dim)
        out: Tensor = self.out_proj(y.transpose(1, 2).reshape(batch, length, width))
        return out

    def project(self, x: Tensor) -> Tensor:
        """(B, T, E) -> (B, T, 3 E): queries, keys and values."""
        return F.linear(x, self.in_proj_weight, self.in_proj_bias)

    def _remember(self, cache: KVCache, layer: int, k: Tensor, v: Tensor, at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Puts new keys and values into the ring; gives all that it holds, and their positions."""
        slots, length = at % self.context, len(at)
        if cache.length == 0 or length == 1:
            keys, values = cache.keys[layer], cache.values[layer]
            last = slice(max(length - self.context, 0), None)
            keys[:, :, slots[last]] = k[:, :, last].to(keys.dtype)
            values[:, :, slots[last]] = v[:, :, last].to(values.dtype)
            if cache.length == 0:
                return k, v, at
            held = min(cache.length + 1, self.context)
            return keys[:, :, :held], values[:, :, :held], self._held(cache.length + 1)
        before = self._held(cache.length)
        old_k, old_v = cache.keys[layer][:, :, : len(before)].clone(), cache.values[layer][:, :, : len(before)].clone()
        last = slice(max(length - self.context, 0), None)
        cache.keys[layer][:, :, slots[last]] = k[:, :, last].to(cache.keys.dtype)
        cache.values[layer][:, :, slots[last]] = v[:, :, last].to(cache.values.dtype)
        return torch.cat([old_k.to(k.dtype), k], 2), torch.cat([old_v.to(v.dtype), v], 2), torch.cat([before, at])

    def _held(self, length: int) -> Tensor:
        """Positions in the ring's slots after `length` have been read, in the order of the slots."""
        slots = torch.arange(min(length, self.context))
        return slots + (length - 1 - slots) // self.context * self.context

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, at: Tensor, seen: Tensor) -> Tensor:
        k, v = k.to(q.dtype), v.to(q.dtype)
        if self.positions == "rotary" and len(at) == len(seen) <= self.context:
            return F.scaled_dot_product_attention(q, k, v, is_causal=True)
        distance = at[:, None] - seen[None, :]  # (T, S)
        allowed = (distance >= 0) & (distance < self.context)
        if self.positions == "rotary":
            return F.scaled_dot_product_attention(q, k, v, attn_mask=None if len(at) == 1 else allowed)
        scaled = q / math.sqrt(q.shape[-1])
        rows = (self.Er.shape[0] - 1 - distance).clamp(0, self.Er.shape[0] - 1)  # last row is distance 0
        relative = (scaled @ self.Er.T.to(q.dtype)).gather(-1, rows.expand(*q.shape[:2], *rows.shape))
        logits = scaled @ k.transpose(-1, -2) + relative
        return logits.masked_fill(~allowed, -torch.inf).softmax(-1) @ v


class SquaredReLU(nn.Module):
    """x^2 where x > 0, else 0."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return F.relu(x).square()


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, shape: Shape, positions: Positions, dropout: float = 0.0) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(shape.width), nn.LayerNorm(shape.width)
        self.attn = Attention(shape, positions)
        self.mlp = nn.Sequential(
            nn.Linear(shape.width, shape.hidden),
            SquaredReLU() if shape.relu_squared else nn.GELU(),
            nn.Linear(shape.hidden, shape.width),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0, angles: Angles | None = None) -> Tensor:
        """(B, T, E) -> (B, T, E)."""
        x = x + self.attn(self.ln1(x), cache, layer, angles)
        out: Tensor = x + self.mlp(self.ln2(x))
        return out


class GPT(nn.Module):
    """GIGA-Piano: flat tokens. `model(ids)` maps (B, T) int64 to logits (B, T, vocabulary) float32."""

    encoding = "giga"

    def __init__(self, shape: Shape, vocabulary: int = 128, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.tok_emb = nn.Embedding(vocabulary, shape.width)
        self.pos_emb = nn.Parameter(torch.zeros(1, shape.context, shape.width))
        self.blocks = nn.ModuleList(Block(shape, "relative", dropout) for _ in range(shape.layers))
        self.ln_f = nn.LayerNorm(shape.width)
        self.head = nn.Linear(shape.width, vocabulary, bias=False)

    def forward(self, ids: Tensor, cache: KVCache | None = None) -> Tensor:
        """Logits of each next token. Raises `UserError` (context_exceeded) beyond the position table."""
        start = cache.length if cache else 0
        length = ids.shape[1]
        if start + length > self.shape.context:
            raise UserError("context_exceeded", length=start + length, limit=self.shape.context)
        x = self.tok_emb(ids) + self.pos_emb[:, start : start + length]
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer)
        if cache:
            cache.length += length
        logits: Tensor = self.head(self.ln_f(x))
        return logits


class Head(nn.Module):
    """Logits of one attribute from a note's state."""

    def __init__(self, width: int, vocabulary: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, width)
        self.out = nn.Linear(width, vocabulary, bias=False)

    def inside(self, state: Tensor) -> Tensor:
        """(…, E) -> (…, E): what the logits are read from."""
        return F.gelu(self.inner(self.norm(state)))


@dataclass(frozen=True, slots=True)
class State:
    """What the heads know when they draw the next note."""

    hidden: Tensor  # (…, E)
    recent: Tensor  # (…, intervals) int64: pitches of the last notes, the latest first; NO_PITCH where there was none

    def __getitem__(self, index: Any) -> State:
        """The same part of both."""
        return State(self.hidden[index], self.recent[index])

    def repeat(self, takes: int) -> State:
        """For several takes what one has read."""
        return State(self.hidden.repeat(takes, 1), self.recent.repeat(takes, 1))


class NoteGPT(nn.Module):
    """One step a note: positions (B, T, 5) int64, columns as `tokenizer.ATTRIBUTES`."""

    encoding = "expressive"

    def __init__(self, shape: Shape, vocabulary: Sequence[int] = VOCABULARY, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape, self.vocabulary = shape, tuple(vocabulary)
        self.embed = nn.ModuleList(nn.Embedding(size, shape.width) for size in vocabulary)
        self.blocks = nn.ModuleList(Block(shape, "rotary", dropout) for _ in range(shape.layers))
        self.ln_f = nn.LayerNorm(shape.width)
        # What the chosen attributes of the next note tell the heads after theirs; the last one tells no one.
        self.given = nn.ModuleList(nn.Embedding(size, shape.width) for size in self.vocabulary[:-1])
        self.heads = nn.ModuleList(Head(shape.width, size) for size in vocabulary)
        if shape.intervals:
            self.steps = nn.Linear(shape.width, shape.intervals * INTERVALS, bias=False)
            self.between = nn.EmbeddingBag(shape.intervals * (INTERVALS + 1), shape.width, mode="sum")
            self.chroma = nn.Embedding(13, shape.width)  # pitch classes, and none
        if shape.conditions:
            # Zero at first: a trained network takes labels in without noticing.
            self.conditions = nn.EmbeddingBag(shape.conditions, shape.width, mode="sum", padding_idx=0)
            nn.init.zeros_(self.conditions.weight)
        if shape.places:
            self.places = nn.Linear(shape.width, PLACES, bias=False)
            nn.init.zeros_(self.places.weight)
        tables = (*self.embed, *self.given, *((self.between, self.chroma) if shape.intervals else ()))
        for table in tables:
            nn.init.normal_(table.weight, std=0.02)
        for name, weight in self.blocks.named_parameters():
            if name.endswith(("attn.out_proj.weight", "mlp.2.weight")):
                # Each block adds to the stream; this keeps the sum's size steady with depth (GPT-2).
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * shape.layers))

    def states(self, positions: Tensor, cache: KVCache | None = None, extra: Tensor | None = None) -> State:
        """(B, T, 5) -> hidden (B, T, E), recent (B, T, intervals): what is known after each position.

        `extra` (B, T, E) is added to what the attributes give, such as `told` labels.
        """
        x = self.embed[0](positions[..., 0])
        for attribute, table in enumerate(self.embed[1:], 1):
            x = x + table(positions[..., attribute])
        onset = onsets(positions, cache.onset if cache else torch.zeros(len(positions), device=x.device).double())
        angles = turns(self.shape, positions, onset, cache.length if cache else 0)
        recent = self._recent(positions, cache)
        if self.shape.intervals:
            x = x + self._related(positions[..., PITCH], recent, cache)
        if extra is not None:
            x = x + extra
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer, angles)
        if cache:
            cache.length += positions.shape[1]
            cache.onset, cache.recent = onset[:, -1], recent[:, -1]
        return State(self.ln_f(x), recent)

    def _recent(self, positions: Tensor, cache: KVCache | None) -> Tensor:
        """(B, T, intervals): the pitch of each position and of those before it."""
        count, pitch = self.shape.intervals, positions[..., PITCH]
        if not count:
            return pitch[..., None][..., :0]
        before = cache.recent.flip(1) if cache else pitch.new_full((len(pitch), count), NO_PITCH)
        return torch.cat([before, pitch], dim=1).unfold(1, count, 1)[:, 1:].flip(-1)

    def _related(self, pitch: Tensor, recent: Tensor, cache: KVCache | None) -> Tensor:
        """(B, T) -> (B, T, E): the pitch class, and the intervals from the notes before."""
        first = cache.recent if cache else torch.full_like(recent[:, 0], NO_PITCH)
        before = torch.cat([first[:, None], recent[:, :-1]], dim=1)  # (B, T, intervals)
        is_step = (before < NO_PITCH) & (pitch < NO_PITCH)[..., None]
        step = torch.where(is_step, pitch[..., None] - before + NO_PITCH - 1, INTERVALS)
        step = step + torch.arange(self.shape.intervals, device=pitch.device) * (INTERVALS + 1)
        between = self.between(step.flatten(0, 1)).unflatten(0, pitch.shape)
        return between + self.chroma(torch.where(pitch < NO_PITCH, pitch % 12, 12))  # type: ignore[no-any-return]

    def logits(self, attribute: int, state: State) -> Tensor:
        """Logits (…, vocabulary) of the next note's attribute, once the state was told those before it."""
        head = cast("Head", self.heads[attribute])
        if attribute != PITCH or not self.shape.intervals:
            return head.out(head.inside(state.hidden))  # type: ignore[no-any-return]
        inner = head.inside(state.hidden)
        absolute, steps = head.out(inner), self.steps(inner).unflatten(-1, (self.shape.intervals, INTERVALS))
        pitches = torch.arange(NO_PITCH, device=inner.device)
        place = pitches - state.recent.clamp(max=NO_PITCH - 1)[..., None] + NO_PITCH - 1  # (…, intervals, 128)
        heard: Tensor = (steps.float().gather(-1, place) * (state.recent < NO_PITCH)[..., None]).sum(-2)
        return absolute.float() + F.pad(heard, (0, 1))  # type: ignore[no-any-return]  # NO_PITCH is no interval away

    def tell(self, state: State, attribute: int, value: Tensor) -> State:
        """The state once the next note's `attribute` is known to be `value` (…)."""
        return State(state.hidden + self.given[attribute](value), state.recent)

    def told(self, labels: Tensor) -> Tensor:
        """Conditioning labels (B, T, fields), 0 where not told -> (B, T, E), to be added to the positions."""
        offsets = torch.from_numpy(OFFSETS - 1).to(labels.device)
        rows = torch.where(labels > 0, labels + offsets, 0)
        return self.conditions(rows.flatten(0, 1)).unflatten(0, labels.shape[:2])  # type: ignore[no-any-return]

    def place_logits(self, hidden: Tensor, clock: Tensor) -> Tensor:
        """What the place in its bar says for each next dt, (…, dt): 0 where the beat is not known.

        `clock` (…, 3): the onset's place in its bar in beats, the beats of the bar, the beat's seconds (0: not known).
        """
        scores = self.places(hidden).float()
        at, beats, seconds = clock[..., :1], clock[..., 1:2].clamp(min=1), clock[..., 2:]
        steps = torch.from_numpy(DT_STEPS).to(clock)
        later = at + steps * (ONSET_MS / 1000) / seconds.clamp(min=0.05)  # (…, times)
        phases = (later * PHASES).round().long()
        beat = torch.remainder(phases.div(PHASES, rounding_mode="floor"), beats.long()).clamp(max=MOST_BEATS - 1)
        found = scores.gather(-1, phases % PHASES) + scores.gather(-1, PHASES + beat)
        return F.pad(found * (seconds > 0), (0, VOCABULARY[DT] - len(DT_STEPS)))

    def forward(
        self, positions: Tensor, following: Tensor, labels: Tensor | None = None, clock: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Logits of every attribute of the following positions, each given those before it.

        Both (B, T, 5) int64; `following` are the positions shifted by one. Five tensors (B, T, vocabulary). With
        `labels` (B, T, fields) and a `clock` (B, T, 3) of the positions, what is told is taken into account.
        """
        conditioned = labels is not None and self.shape.conditions
        state, logits = (
            self.states(positions, None, self.told(labels) if conditioned and labels is not None else None),
            [],
        )
        for attribute in range(len(self.heads)):
            of = self.logits(attribute, state)
            if attribute == DT and clock is not None and self.shape.places:
                of = of.float() + self.place_logits(state.hidden, clock)
            logits.append(of)
            if attribute < len(self.given):
                state = self.tell(state, attribute, following[..., attribute].clamp(min=0))
        return tuple(logits)


INTERVALS = 2 * NO_PITCH - 1  # -127..+127 semitones
UNKNOWN = -1  # a following value that is not to be learned from
PLACES = PHASES + MOST_BEATS  # scores of the place in a beat, and of the beat in a bar


def nats(logits: Sequence[Tensor], following: Tensor) -> Tensor:
    """-log p of each attribute (B, T, 5) float32; a control position has a dt only, its other columns are 0.

    A following value below 0 is not known, and costs nothing.
    """
    columns = [
        F.cross_entropy(of.float().transpose(1, 2), following[..., a], reduction="none", ignore_index=UNKNOWN)
        for a, of in enumerate(logits)
    ]
    loss = torch.stack(columns, dim=-1)
    is_note = (following[..., 1] < VOCABULARY[1] - 1).unsqueeze(-1)
    return torch.cat([loss[..., :1], loss[..., 1:] * is_note], dim=-1)
