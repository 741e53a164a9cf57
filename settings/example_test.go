package settings_test

import (
	"fmt"
	"time"

	"waybill/settings"
)

func ExampleDecode() {
	node, problems := settings.Parse("waybill.yaml", []byte("listen: 127.0.0.1:4080\ntimeout: 30\nworkres: 4\n"))
	var config struct {
		Listen  string        `yaml:"listen" required:"true"`
		Timeout time.Duration `yaml:"timeout"`
		Workers int           `yaml:"workers"`
	}
	problems = append(problems, settings.Decode("waybill.yaml", node, &config)...)
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// waybill.yaml:2:10: timeout: found "30", expected a time span such as 30s, 5m, 24h or 90d
	// waybill.yaml:3:1: workres: unknown key; did you mean workers?
}

func ExampleSecret() {
	secret, err := settings.ParseSecret("secret://env/AS2_KEY_PASSWORD")
	fmt.Printf("%v %#v %d %v\n", secret, secret, secret, err)
	// Output: *** *** *** <nil>
}
