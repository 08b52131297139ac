//go:build faults

package main

func init() { harder = 5 }
