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
#define CHART_BOTTOM 28
#define ROW_HEIGHT 22

#define CARD_WIDTH 280
#define CARD_HEIGHT 96
#define BAR_MIN 2

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

static void write_grid(struct sink *sink, const struct axis *axis,
		       unsigned int bottom)
{
	for (uint64_t tick = 1; position(tick) <= axis->to; tick *= 10) {
		const unsigned int x = x_of(axis, tick);

		if (position(tick) < axis->from)
			continue;
		sink_print(sink, "<line class='grid' x1='%u' x2='%u' y1='%u' "
			   "y2='%u'/>", x, x, CHART_TOP, bottom);
		sink_print(sink, "<text class='tick' x='%u' y='%u' "
			   "text-anchor='middle'>%" PRIu64 "</text>\n", x,
			   bottom + 18, tick);
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
	sink_print(sink, "<text x='%u' y='%u' text-anchor='end'>%s</text>",
		   CHART_LEFT - 12, y + 4, row->subject->name);
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
	sink_text(sink, "</svg>\n");
}

struct span {
	unsigned int first, last;	/* bins that are not empty */
	uint32_t highest;
};

static struct span find_span(const struct bench_row *row)
{
	struct span span = { BENCH_BINS, 0, 1 };

	for (unsigned int i = 0; i < BENCH_BINS; i++) {
		if (!row->bins[i])
			continue;
		if (span.first == BENCH_BINS)
			span.first = i;
		span.last = i;
		if (row->bins[i] > span.highest)
			span.highest = row->bins[i];
	}
	return span;
}

/* Tenths of a unit, so that many bars still differ in place. */
static void write_bar(struct sink *sink, const struct bench_row *row,
		      const struct span *span, unsigned int bin)
{
	const unsigned int bars = span->last - span->first + 1;
	const unsigned int step = CARD_WIDTH * 10 / (bars < 8 ? 8 : bars);
	const unsigned int x = (bin - span->first) * step;
	unsigned int height = (unsigned int)((uint64_t)row->bins[bin] *
					     CARD_HEIGHT / span->highest);

	if (height < BAR_MIN)
		height = BAR_MIN;
	sink_print(sink, "<rect x='%u.%u' y='%u' width='%u.%u' height='%u'>",
		   x / 10, x % 10, CARD_HEIGHT - height, step * 9 / 100,
		   step * 9 / 10 % 10, height);
	sink_print(sink, "<title>from %" PRIu64 ": %" PRIu32 "</title></rect>",
		   stats_bin_start(bin), row->bins[bin]);
}

void chart_write_histogram(struct sink *sink, const struct bench *bench,
			   const struct bench_row *row)
{
	const struct span span = find_span(row);

	sink_print(sink, "<figure class='%s'><figcaption><b>%s</b> %s"
		   "</figcaption>\n<svg viewBox='0 0 %u %u' role='img' "
		   "aria-label='Histogram'>", bench_via_name(row->subject->via),
		   row->subject->name, row->subject->text, CARD_WIDTH,
		   CARD_HEIGHT + 18);
	for (unsigned int i = span.first; i <= span.last; i++)
		if (row->bins[i])
			write_bar(sink, row, &span, i);
	sink_print(sink, "<line class='base' x1='0' x2='%u' y1='%u' y2='%u'/>",
		   CARD_WIDTH, CARD_HEIGHT, CARD_HEIGHT);
	sink_print(sink, "<text class='tick' y='%u'>%" PRIu64 " to %" PRIu64
		   " %s, p50 %" PRIu64 "</text></svg></figure>\n",
		   CARD_HEIGHT + 15, row->min, row->max, bench_unit(bench),
		   row->p50);
}
