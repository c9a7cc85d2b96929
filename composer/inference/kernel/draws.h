/* The heads of a note's attributes, and drawing from what they say, as composer/inference/sampling.py draws. */

enum { DT, PITCH, DURATION, VELOCITY, PEDAL };
static const int MASK[7] = {160, 129, 129, 144, 33, 4, 4}; /* dt; pitch at dt 0, later; duration; velocity; pedal likewise */

/* The rows from..to of a linear layer, widened to whole panels. */
static Linear part_of(int64_t kind, const Linear *l, int64_t from, int64_t to) {
    Linear part = *l;
    int64_t at = from / LANES * LANES;
    part.weight = (const char *)l->weight + at * l->cols * (kind == FLOAT32 ? 4 : kind == BFLOAT16 ? 2 : 1);
    part.bias += at, part.rows = up(to) - at;
    if (kind == INT8) part.scale += at, part.sums += at;
    return part;
}

/* What the intervals from the last notes add to the logits of pitches: of each 255 rows only those that a pitch can be. */
static void intervals_of(const Network *net, const Head *head, int takes, const float *inner, const int64_t *recent, float *rest,
                         float *logits) {
    int64_t count = net->intervals, next = head->out.rows;
    for (int64_t i = 0; i < count; i++) {
        int64_t zero = head->own + i * STEPS + NO_PITCH - 1, low = -1, high = 0; /* the row of no step; the pitches before */
        for (int b = 0; b < takes; b++) {
            int64_t before = recent[b * count + i];
            if (before >= NO_PITCH) continue;
            low = low < 0 || before < low ? before : low;
            high = before > high ? before : high;
        }
        if (low < 0) continue;
        Linear part = part_of(net->kind, &head->out, zero - high, zero - low + NO_PITCH);
        project(net->kind, &part, inner, up(net->width), takes, logits + (zero - high) / LANES * LANES, next, rest);
        for (int b = 0; b < takes; b++) {
            const float *steps = logits + b * next + zero - recent[b * count + i];
            for (int64_t pitch = 0; recent[b * count + i] < NO_PITCH && pitch < NO_PITCH; pitch++) logits[b * next + pitch] += steps[pitch];
        }
    }
}

/* Logits of an attribute, `out.rows` floats a take, from states `hs` apart; `inner` and `norm` are scratch. */
static void head_of(const Network *net, int attribute, int takes, const float *hidden, int64_t hs, const int64_t *recent,
                    float *norm, float *inner, float *rest, float *logits) {
    const Head *head = net->head + attribute;
    Linear own = part_of(net->kind, &head->out, 0, head->own);
    int64_t width = net->width, ns = up(width);
    for (int b = 0; b < takes; b++) {
        memset(norm + b * ns + width, 0, (size_t)(ns - width) * sizeof(float));
        normed(hidden + b * hs, width, norm + b * ns);
    }
    project(net->kind, &head->inner, norm, ns, takes, inner, ns, rest);
    gelu(inner, takes * ns);
    project(net->kind, &own, inner, ns, takes, logits, head->out.rows, rest);
    if (attribute == PITCH) intervals_of(net, head, takes, inner, recent, rest, logits);
}

static int64_t widest(const Network *net) {
    int64_t most = 0;
    for (int a = 0; a < ATTRIBUTES; a++) most = net->head[a].out.rows > most ? net->head[a].out.rows : most;
    return most;
}

/* Floats of scratch for the heads of so many takes. */
int64_t ricercar_heads_scratch(const Network *net, int64_t takes) {
    return takes * (4 * up(net->width) + 2 * widest(net) + 4) + 4 * LANES;
}

/* Logits [takes][out.rows] of an attribute from hidden [takes][width]. */
void ricercar_head(const Network *net, int64_t attribute, int64_t takes, const float *hidden, const int64_t *recent,
                   float *scratch, float *logits) {
    float *norm = scratch, *inner = norm + takes * up(net->width), *rest = inner + takes * up(net->width);
    head_of(net, (int)attribute, (int)takes, hidden, net->width, recent, norm, inner, rest, logits);
}

#define MOST_VALUES 256

/* Sorts n keys, the smallest first; `other` is as long. Gives where they lie then. */
static uint64_t *sorted(uint64_t *keys, uint64_t *other, int n) {
    for (int run = 0; run < n; run += 8)
        for (int i = run + 1; i < lower(n, run + 8); i++) {
            uint64_t key = keys[i];
            int j = i;
            for (; j > run && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
            keys[j] = key;
        }
    for (int width = 8; width < n; width *= 2) {
        for (int from = 0; from < n; from += 2 * width) {
            int a = from, middle = lower(n, from + width), b = middle, end = lower(n, from + 2 * width);
            for (int i = from; i < end; i++) other[i] = b >= end || (a < middle && keys[a] < keys[b]) ? keys[a++] : keys[b++];
        }
        uint64_t *swap = keys;
        keys = other, other = swap;
    }
    return keys;
}

/* One id, or -1 where the logits are no numbers. */
static int64_t drawn(const float *logits, const uint8_t *allowed, int count, double temperature, int64_t top_k, double top_p, double at) {
    uint64_t room[2][MOST_VALUES], *keys = room[0];
    float mass[MOST_VALUES + LANES], top = -INFINITY;
    int n = 0, first = -1;
    for (int i = 0; i < count; i++)
        if (allowed[i]) {
            uint32_t bits;
            memcpy(&bits, logits + i, 4);
            if (isnan(logits[i])) return -1;
            if (logits[i] > top) top = logits[i], first = i;
            keys[n++] = (uint64_t)(bits & 0x80000000 ? bits : ~bits & 0x7fffffff) << 32 | (uint32_t)i; /* the highest first */
        }
    if (first < 0 || !isfinite(top)) return -1;
    if (temperature < 1e-3) return first;
    keys = sorted(keys, room[1], n);
    if (top_k > 0 && top_k < n) n = (int)top_k;
    for (int i = 0; i < n; i++) mass[i] = (float)((logits[(uint32_t)keys[i]] - top) / temperature);
    for (int i = 0; i < n; i += LANES) put(mass + i, exponential(get(mass + i)));
    double sum = 0, before = 0, held = 0;
    int last = 0;
    for (int i = 0; i < n; i++) sum += mass[i];
    for (; last < n && before < top_p * sum; last++) before += mass[last];
    last = last ? last - 1 : 0;
    double point = at * (last ? before : mass[0]);
    for (int i = 0; i < last; i++)
        if ((held += mass[i]) > point) return (uint32_t)keys[i];
    return (uint32_t)keys[last];
}

/* An id of each take from logits `apart` floats apart, all under one mask. Gives 0, or -1 where the logits are no numbers. */
int64_t ricercar_pick(int64_t takes, int64_t count, const float *logits, int64_t apart, const uint8_t *allowed, const double *points,
                      double temperature, int64_t top_k, double top_p, int64_t *ids) {
    for (int64_t b = 0; b < takes; b++) {
        ids[b] = drawn(logits + b * apart, allowed, (int)count, temperature, top_k, top_p, points[b]);
        if (ids[b] < 0) return -1;
    }
    return 0;
}

#define MASKED 603
#define END 152 /* the id of dt that ends a piece */

/* log sum exp of the logits of times that a mask allows: the logit of anything but an end. */
static float times(const float *logits, const uint8_t *allowed, int size) {
    float top = -INFINITY, sum = 0;
    for (int i = 0; i < size; i++)
        if (allowed[i] && i != END && logits[i] > top) top = logits[i];
    for (int i = 0; i < size; i++)
        if (allowed[i] && i != END) sum += expf(logits[i] - top);
    return top + logf(sum);
}

/* Adds a bias to the logits of dt; an end stays as likely as it was. */
static void biased(float *logits, const float *bias, const uint8_t *allowed, int size) {
    float before = allowed[END] ? times(logits, allowed, size) : 0;
    for (int i = 0; i < size; i++) logits[i] += bias[i];
    if (allowed[END]) logits[END] += times(logits, allowed, size) - before;
}

/* The one id that a mask allows, or -1. */
static int64_t only(const uint8_t *allowed, int count) {
    int64_t id = -1;
    for (int i = 0; i < count; i++)
        if (allowed[i]) {
            if (id >= 0) return -1;
            id = i;
        }
    return id;
}

/* A note of each take: rows [takes][5] from hidden [takes][width] and numbers 0..1 [takes][5]. Masks [takes][MASKED] as
   MASK says; `bias` [takes][160] is added to the logits of dt unless it is NULL. Gives 0, or -1 where the logits are no
   numbers. */
int64_t ricercar_draw(const Network *net, int64_t takes, const float *hidden, const int64_t *recent, const uint8_t *masks,
                      const double *points, double temperature, int64_t top_k, double top_p, int64_t *rows, float *scratch,
                      const float *bias) {
    int64_t ns = up(net->width), width = net->width;
    float *state = scratch, *norm = state + takes * ns, *inner = norm + takes * ns, *logits = inner + takes * ns;
    float *rest = logits + takes * widest(net);
    if (spent) clock_gettime(CLOCK_MONOTONIC, &since);
    for (int64_t b = 0; b < takes; b++) memcpy(state + b * ns, hidden + b * width, (size_t)width * sizeof(float));
    for (int a = 0, begins = 0; a < ATTRIBUTES; a++) {
        const Head *head = net->head + a;
        int twice = a == PITCH || a == PEDAL, size = MASK[a == DT ? 0 : a == PITCH ? 1 : a == DURATION ? 3 : a == VELOCITY ? 4 : 5];
        int64_t open = 0; /* takes that have a choice: within a chord the pedal has none, and needs no head */
        for (int64_t b = 0; b < takes; b++) open += only(masks + b * MASKED + begins + (twice && rows[b * ATTRIBUTES] ? size : 0), size) < 0;
        if (open) head_of(net, a, (int)takes, state, ns, recent, norm, inner, rest, logits);
        if (open && bias && a == DT)
            for (int64_t b = 0; b < takes; b++) biased(logits + b * head->out.rows, bias + b * size, masks + b * MASKED, size);
        PHASE(HEADS);
        for (int64_t b = 0; b < takes; b++) {
            const uint8_t *allowed = masks + b * MASKED + begins + (twice && rows[b * ATTRIBUTES] ? size : 0);
            int64_t id = !open ? only(allowed, size) : drawn(logits + b * head->out.rows, allowed, size, temperature, top_k, top_p, points[b * ATTRIBUTES + a]);
            if (id < 0) return -1;
            rows[b * ATTRIBUTES + a] = id;
            if (head->given)
                for (int64_t d = 0; d < width; d++) state[b * ns + d] += head->given[id * width + d];
        }
        begins += twice ? 2 * size : size;
        PHASE(DRAW);
    }
    return 0;
}

static void multiply(const Network *net, const Linear *l, int n, const float *x, float *y, float *scratch) {
    project(net->kind, l, x, l->cols, n, y, l->rows, scratch);
}

/* All products of n positions or notes, and nothing else: how fast weights can be read. */
void ricercar_products(const Network *net, int64_t n, const float *x, float *y, float *scratch) {
    for (int64_t l = 0; l < net->layers; l++)
        for (int i = 0; i < 4; i++) multiply(net, &net->layer[l].attend_in + i, (int)n, x, y, scratch);
    for (int a = 0; net->head && a < ATTRIBUTES; a++) {
        multiply(net, &net->head[a].inner, (int)n, x, y, scratch);
        multiply(net, &net->head[a].out, (int)n, x, y, scratch);
    }
    if (net->readout.rows) multiply(net, &net->readout, (int)n, x, y, scratch);
}
