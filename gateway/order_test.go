package gateway

import (
	"strings"
	"testing"
	"time"

	"waybill/spool"
	"waybill/stages"
)

// Numbers grow although the clock stands, and go on behind what is unfinished
// although it was set back.
func TestFileNumbers(t *testing.T) {
	clock := newSimulated()
	o := &order{now: clock.Now}
	first := o.next()
	if first != stages.FileNumber(clock.Now().UnixMilli()) || o.next() != first+1 || o.next() != first+2 {
		t.Error("the numbers do not grow one by one while the clock stands")
	}
	clock.add(time.Minute)
	if n := o.next(); n != stages.FileNumber(clock.Now().UnixMilli()) {
		t.Errorf("number %d is not that of the time", n)
	}
}

func TestNumbersGoOn(t *testing.T) {
	in, _ := opened(t)
	late := stages.Place(stages.FileNumber(time.Now().Add(time.Hour).UnixMilli()), 0)
	_, err := in.spool.Take(t.Context(), spool.Arrival{Door: "sftp", Kind: stages.KindTransmission}, strings.NewReader("x"), func(r spool.Ref) spool.Verdict {
		return spool.Verdict{Children: []spool.Child{{Key: "x", Kind: stages.KindInterchange, Direction: stages.Inbound, Stage: stages.ToDecode, Payload: r, OrderKey: "k", OrderSeq: late}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	o := &order{now: time.Now}
	if err := o.resume(t.Context(), in.spool); err != nil {
		t.Fatal(err)
	}
	if n := o.next(); n != stages.FileAt(late)+1 {
		t.Errorf("number %d, expected the one behind %d", n, stages.FileAt(late))
	}
}
