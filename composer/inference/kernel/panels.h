/* One position at a time, as composer/inference/torch_stepper.py computes it, in one call: made by composer/inference/kernel/build.py where a C compiler is.

Everything is one product: sixteen outputs side by side ("a panel"), the sum over k of x[k] * m[k][16], whether m are
weights, keys (sixteen positions side by side) or values (sixteen dimensions side by side). So memory is read from
front to back and once for all takes, and no sum runs across a vector. The structs are native.py's, field by field. */

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif
/* Where bytes are multiplied as such, four a lane: inputs, keys and queries are rounded to whole numbers round HALF. */
#if defined(__AVX512VNNI__) || (defined(__AVXVNNI__) && !defined(__AVX512F__))
#define HALF 128
#elif defined(__AVX2__)
#define HALF 64 /* seven bits: two products fit into the sixteen that they are summed in */
#else
#define HALF 0
#endif
#define DOT4 (HALF > 0)

#define LANES 16
#define AHEAD 6144 /* bytes that are asked for before they are needed */
#if defined(__AVX512F__) /* WIDTH: lanes of a register; MOST: columns of a panel that are computed together; DEEP: sums of each */
#define WIDTH 16
#define MOST 8
#define DEEP(columns) ((columns) == 1 ? 4 : (columns) < 5 ? 2 : 1)
#else
#define WIDTH (HALF ? 8 : 4)
#define MOST 8
#define DEEP(columns) ((columns) == 1 ? 4 : (columns) < 4 ? 2 : 1)
#endif
#define ATTRIBUTES 5
#define NO_PITCH 128
#define STEPS (2 * NO_PITCH - 1)
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

typedef float vf __attribute__((vector_size(64)));
typedef float vf_any __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(64)));
/* As wide as a register: what products are summed in. */
typedef float rf __attribute__((vector_size(4 * WIDTH)));
typedef float rf_any __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef int32_t ri __attribute__((vector_size(4 * WIDTH)));
typedef int32_t ri_any __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef uint32_t ru __attribute__((vector_size(4 * WIDTH)));
typedef uint16_t rh __attribute__((vector_size(2 * WIDTH)));
typedef uint16_t rh_any __attribute__((vector_size(2 * WIDTH), aligned(2), may_alias));
typedef int8_t rb __attribute__((vector_size(WIDTH)));
typedef int8_t rb_any __attribute__((vector_size(WIDTH), aligned(1), may_alias));

enum { FLOAT32, BFLOAT16, INT8 };

typedef struct {
    const void *weight;   /* panels: [rows / 16][cols][16], int8 with DOT4 [rows / 16][cols / 4][16][4] */
    const float *scale;   /* int8: of each row */
    const int32_t *sums;  /* int8: HALF times the sum of each row */
    const float *bias;    /* of each row */
    int64_t rows, cols;   /* rows a multiple of 16, cols of 4 */
} Linear;

typedef struct {
    Linear attend_in, attend_out, mlp_in, mlp_out;
    const float *scales; /* of queries: one a head */
    const float *near;   /* what Er adds: panels of sixteen distances, the column `context` - 1 is distance 0 */
} Layer;

typedef struct {
    Linear inner, out;
    const float *given; /* [values][width] */
    int64_t own;        /* values */
} Head;

typedef struct {
    int64_t layers, width, heads, size, hidden, context, kind, memory, qk_norm, squared, intervals, vocabulary;
    const Layer *layer;
    const Head *head;        /* one step a note: five */
    const float *tables;     /* one step a note: rows that a position is the sum of; flat tokens: their embeddings */
    const int64_t *starts;   /* where each of its parts begins */
    const double *paces;     /* [3][size / 2]: radians a position, a step of time, a semitone */
    const double *steps;     /* steps of time a dt */
    const float *norm_scale, *norm_shift;
    const float *places;     /* flat tokens: the embedding of each position */
    Linear readout;
} Network;

typedef struct {             /* `many` takes hold `room` positions each, in rings of `context` */
    void *keys;              /* [layers][many][room / 16][heads][size][16] */
    void *values;            /* [layers][many][heads][size / 16][room][16] */
    float *key_scales;       /* int8: [layers][many][room / 16][heads][16] */
    float *value_scales;     /* int8: [layers][many][heads][room] */
    int64_t many, room;
} Store;

typedef struct {
    Store own, common;       /* common: what was read once for all takes, one `many` */
    int64_t takes, held;     /* positions in common; */
    int64_t first, length;   /* the position of the first of them; positions read in all */
    double *onset;           /* [takes] */
    int64_t *recent;         /* [takes][intervals] */
    float *hidden;           /* [takes][width]: what came out last */
    float *scratch;
} Past;

static double *spent; /* seconds by phase, where someone asks */
static struct timespec since;
void ricercar_watch(double *phases) { spent = phases; clock_gettime(CLOCK_MONOTONIC, &since); }
static void watched(int phase) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    spent[phase] += (double)(now.tv_sec - since.tv_sec) + 1e-9 * (double)(now.tv_nsec - since.tv_nsec);
    since = now;
}
#define PHASE(which) do { if (spent) watched(which); } while (0)
enum { EMBED, PROJECT, KEEP, SCORE, WEIGH, GATHER, REST, HEADS, DRAW };

int64_t ricercar_layout(void) { return HALF; }

/* ---- panels ---- */

INLINE rf load(int type, const void *m, int64_t at) {
    if (type == FLOAT32) return *(const rf_any *)((const float *)m + at);
    if (type == BFLOAT16) return (rf)(__builtin_convertvector((rh)*(const rh_any *)((const uint16_t *)m + at), ru) << 16);
#if WIDTH == 16 /* GCC takes bytes one by one where it is not told */
    return (rf)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)((const int8_t *)m + at))));
#elif WIDTH == 8
    return (rf)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)((const int8_t *)m + at))));
#else
    return __builtin_convertvector(__builtin_convertvector((rb)*(const rb_any *)((const int8_t *)m + at), ri), rf);
#endif
}

INLINE void store(int64_t type, void *m, int64_t at, float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    if (type == FLOAT32) ((float *)m)[at] = x;
    else if (type == BFLOAT16) ((uint16_t *)m)[at] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    else ((int8_t *)m)[at] = (int8_t)lrintf(x);
}

/* out[b] += the sum over n of x[b][k] * m[k][16]: m begins at element `at`, its rows lie `stride` apart. */
INLINE void panel(int type, const void *m, int64_t at, int64_t stride, const float *x, int64_t xs, int64_t n,
                  const int columns, float *out) {
    const int deep = DEEP(columns), bytes = type == FLOAT32 ? 4 : type == BFLOAT16 ? 2 : 1;
    for (int lane = 0; lane < LANES; lane += WIDTH, at += WIDTH) {
        rf a[MOST] = {{0}};
        int64_t k = 0;
        for (; k + deep <= n; k += deep) {
            UNROLL for (int u = 0; u < deep; u++) {
                if (u % (4 / bytes) == 0) __builtin_prefetch((const char *)m + (at + (k + u) * stride) * bytes + AHEAD); /* once a line */
                rf w = load(type, m, at + (k + u) * stride);
                UNROLL for (int b = 0; b < columns; b++) a[u * columns + b] += w * x[b * xs + k + u];
            }
        }
        for (; k < n; k++) {
            rf w = load(type, m, at + k * stride);
            UNROLL for (int b = 0; b < columns; b++) a[b] += w * x[b * xs + k];
        }
        UNROLL for (int b = 0; b < columns; b++) {
            rf sum = *(rf_any *)(out + b * LANES + lane);
            UNROLL for (int u = 0; u < deep; u++) sum += a[u * columns + b];
            *(rf_any *)(out + b * LANES + lane) = sum;
        }
    }
}

#define PANEL(type, name)                                                                                             \
    static __attribute__((noinline)) void name(const void *m, int64_t at, int64_t stride, const float *x, int64_t xs, \
                                               int64_t n, int columns, vf *out) {                                     \
        if (columns == 1) panel(type, m, at, stride, x, xs, n, 1, (float *)out);                                               \
        else if (columns == 2) panel(type, m, at, stride, x, xs, n, 2, (float *)out);                                          \
        else if (columns == 3) panel(type, m, at, stride, x, xs, n, 3, (float *)out);                                          \
        else if (columns == 4) panel(type, m, at, stride, x, xs, n, 4, (float *)out);                                          \
        else panel(type, m, at, stride, x, xs, n, MOST, (float *)out);                                                         \
    }
PANEL(FLOAT32, panel_float32)
PANEL(BFLOAT16, panel_bfloat16)
PANEL(INT8, panel_int8)

typedef void (*Panel)(const void *, int64_t, int64_t, const float *, int64_t, int64_t, int, vf *);
static Panel panel_of(int64_t type) { return type == FLOAT32 ? panel_float32 : type == BFLOAT16 ? panel_bfloat16 : panel_int8; }

INLINE void put(float *y, vf x) { *(vf_any *)y = x; }
INLINE vf get(const float *x) { return *(const vf_any *)x; }
INLINE vf pick(vi where, vf a, vf b) { return (vf)(((vi)a & where) | ((vi)b & ~where)); }
/* Sixteen of thirty-two numbers, from `shift` on. */
INLINE vf across(const float *a, const float *b, int64_t shift) {
#if defined(__AVX512F__)
    __m512i lanes = _mm512_add_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32((int)shift));
    return (vf)_mm512_permutex2var_ps(_mm512_loadu_ps(a), lanes, _mm512_loadu_ps(b));
#else
    float both[2 * LANES];
    memcpy(both, a, sizeof(both) / 2);
    memcpy(both + LANES, b, sizeof(both) / 2);
    return get(both + shift);
#endif
}
INLINE float highest_of(vf x) {
    float lanes[LANES];
    put(lanes, x);
    for (int half = LANES / 2; half; half /= 2)
        for (int i = 0; i < half; i++) lanes[i] = lanes[i] > lanes[i + half] ? lanes[i] : lanes[i + half];
    return lanes[0];
}
INLINE float total(vf x) {
    float sum = 0;
    UNROLL for (int i = 0; i < LANES; i++) sum += x[i];
    return sum;
}
INLINE int lower(int64_t a, int64_t b) { return (int)(a < b ? a : b); }
INLINE int together(int64_t left) { return left >= MOST ? MOST : lower(left, 4); }

#define ROUND (DOT4 ? HALF : 128)

/* A float input as bytes round ROUND; gives what a step is worth. */
static float rounded(const float *x, int64_t n, uint8_t *out) {
    vf most = {0};
    int64_t i = 0;
    float peak = 1e-30f;
    for (; i + LANES <= n; i += LANES) {
        vf size = (vf)((vi)get(x + i) & 0x7fffffff);
        most = pick(size > most, size, most);
    }
    peak = highest_of(most) > peak ? highest_of(most) : peak;
    for (; i < n; i++) peak = fabsf(x[i]) > peak ? fabsf(x[i]) : peak;
    float steps = (ROUND - 1) / peak;
    for (i = 0; i < n; i++) out[i] = (uint8_t)(int32_t)(x[i] * steps + (ROUND + 0.5f));
    return peak / (ROUND - 1);
}

#if DOT4
/* a += four products a lane of unsigned with signed bytes; where `flip`, it is x that is signed. */
INLINE ri dot4(ri a, const uint8_t *x, const int8_t *w, const int flip) {
    int32_t four;
    memcpy(&four, x, 4);
#if WIDTH == 16
    __m512i m = _mm512_loadu_si512(w), same = _mm512_set1_epi32(four);
#ifdef __AVX512VNNI__
    return (ri)(flip ? _mm512_dpbusd_epi32((__m512i)a, m, same) : _mm512_dpbusd_epi32((__m512i)a, same, m));
#else
    return a + (ri)_mm512_madd_epi16(flip ? _mm512_maddubs_epi16(m, same) : _mm512_maddubs_epi16(same, m), _mm512_set1_epi16(1));
#endif
#else
    __m256i m = _mm256_loadu_si256((const __m256i *)w), same = _mm256_set1_epi32(four);
#ifdef __AVXVNNI__
    return (ri)(flip ? _mm256_dpbusd_avx_epi32((__m256i)a, m, same) : _mm256_dpbusd_avx_epi32((__m256i)a, same, m));
#else
    return a + (ri)_mm256_madd_epi16(flip ? _mm256_maddubs_epi16(m, same) : _mm256_maddubs_epi16(same, m), _mm256_set1_epi16(1));
#endif
#endif
}

INLINE void dots(const int8_t *w, const uint8_t *x, int64_t xs, int64_t n, const int columns, const int flip, int32_t *out) {
    const int deep = DEEP(columns);
    for (int lane = 0; lane < LANES; lane += WIDTH, w += 4 * WIDTH) {
        ri a[MOST] = {{0}};
        int64_t k = 0;
        for (; k + 4 * deep <= n; k += 4 * deep)
            UNROLL for (int u = 0; u < deep; u++) {
                __builtin_prefetch(w + (k + 4 * u) * LANES + AHEAD);
                UNROLL for (int b = 0; b < columns; b++)
                    a[u * columns + b] = dot4(a[u * columns + b], x + b * xs + k + 4 * u, w + (k + 4 * u) * LANES, flip);
            }
        for (; k < n; k += 4)
            UNROLL for (int b = 0; b < columns; b++) a[b] = dot4(a[b], x + b * xs + k, w + k * LANES, flip);
        UNROLL for (int b = 0; b < columns; b++) {
            ri sum = a[b];
            UNROLL for (int u = 1; u < deep; u++) sum += a[u * columns + b];
            *(ri_any *)(out + b * LANES + lane) = sum;
        }
    }
}

/* As `panel`, in integers: n a multiple of four. */
INLINE void integers(const int8_t *w, const uint8_t *x, int64_t xs, int64_t n, int columns, const int flip, vi *found) {
    int32_t *out = (int32_t *)found;
    if (columns == 1) dots(w, x, xs, n, 1, flip, out);
    else if (columns == 2) dots(w, x, xs, n, 2, flip, out);
    else if (columns == 3) dots(w, x, xs, n, 3, flip, out);
    else if (columns == 4) dots(w, x, xs, n, 4, flip, out);
    else dots(w, x, xs, n, MOST, flip, out);
}

static void project_integers(const Linear *l, const float *x, int64_t xs, int n, float *y, int64_t ys, float *scratch) {
    uint8_t *bytes = (uint8_t *)(scratch + n);
    for (int b = 0; b < n; b++) scratch[b] = rounded(x + b * xs, l->cols, bytes + b * l->cols);
    const int8_t *w = l->weight;
    for (int64_t row = 0; row < l->rows; row += LANES, w += LANES * l->cols) {
        vf scale = get(l->scale + row), bias = get(l->bias + row);
        vi sums = *(const vi *)(l->sums + row);
        for (int b = 0, columns; b < n; b += columns) {
            vi found[MOST];
            columns = together(n - b);
            integers(w, bytes + b * l->cols, l->cols, l->cols, columns, 0, found);
            for (int i = 0; i < columns; i++)
                put(y + (b + i) * ys + row, __builtin_convertvector(found[i] - sums, vf) * (scale * scratch[b + i]) + bias);
        }
    }
}
#endif

/* y = W x + bias for n inputs; y has room for all rows, and x for all cols. */
static void project(int64_t kind, const Linear *l, const float *x, int64_t xs, int n, float *y, int64_t ys, float *scratch) {
#if DOT4
    if (kind == INT8) { project_integers(l, x, xs, n, y, ys, scratch); return; }
#endif
    Panel by = panel_of(kind);
    (void)scratch;
    for (int64_t row = 0; row < l->rows; row += LANES) {
        vf scale = kind == INT8 ? get(l->scale + row) : (vf){0} + 1, bias = get(l->bias + row);
        for (int b = 0, columns; b < n; b += columns) {
            vf sums[MOST] = {{0}};
            columns = together(n - b);
            by(l->weight, row * l->cols, LANES, x + b * xs, xs, l->cols, columns, sums);
            for (int i = 0; i < columns; i++) put(y + (b + i) * ys + row, sums[i] * scale + bias);
        }
    }
}

/* ---- curves and norms ---- */

INLINE vf exponential(vf x) { /* to two units in the last place; 0 below -87 */
    vi under = x < -87.0f;
    x = pick(x > 88.0f, (vf){0} + 88.0f, pick(under, (vf){0} - 87.0f, x));
    vf shifted = x * 1.44269504f + 12582912.0f, n = shifted - 12582912.0f;
    vf r = x - n * 0.693359375f + n * 2.12194440e-4f;
    vf p = ((((1.9875691500e-4f * r + 1.3981999507e-3f) * r + 8.3334519073e-3f) * r + 4.1665795894e-2f) * r + 1.6666665459e-1f) * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return (vf)((vi)(p * (vf)(((vi)shifted - (vi)((vf){0} + 12582912.0f) + 127) << 23)) & ~under);
}

static void gelu(float *x, int64_t n) { /* erf as in Abramowitz and Stegun 7.1.26, to 1.5e-7 */
    for (int64_t i = 0; i < n; i += LANES) {
        vf v = get(x + i), z = (vf)((vi)v & 0x7fffffff) * 0.70710678f, t = 1.0f / (1.0f + 0.3275911f * z);
        vf p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
        vf erf = 1.0f - p * exponential(-z * z);
        put(x + i, 0.5f * v * (1.0f + pick(v < 0.0f, -erf, erf)));
    }
}

static void squared_relu(float *x, int64_t n) {
    for (int64_t i = 0; i < n; i += LANES) {
        vf v = get(x + i);
        put(x + i, (vf)((vi)(v * v) & (v > 0.0f)));
    }
}

static void normed(const float *x, int64_t n, float *y) {
    double sum = 0, squares = 0;
    vf part = {0}, parts = {0};
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) part += get(x + i);
    for (sum = total(part); i < n; i++) sum += x[i];
    float mean = (float)(sum / (double)n);
    for (i = 0; i + LANES <= n; i += LANES) parts += (get(x + i) - mean) * (get(x + i) - mean);
    for (squares = total(parts); i < n; i++) squares += (x[i] - mean) * (x[i] - mean);
    float scale = (float)(1 / sqrt(squares / (double)n + 1e-5));
    for (i = 0; i < n; i++) y[i] = (x[i] - mean) * scale;
}
