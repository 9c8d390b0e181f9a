// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of numeric.c.
const times = 4

func matrix(n int, seed int) []float64 {
	m := make([]float64, n*n)
	for i := range m {
		m[i] = float64((i*7 + seed) % 17)
	}
	return m
}

func multiply(a, b []float64, n int) []float64 {
	c := make([]float64, n*n)
	for i := 0; i < n; i++ {
		row := c[i*n : i*n+n]
		for k := 0; k < n; k++ {
			factor := a[i*n+k]
			other := b[k*n : k*n+n]
			for j := range row {
				row[j] += factor * other[j]
			}
		}
	}
	return c
}

func product(n, seed int) uint64 {
	sum := uint64(0)
	for _, value := range multiply(matrix(n, seed), matrix(n, seed+5), n) {
		sum = sum*3 + uint64(value)
	}
	return sum
}

func prefixes(count, seed int) uint64 {
	sums := make([]int64, count)
	for i := range sums {
		sums[i] = int64((i ^ seed) & 255)
	}
	for i := 1; i < count; i++ {
		sums[i] += sums[i-1]
	}
	sum := uint64(0)
	for i := 0; i < count; i += 64 {
		sum = sum*5 + uint64(sums[i])
	}
	return sum
}

func numeric(b *bench) {
	n := int(b.size)
	sum := inThreads(b.threads, func(index int) uint64 {
		sum := uint64(0)
		for i := index; i < times; i += b.threads {
			sum += product(n, i) + prefixes(16*n*n, i)
		}
		return sum
	})
	b.close(sum, times*b.size*b.size*b.size, "")
}
