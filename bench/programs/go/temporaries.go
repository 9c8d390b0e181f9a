// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of temporaries.c; Go's compiler decides that none of it needs the heap.
const steps = 1024

type vector struct {
	x, y, z uint64
}

//go:noinline
func writeNumber(to []byte, number uint64) int {
	length := 0
	for {
		to[length] = byte('0' + number%10)
		length++
		number /= 10
		if number == 0 {
			return length
		}
	}
}

//go:noinline
func addVectors(a, b, sum *vector) {
	sum.x = a.x + b.y
	sum.y = a.y + b.z
	sum.z = (a.z + b.x) ^ a.x
}

func scratch(number uint64) uint64 {
	text := make([]byte, 24)
	length := writeNumber(text, number)
	return hash(hashStart, text[:length])
}

func inBlocks(number uint64) uint64 {
	a := &vector{number, number * 3, 5}
	b := &vector{7, number, number >> 3}
	c := new(vector)
	addVectors(a, b, c)
	addVectors(b, c, a)
	return a.x ^ a.y ^ a.z
}

func inLocals(number uint64) uint64 {
	a, b, c := vector{number, 1, number * 5}, vector{3, number, 11}, vector{}
	addVectors(&a, &b, &c)
	addVectors(&c, &a, &b)
	addVectors(&b, &c, &a)
	return a.x ^ a.y ^ a.z
}

func temporaries(b *bench) {
	sum := inThreads(b.threads, func(index int) uint64 {
		sum := uint64(0)
		for i := uint64(index); i < b.size; i += uint64(b.threads) {
			state := i
			for k := 0; k < steps; k++ {
				drawn := random(&state)
				sum += scratch(drawn>>32) + inBlocks(drawn) +
					inLocals(drawn)
			}
		}
		return sum
	})
	b.close(sum, b.size*steps, "")
}
