/* A further position of each take in one call, and the draw of a note's five attributes in another.

As composer/inference/torch_stepper.py computes them; see there what a step is, in panels.h how it is multiplied. */

#include "panels.h"
#include <stdlib.h>

/* What a call needs beside its past, carved out of one buffer. */
typedef struct { float *x, *norm, *wide, *y, *turns, *scores, *rest, *spare; } Scratch;
#define MOST_ROWS 128 /* takes times positions of a step */

INLINE int64_t up(int64_t n) { return (n + LANES - 1) / LANES * LANES; }
static int64_t wide_of(const Network *net) {
    int64_t three = up(3 * net->width), hidden = up(net->hidden);
    return (three > hidden ? three : hidden) + LANES;
}
static int64_t scores_of(const Past *past) { return past->own.room + past->common.room + LANES; } /* of one query; off the page size */
static int64_t rest_of(const Network *net, int rows) { return rows * (wide_of(net) + 2); }

/* Floats of scratch that steps of so many positions together need. */
int64_t ricercar_scratch(const Network *net, const Past *past, int64_t rows) {
    int64_t width = up(net->width) + LANES;
    return rows * (3 * width + wide_of(net) + net->size + net->heads * scores_of(past)) + rest_of(net, (int)rows) +
           (net->size + 4) * LANES + rows * scores_of(past) + 4 * LANES;
}

static Scratch carved(const Network *net, const Past *past, int rows) {
    int64_t width = up(net->width) + LANES;
    Scratch s = {.x = past->scratch};
    s.norm = s.x + rows * width;
    s.y = s.norm + rows * width;
    s.wide = s.y + rows * width;
    s.turns = s.wide + rows * wide_of(net);
    s.scores = s.turns + rows * net->size;
    s.rest = s.scores + rows * net->heads * scores_of(past);
    s.spare = s.rest + rest_of(net, rows);
    return s;
}

/* ---- the past ---- */

INLINE int64_t deep(const Network *net) { return (net->size + 3) / 4 * 4; } /* rows of a panel of keys */

/* A new position's key and value. Bytes lie four rows together where they are multiplied as such, those of keys round ROUND. */
static void keep(const Network *net, const Store *s, int64_t layer, int64_t take, int64_t slot, const float *key, const float *value,
                 uint8_t *bytes) {
    int64_t size = net->size, parts = up(size) / LANES, heads = net->heads, blocks = s->room / LANES, lane = slot % LANES;
    int64_t base = layer * s->many + take, block = (base * blocks + slot / LANES) * heads;
    for (int64_t h = 0; h < heads; h++, block++, key += size, value += size) {
        int64_t at_key = block * deep(net) * LANES, at_value = (base * heads + h) * parts * s->room * LANES, next = s->room * LANES;
        if (net->memory != INT8) {
            for (int64_t d = 0; d < size; d++) store(net->memory, s->keys, at_key + d * LANES + lane, key[d]);
            for (int64_t d = 0; d < size; d++)
                store(net->memory, s->values, at_value + d / LANES * next + slot * LANES + d % LANES, value[d]);
            continue;
        }
        int8_t *keys = (int8_t *)s->keys + at_key, *values = (int8_t *)s->values + at_value;
        s->key_scales[block * LANES + lane] = rounded(key, size, bytes);
        if (DOT4)
            for (int64_t d = 0; d < size; d += 4) memcpy(keys + (d * LANES + lane * 4), bytes + d, 4);
        else
            for (int64_t d = 0; d < size; d++) keys[d * LANES + lane] = (int8_t)(bytes[d] - ROUND);
        s->value_scales[(base * heads + h) * s->room + slot] = rounded(value, size, bytes);
        for (int64_t d = 0; d < size; d++) {
            int64_t to = d / LANES * next + (DOT4 ? (slot / 4 * LANES + d % LANES) * 4 + slot % 4 : slot * LANES + d % LANES);
            values[to] = (int8_t)(bytes[d] - ROUND);
        }
    }
}

typedef struct { uint8_t *bytes; float *units; int32_t *sums; } Query; /* each position's and head's, as signed bytes */

static Query queries_of(const Network *net, const float *q, int64_t qs, int rows, float *rest) {
    Query made = {0};
#if DOT4
    if (net->memory != INT8) return made;
    made.units = rest, made.sums = (int32_t *)(rest + rows * net->heads);
    made.bytes = (uint8_t *)(made.sums + rows * net->heads);
    for (int64_t i = 0; i < rows * net->heads; i++) {
        uint8_t *bytes = made.bytes + i * deep(net);
        int32_t sum = 0;
        made.units[i] = rounded(q + i / net->heads * qs + i % net->heads * net->size, net->size, bytes);
        for (int64_t d = 0; d < net->size; d++) {
            bytes[d] = (uint8_t)(bytes[d] - ROUND);
            sum += (int8_t)bytes[d];
        }
        made.sums[i] = ROUND * sum;
    }
#endif
    (void)q, (void)qs, (void)rows, (void)rest;
    return made;
}

/* Those of the rows from `rows` on. */
static Query later(const Network *net, Query q, int64_t rows) {
    if (q.bytes) q.bytes += rows * net->heads * deep(net), q.units += rows * net->heads, q.sums += rows * net->heads;
    return q;
}

/* sums = a panel of bytes round ROUND, times queries as bytes that lie `next` apart. */
INLINE void dotted(const Network *net, const int8_t *panel, Query q, int64_t at, int64_t next, int columns, vf unit, vf *sums) {
#if DOT4
    vi found[MOST];
    integers(panel, q.bytes + at * deep(net), next * deep(net), deep(net), columns, 1, found);
    for (int i = 0; i < columns; i++)
        sums[i] = __builtin_convertvector(found[i] - q.sums[at + i * next], vf) * (unit * q.units[at + i * next]);
#endif
    (void)net, (void)panel, (void)q, (void)at, (void)next, (void)columns, (void)unit, (void)sums;
}

/* What Er adds for sixteen slots from the column `at` on, to all heads of `rows` queries, in place of their scores.

Its panels hold [head_dim][16] floats, or where `bytes` [head_dim / 4][16][4] and a row of what a step is worth. */
static void near_scores(const Network *net, const float *near, int64_t at, const float *q, int64_t qs, int rows, float *scores,
                        int64_t ss, int64_t next, Query bytes, int64_t apart, float *moved) {
    int64_t size = net->size, shift = at % LANES, high = bytes.bytes ? deep(net) / 4 + 1 : size;
    near += at / LANES * high * LANES;
    for (int64_t d = 0; d < high; d++) put(moved + d * LANES, across(near + d * LANES, near + (high + d) * LANES, shift));
    for (int row = 0; row < rows; row++)
        for (int64_t h = 0, columns; h < net->heads; h += columns) {
            vf sums[MOST] = {{0}};
            columns = together(net->heads - h);
            if (bytes.bytes) dotted(net, (const int8_t *)moved, bytes, row * apart + h, 1, (int)columns, get(moved + (high - 1) * LANES), sums);
            else panel_float32(moved, 0, LANES, q + row * qs + h * size, size, size, (int)columns, sums);
            for (int i = 0; i < columns; i++) put(scores + row * next + (h + i) * ss, sums[i]);
        }
}

/* Scores with the slots from..to of one take: queries of `count` takes at `times` positions, the first of them `position`. */
static void scored(const Network *net, const Store *s, int64_t layer, int64_t take, int64_t from, int64_t to, int64_t first,
                   int64_t position, const float *q, int64_t qs, Query bytes, int count, int times, float *scores, int64_t ss, float *spare) {
    Panel by = panel_of(net->memory);
    int64_t size = net->size, heads = net->heads, base = (layer * s->many + take) * (s->room / LANES);
    const float *near = net->layer[layer].near;
    int64_t one = heads * ss;
    for (int64_t slot = from / LANES * LANES; slot < to; slot += LANES) {
        for (int t = 0; near && t < times; t++) {
            near_scores(net, near, net->context - 1 - (position + t) + first + slot, q + t * qs, times * qs, count,
                        scores + t * one + slot, ss, times * one, later(net, bytes, t), times * heads, spare);
        }
        for (int64_t block = (base + slot / LANES) * heads, h = 0; h < heads; h++, block++)
            for (int t = 0; t < times; t++)
                for (int b = 0, columns; b < count; b += columns) {
                    vf sums[MOST] = {{0}}, unit = net->memory == INT8 ? get(s->key_scales + block * LANES) : (vf){0} + 1;
                    columns = together(count - b);
                    int64_t row = b * times + t;
                    if (bytes.bytes)
                        dotted(net, (const int8_t *)s->keys + block * deep(net) * LANES, bytes, row * heads + h, times * heads,
                               columns, unit, sums);
                    else {
                        by(s->keys, block * deep(net) * LANES, LANES, q + row * qs + h * size, times * qs, size, columns, sums);
                        for (int i = 0; i < columns; i++) sums[i] *= unit;
                    }
                    for (int i = 0; i < columns; i++) {
                        float *to_row = scores + (row + i * times) * one + h * ss + slot;
                        put(to_row, near ? get(to_row) + sums[i] : sums[i]);
                    }
                }
    }
}

/* exp(score - top) in place for from..to, 0 around it within the vectors touched; gives their sum. */
static float weighed(float *scores, int64_t from, int64_t to, float top) {
    vf sum = {0};
    for (int64_t slot = from / LANES * LANES; slot < to; slot += LANES) {
        for (int64_t i = slot; i < from; i++) scores[i] = -INFINITY;
        for (int64_t i = to; i < slot + LANES; i++) scores[i] = -INFINITY;
        vf p = exponential(get(scores + slot) - top);
        put(scores + slot, p);
        sum += p;
    }
    return total(sum);
}

static float highest(const float *scores, int64_t from, int64_t to, float top) {
    for (; from < to && from % LANES; from++) top = scores[from] > top ? scores[from] : top;
    vf most = (vf){0} + top;
    for (; from + LANES <= to; from += LANES) most = pick(get(scores + from) > most, get(scores + from), most);
    for (int i = 0; i < LANES; i++) top = most[i] > top ? most[i] : top;
    for (; from < to; from++) top = scores[from] > top ? scores[from] : top;
    return top;
}

#if DOT4
/* Weights as bytes 0..2 * ROUND - 1, as many as fill whole vectors; gives what a step is worth. */
static float shares_of(float *p, const float *units, int64_t from, int64_t to, uint8_t *bytes) {
    vf most = {0};
    float peak = 1e-30f;
    from = from / LANES * LANES, to = up(to);
    for (int64_t i = from; i < to; i += LANES) {
        vf share = get(p + i) * get(units + i);
        put(p + i, share);
        most = pick(share > most, share, most);
    }
    peak = highest_of(most) > peak ? highest_of(most) : peak;
    float steps = (2 * ROUND - 1) / peak;
    for (int64_t i = from; i < to; i++) bytes[i] = (uint8_t)(int32_t)(p[i] * steps + 0.5f);
    return peak / (2 * ROUND - 1);
}
#endif

/* y[b] += the sum of values from..to of one head, weighed; the y of queries lie `ys` apart, their weights `ps`. */
static void gathered(const Network *net, const Store *s, int64_t layer, int64_t take, int64_t h, int64_t from, int64_t to,
                     float *p, int64_t ps, int count, float *y, int64_t ys, uint8_t *bytes) {
    if (from >= to) return;
    int64_t size = net->size, parts = up(size) / LANES, base = (layer * s->many + take) * net->heads + h;
    const float *units = s->value_scales + base * s->room;
    Panel by = panel_of(net->memory);
    (void)bytes;
    int whole = DOT4 && net->memory == INT8;
    int64_t start = whole ? from / 4 * 4 : from, end = whole ? (to + 3) / 4 * 4 : to;
    float worth[MOST_ROWS] = {0};
    for (int b = 0; b < count && net->memory == INT8; b++) {
        float *row = p + b * ps;
#if DOT4
        worth[b] = shares_of(row, units, from, to, bytes + b * s->room);
#else
        for (int64_t i = from; i < to; i++) row[i] *= units[i];
#endif
    }
    for (int64_t part = 0; part < parts; part++)
        for (int b = 0, columns; b < count; b += columns) {
            vf sums[MOST] = {{0}};
            columns = together(count - b);
            int64_t at = ((base * parts + part) * s->room + start) * LANES;
#if DOT4
            if (whole) {
                vi found[MOST];
                integers((const int8_t *)s->values + at, bytes + b * s->room + start, s->room, end - start,
                         columns, 0, found);
                for (int i = 0; i < columns; i++) sums[i] = __builtin_convertvector(found[i], vf) * worth[b + i];
            } else
#endif
                by(s->values, at, LANES, p + b * ps + start, ps, end - start, columns, sums);
            for (int i = 0; i < columns; i++)
                for (int64_t d = 0; d < lower(size - part * LANES, LANES); d++) y[(b + i) * ys + part * LANES + d] += sums[i][d];
        }
}

/* What `count` new positions of each take see: queries in `wide` (rows as in takes, then positions), answers in y. */
static void attend(const Network *net, const Past *past, int64_t layer, int count, Scratch s, int64_t ws, int64_t ys) {
    int64_t heads = net->heads, size = net->size, ss = scores_of(past), one = heads * ss, room = past->common.room;
    int64_t begins = past->first + past->held, last = past->length + count - 1 - begins, ring = net->context;
    int64_t seen = past->length + 1 - ring, from = seen > past->first ? seen - past->first : 0, to = past->held;
    int takes = (int)past->takes;
    for (int64_t row = 0; row < takes * count; row++) {
        const float *key = s.wide + row * ws + heads * size;
        keep(net, &past->own, layer, row / count, (past->length + row % count - begins) % ring, key, key + heads * size, (uint8_t *)s.spare);
    }
    Query bytes = queries_of(net, s.wide, ws, takes * count, s.rest);
    PHASE(KEEP);
    if (from < to) scored(net, &past->common, layer, 0, from, to, past->first, past->length, s.wide, ws, bytes, takes, count, s.scores, ss, s.spare);
    for (int64_t b = 0; b < takes; b++)
        scored(net, &past->own, layer, b, 0, last < ring ? last + 1 : ring, begins, past->length, s.wide + b * count * ws, ws,
               later(net, bytes, b * count), 1, count, s.scores + b * count * one + room, ss, s.spare);
    PHASE(SCORE);
    int64_t own = last < ring ? last + 1 : ring;
    for (int64_t h = 0; h < heads; h++) {
        float shares[MOST_ROWS], *p = s.scores + h * ss, *y = s.y + h * size;
        for (int64_t row = 0; row < takes * count; row++) {
            int64_t mine = last - (count - 1 - row % count), seen_own = mine < ring ? mine + 1 : ring;
            float *weights = p + row * one;
            float top = highest(weights + room, 0, seen_own, highest(weights, from, to, -INFINITY));
            float sum = weighed(weights + room, 0, seen_own, top);
            for (int64_t i = up(seen_own); i < own; i++) weights[room + i] = 0;
            shares[row] = 1 / (from < to ? sum + weighed(weights, from, to, top) : sum);
            memset(y + row * ys, 0, (size_t)size * sizeof(float));
        }
        PHASE(WEIGH);
        gathered(net, &past->common, layer, 0, h, from, to, p, one, takes * count, y, ys, (uint8_t *)s.spare);
        for (int64_t b = 0; b < takes; b++)
            gathered(net, &past->own, layer, b, h, 0, own, p + b * count * one + room, one, count, y + b * count * ys, ys, (uint8_t *)s.spare);
        for (int64_t row = 0; row < takes * count; row++)
            for (int64_t d = 0; d < size; d++) y[row * ys + d] *= shares[row];
        PHASE(GATHER);
    }
}

/* ---- positions ---- */

static void turned(const Network *net, float *v, const float *cosines, const float *sines, float scale) {
    int64_t pairs = net->size / 2;
    if (net->qk_norm) {
        vf squares = {0};
        int64_t d = 0;
        for (; d + LANES <= net->size; d += LANES) squares += get(v + d) * get(v + d);
        for (; d < net->size; d++) squares[0] += v[d] * v[d];
        scale /= fmaxf(sqrtf(total(squares)), 1e-12f);
    }
    for (int64_t i = 0; i < pairs; i++) {
        float a = v[i] * scale, b = v[i + pairs] * scale;
        v[i] = a * cosines[i] - b * sines[i];
        v[i + pairs] = a * sines[i] + b * cosines[i];
    }
}

static void trunk(const Network *net, const Past *past, int count, Scratch s, const float *cosines, const float *sines) {
    int64_t width = net->width, xs = up(width) + LANES, ws = wide_of(net), heads = net->heads, size = net->size, pairs = size / 2;
    int n = (int)past->takes * count;
    for (int64_t l = 0; l < net->layers; l++) {
        const Layer *layer = net->layer + l;
        for (int b = 0; b < n; b++) normed(s.x + b * xs, width, s.norm + b * xs);
        PHASE(REST);
        project(net->kind, &layer->attend_in, s.norm, xs, n, s.wide, ws, s.rest);
        PHASE(PROJECT);
        for (int b = 0; b < n; b++) {
            float *q = s.wide + b * ws;
            for (int64_t h = 0; h < heads; h++) {
                if (cosines) {
                    turned(net, q + h * size, cosines + b * pairs, sines + b * pairs, layer->scales[h]);
                    turned(net, q + (heads + h) * size, cosines + b * pairs, sines + b * pairs, 1);
                } else
                    for (int64_t d = 0; d < size; d++) q[h * size + d] *= layer->scales[h];
            }
        }
        attend(net, past, l, count, s, ws, xs);
        project(net->kind, &layer->attend_out, s.y, xs, n, s.norm, xs, s.rest);
        PHASE(PROJECT);
        for (int b = 0; b < n; b++) {
            for (int64_t d = 0; d < width; d++) s.x[b * xs + d] += s.norm[b * xs + d];
            normed(s.x + b * xs, width, s.norm + b * xs);
        }
        PHASE(REST);
        project(net->kind, &layer->mlp_in, s.norm, xs, n, s.wide, ws, s.rest);
        PHASE(PROJECT);
        for (int b = 0; b < n; b++) {
            if (net->squared) squared_relu(s.wide + b * ws, up(net->hidden));
            else gelu(s.wide + b * ws, up(net->hidden));
        }
        PHASE(REST);
        project(net->kind, &layer->mlp_out, s.wide, ws, n, s.y, xs, s.rest);
        PHASE(PROJECT);
        for (int b = 0; b < n; b++)
            for (int64_t d = 0; d < width; d++) s.x[b * xs + d] += s.y[b * xs + d];
    }
}

/* Reads rows [takes][5], to whose embeddings `extra` [takes][width] is added unless it is NULL; leaves past->hidden
   [takes][width]. */
void ricercar_note(const Network *net, Past *past, const int64_t *rows, const float *extra) {
    if (spent) clock_gettime(CLOCK_MONOTONIC, &since);
    int64_t width = net->width, xs = up(width) + LANES, pairs = net->size / 2, count = net->intervals;
    int takes = (int)past->takes;
    Scratch s = carved(net, past, takes);
    memset(s.x, 0, (size_t)(3 * takes * xs) * sizeof(float));
    float *cosines = s.turns, *sines = s.turns + takes * pairs;
    for (int b = 0; b < takes; b++) {
        const int64_t *row = rows + ATTRIBUTES * b;
        int64_t *recent = past->recent + b * count, pitch = row[1];
        float *x = s.x + b * xs;
        for (int a = 0; a < ATTRIBUTES + (count ? count + 1 : 0); a++) {
            int64_t place = a < ATTRIBUTES ? row[a] : pitch < NO_PITCH ? pitch % 12 : 12;
            if (a >= ATTRIBUTES && a < ATTRIBUTES + count) {
                int64_t before = recent[a - ATTRIBUTES];
                place = pitch < NO_PITCH && before < NO_PITCH ? pitch - before + NO_PITCH - 1 : STEPS;
            }
            const float *from = net->tables + (net->starts[a] + place) * width;
            for (int64_t d = 0; d < width; d++) x[d] += from[d];
        }
        for (int64_t d = 0; extra && d < width; d++) x[d] += extra[b * width + d];
        past->onset[b] += net->steps[row[0]];
        for (int64_t i = 0; i < pairs; i++) {
            double angle = (double)past->length * net->paces[i] + past->onset[b] * net->paces[pairs + i] + (double)pitch * net->paces[2 * pairs + i];
            cosines[b * pairs + i] = (float)cos(angle);
            sines[b * pairs + i] = (float)sin(angle);
        }
        if (count) {
            memmove(recent + 1, recent, (size_t)(count - 1) * sizeof(int64_t));
            recent[0] = pitch;
        }
    }
    PHASE(EMBED);
    trunk(net, past, 1, s, cosines, sines);
    for (int b = 0; b < takes; b++) {
        normed(s.x + b * xs, width, s.norm + b * xs);
        for (int64_t d = 0; d < width; d++)
            past->hidden[b * width + d] = s.norm[b * xs + d] * net->norm_scale[d] + net->norm_shift[d];
    }
    past->length++;
    PHASE(REST);
}

/* Reads ids [takes][count]; leaves the logits after the last of each, [takes][vocabulary rounded up to 16]. */
void ricercar_tokens(const Network *net, Past *past, const int64_t *ids, int64_t count, float *logits) {
    if (spent) clock_gettime(CLOCK_MONOTONIC, &since);
    int64_t width = net->width, xs = up(width) + LANES;
    int takes = (int)past->takes, n = takes * (int)count;
    Scratch s = carved(net, past, n);
    memset(s.x, 0, (size_t)(3 * n * xs) * sizeof(float));
    for (int i = 0; i < n; i++)
        for (int64_t d = 0; d < width; d++)
            s.x[i * xs + d] = net->tables[ids[i] * width + d] + net->places[(past->length + i % count) * width + d];
    PHASE(EMBED);
    trunk(net, past, (int)count, s, NULL, NULL);
    for (int b = 0; b < takes; b++) normed(s.x + ((b + 1) * count - 1) * xs, width, s.norm + b * xs);
    PHASE(REST);
    project(net->kind, &net->readout, s.norm, xs, takes, logits, up(net->vocabulary), s.rest);
    past->length += count;
    PHASE(HEADS);
}

#include "draws.h"
