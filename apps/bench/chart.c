/* SPDX-License-Identifier: MIT */
/*
 * The results as pictures. Axes are logarithmic as far as whole numbers go:
 * straight between two powers of two. Colours are the page's, by class.
 */
#include "apps/bench/bench.h"

#include <inttypes.h>

/* Positions on a logarithmic axis: so many for each doubling. */
#define DOUBLING 64

#define CHART_WIDTH 900
#define CHART_LEFT 210
#define CHART_RIGHT 24
#define CHART_TOP 12
#define CHART_BOTTOM 44
#define ROW_HEIGHT 22

#define CARD_WIDTH 280
#define CARD_HEIGHT 130
#define PLOT_LEFT 44
#define PLOT_TOP 24
#define PLOT_WIDTH (CARD_WIDTH - PLOT_LEFT - 8)
#define PLOT_HEIGHT 88
#define PLOT_BOTTOM (PLOT_TOP + PLOT_HEIGHT)
#define BAR_MIN 2
/* An axis has room for so many bars at least. */
#define BARS_MIN 12

struct axis {
	uint64_t from, to;	/* positions */
};

static uint64_t position(uint64_t value)
{
	unsigned int doublings = 0;

	if (!value)
		return 0;
	while (value >> (doublings + 1))
		doublings++;
	return doublings * DOUBLING + ((value * DOUBLING) >> doublings) -
	       DOUBLING;
}

static bool is_shown(const struct bench_row *row)
{
	return row->num_samples && row->subject->via != BENCH_SELF;
}

static struct axis find_axis(const struct bench *bench)
{
	struct axis axis = { UINT64_MAX, 0 };

	for (unsigned int i = 0; i < bench->num_rows; i++) {
		const struct bench_row *const row = &bench->rows[i];

		if (!is_shown(row))
			continue;
		axis.from = min_u64(axis.from, position(row->min));
		axis.to = max_u64(axis.to, position(row->max));
	}
	if (axis.from > axis.to)
		return (struct axis){ 0, DOUBLING };
	axis.from = align_down(axis.from, DOUBLING);
	axis.to = align_down(axis.to, DOUBLING) + DOUBLING;
	return axis;
}

static unsigned int x_of(const struct axis *axis, uint64_t value)
{
	const uint64_t width = CHART_WIDTH - CHART_LEFT - CHART_RIGHT;
	const uint64_t at = max_u64(position(value), axis->from) - axis->from;

	return (unsigned int)(CHART_LEFT +
			      at * width / (axis->to - axis->from));
}

static void write_line(struct sink *sink, unsigned int x, unsigned int bottom,
		       const char *class)
{
	sink_print(sink, "<line class='%s' x1='%u' x2='%u' y1='%u' y2='%u'/>",
		   class, x, x, CHART_TOP, bottom);
}

/* Powers of ten with their exponents, and twice and five times as much. */
static void write_grid(struct sink *sink, const struct axis *axis,
		       unsigned int bottom)
{
	static const unsigned int between[] = { 2, 5 };
	unsigned int exponent = 0;

	for (uint64_t tick = 1; position(tick) <= axis->to; tick *= 10) {
		for (size_t i = 0; i < ARRAY_SIZE(between); i++)
			if (position(tick * between[i]) >= axis->from &&
			    position(tick * between[i]) <= axis->to)
				write_line(sink, x_of(axis, tick * between[i]),
					   bottom, "grid faint");
		if (position(tick) >= axis->from) {
			write_line(sink, x_of(axis, tick), bottom, "grid");
			sink_print(sink, "<text class='tick' x='%u' y='%u' "
				   "text-anchor='middle'>10<tspan dy='-5' "
				   "font-size='9'>%u</tspan></text>\n",
				   x_of(axis, tick), bottom + 18, exponent);
		}
		exponent++;
	}
}

static void write_range(struct sink *sink, const struct axis *axis,
			const struct bench_row *row, unsigned int y)
{
	const char *const via = bench_via_name(row->subject->via);
	const unsigned int thick_from = x_of(axis, row->p50);

	sink_print(sink, "<g class='%s'><title>%s: min %" PRIu64, via,
		   row->subject->text, row->min);
	sink_print(sink, ", p50 %" PRIu64 ", p99 %" PRIu64 ", p99.9 %" PRIu64
		   ", max %" PRIu64 "</title>", row->p50, row->p99,
		   row->p99_9, row->max);
	sink_print(sink, "<text x='%u' y='%u' text-anchor='end'>%s <tspan "
		   "class='tick'>%s</tspan></text>", CHART_LEFT - 12, y + 4,
		   row->subject->name, via);
	sink_print(sink, "<line class='thin' x1='%u' x2='%u' y1='%u' "
		   "y2='%u'/>", x_of(axis, row->min), x_of(axis, row->max), y,
		   y);
	sink_print(sink, "<line class='thick' x1='%u' x2='%u' y1='%u' "
		   "y2='%u'/>", thick_from, x_of(axis, row->p99), y, y);
	sink_print(sink, "<circle cx='%u' cy='%u' r='5'/></g>\n", thick_from,
		   y);
}

void chart_write_ranges(struct sink *sink, const struct bench *bench)
{
	const struct axis axis = find_axis(bench);
	unsigned int y = CHART_TOP;
	unsigned int shown = 0;

	for (unsigned int i = 0; i < bench->num_rows; i++)
		shown += is_shown(&bench->rows[i]);
	sink_print(sink, "<svg class='ranges' viewBox='0 0 %u %u' role='img' "
		   "aria-label='All results on one axis'>\n", CHART_WIDTH,
		   CHART_TOP + shown * ROW_HEIGHT + CHART_BOTTOM);
	write_grid(sink, &axis, CHART_TOP + shown * ROW_HEIGHT);
	for (unsigned int i = 0; i < bench->num_rows; i++) {
		if (!is_shown(&bench->rows[i]))
			continue;
		write_range(sink, &axis, &bench->rows[i], y + ROW_HEIGHT / 2);
		y += ROW_HEIGHT;
	}
	sink_print(sink, "<text class='tick' x='%u' y='%u' "
		   "text-anchor='middle'>%s</text></svg>\n",
		   (CHART_LEFT + CHART_WIDTH - CHART_RIGHT) / 2, y + 38,
		   bench_unit(bench));
}

/* The part of a histogram that is shown: up to the bin of p99. */
struct span {
	unsigned int first, last;
	uint32_t highest;
	uint32_t beyond;	/* samples in bins after last */
};

static struct span find_span(const struct bench_row *row)
{
	struct span span = { BENCH_BINS, 0, 1, row->num_samples };
	unsigned int bars;

	for (unsigned int i = 0; i < BENCH_BINS; i++) {
		if (!row->bins[i] || stats_bin_start(i) > row->p99)
			continue;
		if (span.first == BENCH_BINS)
			span.first = i;
		span.last = i;
		span.highest = row->bins[i] > span.highest ? row->bins[i] :
							     span.highest;
	}
	bars = span.last - span.first + 1;
	if (bars < BARS_MIN) {
		const unsigned int before = (BARS_MIN - bars) / 2;

		span.first -= before < span.first ? before : span.first;
		span.last = span.first + BARS_MIN - 1;
		if (span.last >= BENCH_BINS)
			span.last = BENCH_BINS - 1;
	}
	for (unsigned int i = span.first; i <= span.last; i++)
		span.beyond -= row->bins[i];
	return span;
}

/* In tenths of a unit, so that many bars still differ in place. */
static unsigned int bar_width(const struct span *span)
{
	return PLOT_WIDTH * 10 / (span->last - span->first + 1);
}

static unsigned int bar_x(const struct span *span, unsigned int bin)
{
	return PLOT_LEFT * 10 + (bin - span->first) * bar_width(span);
}

static void write_bar(struct sink *sink, const struct bench_row *row,
		      const struct span *span, unsigned int bin)
{
	const unsigned int width = bar_width(span) * 9 / 10;
	const unsigned int x = bar_x(span, bin);
	unsigned int height = (unsigned int)((uint64_t)row->bins[bin] *
					     PLOT_HEIGHT / span->highest);

	if (height < BAR_MIN)
		height = BAR_MIN;
	sink_print(sink, "<rect x='%u.%u' y='%u' width='%u.%u' height='%u'>",
		   x / 10, x % 10, PLOT_BOTTOM - height, width / 10,
		   width % 10, height);
	sink_print(sink, "<title>from %" PRIu64 ": %" PRIu32 "</title></rect>",
		   stats_bin_start(bin), row->bins[bin]);
}

/* Above the bar that it falls into. */
static void write_median(struct sink *sink, const struct bench_row *row,
			 const struct span *span)
{
	unsigned int bin = span->first;
	unsigned int x;

	while (bin < span->last && stats_bin_start(bin + 1) <= row->p50)
		bin++;
	x = (bar_x(span, bin) + bar_width(span) * 9 / 20) / 10;
	sink_print(sink, "<line class='mark' x1='%u' x2='%u' y1='%u' y2='%u'/>",
		   x, x, PLOT_TOP - 4, PLOT_BOTTOM);
	sink_print(sink, "<text class='tick' x='%u' y='%u' text-anchor='%s'>"
		   "p50 %" PRIu64 "</text>", x, PLOT_TOP - 7,
		   x < PLOT_LEFT + PLOT_WIDTH / 2 ? "start" : "end", row->p50);
}

static void write_axes(struct sink *sink, const struct bench *bench,
		       const struct span *span)
{
	sink_print(sink, "<path class='base' d='M%u %uV%uH%u'/>", PLOT_LEFT - 2,
		   PLOT_TOP, PLOT_BOTTOM, PLOT_LEFT + PLOT_WIDTH);
	sink_print(sink, "<text class='tick' x='%u' y='%u' text-anchor='end'>"
		   "%" PRIu32 "</text>", PLOT_LEFT - 6, PLOT_TOP + 9,
		   span->highest);
	sink_print(sink, "<text class='tick' x='%u' y='%u' text-anchor='end'>"
		   "0</text>", PLOT_LEFT - 6, PLOT_BOTTOM);
	sink_print(sink, "<text class='tick' x='%u' y='%u'>%" PRIu64 "</text>",
		   PLOT_LEFT, CARD_HEIGHT - 3, stats_bin_start(span->first));
	sink_print(sink, "<text class='tick' x='%u' y='%u' text-anchor='middle'"
		   ">%s</text>", PLOT_LEFT + PLOT_WIDTH / 2, CARD_HEIGHT - 3,
		   bench_unit(bench));
	sink_print(sink, "<text class='tick' x='%u' y='%u' text-anchor='end'>"
		   "%" PRIu64 "</text>", PLOT_LEFT + PLOT_WIDTH,
		   CARD_HEIGHT - 3, stats_bin_start(span->last + 1));
}

void chart_write_histogram(struct sink *sink, const struct bench *bench,
			   const struct bench_row *row)
{
	const struct span span = find_span(row);
	const char *const via = bench_via_name(row->subject->via);

	sink_print(sink, "<figure class='%s'><figcaption><b>%s</b> %s: %s; %"
		   PRIu32 " samples", via, row->subject->name, via,
		   row->subject->text, row->num_samples);
	if (span.beyond)
		sink_print(sink, ", %" PRIu32 " beyond, the most %" PRIu64,
			   span.beyond, row->max);
	sink_print(sink, "</figcaption>\n<svg viewBox='0 0 %u %u' role='img' "
		   "aria-label='Histogram'>", CARD_WIDTH, CARD_HEIGHT);
	for (unsigned int i = span.first; i <= span.last; i++)
		if (row->bins[i])
			write_bar(sink, row, &span, i);
	write_axes(sink, bench, &span);
	write_median(sink, row, &span);
	sink_text(sink, "</svg></figure>\n");
}
