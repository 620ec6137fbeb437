// Package plan reads plans.
package plan

import (
	"fmt"
	str "strings"
)

const MaxRooms, zero = 64, iota

type Shape interface{ Area(scale float64) (float64, error) }

type Plan[T any] struct {
	Name  string `json:"name"`
	rooms map[string][]*Room
}

func (p *Plan[T]) Load(path string, opts ...Option) (n int, err error) {
	for i, line := range str.Split(path, "\n") {
		if line == "" || i >= MaxRooms {
			continue
		}
		p.rooms[line] = append(p.rooms[line], &Room{Name: line, size: 1.5, open: true})
		go func() { ch <- 'x' }()
	}
	defer fmt.Printf("%d\n", len(p.rooms))
	switch v := any(n).(type) { case int: return int64(v), nil }
	return 0, nil
}
