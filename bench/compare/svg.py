# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Two kinds of pictures as SVG: grouped bars and curves, both with a
logarithmic axis upwards."""
import math
from xml.sax.saxutils import escape

COLOURS = ('#444444', '#8c8c8c', '#b8a57a', '#c44e52', '#e08a7a', '#8c3b6b',
           '#1f5fa8', '#5fa2dd', '#17a2a2', '#3f8f3f', '#9acd5a', '#d4b000',
           '#00a37a', '#7a5cc4', '#c47a1f')
LEFT, TOP, BOTTOM = 64, 64, 60


class Picture:
    def __init__(self, width, height, title):
        self.width, self.height = width, height
        self.parts = [
            '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
            'font-family="sans-serif" font-size="11">' % (width, height),
            '<rect width="100%" height="100%" fill="white"/>']
        self.text(LEFT, 20, title, size=14)

    def text(self, x, y, words, anchor='start', size=11, turn=None):
        more = ' transform="rotate(%d %.1f %.1f)"' % (turn, x, y) \
            if turn else ''
        self.parts.append(
            '<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%d"%s>%s'
            '</text>' % (x, y, anchor, size, more, escape(words)))

    def line(self, x1, y1, x2, y2, colour='#dddddd', width=1.0):
        self.parts.append(
            '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" '
            'stroke-width="%.1f"/>' % (x1, y1, x2, y2, colour, width))

    def box(self, x, y, width, height, colour, told=''):
        self.parts.append(
            '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s">'
            '<title>%s</title></rect>' % (x, y, width, height, colour,
                                          escape(told)))

    def curve(self, points, colour):
        self.parts.append(
            '<polyline fill="none" stroke="%s" stroke-width="1.8" '
            'points="%s"/>' % (colour, ' '.join('%.1f,%.1f' % point
                                                for point in points)))

    def legend(self, names, first=0):
        x = LEFT
        for i, name in enumerate(names, first):
            self.box(x, 32, 10, 10, COLOURS[i % len(COLOURS)])
            self.text(x + 14, 41, name)
            x += 26 + 6.4 * len(name)

    def done(self):
        return '\n'.join(self.parts + ['</svg>', ''])


class Axis:
    """Logarithmic, upwards, with room for all values."""

    def __init__(self, picture, values, base):
        logs = [math.log(value, base) for value in values if value > 0] or [0]
        self.base, self.picture = base, picture
        self.low, self.high = math.floor(min(logs)), math.ceil(max(logs))
        self.high = max(self.high, self.low + 1)

    def at(self, value):
        share = (math.log(max(value, 1e-12), self.base) - self.low) \
            / (self.high - self.low)
        room = self.picture.height - TOP - BOTTOM
        return self.picture.height - BOTTOM - max(share, 0) * room

    def draw(self, label):
        for step in range(self.low, self.high + 1):
            value = self.base ** step
            self.picture.line(LEFT, self.at(value), self.picture.width - 10,
                              self.at(value))
            self.picture.text(LEFT - 6, self.at(value) + 4, label(value),
                              'end')


def duration(nanoseconds):
    for unit, name in ((1e9, 's'), (1e6, 'ms')):
        if nanoseconds >= unit:
            return '%.3g %s' % (nanoseconds / unit, name)
    return '%.3g us' % (nanoseconds / 1e3)


def bars(title, groups, names, values):
    """`values[group][name]` are ratios; bars go from 1 up or down.  The first
    colour is left to what the ratios refer to."""
    group_width = 10 * len(names) + 16
    legend_width = sum(26 + 6.4 * len(name) for name in names)
    picture = Picture(max(LEFT + group_width * len(groups) + 20,
                          LEFT + int(legend_width) + 20), 360, title)
    picture.legend(names, 1)
    axis = Axis(picture, [1] + [values[g][n] for g in groups for n in names
                                if values[g].get(n)], 2)
    axis.draw(lambda value: '%g' % value)
    for i, group in enumerate(groups):
        x = LEFT + 8 + i * group_width
        for k, name in enumerate(names):
            value = values[group].get(name)
            if value:
                top = min(axis.at(value), axis.at(1))
                picture.box(x + 10 * k, top, 9,
                            max(abs(axis.at(value) - axis.at(1)), 1),
                            COLOURS[(k + 1) % len(COLOURS)],
                            '%s %s: %.2f' % (group, name, value))
        picture.text(x + group_width / 2, picture.height - BOTTOM + 16, group,
                     'middle')
    picture.line(LEFT, axis.at(1), picture.width - 10, axis.at(1), 'black')
    return picture.done()


def percentiles(title, names, curves):
    """`curves[name]` is {percentile: nanoseconds}; 100 stands at the end."""
    legend_width = sum(26 + 6.4 * len(name) for name in names)
    picture = Picture(max(760, LEFT + int(legend_width) + 20), 420, title)
    picture.legend(names)
    shown = [50, 90, 99, 99.9, 99.99, 99.999]
    right = picture.width - 30

    def across(percent):
        nines = 5.4 if percent >= 100 else -math.log10(1 - percent / 100)
        return LEFT + (nines - 0.3) / 5.1 * (right - LEFT)

    axis = Axis(picture, [value for name in names
                          for value in curves[name].values()], 10)
    axis.draw(duration)
    for percent in shown + [100]:
        x = across(percent)
        picture.line(x, TOP, x, picture.height - BOTTOM)
        picture.text(x, picture.height - BOTTOM + 16,
                     'max' if percent == 100 else 'p%g' % percent, 'middle')
    for i, name in enumerate(names):
        points = sorted(curves[name].items())
        picture.curve([(across(percent), axis.at(max(value, 1)))
                       for percent, value in points],
                      COLOURS[i % len(COLOURS)])
    return picture.done()
