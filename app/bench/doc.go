// Package bench measures Eberbach against bare handlers that send the same bytes and make the same trips to the
// database, in one interleaved run: make bench. Its code stands under the build tag bench.
package bench
