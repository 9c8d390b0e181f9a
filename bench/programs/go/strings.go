// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of strings.c, with Go's strings and slices.
const words = 2048

func writeWords(text []byte, state *uint64) []byte {
	for i := 0; i < words; i++ {
		drawn := random(state)
		for k := uint64(0); k < 2+drawn&15; k++ {
			text = append(text, byte('a'+drawn>>(4+3*k)%8))
		}
		text = append(text, ' ')
	}
	return text
}

func splitWords(text []byte) []string {
	var split []string
	start := 0
	for i, c := range text {
		if c == ' ' {
			split = append(split, string(text[start:i]))
			start = i + 1
		}
	}
	return split
}

func useText(state uint64) uint64 {
	text := writeWords(nil, &state)
	var second []byte
	split := splitWords(text)
	for i, word := range split {
		joined := word + "-" + split[(i*7+1)%len(split)]
		second = append(second, joined...)
		second = append(second, ',')
	}
	return hash(hash(hashStart, text), second)
}

func texts(b *bench) {
	count := int(b.size * 1024 / words)
	sum := inThreads(b.threads, func(index int) uint64 {
		sum := uint64(0)
		for i := index; i < count; i += b.threads {
			sum += useText(uint64(i))
		}
		return sum
	})
	b.close(sum, b.size*1024, "")
}
