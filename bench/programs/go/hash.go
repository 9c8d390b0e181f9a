// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of hash.c, with its own map, not Go's.
const (
	maps       = 4
	operations = 12
)

type mapEntry struct {
	next       *mapEntry
	key, value uint64
}

type chained struct {
	slots []*mapEntry
	count int
}

func (m *chained) slot(key uint64) **mapEntry {
	return &m.slots[key*0x9e3779b97f4a7c15>>20&uint64(len(m.slots)-1)]
}

func (m *chained) grow() {
	size := 16
	if len(m.slots) > 0 {
		size = len(m.slots) * 2
	}
	larger := chained{make([]*mapEntry, size), m.count}
	for _, entry := range m.slots {
		for entry != nil {
			next := entry.next
			slot := larger.slot(entry.key)
			entry.next = *slot
			*slot = entry
			entry = next
		}
	}
	*m = larger
}

func (m *chained) find(key uint64) *mapEntry {
	entry := *m.slot(key)
	for entry != nil && entry.key != key {
		entry = entry.next
	}
	return entry
}

func (m *chained) insert(key, value uint64) {
	if m.count >= len(m.slots) {
		m.grow()
	}
	if entry := m.find(key); entry != nil {
		entry.value += value
		return
	}
	slot := m.slot(key)
	*slot = &mapEntry{*slot, key, value}
	m.count++
}

func (m *chained) remove(key uint64) uint64 {
	for at := m.slot(key); *at != nil; at = &(*at).next {
		if entry := *at; entry.key == key {
			*at = entry.next
			m.count--
			return entry.value
		}
	}
	return 0
}

func useMap(entries, state uint64) uint64 {
	m := chained{}
	sum := uint64(0)
	for i := uint64(0); i < entries; i++ {
		m.insert(i*2, i)
	}
	for i := uint64(0); i < entries*operations; i++ {
		drawn := random(&state)
		key := drawn >> 8 % (entries * 2)
		switch drawn & 3 {
		case 0:
			m.insert(key, drawn>>40)
		case 1:
			sum += m.remove(key)
		default:
			if entry := m.find(key); entry != nil {
				sum += entry.value
			} else {
				sum++
			}
		}
	}
	return sum + uint64(m.count)
}

func hashMap(b *bench) {
	sum := inThreads(b.threads, func(index int) uint64 {
		sum := uint64(0)
		for i := index; i < maps; i += b.threads {
			sum += useMap(b.size*1024/maps, uint64(i))
		}
		return sum
	})
	b.close(sum, b.size*1024*(operations+1), "")
}
