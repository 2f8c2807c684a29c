package cli

// metrics is the flag of the listener that monitoring asks.
type metrics struct {
	MetricsAddr string `name:"metrics-addr" placeholder:"HOST:PORT" help:"Where Prometheus finds /metrics, like localhost:9100. It asks nobody who they are, so keep it from strangers. By default there is none."`
}

func (c metrics) check() error {
	if c.MetricsAddr == "" {
		return nil
	}
	return checkListenAddress("metrics-addr", c.MetricsAddr, "localhost:9100")
}
