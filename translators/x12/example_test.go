package x12_test

import (
	"fmt"
	"os"
	"strings"

	"waybill/translators"
	"waybill/translators/x12"
)

// text is a small order whose second line has a code that no list has.
const text = "ISA*00*          *00*          *ZZ*NORTHSTORES    *ZZ*OURCO          *261201*0915*U*00401*000000417*0*P*>~" +
	"GS*PO*NORTHSTORES*OURCO*20261201*0915*417*X*004010~" +
	"ST*850*0001~BEG*00*SA*N-77120**20261201~N1*ST*NORTH STORE 12*92*0012~N4*DULUTH*MN~PO1*1*48*EA*4.15**UP*012345678905~SE*6*0001~" +
	"ST*850*0002~BEG*00*SA*N-77121**20261201~PO1*1*6*EA*19*QQ~SE*4*0002~" +
	"GE*2*417~IEA*1*000000417~"

func translator() *x12.Translator {
	library, err := x12.Load()
	if err != nil {
		fmt.Println(err)
	}
	return x12.New(library)
}

// Sets come one at a time, valid or not, each as a tree.
func ExampleTranslator_Decode() {
	report, err := translator().Decode(strings.NewReader(text), translators.Options{}, func(set *translators.Set) error {
		fmt.Printf("%s %s, %d segments\n", set.ID, set.Control, len(set.Segments))
		for _, n := range set.Root.Children {
			if n.Item.Loop {
				fmt.Printf("  loop %s %s\n", n.Item.ID, n.Trigger().Element(n.Item.Segment.Key))
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range report.Interchanges[0].Groups[0].Sets {
		fmt.Println(s.Control, s.Accepted)
		for _, p := range s.Problems {
			fmt.Printf("  code %s at segment %d, %s: %s, found %s\n", p.Code, p.Position, p.Where(), p.Text, p.Found)
		}
	}
	// Output:
	// 850 0001, 6 segments
	//   loop N1 ST
	//   loop PO1 1
	// 850 0002, 4 segments
	//   loop PO1 1
	// 0001 true
	// 0002 false
	//   code 7 at segment 3, PO105: the code is not in the list: Price basis, found QQ
}

// One acknowledgement answers one group, in the version of the group.
func ExampleTranslator_Acknowledge() {
	t := translator()
	report, err := t.Decode(strings.NewReader(text), translators.Options{}, func(*translators.Set) error { return nil })
	if err != nil {
		fmt.Println(err)
	}
	acks, err := t.Acknowledge(report, translators.AckPolicy{Functional: "997", Accepted: true})
	if err != nil {
		fmt.Println(err)
	}
	for _, a := range acks.Sets {
		fmt.Println(a.Set.ID, a.Set.Group.Version, "answers", a.Group.Functional, a.Group.Control)
		for _, s := range a.Set.Segments {
			fmt.Println(strings.TrimRight(strings.Join([]string{" ", s.ID, s.Element(1), s.Element(2), s.Element(3), s.Element(4)}, " "), " "))
		}
	}
	// Output:
	// 997 004010 answers PO 417
	//   AK1 PO 417
	//   AK2 850 0001
	//   AK5 A
	//   AK2 850 0002
	//   AK3 PO1 3  8
	//   AK4 5 639 7 QQ
	//   AK5 R 5
	//   AK9 P 2 2 1
}

// An inbound 997 says what became of the sets that were sent.
func ExampleTranslator_Answers() {
	const answer = "ISA*00*          *00*          *ZZ*NORTHSTORES    *ZZ*OURCO          *261201*0915*U*00401*000000418*0*P*>~" +
		"GS*FA*NORTHSTORES*OURCO*20261201*0915*418*X*004010~ST*997*0001~AK1*IN*12~AK2*810*0001~AK5*A~AK2*810*0002~" +
		"AK3*N4*7**8~AK4*2*156*5*MINNESOTA~AK5*R*5~AK9*P*2*2*1~SE*10*0001~GE*1*418~IEA*1*000000418~"
	t := translator()
	_, err := t.Decode(strings.NewReader(answer), translators.Options{}, func(set *translators.Set) error {
		answers, err := t.Answers(set)
		for _, a := range answers {
			fmt.Println(a.Level, a.Functional, a.Group, a.SetID, a.Control, a.Result)
			for _, p := range a.Problems {
				fmt.Printf("  %s at segment %d: %s, %s\n", p.Where(), p.Position, p.Text, p.Found)
			}
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// set IN 12 810 0001 accepted
	// set IN 12 810 0002 rejected
	//   N402 at segment 7: the value is too long, MINNESOTA
	// group IN 12   partiallyAccepted
}

// What a partner could not read is not written, and the error says where it is.
func ExampleTranslator_Encode() {
	set := &translators.Set{
		ID: "997", Control: "0001",
		Group: translators.Group{Functional: "FA", Sender: "OURCO", Receiver: "NORTHSTORES", Date: "20261201", Time: "1000", Control: "7", Agency: "X", Version: "004010"},
		Segments: []translators.Segment{
			{ID: "AK1", Elements: []translators.Element{{Text: "PO"}, {Text: "417"}}},
			{ID: "AK9", Elements: []translators.Element{{Text: "A"}, {Text: "1"}, {Text: "1"}, {Text: "1"}}},
		},
	}
	ic := translators.Interchange{
		SenderQualifier: "ZZ", Sender: "OURCO", ReceiverQualifier: "ZZ", Receiver: "NORTHSTORES", Date: "261201", Time: "1000",
		Version: "00401", Control: "000000007", Usage: "P", Delimiters: translators.Delimiters{LineEnd: "\n"},
	}
	one := func(yield func(*translators.Set, error) bool) { yield(set, nil) }
	if err := translator().Encode(os.Stdout, ic, one); err != nil {
		fmt.Println(err)
	}
	set.Segments[0].Elements[1].Text = "4*7"
	fmt.Println(translator().Encode(os.Stdout, ic, one))
	// Output:
	// ISA*00*          *00*          *ZZ*OURCO          *ZZ*NORTHSTORES    *261201*1000*U*00401*000000007*0*P*>~
	// GS*FA*OURCO*NORTHSTORES*20261201*1000*7*X*004010~
	// ST*997*0001~
	// AK1*PO*417~
	// AK9*A*1*1*1~
	// SE*4*0001~
	// GE*1*7~
	// IEA*1*000000007~
	// the interchange is not written; AK102 at segment 2: the value has the delimiter '*', found "4*7", expected a value without it, or other delimiters in the profile
}

// Explain is for people.
func ExampleTranslator_Explain() {
	from, to := strings.Index(text, "ST*850*0001"), strings.Index(text, "ST*850*0002")
	short := strings.Replace(text[:from]+text[to:], "GE*2", "GE*1", 1)
	if err := translator().Explain(os.Stdout, strings.NewReader(short)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Interchange 000000417 from ZZ NORTHSTORES to ZZ OURCO, 261201 0915, version 00401, production
	//   Group PO 417 from NORTHSTORES to OURCO, 20261201 0915, version 004010
	//     Set 850 0002, Purchase order: 4 segment(s), 1 problem(s)
	//          1 ST Set header
	//              01 Set id: 850
	//              02 Set control number: 0002
	//          2 BEG Order header
	//              01 Purpose: 00 = original
	//              02 Order type: SA = stand-alone order
	//              03 Order number: N-77121
	//              05 Date: 20261201
	//       PO1 loop: Order line
	//            3 PO1 Order line
	//                01 Line id: 1
	//                02 Quantity ordered: 6
	//                03 Unit: EA = each
	//                04 Unit price: 19
	//                05 Price basis: QQ
	//           ! PO105, element code 7: the code is not in the list: Price basis; found "QQ"; expected a code of list 639
	//          4 SE Set trailer
	//              01 Segments in the set: 4
	//              02 Set control number: 0002
}

// A schema is found by the version's prefix.
func ExampleLibrary_Schema() {
	library, err := x12.Load()
	if err != nil {
		fmt.Println(err)
	}
	schema, err := library.Schema("850", "004010VICS")
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(schema.Name, schema.Release, schema.Functional)
	_, err = library.Schema("850", "003040")
	fmt.Println(err)
	// Output:
	// Purchase order 004010 PO
	// version "003040" is not known; known are 004010, 005010
}
