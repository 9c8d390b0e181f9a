# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What was measured, as Markdown and as pictures.

A ratio is that of a run to the first variant's (glibc's, if it is there) run
of the same workload in the same round; shown is the median over the rounds,
and in parentheses the ratio of the least values.
"""
import os
import statistics

import svg

PERCENTILES = ('50', '90', '99', '99.9', '99.99', '100')


def median(runs, key):
    values = [one[key] for one in runs if one.get(key) is not None]
    return statistics.median(values) if values else None


def ratios(runs, base, key):
    return [one[key] / other[key] for one, other in zip(runs, base)
            if other[key]]


def ratio_table(results, names, key, unit):
    """Lines of a table of one quantity; `unit` shows the base's own value."""
    base = names[0]
    lines = ['| | %s | %s |' % (base, ' | '.join(names[1:])),
             '|---' * (len(names) + 1) + '|']
    for load, by_variant in results.items():
        if not by_variant[base]:
            continue
        cells = [unit(median(by_variant[base], key))]
        for name in names[1:]:
            found = ratios(by_variant[name], by_variant[base], key)
            if not found:
                cells.append('')
                continue
            least = (min(one[key] for one in by_variant[name])
                     / min(one[key] for one in by_variant[base]))
            cells.append('%.2f (%.2f)' % (statistics.median(found), least))
        lines.append('| %s | %s |' % (load, ' | '.join(cells)))
    return lines


def duration(nanoseconds):
    return '' if nanoseconds is None else svg.duration(nanoseconds)


def over_rounds(runs, key):
    """{percentile: median over the rounds} of one histogram."""
    return {percent: statistics.median(one[key][percent] for one in runs)
            for percent in runs[0][key]}


def latency_table(by_variant, names):
    base = names[0]
    known = all(one['waits_known'] for name in names
                for one in by_variant[name])
    lines = ['| | %s | hiccup p99.9, max | cycles, longest stop '
             '| p99.99 to %s\'s, each round | CPU, s |' % (
                 ', '.join('max' if p == '100' else 'p' + p
                           for p in PERCENTILES), base),
             '|---|---|---|---|---|---|']
    for name in names:
        runs = by_variant[name]
        for key in ('', '_net') if known else ('',):
            times = over_rounds(runs, 'latency' + key)
            hiccups = over_rounds(runs, 'hiccup' + key)
            against = [one['latency' + key]['99.99']
                       / other['latency' + key]['99.99']
                       for one, other in zip(runs, by_variant[base])]
            cycles = median(runs, 'gc_cycles')
            stop = '' if cycles is None else '%g, %s' % (
                cycles, duration(median(runs, 'gc_pause_max_ns')))
            lines.append('| %s%s | %s | %s | %s | %s | %s |' % (
                name, ', net' if key else '',
                ', '.join(duration(times[p]) for p in PERCENTILES),
                ', '.join(duration(hiccups[p]) for p in ('99.9', '100')),
                '' if key else stop,
                ', '.join('%.2f' % value for value in against),
                '' if key else '%.2f' % median(runs, 'cpu')))
    return lines


def stops_table(results, names):
    """Cycles and longest stop of the variants that have a collector."""
    having = [name for name in names
              if any(one.get('gc_cycles') is not None
                     for by_variant in results.values()
                     for one in by_variant[name])]
    lines = ['| | %s |' % ' | '.join(having), '|---' * (len(having) + 1) + '|']
    for load, by_variant in results.items():
        cells = []
        for name in having:
            cycles = median(by_variant[name], 'gc_cycles')
            cells.append('' if cycles is None else '%g, %s' % (
                cycles, duration(median(by_variant[name],
                                        'gc_pause_max_ns'))))
        lines.append('| %s | %s |' % (load, ' | '.join(cells)))
    return lines if having else []


def stores_table(results, names):
    loads = [load for load in results if load.startswith('graph')]
    lines = ['| | %s |' % ' | '.join(names), '|---' * (len(names) + 1) + '|']
    for load in loads:
        cells = [median(results[load][name], 'ns_per_store') for name in names]
        lines.append('| %s | %s |' % (load, ' | '.join(
            '' if cell is None else '%.2f' % cell for cell in cells)))
    return lines if loads else []


def disturbed(results):
    """(others' share of the processors, the share taken by the host)."""
    runs = [one for by_variant in results.values()
            for of_variant in by_variant.values() for one in of_variant]
    room = sum(one['wall'] for one in runs) * os.cpu_count() or 1
    return (sum(one['others_cpu'] for one in runs) / room,
            sum(one['stolen'] for one in runs) / room)


def markdown(about, results, names, skipped, wrong):
    """The report; `about` is a list of lines that say what was run."""
    others, stolen = disturbed(results)
    text = ['# Allocators and collectors compared', '', *about, '',
            'Beside the runs other programs had %.0f %% of the processors, '
            'and the host took %.0f %%.' % (100 * others, 100 * stolen), '']
    for name, reason in skipped.items():
        text.append('Skipped: %s: %s' % (name, reason))
    text += ['WRONG: ' + line for line in wrong]
    for title, key, unit in (
            ('Processor time', 'cpu', lambda value: '%.2f s' % value),
            ('Time by the clock', 'wall', lambda value: '%.2f s' % value),
            ('Most memory resident', 'rss',
             lambda value: '%.1f MB' % (value / 2**20))):
        text += ['', '## %s, ratio to %s' % (title, names[0]), '',
                 *ratio_table(results, names, key, unit)]
    for title, lines in (
            ('Nanoseconds per pointer store',
             stores_table(results, names)),
            ('Collections and longest stop', stops_table(results, names))):
        if lines:
            text += ['', '## ' + title, '', *lines]
    for load, by_variant in results.items():
        if load.startswith('server') and by_variant[names[0]]:
            text += ['', '## Latency of %s' % load, '', *latency_table(
                by_variant, [name for name in names if by_variant[name]])]
    return '\n'.join(text + [''])


def pictures(results, names):
    """{file name: SVG}."""
    made = {}
    for key, title in (('cpu', 'Processor time'), ('rss', 'Memory resident')):
        values = {}
        for load, by_variant in results.items():
            base = by_variant[names[0]]
            values[load] = {
                name: statistics.median(ratios(by_variant[name], base, key))
                for name in names[1:] if by_variant[name] and base}
        made[key + '.svg'] = svg.bars(
            '%s, ratio to %s' % (title, names[0]), list(results), names[1:],
            values)
    for load, by_variant in results.items():
        if not load.startswith('server'):
            continue
        having = [name for name in names if by_variant[name]]
        for key, told in (('latency', ''),
                          ('latency_net', ', without waits for a processor'),
                          ('hiccup', ': hiccups')):
            made['%s-%s.svg' % (load.replace('/', '-'), key)] = \
                svg.percentiles(load + told, having, {
                    name: {float(percent): value for percent, value
                           in over_rounds(by_variant[name], key).items()}
                    for name in having})
    return made
