package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// write prints the table. A second is one of the processor's time, all threads of a
// process together: other work on the machine touches that least.
func write(w io.Writer, all []contestant, size int64, orders int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "reader\tMB/s\tof the floor\twanted\ttimes StAEDI\tpeak MB\twhat it does")
	floor, staedi := all[0].best.processor, 0.0
	for _, c := range all {
		if c.best.orders != orders {
			return fmt.Errorf("%s saw %d orders of %d", c.name, c.best.orders, orders)
		}
		if c.name == "StAEDI, 850" {
			staedi = c.best.processor
		}
	}
	for _, c := range all {
		wanted, times := "", ""
		if c.wanted > 0 {
			wanted = fmt.Sprintf(">= %.2f", c.wanted)
		}
		if staedi > 0 {
			times = fmt.Sprintf("%.1f", staedi/c.best.processor)
		}
		fmt.Fprintf(t, "%s\t%.1f\t%.3f\t%s\t%s\t%.0f\t%s\n", c.name, float64(size)/1e6/c.best.processor,
			floor/c.best.processor, wanted, times, float64(c.best.memory)/1e3, c.does)
	}
	return t.Flush()
}
