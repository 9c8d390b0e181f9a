#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_formats.py FOLDER: each file of reports in the folder has the form
that its readers want, and the three formats say the same.

The rules for SARIF are those of the 2.1.0 standard for the properties that a
log of escc has; a property that is not named here is an error."""
import glob
import json
import os
import re
import sys
import urllib.parse

URI = re.compile(r"(?:file:///|(?!/))[A-Za-z0-9/._~%+@,=-]+$")


def fail(path, what):
    sys.exit('%s: %s' % (path, what))


class Object:
    """A JSON object of which each property is taken once."""

    def __init__(self, where, value):
        self.where, self.rest = where, dict(value)

    def take(self, name, kind, needed=True):
        value = self.rest.pop(name, None)
        if value is None and not needed:
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            fail(self.where, '%s: %r' % (name, value))
        return value

    def object(self, name, needed=True):
        value = self.take(name, dict, needed)
        return None if value is None else Object(
            self.where + '.' + name, value)

    def list(self, name, needed=True):
        value = self.take(name, list, needed)
        return [Object('%s.%s[%d]' % (self.where, name, i), v)
                for i, v in enumerate(value or [])]

    def end(self):
        if self.rest:
            fail(self.where, 'unknown: %s' % sorted(self.rest))


def text(o, name):
    message = o.object(name)
    value = message.take('text', str)
    message.end()
    return value


def physical(o):
    at = o.object('physicalLocation')
    artifact, region = at.object('artifactLocation'), at.object('region')
    uri = artifact.take('uri', str)
    base = artifact.take('uriBaseId', str, needed=False)
    if not URI.match(uri) or (base is None) != uri.startswith('file:'):
        fail(artifact.where, uri)
    numbers = [region.take(n, int) for n in
               ('startLine', 'startColumn', 'endLine', 'endColumn')]
    if min(numbers) < 1 or numbers[:2] > numbers[2:]:
        fail(region.where, str(numbers))
    for part in artifact, region, at:
        part.end()
    return uri, numbers[0], numbers[1]


def code_flow(result):
    steps = []
    for flow in result.list('codeFlows', needed=False):
        for thread in flow.list('threadFlows'):
            for step in thread.list('locations'):
                location = step.object('location')
                steps.append((physical(location),
                              text(location, 'message')))
                if step.take('nestingLevel', int) < 0:
                    fail(step.where, 'nestingLevel')
                location.end()
                step.end()
            thread.end()
        flow.end()
        if not steps:
            fail(result.where, 'an empty code flow')
    return steps


def result_of(o, rules):
    rule = o.take('ruleId', str)
    if rules[o.take('ruleIndex', int)] != rule:
        fail(o.where, 'ruleIndex')
    if o.take('level', str) != 'note':
        fail(o.where, 'level')
    said = text(o, 'message')
    location, = o.list('locations')
    at = physical(location)
    for logical in location.list('logicalLocations', needed=False):
        logical.take('name', str)
        if logical.take('kind', str) != 'function':
            fail(logical.where, 'kind')
        logical.end()
    location.end()
    steps = code_flow(o)
    prints = o.object('partialFingerprints')
    if not re.fullmatch('[0-9a-f]{16}', prints.take('escc/v1', str)):
        fail(prints.where, 'escc/v1')
    prints.end()
    o.object('properties', needed=False)
    o.end()
    return at, rule, said, steps


def sarif(path):
    log = Object(path, json.load(open(path, encoding='utf-8')))
    log.take('$schema', str)
    if log.take('version', str) != '2.1.0':
        fail(path, 'version')
    run, = log.list('runs')
    tool = run.object('tool')
    driver = tool.object('driver')
    driver.take('name', str)
    driver.take('version', str)
    rules = []
    for rule in driver.list('rules'):
        rules.append(rule.take('id', str))
        text(rule, 'shortDescription')
        rule.end()
    if run.take('columnKind', str) != 'utf16CodeUnits':
        fail(path, 'columnKind')
    results = [result_of(o, rules) for o in run.list('results')]
    for part in driver, tool, run, log:
        part.end()
    return results


def lsp_range(o):
    at = o.object('range')
    ends = []
    for name in ('start', 'end'):
        position = at.object(name)
        ends.append((position.take('line', int),
                     position.take('character', int)))
        position.end()
    at.end()
    if ends[0] > ends[1] or min(ends[0]) < 0:
        fail(o.where, str(ends))
    return ends[0][0] + 1, ends[0][1] + 1


def diagnostic(o, sources):
    line, column = lsp_range(o)
    if o.take('severity', int) != 3 or o.take('source', str) != 'escc':
        fail(o.where, 'severity or source')
    rule, said = o.take('code', str), o.take('message', str)
    steps = []
    for step in o.list('relatedInformation'):
        location = step.object('location')
        uri = location.take('uri', str)
        if not URI.match(uri):
            fail(location.where, uri)
        at = lsp_range(location)
        steps.append(((uri,) + at, step.take('message', str).strip()))
        location.end()
        step.end()
    data = o.object('data')
    path = data.take('file', str)
    if path not in sources:
        fail(o.where, '%s is none of the sources' % path)
    for name in ('function', 'object'):
        data.take(name, str)
    data.take('reason', str, needed=False)
    data.end()
    o.end()
    uri = 'file://' * path.startswith('/') + urllib.parse.quote(
        path, safe='/+@,=')
    return (uri, line, column), rule, said, steps


def jsonl(path):
    lines = [json.loads(line) for line in open(path, encoding='utf-8')]
    header = Object(path, lines[0])
    sources = header.take('sources', list)
    for name, kind in (('version', int), ('compiler', str), ('file', str),
                       ('directory', str), ('positionEncoding', str),
                       ('totals', dict)):
        header.take(name, kind)
    header.end()
    return [diagnostic(Object('%s:%d' % (path, i + 2), line), sources)
            for i, line in enumerate(lines[1:])]


def remarks(path):
    found = []
    for part in open(path, encoding='utf-8').read().split('--- !')[1:]:
        place = re.search(r"^DebugLoc: +{ File: '(.*)', Line: (\d+), "
                          r"Column: (\d+) }$", part, re.M)
        said = re.search(r"^  - String: +'(.*)'$", part, re.M).group(1)
        found.append((re.search(r'^Name: +(\S+)$', part, re.M).group(1),
                      int(place.group(2)), said.replace("''", "'")))
    return found


def main():
    paths = sorted(glob.glob(os.path.join(sys.argv[1], '*.jsonl')))
    entries = 0
    for path in paths:
        stem = path[:-len('.jsonl')]
        results, lines = sarif(stem + '.sarif'), jsonl(path)
        if results != lines:
            fail(path, 'SARIF and JSON differ')
        if remarks(stem + '.opt.yaml') != [
                (rule, at[1], said) for at, rule, said, _ in lines]:
            fail(path, 'YAML and JSON differ')
        entries += len(lines)
    print('%d units, %d entries' % (len(paths), entries))


main()
